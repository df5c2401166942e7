//! The account: the probe for reach and credentials. Settings are not touched from here.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::Account;

impl Client {
    /// Reads the account (`GET /account`).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn account(&self) -> Result<Account, Error> {
        self.ask(&Call::get("GET /account", "/account")).await
    }
}
