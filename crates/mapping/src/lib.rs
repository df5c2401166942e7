//! The value map: what a status, priority or channel of the source becomes, what a survey's findings suggest, and what
//! is wrong with a map before anything moves. Pure: a spec and surveys in, a spec and findings out. Nothing is confirmed
//! here; that is an operator's act.

#![deny(missing_docs)]

mod problem;
mod proposal;
mod values;

pub use problem::{Problem, problems};
pub use proposal::{Proposal, Unmapped, propose};
pub use values::{Facet, TicketPriority, TicketStatus, channel, priority, status};
