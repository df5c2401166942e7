//! Tests of the mappings as a whole: every fixture against its snapshot, and the few calls against a fake of each
//! vendor. What one file alone decides is tested beside it.

mod calls;
mod fake;
mod fields;
mod fixture;
mod groups;
mod listings;
mod snapshots;

pub(crate) use fixture::{Fixture, ticket_source};
