//! `flotilla erase`: deletes everything kept of a migration that is over, and prints the proof that nothing is left. What stands
//! at the destination stays.

use std::path::PathBuf;

use protocol::erasure::{Erase, Erasure};

use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Arguments of `erase`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The person who orders it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// The migration's name once more
    #[arg(long, value_name = "ID")]
    confirm: String,
    /// Keeps the proof in a file too
    #[arg(long, value_name = "FILE")]
    save: Option<PathBuf>,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration is not over, or something of it cannot be deleted.
pub(crate) async fn run(args: Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let asked = Erase { by: args.by.trim().to_owned(), confirm: args.confirm };
    if asked.by.is_empty() {
        return Err(Failure::new(Exit::Usage, "nobody orders it: give the person's name with --by"));
    }
    let erasure = operator::of(call, &settings)?.erase(&asked).await?;
    if let Some(file) = &args.save {
        let proof = format!("{:#}\n", serde_json::json!(erasure));
        std::fs::write(file, proof).map_err(|error| {
            Failure::new(
                Exit::Failed,
                format!("it is erased; the proof could not be kept in {} ({error})", file.display()),
            )
        })?;
    }
    call.output.say(&erasure, || text(&erasure))?;
    Ok(if erasure.is_whole() { Exit::Ok } else { Exit::Difference })
}

fn text(erasure: &Erasure) -> String {
    let mut lines = vec![format!("migration {} is erased, by order of {}", erasure.migration, erasure.by)];
    for (table, left) in &erasure.rows.left {
        let deleted = erasure.rows.deleted.get(table).copied().unwrap_or_default();
        lines.push(format!("  {table:<16}{deleted:>10} rows deleted, {left} left"));
    }
    lines
        .push(format!("  {:<16}{:>10} files removed, {} left", "reports", erasure.files, erasure.files_left));
    lines.push(format!("last hash of its audit log: {}", erasure.audit_head));
    lines.join("\n")
}
