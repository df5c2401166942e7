//! `flotilla config show`: every key with its value and where the value came from. Secrets are masked; nothing is checked
//! that the settings themselves do not check.

use comfy_table::{Table, presets};
use serde_json::{Value, json};

use crate::{exit::Exit, failure::Failure, invocation::Invocation};

/// Runs.
///
/// # Errors
/// [`Failure`] with every problem of the configuration.
pub(crate) fn run(invocation: &Invocation) -> Result<Exit, Failure> {
    let settings = invocation.load()?;
    let sources = settings.sources();
    let object = json!({ "file": invocation.file(), "settings": sources });
    invocation.output.say(&object, || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["key", "value", "from"]);
        for source in sources {
            table.add_row([source.key.clone(), shown(&source.value), source.origin.to_string()]);
        }
        trimmed(&table)
    })?;
    Ok(Exit::Ok)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text == "***" => text.clone(),
        other => other.to_string(),
    }
}

/// A table without blanks at the ends of its lines.
pub(crate) fn trimmed(table: &Table) -> String {
    let lines: Vec<String> = table.lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}
