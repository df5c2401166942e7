//! The account and its settings: the probe for reach and credentials, and what would act on tickets. Never written.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{Account, SettingRow};

impl Client {
    /// Reads the account (`GET /account`).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn account(&self) -> Result<Account, Error> {
        self.ask(&Call::get("GET /account", "/account")).await
    }

    /// Reads the settings (`GET /account/settings`), which come in one page.
    ///
    /// # Errors
    /// As any read.
    pub async fn account_settings(&self) -> Result<Vec<SettingRow>, Error> {
        self.listed(&Call::get("GET /account/settings", "/account/settings")).await
    }
}
