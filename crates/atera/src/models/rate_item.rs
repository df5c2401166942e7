//! A rate, product or expense of the price list, also as it stands inside a contract. Archived ones cannot
//! be told apart: the source does not say.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

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

/// A rate, or a bare amount in its place: the vendor's list of a contract's members names no type for some, and which one a
/// tenant gets is not documented.
pub(super) fn or_amount<'de, D: Deserializer<'de>>(source: D) -> Result<Option<RateItem>, D::Error> {
    let Some(raw) = Option::<Box<RawValue>>::deserialize(source)? else {
        return Ok(None);
    };
    let text = raw.get().trim();
    if text.starts_with('{') {
        return serde_json::from_str(text).map(Some).map_err(D::Error::custom);
    }
    let text = text.trim_matches('"').trim();
    if text.is_empty() {
        return Ok(None);
    }
    let amount = Decimal::parse(text).ok_or_else(|| D::Error::custom("neither a rate nor an amount"))?;
    Ok(Some(RateItem { amount: Some(amount), ..RateItem::default() }))
}

impl Row for RateItem {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        Vec::new()
    }
}
