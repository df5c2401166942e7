//! `flotilla map preview`: what a change would touch, by what the assessment counted. Nothing is changed.

use mapping::Preview;
use scheduler::map_desk::lines;

use super::{entry, facts, set::KEYS};
use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map preview`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What would be set to what
    #[arg(required = true, value_name = "KEY=VALUE", value_parser = entry, long_help = KEYS)]
    entries: Vec<(String, String)>,
}

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let (facts, standing) = (facts(desk).await?, desk.map().await?);
    let mut spec = standing.spec.clone();
    for (key, value) in &args.entries {
        spec = mapping::edit(&spec, &facts, key, value).map_err(Failure::configuration)?;
    }
    let touched = mapping::preview(&facts, &standing.spec, &spec);
    call.output.say(&touched, || text(&touched, None))?;
    Ok(Exit::Ok)
}

/// Changes, what each touches, and the sentence.
pub(super) fn text(touched: &Preview, version: Option<u32>) -> String {
    let mut text: String = lines(&touched.changes).iter().map(|line| format!("{line}\n")).collect();
    for impact in &touched.impacts {
        let about = if impact.exact { "" } else { "about " };
        text += &format!("  {about}{} {}s: {}\n", impact.records, impact.kind, impact.why);
    }
    text += &touched.says;
    if let Some(version) = version {
        text += &format!("\nThe map is version {version}; nobody has confirmed it.");
    }
    text
}
