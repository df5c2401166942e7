//! What the ledger keeps of a record beside its ids: whether it is ours, who wrote it, and the print of what stands there.
//! Hashes and numbers, never a word of a customer.

use serde::{Deserialize, Serialize};

use crate::{BatchId, Entry, EntryState, Outcome, Pass, UndoScope};

/// The facts of a record that has landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Whether this migration made it. What was there before is never undone and never written over.
    pub ours: bool,
    /// The batch that wrote it.
    pub by: BatchId,
    /// The pass that wrote it.
    pub pass: Pass,
    /// Print of what should be read back; `None` for what is only looked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view: Option<String>,
    /// The same without the fields the destination may keep otherwise than it was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loose: Option<String>,
    /// Print of its field values alone, which no listing shows; `None` where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub values: Option<String>,
    /// Whether it belongs to the sample.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sample: bool,
}

impl Kept {
    /// What is kept of an entry; `None` where an older program kept nothing, or it has not landed.
    #[must_use]
    pub fn read(entry: &Entry) -> Option<Self> {
        serde_json::from_value(entry.facts.clone()?).ok()
    }

    /// Whether an entry's record is ours. One that an older program wrote says it by its state alone.
    #[must_use]
    pub fn is_ours(entry: &Entry) -> bool {
        let made =
            matches!(entry.state, EntryState::Settled { outcome: Outcome::Created | Outcome::Updated });
        Self::read(entry).map_or(made, |kept| kept.ours)
    }
}

impl UndoScope {
    /// Whether an entry's record is asked for.
    #[must_use]
    pub fn asks_for(&self, entry: &Entry) -> bool {
        let kept = Kept::read(entry);
        let kept = kept.as_ref();
        (self.kinds.is_empty() || self.kinds.contains(&entry.key.kind))
            && self.batch.is_none_or(|batch| kept.is_some_and(|kept| kept.by == batch))
            && self.pass.is_none_or(|pass| kept.is_some_and(|kept| kept.pass == pass))
            && self.since.is_none_or(|since| entry.at >= since)
            && self.before.is_none_or(|before| entry.at < before)
            && self.cause.is_none_or(|cause| entry.cause == Some(cause))
            && (!self.sample || kept.is_some_and(|kept| kept.sample))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{FailureCode, Key, ObjectKind, TargetId, UnixMs};

    fn entry(kept: &Kept) -> Entry {
        Entry {
            key: Key::new(ObjectKind::Ticket, 7),
            state: EntryState::Settled { outcome: Outcome::Unchanged },
            pass: Pass(3),
            target: Some(TargetId(1)),
            fingerprint: None,
            cause: None,
            facts: serde_json::to_value(kept).ok(),
            at: UnixMs(1_000),
        }
    }

    fn kept() -> Kept {
        let (ours, by, pass) = (true, BatchId(7), Pass(1));
        Kept { ours, by, pass, view: None, loose: None, values: None, sample: true }
    }

    #[test]
    fn what_is_kept_is_small_and_read_as_written() {
        let all = Kept {
            view: Some("ab".into()),
            loose: Some("cd".into()),
            values: Some("ef".into()),
            sample: false,
            ..kept()
        };
        let expected = json!({"ours": true, "by": 7, "pass": 1, "view": "ab", "loose": "cd", "values": "ef"});
        assert_eq!(serde_json::to_value(&all).unwrap(), expected);
        assert_eq!(Kept::read(&entry(&all)), Some(all));
        let few = json!({"ours": true, "by": 7, "pass": 1, "sample": true});
        assert_eq!(serde_json::to_value(kept()).unwrap(), few);
    }

    #[test]
    fn what_an_older_program_made_is_ours_by_its_state() {
        let mut older = Entry { facts: None, ..entry(&kept()) };
        assert!(!Kept::is_ours(&older));
        older.state = EntryState::Settled { outcome: Outcome::Created };
        assert!(Kept::is_ours(&older));
    }

    #[test]
    fn a_scope_asks_for_exactly_what_it_names() {
        let one = entry(&kept());
        let all = UndoScope::default();
        let yes = [
            all.clone(),
            UndoScope { kinds: vec![ObjectKind::Ticket], ..all.clone() },
            UndoScope { batch: Some(BatchId(7)), ..all.clone() },
            UndoScope { pass: Some(Pass(1)), ..all.clone() },
            UndoScope { since: Some(UnixMs(1_000)), before: Some(UnixMs(1_001)), ..all.clone() },
            UndoScope { sample: true, ..all.clone() },
        ];
        assert!(yes.iter().all(|scope| scope.asks_for(&one)));
        let no = [
            UndoScope { kinds: vec![ObjectKind::Tag], ..all.clone() },
            UndoScope { batch: Some(BatchId(8)), ..all.clone() },
            UndoScope { pass: Some(Pass(3)), ..all.clone() },
            UndoScope { since: Some(UnixMs(1_001)), ..all.clone() },
            UndoScope { before: Some(UnixMs(1_000)), ..all.clone() },
            UndoScope { cause: Some(FailureCode::TargetRejected), ..all },
        ];
        assert!(no.iter().all(|scope| !scope.asks_for(&one)));
    }
}
