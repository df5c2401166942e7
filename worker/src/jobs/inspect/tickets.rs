//! One walk over the tickets: who has none to care for it, which values no map has a place for, which ids are left out,
//! who works them, and a sample spread evenly over those that are moved.

use std::collections::HashSet;

use atera::Assignee;
use objects::{AgentRow, ObjectType as _, Ticket};
use protocol::{
    MapSpec, ObjectKind, SourceId, ValueMap, Window,
    facts::{Records, SourceFacts},
    map_spec::fold,
};

use super::{Desk, sequence};
use crate::{Trouble, roster::Roster};

/// Tickets of the sample.
const SAMPLE: u64 = 500;

/// Walks, and answers the sample.
pub(super) async fn walk(
    desk: &Desk<'_>,
    facts: &mut SourceFacts,
    records: &mut Records,
    roster: &mut Roster,
) -> Result<Vec<atera::Ticket>, Trouble> {
    let counted = desk.surveys.iter().find(|survey| survey.kind == ObjectKind::Ticket);
    let every = counted.map_or(1, |survey| survey.count.div_ceil(SAMPLE)).max(1);
    let (mut ids, mut seen, mut sample) = (Vec::new(), HashSet::new(), Vec::new());
    for page in 1.. {
        let found = desk.source(Ticket::page(&desk.cx.source, &Window::All, page)).await?;
        for row in found.rows {
            if !seen.insert(row.id) {
                continue;
            }
            ids.push(row.id);
            roster.add(AgentRow::of_ticket(&row));
            note(&row, desk.spec(), records);
            if Ticket::excluded(&row, desk.spec()) {
                continue;
            }
            facts.threads.tickets += 1;
            if facts.threads.tickets.is_multiple_of(every) {
                sample.push(row);
            }
        }
        if found.last {
            break;
        }
    }
    facts.gaps.insert(ObjectKind::Ticket, sequence::gaps(ids));
    Ok(sample)
}

fn note(row: &atera::Ticket, spec: &MapSpec, records: &mut Records) {
    let id = || SourceId::from(row.id);
    if !matches!(row.assignee(), Assignee::Technician { .. }) {
        records.unassigned.push(id());
    }
    if Ticket::excluded(row, spec) {
        return;
    }
    let values = [
        ("status", &spec.status, &row.status),
        ("priority", &spec.priority, &row.priority),
        ("source", &spec.channel, &row.source),
    ];
    for (facet, map, value) in values {
        let value = value.clone().unwrap_or_default();
        if is_lost(map, &value) {
            records.tickets.entry(facet.to_owned()).or_default().entry(value).or_default().push(id());
        }
    }
}

/// A value that neither an entry nor a default takes.
fn is_lost(map: &ValueMap, value: &str) -> bool {
    map.default.is_none() && !map.values.keys().any(|known| fold(known) == fold(value))
}
