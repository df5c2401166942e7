//! `flotilla map propose`: a map from what the assessment found. What an operator has decided stays as it is.

use bootstrap::Settings;
use mapping::{FieldProposal, Suggestion};
use protocol::map_spec::FieldDestination;
use serde_json::json;

use super::facts;
use crate::{desk::Desk, exit::Exit, failure::Failure, invocation::Invocation};

/// Arguments of `map propose`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Only shows the proposal and keeps the map as it is
    #[arg(long)]
    dry_run: bool,
}

pub(super) async fn run(
    args: &Args,
    desk: &dyn Desk,
    settings: &Settings,
    call: &Invocation,
) -> Result<Exit, Failure> {
    let (facts, standing) = (facts(desk).await?, desk.map().await?);
    let mut fields = mapping::propose_fields(&facts, &standing.spec);
    if let Some(adviser) = adviser_of(settings)? {
        match adviser.reorder(&fields).await {
            Ok(reordered) => fields = reordered,
            Err(error) => call.output.aside(&error.to_string()),
        }
    }
    let found = mapping::suggest_with(&facts, &standing.spec, fields);
    let changes = mapping::diff(&standing.spec, &found.spec);
    let version = if args.dry_run || changes.is_empty() {
        standing.version
    } else {
        desk.put_map(&found.spec).await?.version
    };
    let object = json!({ "suggestion": found, "changes": changes, "version": version });
    call.output.say(&object, || text(&found, version, changes.len()))?;
    Ok(Exit::Ok)
}

/// The second opinion, where the settings name one.
fn adviser_of(settings: &Settings) -> Result<Option<adviser::Adviser>, Failure> {
    let section = &settings.adviser;
    let Some(address) = &section.address else { return Ok(None) };
    let adviser = adviser::Adviser::new(address, &section.model, section.api_key.clone());
    adviser.map(Some).map_err(Failure::configuration)
}

fn text(found: &Suggestion, version: Option<u32>, changes: usize) -> String {
    let mut text = String::new();
    for field in &found.fields {
        text += &line(field);
    }
    for value in &found.unmapped {
        let becomes = value.becomes.as_deref().unwrap_or("nothing: it blocks");
        text += &format!(
            "{} {:?} ({} tickets): no proposal, the default makes it {becomes}\n",
            value.facet, value.value, value.count
        );
    }
    for group in &found.groups {
        let ids: Vec<&str> = group.ids.iter().map(|id| id.0.as_str()).collect();
        text += &format!(
            "customers {} share a name: decide with `flotilla map set group.{}=merge` (or keep)\n",
            ids.join(", "),
            ids[0]
        );
    }
    for role in found.roles.iter().filter(|role| role.becomes.is_none()) {
        text += &format!(
            "role {:?} ({} technicians): decide with `flotilla map set role.{}=agent`\n",
            role.role, role.technicians, role.role
        );
    }
    for problem in &found.problems {
        text += &format!("{problem}\n");
    }
    let version =
        version.map_or_else(|| "the configuration's own".to_owned(), |version| format!("version {version}"));
    text + &format!("\n{changes} entries proposed; the map is {version}. Look at it: flotilla map show")
}

fn line(field: &FieldProposal) -> String {
    let Some(first) = field.candidates.first() else { return String::new() };
    let becomes = match (&first.destination, first.existing) {
        (FieldDestination::Companion, _) => "companion file".to_owned(),
        (FieldDestination::Field { label }, Some(_)) => format!("the field {label:?} that is there"),
        (FieldDestination::Field { label }, None) => format!("a field {label:?}"),
    };
    format!(
        "{}/{} -> {becomes} ({:.2}: {})\n",
        field.scope,
        field.name,
        first.confidence,
        first.reasons.join("; ")
    )
}
