//! The sample: which records of each kind were picked and why, how they came out beside what they were meant to be, and
//! the word of the person who looked at them. Ids, codes and counts; the words themselves stand in the deliverable.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Fingerprint, ObjectKind, Pass, SourceId, TargetId, UnixMs};

/// Name in the dossier of the sample as a whole.
pub const SAMPLE: &str = "sample";

/// Name in the dossier of the person's word for it.
pub const SIGN_OFF: &str = "sign_off";

/// The kinds a sample is picked from, in the order in which they are picked: parents after those who need them.
pub const PICKED: [ObjectKind; 3] = [ObjectKind::Ticket, ObjectKind::Contact, ObjectKind::Customer];

/// The kinds that are shown beside what they were meant to be.
pub const COMPARED: [ObjectKind; 4] =
    [ObjectKind::Agent, ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket];

/// Name in the dossier of what was picked of a kind.
#[must_use]
pub fn pick_leaf(kind: ObjectKind) -> String {
    format!("sample.pick.{kind}")
}

/// Name in the dossier of how a kind came out.
#[must_use]
pub fn compare_leaf(kind: ObjectKind) -> String {
    format!("sample.compare.{kind}")
}

/// What was picked of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    /// The pass it was picked in.
    pub pass: Pass,
    /// Records it was picked from.
    pub from: u64,
    /// The records, by id, and why each: the traits it was picked for.
    pub records: BTreeMap<SourceId, Vec<String>>,
    /// Records that come along because one of the sample needs them as a parent.
    pub carried: Vec<SourceId>,
    /// The parents the records need, by kind.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parents: BTreeMap<ObjectKind, Vec<SourceId>>,
    /// Traits no place was left for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

impl Pick {
    /// Nothing yet.
    #[must_use]
    pub fn nothing(pass: Pass) -> Self {
        let (records, carried, parents) = (BTreeMap::new(), Vec::new(), BTreeMap::new());
        Self { pass, from: 0, records, carried, parents, left_out: Vec::new() }
    }

    /// Every record that is moved for the sample, each once.
    #[must_use]
    pub fn ids(&self) -> Vec<SourceId> {
        let carried = self.carried.iter().filter(|id| !self.records.contains_key(*id));
        self.records.keys().chain(carried).cloned().collect()
    }
}

/// How a kind of the sample came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The pass it was compared in.
    pub pass: Pass,
    /// Records compared.
    pub records: u64,
    /// Records that stand there exactly as they were meant.
    pub same: u64,
    /// Records that differ or are not there, with the fields.
    pub differing: Vec<Differing>,
    /// Threads whose messages are as many as meant, in the order of their times; none for other kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threads_whole: Option<u64>,
    /// Tickets that have the assignee they were meant to have; none for other kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_right: Option<u64>,
    /// SHA-256 of the side-by-side JSON, in hex.
    pub sha256: String,
}

impl Compared {
    /// Nothing yet.
    #[must_use]
    pub fn nothing(pass: Pass) -> Self {
        let (threads_whole, assigned_right, sha256) = (None, None, String::new());
        Self { pass, records: 0, same: 0, differing: Vec::new(), threads_whole, assigned_right, sha256 }
    }
}

/// A record that did not come out as it was meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    /// Its id at the source.
    pub id: SourceId,
    /// Its id at the destination, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TargetId>,
    /// The fields, by path; `record` where it is not there.
    pub fields: Vec<String>,
}

/// The sample as a whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// The pass it was made in.
    pub pass: Pass,
    /// Records of each kind that were asked for.
    pub size: u32,
    /// Hash of the map it was made under.
    pub map: String,
    /// What became of each kind.
    pub kinds: BTreeMap<ObjectKind, SampledKind>,
    /// Records that do not stand there as they were meant: what somebody has to look at.
    pub left: u64,
}

/// A kind of the sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampledKind {
    /// Records that were picked; none of a kind that is moved whole.
    pub picked: u64,
    /// Records that came along as parents.
    pub carried: u64,
    /// Traits no place was left for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// How they came out.
    #[serde(flatten)]
    pub compared: Compared,
}

impl Sample {
    /// Hash of all of it, the side-by-side pages included: what a sign-off is bound to.
    #[must_use]
    pub fn hash(&self) -> String {
        Fingerprint::of(&serde_json::to_vec(self).unwrap_or_default()).to_hex()
    }
}

/// Signs for the sample.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignSample {
    /// The person.
    pub by: String,
    /// How many records of the sample may differ from what was meant. None unless given.
    #[serde(default)]
    pub tolerate: u64,
}

/// A named person's word for a map, a scope and a sample, given to one version of the program. Any other voids it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// The person.
    pub by: String,
    /// When.
    pub at: UnixMs,
    /// What they signed for.
    #[serde(flatten)]
    pub terms: SignedTerms,
}

/// What a sign-off is bound to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedTerms {
    /// Hash of the map.
    pub map: String,
    /// What is moved from where to where, by name.
    pub scope: BTreeMap<String, String>,
    /// Hash of the sample that was looked at.
    pub sample: String,
    /// Version of the program.
    pub program: String,
}

impl SignedTerms {
    /// In what the terms as they stand now differ from these, one line each.
    #[must_use]
    pub fn differences(&self, now: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut line = |name: &str, signed: Option<&String>, now: Option<&String>| {
            if signed != now {
                let word = |value: Option<&String>| value.map_or("nothing", String::as_str).to_owned();
                lines.push(format!("{name}: signed for {}, now {}", word(signed), word(now)));
            }
        };
        line("map", Some(&self.map), Some(&now.map));
        line("sample", Some(&self.sample), Some(&now.sample));
        line("program", Some(&self.program), Some(&now.program));
        let mut names: Vec<&String> = self.scope.keys().chain(now.scope.keys()).collect();
        names.sort_unstable();
        names.dedup();
        for name in names {
            line(&format!("scope.{name}"), self.scope.get(name), now.scope.get(name));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_and_picked_is_moved_once() {
        let pick = Pick {
            records: BTreeMap::from([(SourceId::from(1), vec!["oldest".to_owned()])]),
            carried: vec![SourceId::from(1), SourceId::from(2)],
            ..Pick::nothing(Pass(1))
        };
        assert_eq!(pick.ids(), [SourceId::from(1), SourceId::from(2)]);
    }

    #[test]
    fn every_term_that_changed_is_named() {
        let scope = |to: &str| BTreeMap::from([("destination".to_owned(), to.to_owned())]);
        let term = |text: &str, to: &str| SignedTerms {
            map: text.to_owned(),
            scope: scope(to),
            sample: text.to_owned(),
            program: text.to_owned(),
        };
        assert_eq!(term("a", "x").differences(&term("a", "x")), [""; 0]);
        let names: Vec<String> = term("a", "x")
            .differences(&term("b", "y"))
            .iter()
            .filter_map(|line| line.split_once(": ").map(|(name, _)| name.to_owned()))
            .collect();
        assert_eq!(names, ["map", "sample", "program", "scope.destination"]);
        let gone = SignedTerms { scope: BTreeMap::new(), ..term("a", "x") };
        assert_eq!(term("a", "x").differences(&gone), ["scope.destination: signed for x, now nothing"]);
    }
}
