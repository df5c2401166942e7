//! Who may talk to whom, asked of the network policies as a cluster would evaluate them.

use std::net::IpAddr;

use serde_json::{Value, json};

use super::{pod::list, policy::selects, rendered::Rendered};

/// The other end of a connection.
#[derive(Clone)]
enum Peer {
    Address(&'static str),
    /// A pod, by its labels and its namespace's labels.
    Pod(Value, Value),
}

fn pod(component: &str) -> Value {
    json!({ "app.kubernetes.io/name": if component == "redis" || component == "postgres" { component } else { "flotilla" },
            "app.kubernetes.io/component": component })
}

/// A pod of a namespace with these labels besides its name.
fn elsewhere(namespace: &str, labels: &Value, pod: Value) -> Peer {
    let mut all = json!({ "kubernetes.io/metadata.name": namespace });
    all.as_object_mut().unwrap().extend(labels.as_object().unwrap().clone());
    Peer::Pod(pod, all)
}

fn here(component: &str) -> Peer {
    elsewhere("flotilla", &json!({}), pod(component))
}

fn within(address: &str, range: &str) -> bool {
    let (net, bits) = range.split_once('/').unwrap();
    let bits: u32 = bits.parse().unwrap();
    match (address.parse::<IpAddr>().unwrap(), net.parse::<IpAddr>().unwrap()) {
        (IpAddr::V4(one), IpAddr::V4(net)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            one.to_bits() & mask == net.to_bits() & mask
        }
        (IpAddr::V6(one), IpAddr::V6(net)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            one.to_bits() & mask == net.to_bits() & mask
        }
        _ => false,
    }
}

fn matches(rule: &Value, peer: &Peer) -> bool {
    match peer {
        Peer::Address(address) => {
            let block = &rule["ipBlock"];
            let inside = |range: &Value| within(address, range.as_str().unwrap());
            block.is_object() && inside(&block["cidr"]) && !list(&block["except"]).iter().any(inside)
        }
        Peer::Pod(labels, namespace) => {
            let by_pod = rule.get("podSelector").is_none_or(|selector| selects(selector, labels));
            let by_namespace = match rule.get("namespaceSelector") {
                Some(selector) => selects(selector, namespace),
                None => namespace["kubernetes.io/metadata.name"] == "flotilla",
            };
            rule.get("ipBlock").is_none() && by_pod && by_namespace
        }
    }
}

/// Whether a pod of ours may be reached (`ingress`) or reach (`egress`) this peer at this port.
fn allowed(rendered: &Rendered, direction: &str, component: &str, peer: &Peer, port: u16) -> bool {
    let ends = if direction == "ingress" { "from" } else { "to" };
    let kind = if direction == "ingress" { json!("Ingress") } else { json!("Egress") };
    let policies: Vec<&Value> = rendered
        .of_kind("NetworkPolicy")
        .filter(|policy| selects(&policy["spec"]["podSelector"], &pod(component)))
        .filter(|policy| list(&policy["spec"]["policyTypes"]).contains(&kind))
        .collect();
    assert!(!policies.is_empty(), "{}: {component} is open to all: no policy of {direction}", rendered.name);
    let rules = policies.iter().flat_map(|policy| list(&policy["spec"][direction]));
    rules.into_iter().any(|rule| {
        assert!(
            !list(&rule[ends]).is_empty() && !list(&rule["ports"]).is_empty(),
            "a rule without ends or ports"
        );
        list(&rule[ends]).iter().any(|end| matches(end, peer))
            && list(&rule["ports"]).iter().any(|one| one["port"] == port)
    })
}

#[test]
fn a_worker_reaches_vendors_and_stores_and_nothing_else() {
    let dev = Rendered::overlay("dev");
    let can = |peer: &Peer, port| allowed(dev, "egress", "worker", peer, port);
    assert!(can(&Peer::Address("104.18.2.3"), 443) && can(&Peer::Address("2606:4700::1"), 443));
    assert!(can(&here("redis"), 6379) && can(&here("postgres"), 5432));
    let private = ["10.1.2.3", "172.16.0.1", "172.31.255.254", "192.168.1.1", "100.64.0.1", "127.0.0.1"];
    let local = ["169.254.169.254", "fe80::1", "fd00::1", "::1"];
    for address in private.into_iter().chain(local) {
        assert!(!can(&Peer::Address(address), 443), "{address} is no vendor");
    }
    assert!(!can(&Peer::Address("104.18.2.3"), 80) && !can(&Peer::Address("104.18.2.3"), 5432));
    assert!(!can(&here("redis"), 5432) && !can(&here("scheduler"), 7070));
}

#[test]
fn the_scheduler_reaches_its_stores_and_no_vendor() {
    let dev = Rendered::overlay("dev");
    let can = |peer: &Peer, port| allowed(dev, "egress", "scheduler", peer, port);
    assert!(can(&here("redis"), 6379) && can(&here("postgres"), 5432));
    let dns = elsewhere("kube-system", &json!({}), json!({ "k8s-app": "kube-dns" }));
    assert!(can(&dns, 53) && !can(&dns, 443));
    for address in ["104.18.2.3", "10.1.2.3", "169.254.169.254"] {
        assert!(!can(&Peer::Address(address), 443), "{address}");
    }
}

#[test]
fn the_api_is_open_to_labelled_namespaces_and_scrapers_alone() {
    let prod = Rendered::overlay("prod");
    let can = |component: &str, peer: &Peer, port| allowed(prod, "ingress", component, peer, port);
    let ingress = elsewhere("ingress", &json!({ "flotilla-api": "allowed" }), json!({}));
    let monitoring = elsewhere("monitoring", &json!({}), json!({}));
    let keda = elsewhere("keda", &json!({}), json!({}));
    let stranger = elsewhere("shop", &json!({}), json!({}));
    for peer in [&ingress, &monitoring, &keda] {
        assert!(can("scheduler", peer, 7070) && !can("scheduler", peer, 22));
    }
    assert!(!can("scheduler", &stranger, 7070) && !can("scheduler", &here("worker"), 7070));
    assert!(!can("scheduler", &Peer::Address("104.18.2.3"), 7070));
    assert!(can("worker", &monitoring, 7071));
    assert!(!can("worker", &ingress, 7071) && !can("worker", &here("scheduler"), 7071));
}

#[test]
fn the_stores_of_development_are_open_to_the_fleet_alone() {
    let dev = Rendered::overlay("dev");
    for (store, port) in [("redis", 6379), ("postgres", 5432)] {
        for role in ["scheduler", "worker"] {
            assert!(allowed(dev, "ingress", store, &here(role), port));
        }
        let stranger = elsewhere("shop", &json!({}), pod("worker"));
        assert!(!allowed(dev, "ingress", store, &stranger, port));
        assert!(!allowed(dev, "egress", store, &Peer::Address("104.18.2.3"), 443));
    }
}

#[test]
fn production_reaches_stores_outside_the_cluster_at_their_ports_alone() {
    let prod = Rendered::overlay("prod");
    for role in ["scheduler", "worker"] {
        let can = |address, port| allowed(prod, "egress", role, &Peer::Address(address), port);
        assert!(can("10.20.0.5", 6379) && can("10.20.0.5", 5432));
        assert!(!can("10.20.0.5", 22) && !can("104.18.2.3", 5432));
    }
}
