//! The calls, one file per resource, as methods of the client. Each names its endpoint and the record it is about;
//! how it is made is no concern of this room.

mod account;
mod custom_fields;
mod customers;
mod integrations;
mod macros;
mod messages;
mod rules;
mod surveys;
mod tags;
mod tickets;
mod upload;
mod users;

use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::policy;

/// What a delete found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deleted {
    /// It is gone now.
    Now,
    /// It was gone before.
    AlreadyGone,
}

impl Client {
    /// Deletes; a record that is gone is as good as deleted.
    async fn remove(&self, call: &Call) -> Result<Deleted, Error> {
        match self.tell(call).await {
            Ok(()) => Ok(Deleted::Now),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Deleted::AlreadyGone),
            Err(error) => Err(error),
        }
    }
}

/// The id of what a write made; without it nobody knows what was made.
fn made_id(call: &Call, made: &Value) -> Result<i64, Error> {
    made.get("id").and_then(Value::as_i64).ok_or_else(|| policy::unreadable(call))
}
