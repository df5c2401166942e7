//! `flotilla accounts`: the accounts a migration may be made between; with `--server` all the fleet knows.

use comfy_table::{Table, presets};
use protocol::At;

use super::config_show::trimmed;
use crate::{exit::Exit, failure::Failure, invocation::Invocation, operator};

/// Runs.
///
/// # Errors
/// [`Failure`] when they cannot be looked up.
pub(crate) async fn run(call: &Invocation) -> Result<Exit, Failure> {
    let settings = call.settings()?;
    let accounts = operator::of(call, &settings)?.accounts().await?;
    call.output.say(&serde_json::json!({ "accounts": accounts }), || {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.set_header(["account", "at", "address", "credential", "rate"]);
        for account in &accounts {
            let (at, rate) = match &account.at {
                At::Atera { .. } => ("atera", String::new()),
                At::Gorgias { rate } => ("gorgias", format!("{} per {} ms", rate.limit, rate.window_ms)),
            };
            let (name, credential) = (account.name.as_str(), account.credential.as_str());
            table.add_row([name, at, &account.base_url, credential, &rate]);
        }
        trimmed(&table)
    })?;
    Ok(Exit::Ok)
}
