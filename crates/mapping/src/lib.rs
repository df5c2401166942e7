//! The map: what a status, priority, channel, role, field or group of customers of the source becomes, what an assessment's
//! findings suggest, and what is wrong with a map before anything moves. Pure: a spec and findings in, a spec and findings
//! out. Nothing is confirmed here; that is an operator's act.

#![deny(missing_docs)]

mod edit;
mod fields;
mod groups;
mod preview;
mod problem;
mod proposal;
mod roles;
mod suggestion;
mod values;
mod words;

pub use edit::{BadEdit, KEYS, edit};
pub use fields::{Candidate, FieldProposal, propose_fields};
pub use groups::{clashing_groups, merged_away, undecided};
pub use preview::{Change, Impact, Preview, diff, preview};
pub use problem::{Problem, problems};
pub use proposal::{Proposal, Unmapped, propose, unplaced};
pub use roles::{ROLES, RoleLine, role_matrix, unmapped_roles};
pub use suggestion::{Suggestion, suggest, suggest_with};
pub use values::{Facet, TicketPriority, TicketStatus, channel, priority, status};
