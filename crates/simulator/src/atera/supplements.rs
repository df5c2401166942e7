//! The files an operator brings for what no API gives: tags, technicians, SLA policies, integrations. Each is written
//! the way some export would write it: a byte-order mark and `;` here, Windows-1252 there, line breaks inside quotes.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::account::{Account, Scale};
use super::prng::{Draw, Stream};
use super::technicians;

/// Tags in use: two that differ in case, one with a comma, several scripts.
const TAGS: [&str; 12] = [
    "VIP",
    "vip",
    "billing",
    "Hardware",
    "follow up",
    "printer, large",
    "Ünïcode",
    "דחוף",
    "緊急",
    "éte-à-vérifier",
    "urgent!",
    "Project X",
];

/// Rows of `sla_policies.csv`.
pub(crate) const SLA_POLICIES: u64 = 8;

/// Rows of `integrations.csv`.
pub(crate) const INTEGRATIONS: u64 = 3;

/// A tag with a line break in it, on one ticket.
const BROKEN_TAG: &str = "on\r\nsite";

/// The ticket that has it.
const BROKEN_TAG_TICKET: i64 = 1;

/// The file names and their contents.
pub(crate) fn files(account: &Account) -> [(&'static str, Vec<u8>); 4] {
    [
        ("tags.csv", tags_csv(account)),
        ("technicians.csv", technicians_csv()),
        ("sla_policies.csv", sla_policies_csv()),
        ("integrations.csv", integrations_csv()),
    ]
}

/// The tags of a ticket, each once.
pub(crate) fn tags(scale: Scale, ticket: i64) -> Vec<&'static str> {
    match ticket {
        BROKEN_TAG_TICKET => return vec!["VIP", BROKEN_TAG],
        2 => return vec!["vip", "printer, large"],
        3 => return vec!["דחוף", "緊急", "Ünïcode"],
        _ => {}
    }
    let mut draw = Draw::new(scale.seed, Stream::Tag, ticket);
    let wanted = match draw.below(10) {
        0..=5 => 0,
        6..=8 => 1,
        _ => 3,
    };
    let mut tags = Vec::new();
    for _ in 0..wanted {
        let tag = draw.pick(&TAGS);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    tags
}

/// Every tag that some ticket has; stops looking once all have been seen.
pub(crate) fn distinct_tags(scale: Scale) -> BTreeSet<&'static str> {
    let mut seen = BTreeSet::new();
    for ticket in 1..=scale.tickets {
        seen.extend(tags(scale, ticket));
        if seen.len() == TAGS.len() + 1 {
            break;
        }
    }
    seen
}

/// `Ticket ID;Tag`: UTF-8 with byte-order mark, CRLF, one quoted line break.
pub(crate) fn tags_csv(account: &Account) -> Vec<u8> {
    let scale = account.scale();
    let mut text = "\u{feff}Ticket ID;Tag\r\n".to_owned();
    for ticket in 1..=scale.tickets {
        for tag in tags(scale, ticket) {
            // Writing to a string cannot fail.
            let _ = write!(text, "{ticket};{}\r\n", quoted(tag, ';'));
        }
    }
    text.into_bytes()
}

/// Technicians: UTF-8, comma, line feeds; e-mails as plain as the operator typed them.
pub(crate) fn technicians_csv() -> Vec<u8> {
    let mut text = "Technician ID,Name,Email,Role,Active\n".to_owned();
    for number in 1..=technicians::COUNT {
        let one = technicians::technician(number);
        let active = if one.active { "yes" } else { "no" };
        let name = quoted(&one.full_name(), ',');
        let _ = writeln!(text, "{},{name},{},{},{active}", one.id, one.email.trim(), one.role);
    }
    text.into_bytes()
}

/// SLA policies by priority: tab separated.
pub(crate) fn sla_policies_csv() -> Vec<u8> {
    let mut text =
        "Policy\tPriority\tFirst Response (minutes)\tResolution (minutes)\tBusiness Hours\n".to_owned();
    for (policy, factor) in [("Standard", 4), ("Premium \"24/7\"", 1)] {
        for (priority, minutes) in [("Low", 480), ("Medium", 240), ("High", 60), ("Critical", 15)] {
            let hours = if factor == 1 { "24/7" } else { "Sun-Thu 08:00-18:00" };
            let name = quoted(policy, '\t');
            let _ =
                writeln!(text, "{name}\t{priority}\t{}\t{}\t{hours}", minutes * factor, minutes * factor * 8);
        }
    }
    text.into_bytes()
}

/// Integrations: Windows-1252, `;`, CRLF; no secret among them.
pub(crate) fn integrations_csv() -> Vec<u8> {
    let text = "Name;Endpoint;Trigger;Configuration;Active\r\n\
        Société Générale – export;https://bank.example/hook;Ticket closed;\"Montant en €; par mois\";yes\r\n\
        Office 365;https://mail.example/inbound;New e-mail;Shared mailbox “helpdesk”;yes\r\n\
        Müller & Söhne ERP;https://erp.example/api;Nightly;Customers → one way;no\r\n";
    text.replace('→', "->").chars().map(windows_1252).collect()
}

fn quoted(field: &str, delimiter: char) -> String {
    if field.contains([delimiter, '"', '\r', '\n']) {
        return format!("\"{}\"", field.replace('"', "\"\""));
    }
    field.to_owned()
}

/// One character in Windows-1252; `?` for what it lacks.
fn windows_1252(character: char) -> u8 {
    match character {
        '€' => 0x80,
        '“' => 0x93,
        '”' => 0x94,
        '–' => 0x96,
        other => u8::try_from(u32::from(other)).unwrap_or(b'?'),
    }
}
