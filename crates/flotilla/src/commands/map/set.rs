//! `flotilla map set`: one entry or several changed, as one new version, with what that touches.

use serde_json::json;

use super::{entry, facts};
use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map set`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is set to what; an empty value takes the entry away
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = entry, long_help = KEYS)]
    entries: Vec<(String, String)>,
}

/// The help of both commands that take entries.
pub(super) const KEYS: &str = mapping::KEYS;

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let (facts, standing) = (facts(desk).await?, desk.map().await?);
    let mut spec = standing.spec.clone();
    for (key, value) in &args.entries {
        spec = mapping::edit(&spec, &facts, key, value).map_err(Failure::configuration)?;
    }
    let touched = mapping::preview(&facts, &standing.spec, &spec);
    let version = match touched.changes.is_empty() {
        true => standing.version,
        false => desk.put_map(&spec).await?.version,
    };
    let object = json!({ "version": version, "preview": touched });
    call.output.say(&object, || super::preview::text(&touched, version))?;
    Ok(Exit::Ok)
}
