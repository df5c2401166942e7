//! The account itself: who answers at this address. Read only.

use serde::Deserialize;
use serde_json::Value;

/// An account as read (`GET /account`), the probe for reach and identity.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Account {
    /// The account's domain, the first label of its host.
    #[serde(default)]
    pub domain: Option<String>,
    /// The account's state. The reference shows an object or a word, so it is kept as it came.
    #[serde(default)]
    pub status: Option<Value>,
    /// Set when the account is closed, as written by Gorgias.
    #[serde(default)]
    pub deactivated_datetime: Option<String>,
}
