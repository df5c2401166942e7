//! A knowledge base article. No member of the source is named title, body or author; which of product,
//! context and address holds what is the map's decision, never made here.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// An article. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Article {
    /// The article's id.
    #[serde(rename = "KBID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// When it was written.
    #[serde(rename = "KBTimestamp", deserialize_with = "lenient::stamp")]
    pub written: Option<Stamp>,
    /// When it last changed.
    #[serde(rename = "KBLastModified", deserialize_with = "lenient::stamp")]
    pub last_modified: Option<Stamp>,
    /// `KBContext`; by its name the content.
    #[serde(rename = "KBContext", deserialize_with = "lenient::text")]
    pub context: Option<String>,
    /// `KBProduct`; by its name the heading.
    #[serde(rename = "KBProduct", deserialize_with = "lenient::text")]
    pub product: Option<String>,
    /// Keywords.
    #[serde(rename = "KBKeywords", deserialize_with = "lenient::text")]
    pub keywords: Option<String>,
    /// `KBAddress`; by its name a URL.
    #[serde(rename = "KBAddress", deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// Not for customers. Absent reads as none, which must be treated as private.
    #[serde(rename = "KBIsPrivate", deserialize_with = "lenient::flag")]
    pub is_private: Option<bool>,
    /// Undocumented code.
    #[serde(rename = "KBStatus", deserialize_with = "lenient::whole")]
    pub status: Option<i64>,
    /// Undocumented code.
    #[serde(rename = "KBPriority", deserialize_with = "lenient::whole")]
    pub priority: Option<i64>,
    /// Votes for.
    #[serde(rename = "KBRating_Yes", deserialize_with = "lenient::whole")]
    pub rating_yes: Option<i64>,
    /// Votes against.
    #[serde(rename = "KBRating_No", deserialize_with = "lenient::whole")]
    pub rating_no: Option<i64>,
    /// Views.
    #[serde(rename = "KBRating_Views", deserialize_with = "lenient::whole")]
    pub views: Option<i64>,
    /// Section's id.
    #[serde(deserialize_with = "lenient::text")]
    pub section_id: Option<String>,
    /// Section's name.
    #[serde(deserialize_with = "lenient::text")]
    pub section_name: Option<String>,
    /// Category's id.
    #[serde(deserialize_with = "lenient::text")]
    pub category_id: Option<String>,
    /// Category's name.
    #[serde(deserialize_with = "lenient::text")]
    pub category_name: Option<String>,
}

impl Row for Article {
    fn key(&self) -> Option<String> {
        numeric(self.id)
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.written, &mut self.last_modified]
    }
}
