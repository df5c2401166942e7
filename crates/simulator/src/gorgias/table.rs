//! Records of one kind: by id, and by the keys their kind gives them. A record is kept as compact JSON text and
//! read when asked for, so that a large account stays small. Nothing here knows what a field means.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

use super::kind::{EXTERNAL, Kind};

/// One stored record.
#[derive(Debug)]
pub(crate) struct Record {
    /// Milliseconds after the start at which it was created.
    pub(crate) created_ms: u64,
    text: Box<str>,
}

impl Record {
    /// The fields as stored.
    pub(crate) fn fields(&self) -> Map<String, Value> {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// Whether lists show it at `now_ms` when they lag by `lag_ms`; what was there at the start always shows.
    pub(crate) fn is_shown(&self, now_ms: u64, lag_ms: u64) -> bool {
        self.created_ms == 0 || self.created_ms + lag_ms <= now_ms
    }

    /// The stored text itself.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// All records of one kind.
#[derive(Debug)]
pub(crate) struct Table {
    kind: Kind,
    records: BTreeMap<i64, Record>,
    keys: HashMap<Box<str>, Vec<i64>>,
    /// Where the records that were merged away went.
    merged: BTreeMap<i64, i64>,
}

impl Table {
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, records: BTreeMap::new(), keys: HashMap::new(), merged: BTreeMap::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// The record itself.
    pub(crate) fn record(&self, id: i64) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The record's fields.
    pub(crate) fn get(&self, id: i64) -> Option<Map<String, Value>> {
        self.records.get(&id).map(Record::fields)
    }

    /// Every record, by ascending id.
    pub(crate) fn records(&self) -> impl Iterator<Item = (i64, &Record)> {
        self.records.iter().map(|(id, record)| (*id, record))
    }

    /// Ids under a key, ascending.
    pub(crate) fn find(&self, key: &str) -> &[i64] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    /// How many `external_id`s more than one record holds.
    pub(crate) fn duplicates(&self) -> usize {
        self.keys.iter().filter(|(key, ids)| key.starts_with(EXTERNAL) && 1 < ids.len()).count()
    }

    pub(super) fn insert(&mut self, id: i64, created_ms: u64, fields: &Map<String, Value>) {
        for key in self.kind.keys(fields) {
            let ids = self.keys.entry(key.into_boxed_str()).or_default();
            let place = ids.partition_point(|known| *known < id);
            ids.insert(place, id);
        }
        self.records.insert(id, Record { created_ms, text: compact(fields) });
    }

    /// Changes a record in place; false if there is none.
    pub(crate) fn edit(&mut self, id: i64, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
        let Some(created_ms) = self.records.get(&id).map(|record| record.created_ms) else {
            return false;
        };
        let Some(mut fields) = self.take(id) else {
            return false;
        };
        change(&mut fields);
        self.insert(id, created_ms, &fields);
        true
    }

    pub(super) fn remove(&mut self, id: i64) -> bool {
        self.take(id).is_some()
    }

    /// Removes a record for good and remembers which one swallowed it.
    pub(super) fn merge(&mut self, source: i64, target: i64) {
        self.take(source);
        self.merged.insert(source, target);
    }

    /// Where a record went, if it was merged away.
    pub(super) fn merged_into(&self, id: i64) -> Option<i64> {
        self.merged.get(&id).copied()
    }

    fn take(&mut self, id: i64) -> Option<Map<String, Value>> {
        let fields = self.records.remove(&id)?.fields();
        for key in self.kind.keys(&fields) {
            let Some(ids) = self.keys.get_mut(key.as_str()) else {
                continue;
            };
            ids.retain(|known| *known != id);
            if ids.is_empty() {
                self.keys.remove(key.as_str());
            }
        }
        Some(fields)
    }
}

/// The fields as text, with those that are null left out.
fn compact(fields: &Map<String, Value>) -> Box<str> {
    let given = fields.iter().filter(|(_, value)| !value.is_null());
    let kept: BTreeMap<&str, &Value> = given.map(|(name, value)| (name.as_str(), value)).collect();
    serde_json::to_string(&kept).unwrap_or_default().into_boxed_str()
}
