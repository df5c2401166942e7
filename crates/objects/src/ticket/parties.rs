//! Whose ticket it is and who has it: the customer and the assignee, with who stands in when the source or the
//! destination does not have them. A parent that failed takes the ticket along; one the source does not have does not.

use atera::{Assignee, Author};
use protocol::{FailureCode, Link, MapSpec, ObjectKind, SourceId, TargetId};

use crate::{Note, Reject, Resolved, TicketSource, agent::agent_id, person::parent_failed, resolved::Parent};

/// The people of a ticket, found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Parties {
    /// Whose ticket it is.
    pub(super) customer: TargetId,
    /// Whether that is the contact who asked, not somebody standing in.
    pub(super) is_requester: bool,
    /// Who has it.
    pub(super) assignee: TargetId,
    /// Who stands in for a missing technician.
    pub(super) fallback_agent: TargetId,
}

/// Everybody a ticket and its thread name.
pub(super) fn links(source: &TicketSource, spec: &MapSpec) -> Vec<Link> {
    let row = &source.row;
    let mut links = Vec::new();
    links.extend(row.contact_id.map(|id| Link::new(ObjectKind::Contact, id)));
    let company = row.customer_id.map(|id| spec.customer_in_place_of(&id.into()));
    links.extend(company.map(|id| Link::new(ObjectKind::Customer, id)));
    if let Assignee::Technician { id, email, .. } = row.assignee() {
        links.extend(agent_id(id, email).map(|id| Link::new(ObjectKind::Agent, id)));
    }
    for comment in &source.comments {
        match comment.author() {
            Author::Contact(id) => links.push(Link::new(ObjectKind::Contact, id)),
            Author::Technician(id) => {
                links.extend(agent_id(Some(id), None).map(|id| Link::new(ObjectKind::Agent, id)));
            }
            Author::System => {}
        }
    }
    links
}

/// Finds them.
pub(super) fn find(
    source: &TicketSource,
    resolved: &Resolved,
    spec: &MapSpec,
    notes: &mut Vec<Note>,
) -> Result<Parties, Reject> {
    let fallback_agent = resolved.destination.fallback_agent.ok_or_else(|| {
        Reject::new(FailureCode::NoFallback, "map.fallback_agent names no active user of the destination")
    })?;
    let (customer, is_requester) = customer(source, resolved, spec, notes)?;
    let assignee = assignee(source, resolved, notes).unwrap_or(fallback_agent);
    Ok(Parties { customer, is_requester, assignee, fallback_agent })
}

fn customer(
    source: &TicketSource,
    resolved: &Resolved,
    spec: &MapSpec,
    notes: &mut Vec<Note>,
) -> Result<(TargetId, bool), Reject> {
    let row = &source.row;
    let company = row.customer_id.map(|id| spec.customer_in_place_of(&id.into()));
    let candidates =
        [(ObjectKind::Contact, row.contact_id.map(SourceId::from)), (ObjectKind::Customer, company)];
    for (kind, id) in candidates {
        let Some(id) = id else { continue };
        match resolved.parent(kind, id) {
            Parent::Landed(target) => return Ok((target, kind == ObjectKind::Contact)),
            Parent::Failed(cause) => return Err(parent_failed(kind, cause)),
            Parent::Unknown => {}
        }
    }
    let fallback = resolved.destination.fallback_customer.as_ref().ok_or_else(|| {
        Reject::new(
            FailureCode::NoFallback,
            "a ticket without requester and company needs map.fallback_customer",
        )
    })?;
    notes.push(Note::FallbackCustomerUsed);
    Ok((fallback.target, false))
}

/// The user who has it; none when it is unassigned or its technician has no user, with a note either way.
fn assignee(source: &TicketSource, resolved: &Resolved, notes: &mut Vec<Note>) -> Option<TargetId> {
    let Assignee::Technician { id, email, .. } = source.row.assignee() else {
        notes.push(Note::UnassignedToFallback);
        return None;
    };
    let user = user(resolved, id, email);
    if user.is_none() {
        notes.push(Note::FallbackAgentUsed { technician: agent_id(id, email) });
    }
    user
}

/// A technician's user: by the ledger, else by address, since a technician may show in comments alone.
pub(super) fn user(resolved: &Resolved, id: Option<i64>, email: Option<&str>) -> Option<TargetId> {
    let landed = agent_id(id, email).and_then(|id| match resolved.parent(ObjectKind::Agent, id) {
        Parent::Landed(target) => Some(target),
        Parent::Failed(_) | Parent::Unknown => None,
    });
    landed.or_else(|| resolved.destination.user_by_email(email))
}
