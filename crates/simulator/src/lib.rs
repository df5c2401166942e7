//! The stand-in of both vendors: Atera's API (the source) and Gorgias' API (the destination), stateful,
//! deterministic by seed, with faults on demand and an account of everything that was received.
//!
//! It is a judge, so it shares no code with our clients: what it knows of the vendors it knows from the
//! reference pages, and a misunderstanding shows as a disagreement. It never talks outside its two listeners.

mod admin;
mod atera;
mod clock;
mod door;
mod endpoints;
mod faults;
mod gorgias;
mod line;
mod options;
mod rate_report;
mod request_log;
mod requests_per_ticket;
mod settings;
mod simulator;
mod snapshot;
#[cfg(test)]
mod tests;
mod world;

pub use endpoints::{AteraEndpoint, Endpoints, GorgiasEndpoint};
pub use options::{Options, Rate};
pub use settings::{Settings, UnauthorizedShape};
pub use simulator::Simulator;
