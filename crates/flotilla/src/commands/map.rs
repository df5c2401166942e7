//! `flotilla map`: the field and value map, proposed, looked at, changed and confirmed. Every change is a new version in the
//! dossier; none of them moves a record before a named person has confirmed it.

mod confirm;
mod diff;
mod export;
mod import;
mod preview;
mod propose;
mod set;
mod show;

use std::path::PathBuf;

use protocol::facts::{FACTS, Facts};

use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// What is to be done with the map.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Deed {
    /// Proposes a map from what the assessment found, each field with reasons
    Propose(propose::Args),
    /// Shows the map as it stands, its version and whose word there is for it
    Show,
    /// Changes one entry: a new version
    Set(set::Args),
    /// Takes a map over from a file: a new version
    Import(import::Args),
    /// Writes the map as YAML
    Export(export::Args),
    /// Says how two versions differ
    Diff(diff::Args),
    /// Says what a change would touch, without making it
    Preview(preview::Args),
    /// Confirms the map as it stands, under a name
    Confirm(confirm::Args),
}

/// A file of a map.
#[derive(Debug, clap::Args)]
pub(crate) struct FileArgs {
    /// The file, in YAML
    pub(crate) file: PathBuf,
}

/// Does it.
///
/// # Errors
/// [`Failure`].
pub(crate) async fn run(deed: &Deed, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let desk = crate::desk::of(call, &settings)?;
    match deed {
        Deed::Propose(args) => propose::run(args, &*desk, &settings, call).await,
        Deed::Show => show::run(&*desk, call).await,
        Deed::Set(args) => set::run(args, &*desk, call).await,
        Deed::Import(args) => import::run(args, &*desk, call).await,
        Deed::Export(args) => export::run(args, &*desk, call).await,
        Deed::Diff(args) => diff::run(args, &*desk, call).await,
        Deed::Preview(args) => preview::run(args, &*desk, call).await,
        Deed::Confirm(args) => confirm::run(args, &*desk, call).await,
    }
}

/// The facts, which proposals and previews are made of.
async fn facts(desk: &dyn Desk) -> Result<Facts, Failure> {
    let none = || Failure::new(Exit::Refused, "nothing was assessed yet: run `flotilla assess` first");
    let leaf = desk.leaf(FACTS, None).await?.ok_or_else(none)?;
    serde_json::from_value(leaf.body)
        .map_err(|error| Failure::new(Exit::Failed, format!("the facts cannot be read ({error})")))
}

/// A key and its value, as `set` and `preview` take them.
fn entry(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("give KEY=VALUE, such as status.Pending=closed".to_owned()),
    }
}
