//! What a verification found, as it stands in the dossier: counts, and the first records that differ, by id and field.
//! Never what a field says.

use std::collections::BTreeMap;

use protocol::{Pass, SourceId, TargetId};
use serde::Serialize;

/// Records listed by id; all are counted.
const LISTED: usize = 1_000;

/// What became of a record that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    /// It stands as it was found.
    Left,
    /// It was written again and now reads as it was meant.
    Repaired,
    /// Somebody else has changed it: it is left to them.
    Touched,
    /// It is not there.
    Missing,
    /// The source says something else by now: a delta decides.
    ChangedAtSource,
}

/// A record that differs.
#[derive(Debug, Serialize)]
struct Mismatch {
    id: SourceId,
    target: TargetId,
    fields: Vec<String>,
    fate: Fate,
}

/// The counts of one kind.
#[derive(Debug, Serialize)]
pub(crate) struct Tally {
    pub(crate) pass: Pass,
    /// Records read back.
    pub(crate) checked: u64,
    /// As they were meant.
    pub(crate) equal: u64,
    /// Equal but for what the destination keeps by its own rule, such as when a ticket last changed.
    pub(crate) equal_but_for_its_own: u64,
    /// There, with nothing to compare with: adopted, or written by an older program.
    pub(crate) present_only: u64,
    /// Fields that differ, counted by what they are called.
    pub(crate) fields: BTreeMap<String, u64>,
    pub(crate) repaired: u64,
    pub(crate) touched: u64,
    pub(crate) missing: u64,
    pub(crate) changed_at_source: u64,
    /// What an operator still has to look at.
    pub(crate) left: u64,
    /// Requests to the destination this took.
    pub(crate) requests: u64,
    /// Over source id, outcome, destination id and fingerprint of every record of the kind.
    pub(crate) merkle_root: String,
    mismatches: Vec<Mismatch>,
}

impl Tally {
    /// Nothing found yet.
    pub(crate) fn of(pass: Pass) -> Self {
        Self {
            pass,
            checked: 0,
            equal: 0,
            equal_but_for_its_own: 0,
            present_only: 0,
            fields: BTreeMap::new(),
            repaired: 0,
            touched: 0,
            missing: 0,
            changed_at_source: 0,
            left: 0,
            requests: 0,
            merkle_root: String::new(),
            mismatches: Vec::new(),
        }
    }

    /// Counts a record that differs.
    pub(crate) fn differs(&mut self, id: SourceId, target: TargetId, fields: Vec<String>, fate: Fate) {
        for field in &fields {
            *self.fields.entry(class(field)).or_default() += 1;
        }
        *match fate {
            Fate::Left => &mut self.left,
            Fate::Repaired => &mut self.repaired,
            Fate::Touched => &mut self.touched,
            Fate::Missing => &mut self.missing,
            Fate::ChangedAtSource => &mut self.changed_at_source,
        } += 1;
        if matches!(fate, Fate::Touched | Fate::Missing) {
            self.left += 1;
        }
        if self.mismatches.len() < LISTED {
            self.mismatches.push(Mismatch { id, target, fields, fate });
        }
    }
}

/// What a field is called, whichever message or field value it belongs to.
fn class(path: &str) -> String {
    let kind = path.split(':').next().unwrap_or(path);
    match path.rsplit_once('/') {
        Some((_, field)) => format!("{kind}.{field}"),
        None if path.ends_with(" missing") => format!("{kind} missing"),
        None if path.ends_with(" added") => format!("{kind} added"),
        None => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_counted_by_what_it_is_called() {
        let classes =
            ["status", "message:a:1/sent_datetime", "message:a:1 missing", "custom_field:7/value"].map(class);
        assert_eq!(classes, ["status", "message.sent_datetime", "message missing", "custom_field.value"]);
    }
}
