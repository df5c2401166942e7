//! `flotilla map diff`: how two versions differ. Without numbers: the one before the newest, and the newest.

use protocol::MapSpec;
use scheduler::map_desk::{MAP, Sheet, lines};
use serde_json::json;

use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The earlier version [default: the one before the later]
    from: Option<u32>,
    /// The later version [default: the newest]
    to: Option<u32>,
}

pub(super) async fn run(args: &Args, desk: &dyn Desk, call: &Invocation) -> Result<Exit, Failure> {
    let (to, after) = version(desk, args.to).await?;
    let (from, before) = match args.from.or_else(|| to.checked_sub(1)) {
        Some(number @ 1..) => version(desk, Some(number)).await?,
        _ => (0, MapSpec::default()),
    };
    let changes = mapping::diff(&before, &after);
    let object = json!({ "from": from, "to": to, "changes": changes });
    call.output.say(&object, || {
        let told = lines(&changes);
        if told.is_empty() { format!("versions {from} and {to} say the same") } else { told.join("\n") }
    })?;
    Ok(Exit::Ok)
}

async fn version(desk: &dyn Desk, number: Option<u32>) -> Result<(u32, MapSpec), Failure> {
    let none = || Failure::new(Exit::Failed, "the dossier has no such version of the map");
    let leaf = desk.leaf(MAP, number).await?.ok_or_else(none)?;
    let sheet: Sheet = serde_json::from_value(leaf.body)
        .map_err(|error| Failure::new(Exit::Failed, format!("the map cannot be read ({error})")))?;
    Ok((leaf.version, sheet.spec))
}
