//! All that is known of one record, and what to do about it. The ledger is read only; what the record says is not known
//! there.

use ledger::{Filter, Ledger};
use protocol::{DeadLetter, Entry, EntryState, Key, Migration, MigrationId, ObjectKind, api::Explanation};

use crate::{Error, moments::when};

/// Explains a record.
///
/// # Errors
/// [`Error::Ledger`] when the ledger cannot be read.
pub async fn explain(ledger: &dyn Ledger, migration: &Migration, key: Key) -> Result<Explanation, Error> {
    let id = &migration.id;
    let entry = ledger.entry(id, &key).await?;
    let filter = Filter { key: Some(key.clone()), ..Filter::default() };
    let dead_letter = ledger.dead_letters(id, &filter, None, 1).await?.pop();
    let mut nested = Vec::new();
    if key.kind == ObjectKind::Ticket {
        let prefix = format!("{}/", key.id);
        for kind in [ObjectKind::Attachment, ObjectKind::Message] {
            nested.extend(ledger.entries_under(id, kind, &prefix).await?);
        }
    }
    let says = sentences(migration, &key, entry.as_ref(), dead_letter.as_ref(), &nested);
    Ok(Explanation { key, says, entry, dead_letter, nested })
}

/// What is said of a record the ledger has never seen.
#[must_use]
pub fn never_seen(id: &MigrationId, key: &Key) -> Vec<String> {
    vec![
        format!("The ledger of {id} has never seen {key}."),
        "Check kind and id; if it is at the source, it was made after the survey: run again.".to_owned(),
    ]
}

fn sentences(
    migration: &Migration,
    key: &Key,
    entry: Option<&Entry>,
    letter: Option<&DeadLetter>,
    nested: &[Entry],
) -> Vec<String> {
    let Some(entry) = entry else {
        return never_seen(&migration.id, key);
    };
    let mut says = vec![format!("{key}: {} (pass {}, {}).", state(entry), entry.pass, when(entry.at))];
    if let Some(target) = entry.target {
        says.push(format!("At the destination it is {target} ({}).", key.kind.row().lands_as));
    }
    if entry.pass < migration.pass {
        says.push(format!("The present pass {} has not come to it yet.", migration.pass));
    }
    if let Some(cause) = letter.map(|letter| letter.cause).or(entry.cause) {
        let detail = letter.map(|letter| letter.detail.as_str());
        let detail = detail.filter(|detail| !detail.is_empty() && *detail != cause.advice());
        let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        says.push(format!("Cause: {cause}{detail}. {}", cause.advice()));
    }
    if let Some(fingerprint) = entry.fingerprint {
        says.push(format!("Fingerprint of what was meant to be written: {}.", fingerprint.to_hex()));
    }
    for part in nested {
        let cause = part.cause.map(|cause| format!(": {cause}. {}", cause.advice())).unwrap_or_default();
        says.push(format!("  {}: {}{cause}", part.key, state(part)));
    }
    says
}

fn state(entry: &Entry) -> String {
    match entry.state {
        EntryState::Seen => "seen at the source, nothing done yet".to_owned(),
        EntryState::Intended { at } => {
            format!("in doubt since {}: it is looked for before anything is sent again", when(at))
        }
        EntryState::Settled { outcome } => outcome.name().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use protocol::{FailureCode, MigrationId, MigrationState, Outcome, Pass, TargetId, UnixMs};

    use super::*;

    fn migration() -> Migration {
        Migration {
            id: MigrationId::new("acme").unwrap(),
            state: MigrationState::Running,
            cause: None,
            pass: Pass(2),
            errand: protocol::Errand::Move,
            came_from: MigrationState::Draft,
            map_hash: None,
            created_at: UnixMs(0),
            since: UnixMs(0),
        }
    }

    fn entry(state: EntryState, pass: i64) -> Entry {
        Entry {
            key: Key::new(ObjectKind::Ticket, 7),
            state,
            pass: Pass(pass),
            target: None,
            fingerprint: None,
            cause: None,
            facts: None,
            at: UnixMs(0),
        }
    }

    #[test]
    fn a_rejected_record_tells_cause_detail_and_advice() {
        let key = Key::new(ObjectKind::Ticket, 7);
        let rejected = entry(EntryState::Settled { outcome: Outcome::Rejected }, 2);
        let letter = DeadLetter {
            key: key.clone(),
            cause: FailureCode::UnmappedValue,
            detail: "field status".into(),
            at: UnixMs(0),
        };
        let says = sentences(&migration(), &key, Some(&rejected), Some(&letter), &[]).join("\n");
        assert!(says.contains("ticket 7: rejected (pass 2"));
        assert!(says.contains("Cause: unmapped_value (field status). Add the value"));
    }

    #[test]
    fn a_record_of_an_earlier_pass_says_so_and_names_its_target() {
        let key = Key::new(ObjectKind::Ticket, 7);
        let created = Entry {
            target: Some(TargetId(4711)),
            ..entry(EntryState::Settled { outcome: Outcome::Created }, 1)
        };
        let says = sentences(&migration(), &key, Some(&created), None, &[]).join("\n");
        assert!(says.contains("it is 4711 (ticket with its messages)"));
        assert!(says.contains("The present pass 2 has not come to it yet."));
    }

    #[test]
    fn a_record_nobody_has_seen_is_said_to_be_unknown() {
        let says = sentences(&migration(), &Key::new(ObjectKind::Ticket, 7), None, None, &[]);
        assert!(says[0].contains("never seen ticket 7"));
    }
}
