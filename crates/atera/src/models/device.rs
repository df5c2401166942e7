//! A device monitored without an agent of its own, read for the device inventory. The SNMP community is a
//! secret and has no field here.

use serde::Deserialize;

use super::{Row, numeric};
use crate::lenient;
use crate::stamp::Stamp;

/// A device. Texts are none when null or empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Device {
    /// The device's id.
    #[serde(rename = "DeviceID", deserialize_with = "lenient::own_id")]
    pub id: i64,
    /// The device's UUID.
    #[serde(deserialize_with = "lenient::text")]
    pub device_guid: Option<String>,
    /// Name.
    #[serde(deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// The customer.
    #[serde(rename = "CustomerID", deserialize_with = "lenient::id")]
    pub customer_id: Option<i64>,
    /// Copy of the customer's name.
    #[serde(deserialize_with = "lenient::text")]
    pub customer_name: Option<String>,
    /// The agent that watches it.
    #[serde(rename = "MonitoringAgentID", deserialize_with = "lenient::id")]
    pub monitoring_agent_id: Option<i64>,
    /// Monitored.
    #[serde(deserialize_with = "lenient::flag")]
    pub monitored: Option<bool>,
    /// Host name.
    #[serde(deserialize_with = "lenient::text")]
    pub hostname: Option<String>,
    /// Address of a watched site.
    #[serde(rename = "URL", deserialize_with = "lenient::text")]
    pub url: Option<String>,
}

/// Which of the four device listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DeviceKind {
    /// Generic devices.
    Generic,
    /// TCP devices.
    Tcp,
    /// HTTP devices.
    Http,
    /// SNMP devices.
    Snmp,
}

impl DeviceKind {
    /// All four, in the order in which the inventory lists them.
    pub const ALL: [Self; 4] = [Self::Generic, Self::Tcp, Self::Http, Self::Snmp];
}

impl Row for Device {
    fn key(&self) -> Option<String> {
        numeric(self.id).or_else(|| self.device_guid.clone())
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        Vec::new()
    }
}
