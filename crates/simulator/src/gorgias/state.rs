//! The account's records and everything the account would have sent, behind one lock. One sequence of ids serves
//! all kinds, so that an id of one kind can never pass for another's.

use std::collections::HashMap;
use std::sync::MutexGuard;

use bytes::Bytes;
use serde_json::{Map, Value};

use super::answer::Refusal;
use super::kind::Kind;
use super::outbox::Outbox;
use super::table::{Record, Table};

/// The state while one handler holds it.
pub(crate) type Guard<'a> = MutexGuard<'a, State>;

/// The first id ever given.
const FIRST_ID: i64 = 1000;

/// Everything the account holds.
#[derive(Debug)]
pub(crate) struct State {
    tables: Vec<Table>,
    next_id: i64,
    /// What would have left the house.
    pub(crate) outbox: Outbox,
    /// Uploaded bytes by SHA-256 in hex.
    pub(crate) files: HashMap<String, Bytes>,
    /// People created or changed by being referred to with more than an id.
    pub(crate) people_touched: u64,
    /// The user whose key or app is calling.
    pub(crate) caller: i64,
}

impl State {
    pub(crate) fn new() -> Self {
        Self {
            tables: Kind::ALL.into_iter().map(Table::new).collect(),
            next_id: FIRST_ID,
            outbox: Outbox::default(),
            files: HashMap::new(),
            people_touched: 0,
            caller: 0,
        }
    }

    /// The records of one kind.
    pub(crate) fn table(&self, kind: Kind) -> &Table {
        &self.tables[kind as usize]
    }

    /// The records of one kind, to be changed.
    pub(crate) fn table_mut(&mut self, kind: Kind) -> &mut Table {
        &mut self.tables[kind as usize]
    }

    /// Stores a new record and gives its id.
    pub(super) fn create(&mut self, kind: Kind, now_ms: u64, mut fields: Map<String, Value>) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        fields.insert("id".to_owned(), id.into());
        self.table_mut(kind).insert(id, now_ms, &fields);
        id
    }

    /// A record by id, or the refusal the vendor gives: merged (301) or missing (404).
    pub(super) fn demand(&self, kind: Kind, id: i64) -> Result<&Record, Refusal> {
        let table = self.table(kind);
        if let Some(into) = table.merged_into(id) {
            let path = format!("/api/{}", kind.name());
            return Err(Refusal::merged(&path, &format!("{}_merged", kind.noun()), into));
        }
        table.record(id).ok_or_else(|| Refusal::missing(kind.noun(), id))
    }

    /// Removes a ticket with all it holds; false if there is none.
    pub(super) fn delete_ticket(&mut self, id: i64) -> bool {
        for kind in [Kind::Message, Kind::Survey] {
            let held = self.table(kind).find(&super::kind::ticket_key(id)).to_vec();
            for inner in held {
                self.table_mut(kind).remove(inner);
            }
        }
        self.table_mut(Kind::Ticket).remove(id)
    }
}
