//! `flotilla events`: the audit log of the migration, who did what when and why.

use comfy_table::{Table, presets};
use scheduler::moments::when;

use super::config_show::trimmed;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Lines asked for at a time.
const PAGE: u32 = 500;

/// Arguments of `events`.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Args {
    /// Only lines after the one of this number
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    after: i64,
}

/// Runs.
///
/// # Errors
/// [`Failure`] when the migration cannot be looked up.
pub(crate) async fn run(args: Args, call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let operator = operator::of(call, &settings)?;
    let (mut events, mut after) = (Vec::new(), args.after);
    loop {
        let page = operator.events(after, PAGE).await?;
        let full = page.events.len() as u64 >= u64::from(PAGE);
        (after, events) = (page.next, [events, page.events].concat());
        if !full {
            break;
        }
    }
    let said = serde_json::json!({ "events": events, "next": after });
    call.output.say(&said, || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["no.", "when", "who", "what", "why"]);
        for line in &events {
            table.add_row([&line.seq.to_string(), &when(line.at), &line.who, &line.what, &line.why]);
        }
        trimmed(&table)
    })?;
    Ok(Exit::Ok)
}
