//! The parts of the corridor, each one step of a record's way: pages, accounting, files, the write and its doubts.

pub(crate) mod account;
pub(crate) mod budget;
pub(crate) mod destination;
mod doubt;
mod files;
mod in_hand;
mod nested;
pub(crate) mod pages;
pub(crate) mod recall;
pub(crate) mod record;
pub(crate) mod sampling;
pub(crate) mod suspects;
pub(crate) mod unshown;
mod update;
pub(crate) mod write;

pub use in_hand::InHand;
