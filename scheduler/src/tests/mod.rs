//! Stories of the scheduler on real parts: a ledger in a file and the in-process queue. The worker is played: it does in
//! the ledger what a worker would, and talks to nobody.

mod api;
mod beginnings;
mod client;
mod contention;
mod fleet;
mod fleet_runs;
mod milestones;
mod openapi;
mod refusals;
mod runs;
mod schema;
mod seats;
mod slots;
mod stage;
