//! An agent in the source's sense: a monitored computer, read for the device inventory. It is never a person.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// A monitored computer. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Agent {
    /// The agent's id.
    #[serde(rename = "AgentID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// The device's UUID.
    #[serde(deserialize_with = "lenient::text")]
    pub device_guid: Option<String>,
    /// Name of the machine.
    #[serde(deserialize_with = "lenient::text")]
    pub machine_name: Option<String>,
    /// Name given by the technician.
    #[serde(deserialize_with = "lenient::text")]
    pub agent_name: Option<String>,
    /// Windows domain.
    #[serde(deserialize_with = "lenient::text")]
    pub domain_name: Option<String>,
    /// The customer.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// Copy of the customer's name.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// Folder.
    #[serde(deserialize_with = "lenient::text")]
    pub folder_name: Option<String>,
    /// Online now.
    #[serde(deserialize_with = "lenient::flag")]
    pub online: Option<bool>,
    /// Monitored.
    #[serde(deserialize_with = "lenient::flag")]
    pub monitored: Option<bool>,
    /// Last seen.
    #[serde(deserialize_with = "lenient::stamp")]
    pub last_seen: Option<Stamp>,
    /// When it was created.
    #[serde(deserialize_with = "lenient::stamp")]
    pub created: Option<Stamp>,
    /// When it last changed.
    #[serde(deserialize_with = "lenient::stamp")]
    pub modified: Option<Stamp>,
    /// Operating system.
    #[serde(rename = "OS", deserialize_with = "lenient::text")]
    pub os: Option<String>,
    /// Device class such as `Work Station`.
    #[serde(rename = "OSType", deserialize_with = "lenient::text")]
    pub os_type: Option<String>,
    /// Operating system's version.
    #[serde(rename = "OSVersion", deserialize_with = "lenient::text")]
    pub os_version: Option<String>,
    /// Device type.
    #[serde(deserialize_with = "lenient::text")]
    pub device_type: Option<String>,
    /// Maker.
    #[serde(deserialize_with = "lenient::text")]
    pub vendor: Option<String>,
    /// Model.
    #[serde(deserialize_with = "lenient::text")]
    pub vendor_brand_model: Option<String>,
    /// Serial number.
    #[serde(deserialize_with = "lenient::text")]
    pub vendor_serial_number: Option<String>,
}

impl Row for Agent {
    fn key(&self) -> Option<String> {
        numeric(self.id).or_else(|| self.device_guid.clone())
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.last_seen, &mut self.created, &mut self.modified]
    }
}
