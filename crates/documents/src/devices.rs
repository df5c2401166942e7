//! `devices.csv`: every monitored computer and device. It names what is watched and never a secret: an SNMP community has
//! no column, and an address is written without what a person could sign in with.

use crate::row::row;

row! {
    /// A computer or device.
    Device in "devices.csv" {
        /// Which listing it stands in: `agent`, `generic`, `tcp`, `http` or `snmp`.
        listing,
        /// Its id in that listing.
        device_id,
        /// Its UUID.
        device_guid,
        /// Its name.
        name,
        /// What it is.
        device_type,
        /// The customer's id.
        customer_id,
        /// The customer's name.
        customer,
        /// `online`, `offline`, or `unknown` where the source does not say.
        health_status,
        /// When it was last seen.
        last_seen,
        /// Whether it is monitored.
        monitored,
        /// Host name or address.
        address,
        /// Operating system.
        os,
        /// Maker and model.
        model,
        /// Serial number.
        serial_number,
        /// The agent that watches it.
        monitoring_agent_id,
    }
}

/// Health as the source tells it.
#[must_use]
pub fn health(online: Option<bool>) -> String {
    match online {
        Some(true) => "online",
        Some(false) => "offline",
        None => "unknown",
    }
    .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_of_the_inventory_stand_and_none_holds_a_secret() {
        assert_eq!(
            Device::HEADER.join(","),
            "listing,device_id,device_guid,name,device_type,customer_id,customer,health_status,last_seen,monitored,\
             address,os,model,serial_number,monitoring_agent_id"
        );
        assert!(!Device::HEADER.iter().any(|column| column.contains("community")));
    }

    #[test]
    fn health_is_never_guessed() {
        assert_eq!([Some(true), Some(false), None].map(health), ["online", "offline", "unknown"]);
    }
}
