//! The book: everything the ledger does, written against [`Session`](crate::session::Session) and
//! [`Home`](crate::home::Home), so that both dialects do the same. Moves of an entry and of the counts are pure.

mod accounts;
mod audit;
mod counts;
mod dossier;
mod entries;
mod erase;
mod fleet;
mod guard;
mod leases;
mod migrations;
mod moves;
mod plan;
mod records;
mod reopen;
mod rows;

pub(crate) use counts::Change;
pub(crate) use entries::{Line, Under};
pub(crate) use guard::Place;
pub(crate) use moves::{Ask, Letter};
pub(crate) use records::one;
