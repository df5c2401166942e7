//! How many requests a plain ticket cost the destination: its creation, the look-ups by its `external_id` and the
//! messages posted to it. Which tickets are plain is the source's own truth; reads that verify many tickets at once
//! belong to none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::gorgias::Kind;
use crate::request_log::Api;
use crate::world::World;

/// The verdict.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(crate) struct RequestsPerTicket {
    /// Plain tickets that arrived.
    pub(crate) tickets: usize,
    /// Requests made for them.
    pub(crate) requests: u64,
    /// Requests a ticket.
    pub(crate) ratio: f64,
}

/// Counts over the whole log.
pub(crate) fn count(world: &World) -> RequestsPerTicket {
    let source_of_posted = posted(world);
    let plain = |subject: &str| source_id(subject).filter(|id| world.atera.is_plain(*id));
    let start = (BTreeSet::new(), BTreeMap::<i64, u64>::new());
    let (arrived, requests) = world.log.fold(start, |(mut arrived, mut requests), entry, template| {
        let subject = entry.subject.as_deref().unwrap_or_default();
        let ticket = match (entry.api, entry.method, template) {
            (Api::Gorgias, "POST", "/api/tickets") => plain(subject),
            (Api::Gorgias, "GET", "/api/tickets") if entry.path.contains("external_id=") => plain(subject),
            (Api::Gorgias, "POST", "/api/tickets/{id}/messages") => source_of_posted.get(subject).copied(),
            _ => None,
        };
        if let Some(id) = ticket {
            *requests.entry(id).or_default() += 1;
            // A cut line leaves no status, but the ticket may have arrived all the same.
            if entry.method == "POST" && matches!(entry.status, 0 | 200..=299) {
                arrived.insert(id);
            }
        }
        (arrived, requests)
    });
    let requests = requests.into_values().sum();
    let ratio = if arrived.is_empty() { 0.0 } else { requests as f64 / arrived.len() as f64 };
    RequestsPerTicket { tickets: arrived.len(), requests, ratio }
}

/// The source ids of plain tickets, by the destination's id as it stands in paths.
fn posted(world: &World) -> BTreeMap<String, i64> {
    let state = world.gorgias.state();
    let sources = state.table(Kind::Ticket).records().filter_map(|(id, record)| {
        let fields = record.fields();
        let source = source_id(fields.get("external_id")?.as_str()?)?;
        world.atera.is_plain(source).then(|| (id.to_string(), source))
    });
    sources.collect()
}

/// The source's number at the end of an `external_id`.
fn source_id(external_id: &str) -> Option<i64> {
    let digits = external_id.len() - external_id.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    external_id[external_id.len() - digits..].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::source_id;

    #[test]
    fn the_number_at_the_end_is_the_source_id() {
        assert_eq!(source_id("atera:ticket:123"), Some(123));
        assert_eq!(source_id("77"), Some(77));
        assert_eq!(source_id("none"), None);
    }
}
