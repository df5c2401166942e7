//! What the programs of Flotilla say to each other: data only.
//!
//! Ids, object kinds, jobs, ledger entries, migration states, the map spec, failure codes and the bodies of the
//! internal API. Never any I/O: no client, no clock, no file. Whoever reads an older or newer message of this room gets
//! a typed error for an unknown version or kind, and unknown fields are tolerated.

#![deny(missing_docs)]

pub mod account;
pub mod api;
pub mod batch;
pub mod certificate;
pub mod documents;
pub mod dossier;
pub mod erasure;
pub mod errand;
pub mod facts;
pub mod failure;
pub mod fleet;
pub mod ids;
pub mod job;
pub mod kept;
pub mod map_spec;
pub mod migration;
pub mod milestone;
pub mod object_kind;
pub mod record;
pub mod report;
pub mod sample;
pub mod step;
pub mod survey;
pub mod tally;
pub mod time;

pub use account::{Account, AccountRate, At, Name, QuietHours};
pub use batch::{Batch, BatchState, Lease, NewBatch, Slice, Window};
pub use documents::{
    ArticleField, ArticleReview, DocumentEntry, DocumentIndex, DocumentSettings, DocumentTotal,
};
pub use dossier::{Awaited, Leaf};
pub use errand::{BeginErrand, Errand, UndoScope};
pub use failure::{Decision, FailureCode};
pub use fleet::{Controls, Leader, MigrationSettings, Scaling};
pub use ids::{BatchId, FenceToken, Fingerprint, MigrationId, Pass, SourceId, TargetId};
pub use job::Job;
pub use kept::Kept;
pub use map_spec::{FieldMap, MapSpec, ValueMap};
pub use migration::{Migration, MigrationState};
pub use object_kind::ObjectKind;
pub use record::{DeadLetter, Entry, EntryState, Key, Link, Outcome};
pub use step::{Probe, Step, StepPoint};
pub use survey::Survey;
pub use tally::Tally;
pub use time::{Clock, UnixMs};
