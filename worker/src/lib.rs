//! Who does it: claims a batch, reads the source, maps, writes to the destination, and says in the ledger what became
//! of every record.
//!
//! The only room that talks to the vendors. It decides nothing about order or plan; it meets the scheduler only in the
//! ledger and on the queue. Start reading in [`jobs::copy`].

mod attempt;
mod context;
mod corridor;
mod crew;
mod handler;
mod hands;
mod held;
pub mod jobs;
mod kept;
mod leave;
mod merkle;
mod notes;
mod probe;
mod roster;
#[cfg(test)]
mod tests;
mod traced;
mod trouble;
mod watch;

pub use context::{Context, DoubtPolicy, ErrandOfPass, Knobs, Seen, Technicians};
pub use corridor::InHand;
pub use crew::{Crew, Equipped, Outfit};
pub use handler::JobHandler;
pub use hands::Hands;
pub use held::Held;
pub use leave::{Going, Leave};
pub use notes::Notes;
pub use probe::Counting;
pub use trouble::Trouble;
