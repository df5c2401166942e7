//! Devices: monitored computers and the four kinds of watched devices, each from its own listing. The client has no field
//! for an SNMP community, so none can come here.

use atera::{Agent, Device as Watched, DeviceKind};
use documents::{
    Origin,
    devices::{Device, health},
    row::yes_or_no,
    secrets,
};
use protocol::ObjectKind;

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, walk},
};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut drafts, out) = begin(cx, held)?;
    let mut tries = Tries::of(ObjectKind::Device);
    loop {
        let mut sheet = drafts.sheet().map_err(|error| unwritten(&error))?;
        let page = |number| cx.source.atera.agents_page(number);
        let mut walked = walk(cx, held, page, |agent: Agent| sheet.row(&computer(&agent))).await?;
        for kind in DeviceKind::ALL {
            let page = |number| cx.source.atera.devices_page(kind, number);
            let take = |device: Watched| sheet.row(&watched(kind, &device));
            walked = walked.and(walk(cx, held, page, take).await?);
        }
        if tries.came_out(walked)? {
            let endpoint = ObjectKind::Device.row().source_endpoint;
            let origin = Origin::of(walked.source(endpoint)).counted(walked.counted);
            drafts.keep(sheet, origin).map_err(|error| unwritten(&error))?;
            return issue(held, drafts, &out).await;
        }
    }
}

fn computer(agent: &Agent) -> Device {
    let model = [&agent.vendor, &agent.vendor_brand_model].map(|part| told::text(part.as_ref()));
    Device {
        listing: "agent".to_owned(),
        device_id: agent.id.to_string(),
        device_guid: told::text(agent.device_guid.as_ref()),
        name: told::text(agent.agent_name.as_ref().or(agent.machine_name.as_ref())),
        device_type: told::text(agent.os_type.as_ref().or(agent.device_type.as_ref())),
        customer_id: told::id(agent.customer_id),
        customer: told::text(agent.customer_name.as_ref()),
        health_status: health(agent.online),
        last_seen: told::moment(agent.last_seen.as_ref()),
        monitored: yes_or_no(agent.monitored),
        address: told::text(agent.domain_name.as_ref()),
        os: told::text(agent.os.as_ref()),
        model: model.join(" ").trim().to_owned(),
        serial_number: told::text(agent.vendor_serial_number.as_ref()),
        monitoring_agent_id: String::new(),
    }
}

fn watched(kind: DeviceKind, device: &Watched) -> Device {
    let listing = match kind {
        DeviceKind::Generic => "generic",
        DeviceKind::Tcp => "tcp",
        DeviceKind::Http => "http",
        DeviceKind::Snmp => "snmp",
    };
    Device {
        listing: listing.to_owned(),
        device_id: device.id.to_string(),
        device_guid: told::text(device.device_guid.as_ref()),
        name: told::text(device.name.as_ref()),
        device_type: format!("{listing} device"),
        customer_id: told::id(device.customer_id),
        customer: told::text(device.customer_name.as_ref()),
        health_status: health(None),
        monitored: yes_or_no(device.monitored),
        address: secrets::address(&told::text(device.hostname.as_ref().or(device.url.as_ref()))),
        monitoring_agent_id: told::id(device.monitoring_agent_id),
        ..Device::default()
    }
}
