//! A customer: the company (or the site, in an IT department's account). It has no primary address, no main
//! contact and no tags in the source, so none here.

use serde::Deserialize;

use super::{Row, numeric};
use crate::decimal::Decimal;
use crate::lenient;
use crate::stamp::Stamp;

/// A customer. Texts are none when null or empty. Names are not unique.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Customer {
    /// The customer's id.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// Company name; duplicates occur.
    #[serde(rename = "CustomerName", deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// When it was created.
    #[serde(deserialize_with = "lenient::stamp")]
    pub created_on: Option<Stamp>,
    /// When it last changed; what the change feed filters by.
    #[serde(deserialize_with = "lenient::stamp")]
    pub last_modified: Option<Stamp>,
    /// Registration number.
    #[serde(deserialize_with = "lenient::text")]
    pub business_number: Option<String>,
    /// Bare mail domains; the separator is not documented. See [`Customer::domains`].
    #[serde(deserialize_with = "lenient::text")]
    pub domain: Option<String>,
    /// Street.
    #[serde(deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// City.
    #[serde(deserialize_with = "lenient::text")]
    pub city: Option<String>,
    /// State or region.
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
    /// Country.
    #[serde(deserialize_with = "lenient::text")]
    pub country: Option<String>,
    /// Postal code.
    #[serde(rename = "ZipCodeStr", deserialize_with = "lenient::text")]
    pub zip_code: Option<String>,
    /// Phone.
    #[serde(deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// Fax.
    #[serde(deserialize_with = "lenient::text")]
    pub fax: Option<String>,
    /// Free notes.
    #[serde(deserialize_with = "lenient::text")]
    pub notes: Option<String>,
    /// URL of a logo.
    #[serde(deserialize_with = "lenient::text")]
    pub logo: Option<String>,
    /// Links, as text.
    #[serde(deserialize_with = "lenient::text")]
    pub links: Option<String>,
    /// Degrees east.
    #[serde(deserialize_with = "lenient::decimal")]
    pub longitude: Option<Decimal>,
    /// Degrees north.
    #[serde(deserialize_with = "lenient::decimal")]
    pub latitude: Option<Decimal>,
}

impl Customer {
    /// The domains one by one, split at comma, semicolon and white space, in the order given.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        let text = self.domain.as_deref().unwrap_or_default();
        text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';')).filter(|d| !d.is_empty())
    }
}

impl Row for Customer {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.created_on, &mut self.last_modified]
    }
}
