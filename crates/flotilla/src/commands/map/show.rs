//! `flotilla map show`: the map as it stands.

use scheduler::map_desk::Standing;
use serde_json::json;

use super::export::yaml;
use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

pub(super) async fn run(desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let standing = desk.map().await?;
    let object = json!({ "map": standing.spec.at_rest(), "hash": standing.hash, "version": standing.version, "confirmed": standing.confirmed, "is_confirmed": standing.is_confirmed() });
    let text = yaml(&standing.spec)?;
    call.output.say(&object, || format!("{}\n{text}", head(&standing)))?;
    Ok(Exit::Ok)
}

/// Version, hash and whose word there is.
pub(super) fn head(standing: &Standing) -> String {
    let version = standing
        .version
        .map_or_else(|| "the configuration's map".to_owned(), |version| format!("version {version}"));
    let word = match &standing.confirmed {
        Some(confirmed) if standing.is_confirmed() => format!("confirmed by {}", confirmed.by),
        Some(confirmed) => format!("not confirmed; {} confirmed {}", confirmed.by, confirmed.hash),
        None => "not confirmed".to_owned(),
    };
    format!("# {version}, {}, {word}", standing.hash)
}
