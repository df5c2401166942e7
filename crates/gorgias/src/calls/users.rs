//! Users: listed, and created only when a caller says so. Nobody is changed or deleted from here.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{NewUser, UserRow};

impl Client {
    /// Lists all users, bots included (`GET /users`, 100 per call).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn users(&self) -> Result<Vec<UserRow>, Error> {
        self.all(&Call::get("GET /users", "/users")).await
    }

    /// Creates a user (`POST /users`). Gorgias invites them by e-mail and may charge a seat.
    ///
    /// # Errors
    /// As any write; `Conflict` when the address is in use.
    pub async fn create_user(&self, user: &NewUser) -> Result<UserRow, Error> {
        let call = Call::post("POST /users", "/users", user);
        let call = match &user.external_id {
            Some(external_id) => call.about(format!("external_id {external_id}")),
            None => call,
        };
        self.ask(&call).await
    }
}
