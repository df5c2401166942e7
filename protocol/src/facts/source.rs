//! The source as an assessment found it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{ObjectKind, SourceId, TargetId, UnixMs};

/// The source.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SourceFacts {
    /// The plan, as the source calls it.
    pub plan: Option<String>,
    /// The time zone, as the source calls it.
    pub zone: Option<String>,
    /// Whether that is a zone this program knows.
    pub zone_known: bool,
    /// When the token ends, where it says so.
    pub token_expires: Option<UnixMs>,
    /// Records by the source's own count: contracts, articles, agents, devices, invoices, work_hours, departments.
    pub counts: BTreeMap<String, u64>,
    /// Listings the plan or the token does not give.
    pub unavailable: Vec<String>,
    /// Contracts by type.
    pub contract_types: BTreeMap<String, u64>,
    /// Every custom field, of all scopes.
    pub fields: Vec<FieldFacts>,
    /// Hash of the definitions of all fields: another one later says that the schema has changed.
    pub schema_hash: String,
    /// Ids a listing leaves out between its lowest and its highest.
    pub gaps: BTreeMap<ObjectKind, GapFacts>,
    /// Customers whose names are the same.
    pub duplicates: Vec<DuplicateGroup>,
    /// What people share.
    pub contacts: ContactFacts,
    /// Everybody who works tickets, as far as they are seen.
    pub technicians: Vec<TechnicianFacts>,
    /// The files an operator supplies.
    pub supplements: Vec<SupplementFacts>,
    /// Distinct tags.
    pub tags: u64,
    /// Of them, those the destination does not have.
    pub tags_missing: u64,
    /// Customers with a tag of their own, which the destination has no place for.
    pub tagged_customers: u64,
    /// What belongs to tickets, by a sample.
    pub threads: ThreadFacts,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldFacts {
    /// What it hangs on, as the source spells it.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// Its type, as the source spells it.
    pub data_type: String,
    /// Choices of a dropdown.
    pub choices: u64,
    /// What its values looked like in the sample; none for a scope that was not sampled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// What the values of a field looked like: counts and lengths, never a value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Records looked at.
    pub sampled: u64,
    /// Of them, those with a value.
    pub present: u64,
    /// Distinct values, by their hashes.
    pub distinct: u64,
    /// Shortest value, in characters.
    pub shortest: u64,
    /// Longest value, in characters.
    pub longest: u64,
    /// Values of the field's own type.
    pub fitting: u64,
}

/// Ids left out of a sequence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GapFacts {
    /// The lowest id seen.
    pub lowest: i64,
    /// The highest id seen.
    pub highest: i64,
    /// Distinct ids seen.
    pub seen: u64,
    /// Ids between them that were not seen.
    pub missing: u64,
    /// The widest gaps, both ends included, at most twenty.
    pub widest: Vec<(i64, i64)>,
}

/// Customers whose names are the same but for case, space and invisible marks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DuplicateGroup {
    /// Hash of the name.
    pub name: String,
    /// The customers, lowest id first.
    pub ids: Vec<SourceId>,
}

/// What people share.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactFacts {
    /// Contacts whose address another one with a lower id has.
    pub shared_addresses: u64,
    /// Contacts whose number another one with a lower id has.
    pub shared_numbers: u64,
}

/// Somebody who works tickets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TechnicianFacts {
    /// Their id at the source.
    pub id: SourceId,
    /// Hash of their address, where one is known.
    pub address: Option<String>,
    /// Their role, as the supplement calls it.
    pub role: Option<String>,
    /// Whether they may sign in; true where nothing says so.
    pub active: bool,
    /// The user who has their address.
    pub user: Option<TargetId>,
    /// Whether that user may sign in.
    pub user_active: bool,
}

/// What a file is good for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SupplementState {
    /// None was named.
    #[default]
    Absent,
    /// It was read.
    Sound,
    /// It cannot be read as it is.
    Malformed,
}

/// A file an operator supplies.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupplementFacts {
    /// Which one: tags, technicians, sla_policies, integrations.
    pub name: String,
    /// What it is good for.
    pub state: SupplementState,
    /// Rows, of one that was read.
    pub rows: u64,
    /// When the file was written.
    pub modified: Option<UnixMs>,
    /// What is wrong with it: what was expected where, never what stood there.
    pub problem: Option<String>,
    /// Its columns against the declared ones.
    pub columns: ColumnFacts,
}

/// Columns of a file against the declared ones.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnFacts {
    /// Declared ones the file does not have.
    pub missing: Vec<String>,
    /// Columns nobody declared, counted: a header may be anything.
    pub extra: u64,
    /// Whether the declared ones stand in another order.
    pub shuffled: bool,
    /// What the bytes are: `utf-8`, `utf-8 with mark`, `utf-16`, `windows-1252`.
    pub encoding: Option<String>,
}

/// What belongs to tickets, by a sample spread evenly over the tickets that are moved.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ThreadFacts {
    /// Tickets the sample stands for.
    pub tickets: u64,
    /// Tickets looked at.
    pub sampled: u64,
    /// Their comments.
    pub comments: u64,
    /// Their files and inline images.
    pub files: u64,
    /// Upload calls those need.
    pub uploads: u64,
    /// Sum of the squares of the upload calls, for the interval.
    pub uploads_squared: u64,
    /// Messages past the first 500 of a ticket.
    pub later_messages: u64,
    /// Sum of their squares, for the interval.
    pub later_squared: u64,
    /// Files whose size was looked at.
    pub measured: u64,
    /// Bytes of those.
    pub bytes: u64,
    /// Customers looked at, and those of them with a field value.
    pub customers_with_values: (u64, u64),
}
