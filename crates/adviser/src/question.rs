//! What the adviser is asked: for each field nobody has decided about, its name and the candidates with their reasons. The
//! reasons are counts and names of fields; there is no value to be sent.

use mapping::FieldProposal;
use protocol::map_spec::FieldDestination;
use serde_json::{Value, json};

const ROLE: &str = "You help to move a helpdesk from Atera to Gorgias. For each field you get numbered candidates of what it \
    could become. Answer with one JSON object and nothing else: {\"orders\": {\"<field>\": [numbers, best first]}}. Use \
    only numbers that are given. Leave out a field whose order is right as it stands.";

/// Whether there is something to ask about.
pub(crate) fn is_open(proposal: &FieldProposal) -> bool {
    !proposal.decided && proposal.candidates.len() > 1
}

/// The name a field is asked about by.
pub(crate) fn name(proposal: &FieldProposal) -> String {
    format!("{}/{}", proposal.scope, proposal.name)
}

/// The whole question.
pub(crate) fn of(model: &str, proposals: &[FieldProposal]) -> Value {
    let fields: serde_json::Map<String, Value> =
        proposals.iter().filter(|one| is_open(one)).map(|one| (name(one), candidates(one))).collect();
    json!({
        "model": model,
        "temperature": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": ROLE},
            {"role": "user", "content": Value::Object(fields).to_string()},
        ],
    })
}

fn candidates(proposal: &FieldProposal) -> Value {
    let each = proposal.candidates.iter().enumerate().map(|(at, one)| {
        let becomes = match &one.destination {
            FieldDestination::Companion => "a file beside the destination".to_owned(),
            FieldDestination::Field { label } if one.existing.is_some() => {
                format!("the existing field {label:?}")
            }
            FieldDestination::Field { label } => format!("a new field {label:?}"),
        };
        json!({"number": at, "becomes": becomes, "reasons": one.reasons})
    });
    each.collect()
}
