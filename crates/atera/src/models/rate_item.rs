//! A rate, product or expense of the price list, also as it stands inside a contract. Archived ones cannot
//! be told apart: the source does not say.

use serde::Deserialize;

use super::{Row, numeric};
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// A rate. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct RateItem {
    /// The rate's id.
    #[serde(rename = "RateID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// Amount, in the account's currency.
    #[serde(deserialize_with = "lenient::decimal")]
    pub amount: Option<Decimal>,
    /// What it is for.
    #[serde(deserialize_with = "lenient::text")]
    pub description: Option<String>,
    /// Stock keeping unit.
    #[serde(rename = "SKU", deserialize_with = "lenient::text")]
    pub sku: Option<String>,
    /// Category.
    #[serde(deserialize_with = "lenient::text")]
    pub category: Option<String>,
}

impl Row for RateItem {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        Vec::new()
    }
}
