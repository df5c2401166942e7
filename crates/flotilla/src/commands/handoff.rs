//! `flotilla handoff`: gathers every document and report of the migration in a folder, with sums, for whoever works on after
//! the move.

use std::path::PathBuf;

use documents::handoff::{self, Bundle};

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `handoff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder: a new or empty one, or one that holds a former bundle
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
}

/// Gathers.
///
/// # Errors
/// [`Failure`] when a required part is missing, a document was changed, or the folder cannot be used.
pub(crate) async fn run(args: Args, call: &Invocation) -> Result<Exit, Failure> {
    if call.server.is_some() {
        let what = "the bundle is gathered where the reports lie: run it on a machine that has storage.reports, without --server";
        return Err(Failure::new(Exit::Refused, what));
    }
    let settings = call.settings()?;
    let papers = settings.storage.reports.join(settings.migration.id.as_str());
    let gathered = tokio::task::spawn_blocking(move || handoff::gather(&papers, &args.to)).await;
    let bundle = gathered.map_err(|error| Failure::new(Exit::Failed, error))??;
    call.output.say(&bundle, || text(&bundle))?;
    Ok(Exit::Ok)
}

fn text(bundle: &Bundle) -> String {
    let required: Vec<String> = bundle.required.iter().map(|name| format!("  {name}\n")).collect();
    format!(
        "{} files in {}, their sums in {}. Among them:\n{}",
        bundle.files.len(),
        bundle.folder.display(),
        handoff::SUMS,
        required.concat()
    )
}
