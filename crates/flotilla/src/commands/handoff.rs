//! `flotilla handoff`: gathers every document and report of the migration in a folder, the certificate of silence among them,
//! with sums, for whoever works on after the move.

use std::path::PathBuf;

use documents::{
    certificate,
    handoff::{self, Bundle},
};

use crate::{
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{self, Api, Remote},
    papers,
};

/// Arguments of `handoff`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder: a new or empty one, or one that holds a former bundle. A fleet gathers beside its reports instead
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

/// Gathers.
///
/// # Errors
/// [`Failure`] when a required part is missing, a document was changed, or the folder cannot be used.
pub(crate) async fn run(args: Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let bundle = match (Api::of(call)?, args.to) {
        (Some(api), None) => Remote::new(api, settings.migration.id.clone()).hand_off().await?,
        (Some(_), Some(_)) => {
            let what = "a fleet gathers the bundle beside the reports of its scheduler: leave --to out";
            return Err(Failure::new(Exit::Usage, what));
        }
        (None, None) => return Err(Failure::new(Exit::Usage, "name the folder with --to DIR")),
        (None, Some(to)) => {
            handoff::complete(papers::folder(&settings)?.root())?;
            let certificate = operator::of(call, &settings)?.certificate().await?;
            let papers = papers::folder(&settings)?;
            certificate::put(&papers, &certificate).await?;
            let from = papers.root().to_owned();
            let gathered = tokio::task::spawn_blocking(move || handoff::gather(&from, &to)).await;
            gathered.map_err(|error| Failure::new(Exit::Failed, error))??
        }
    };
    call.output.say(&bundle, || text(&bundle))?;
    Ok(Exit::Ok)
}

fn text(bundle: &Bundle) -> String {
    let required: Vec<String> = bundle.required.iter().map(|name| format!("  {name}\n")).collect();
    format!(
        "{} files in {}, their sums in {}. Among them:\n{}  {}\n",
        bundle.files.len(),
        bundle.folder.display(),
        handoff::SUMS,
        required.concat(),
        certificate::FILE
    )
}
