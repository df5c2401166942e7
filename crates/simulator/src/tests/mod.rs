//! Claims about the running simulator, checked over real HTTP on loopback. Each test starts its own and stops it.

mod admin;
mod caller;
mod cost;
mod faults;
mod gate;
mod lists;
mod people;
mod silence;
mod snapshots;
mod strictness;
mod tickets;
mod uploads;
