//! `flotilla estimate`: the written estimate, at once, from what the assessment found. No call to either side.

use std::{fs, path::PathBuf};

use protocol::facts::{FACTS, Facts};
use serde_json::json;

use crate::{desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `estimate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Also writes it into this file
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// Writes it.
///
/// # Errors
/// [`Failure`] when nothing was assessed, or the file cannot be written.
pub(crate) async fn run(args: &Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let desk = desk::of(call, &settings)?;
    let assessment = desk.assessment().await?;
    let leaf = desk.leaf(FACTS, None).await?;
    let facts: Facts = leaf.and_then(|leaf| serde_json::from_value(leaf.body).ok()).unwrap_or_default();
    let document = assess::document(settings.migration.id.as_str(), &facts, desk.rate().await?, &assessment);
    if let Some(file) = &args.save {
        fs::write(file, &document).map_err(|error| {
            Failure::new(Exit::Failed, format!("{} cannot be written ({error})", file.display()))
        })?;
    }
    let object = json!({ "document": document, "estimate": assessment.estimate, "grade": assessment.grade });
    call.output.say(&object, || document.clone())?;
    Ok(Exit::Ok)
}
