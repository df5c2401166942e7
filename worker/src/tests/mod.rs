//! Stories of the worker on real parts: a simulator on loopback, a ledger in a file, the clients as they are. Nothing
//! sleeps for luck here, and no time is asserted on.

mod crew;
mod documents;
mod doubts;
mod endings;
mod hands;
mod nesting;
mod poison;
mod stage;
