//! The account itself, for the check before a migration: is the token good, which plan, which zone.

use serde::Deserialize;

use crate::lenient;

/// The account. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Account {
    /// The account's id.
    #[serde(rename = "AccountID", deserialize_with = "lenient::text")]
    pub id: Option<String>,
    /// Company.
    #[serde(deserialize_with = "lenient::text")]
    pub company_name: Option<String>,
    /// Country.
    #[serde(deserialize_with = "lenient::text")]
    pub country: Option<String>,
    /// Zone, as an IANA or a Windows name; [`crate::zone_by_name`] reads both.
    #[serde(deserialize_with = "lenient::text")]
    pub time_zone_name: Option<String>,
    /// Plan.
    #[serde(deserialize_with = "lenient::text")]
    pub plan: Option<String>,
    /// An IT department's account: customers are shown as sites, contacts as users.
    #[serde(rename = "IsITDepartment", deserialize_with = "lenient::flag")]
    pub is_it_department: Option<bool>,
}
