//! A department of the account.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// A department. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Department {
    /// The department's id.
    #[serde(deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// Description.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
}

impl Row for Department {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        Vec::new()
    }
}
