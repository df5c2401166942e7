//! `flotilla documents`: every document of the migration with its size, where it came from and how its sums came out;
//! `--write` writes them anew from what the source says now.

use std::sync::Arc;

use bootstrap::{Settings, Shutdown};
use comfy_table::{CellAlignment, Table, presets};
use protocol::{DocumentIndex, DocumentTotal, Errand, Probe};
use scheduler::Ended;

use super::config_show::trimmed;
use crate::{
    embedded,
    exit::Exit,
    failure::Failure,
    invocation::Invocation,
    operator::{self, Api, Remote},
    papers,
};

/// Arguments of `documents`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Writes them anew first; nothing is written to Gorgias
    #[arg(long)]
    write: bool,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when there are none yet, or they cannot be written.
pub(crate) async fn run(args: &Args, call: &Invocation, probe: Arc<dyn Probe>) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    if args.write {
        if let Some(api) = Api::of(call)? {
            let begun = Remote::new(api, settings.migration.id.clone()).errand(&Errand::Document).await?;
            let migration = begun.view.migration;
            let said = serde_json::json!({ "migration": migration.id, "state": migration.state });
            let text =
                || "The fleet writes them anew; `flotilla documents` lists them when it is done.".to_owned();
            call.output.say(&said, text)?;
            return Ok(Exit::Ok);
        }
        write(&settings, probe).await?;
    }
    let index = operator::of(call, &settings)?.documents().await?;
    call.output.say(&index, || text(&index))?;
    Ok(Exit::Ok)
}

/// A pass whose errand is the documents.
async fn write(settings: &Settings, probe: Arc<dyn Probe>) -> Result<(), Failure> {
    let shutdown = Shutdown::on_signals()?;
    let run = embedded::run(settings, &Errand::Document, probe, &shutdown, |_| {}).await?;
    papers::write(settings, &run.reconciliation).await?;
    match run.ended {
        Ended::Ready => Ok(()),
        Ended::Halted(cause) => Err(Failure::new(
            Exit::Temporary,
            format!("the documents could not be written: {cause}. {} Then again", cause.advice()),
        )),
        Ended::Stopped => {
            Err(Failure::new(Exit::Interrupted, "stopped; the same command goes on where this one stopped"))
        }
    }
}

fn text(index: &DocumentIndex) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(["document", "rows", "bytes", "source", "sums", "sha256"]);
    for entry in &index.documents {
        table.add_row([
            entry.name.clone(),
            entry.rows.map(|rows| rows.to_string()).unwrap_or_default(),
            entry.bytes.to_string(),
            entry.source.clone(),
            sums(&entry.totals),
            entry.sha256.chars().take(12).collect(),
        ]);
    }
    for column in [1, 2] {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    trimmed(&table)
}

/// What of the sums is not as the source states it.
fn sums(totals: &[DocumentTotal]) -> String {
    if totals.is_empty() {
        return String::new();
    }
    let differs = totals.iter().filter_map(|total| {
        let difference = total.difference.as_deref().filter(|difference| *difference != "0.00")?;
        Some(format!("{} {} differs by {difference}", total.what, total.unit))
    });
    let differs: Vec<String> = differs.collect();
    if differs.is_empty() { "hold".to_owned() } else { differs.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn total(difference: &str) -> DocumentTotal {
        DocumentTotal {
            what: "total".to_owned(),
            unit: "USD".to_owned(),
            sum: "1.00".to_owned(),
            stated: None,
            difference: Some(difference.to_owned()),
        }
    }

    #[test]
    fn sums_hold_or_say_by_how_much_they_differ() {
        assert_eq!(sums(&[]), "");
        assert_eq!(sums(&[total("0.00")]), "hold");
        assert_eq!(sums(&[total("0.00"), total("0.01")]), "total USD differs by 0.01");
    }
}
