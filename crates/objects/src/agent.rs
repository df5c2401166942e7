//! Agents: technicians of the source, matched by e-mail with users of the destination. No call lists technicians, so
//! they are gathered from tickets, time entries and a supplement. A user is never created unless the spec says so, since
//! Gorgias sends an invitation to everyone it creates.

use std::collections::HashSet;

use atera::Assignee;
use protocol::{FailureCode, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window, map_spec::fold};
use serde::Serialize;

use crate::{
    Destination, Found, Mapped, Note, ObjectType, Presence, Reject, Resolved, SourcePage, SourceReader,
    identity::{external_id, hash16},
    source_reader::ticket_filter,
    text,
};

/// The role of a user who is created: it may work, not administer.
const ROLE: &str = "agent";

/// The kind.
#[derive(Debug)]
pub struct Agent;

/// A technician as far as the source shows one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentRow {
    /// Their id; some rows of the supplement have none.
    pub id: Option<i64>,
    /// Their name.
    pub name: Option<String>,
    /// Their address.
    pub email: Option<String>,
}

/// A user to be used, or made where the spec allows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentTarget {
    /// Their external id, for one that is made.
    pub external_id: String,
    /// Their address, folded.
    pub email: String,
    /// The name of one that is made.
    pub name: String,
}

/// The id of a technician: their number, else a hash of their address; `None` for nobody and for robots.
pub(crate) fn agent_id(id: Option<i64>, email: Option<&str>) -> Option<SourceId> {
    match id {
        Some(id) if id > 0 => Some(SourceId::from(id)),
        Some(_) => None,
        None => {
            let email = fold(email?);
            (!email.is_empty()).then(|| SourceId(format!("email:{}", hash16(&[&email]))))
        }
    }
}

impl AgentRow {
    /// Who has a ticket; nobody and robots are none.
    #[must_use]
    pub fn of_ticket(ticket: &atera::Ticket) -> Option<Self> {
        match ticket.assignee() {
            Assignee::Technician { id, name, email } => {
                Some(Self { id, name: name.map(str::to_owned), email: email.map(str::to_owned) })
            }
            Assignee::Nobody | Assignee::Autopilot => None,
        }
    }

    /// Who made a time entry.
    #[must_use]
    pub fn of_work(work: &atera::WorkHours) -> Self {
        Self {
            id: work.technician_id,
            name: work.technician_name.clone(),
            email: work.technician_email.clone(),
        }
    }

    /// Whom the supplement names.
    #[must_use]
    pub fn of_supplement(row: &atera::Technician) -> Self {
        Self { id: row.id, name: row.name.clone(), email: row.email.clone() }
    }

    /// Their id in the ledger; none for nobody and for robots.
    #[must_use]
    pub fn source_id(&self) -> Option<SourceId> {
        agent_id(self.id, self.email.as_deref())
    }
}

impl ObjectType for Agent {
    const KIND: ObjectKind = ObjectKind::Agent;
    type Row = AgentRow;
    type Source = AgentRow;
    type Target = AgentTarget;

    /// First the pages of tickets, then those of time entries, then the supplement as the last page. A technician stands
    /// on each page once and on many pages; where the supplement has an address, it stands in every row.
    async fn page(
        source: &SourceReader,
        of: &Window,
        page: u32,
    ) -> Result<SourcePage<AgentRow>, atera::Error> {
        let tickets = source.atera.tickets_page(&ticket_filter(of), page).await?;
        let ticket_pages = tickets.total_pages;
        if !tickets.items.is_empty() || ticket_pages.is_some_and(|pages| page <= pages) {
            let rows = tickets.items.iter().filter_map(AgentRow::of_ticket).collect();
            return Ok(listed(source, rows, None, false));
        }
        // A listing that does not say how many pages it has cannot be continued by number: the rest comes in one.
        let first = ticket_pages.map_or(1, |pages| page - pages);
        let mut rows = Vec::new();
        for work_page in first.. {
            let work = source.atera.work_hours_page(work_page).await?;
            rows.extend(work.items.iter().map(AgentRow::of_work));
            if work.last {
                rows.extend(source.supplements.technicians.rows().iter().map(AgentRow::of_supplement));
                return Ok(listed(source, rows, Some(page), true));
            }
            if let Some(pages) = ticket_pages {
                return Ok(listed(source, rows, work.total_pages.map(|work| pages + work), false));
            }
        }
        Ok(listed(source, rows, Some(page), true))
    }

    /// Looked for in the supplement, then page by page: no call gives one technician.
    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<AgentRow>, atera::Error> {
        let supplied = source.supplements.technicians.rows().iter().map(AgentRow::of_supplement);
        if let Some(row) = supplied.into_iter().find(|row| row.source_id().as_ref() == Some(id)) {
            return Ok(Some(row));
        }
        let mut page = 1;
        loop {
            let listed = Self::page(source, &Window::All, page).await?;
            if let Some(row) = listed.rows.into_iter().find(|row| Self::id(row) == *id) {
                return Ok(Some(row));
            }
            if listed.last {
                return Ok(None);
            }
            page += 1;
        }
    }

    fn id(row: &AgentRow) -> SourceId {
        row.source_id().unwrap_or_else(|| SourceId::from("nobody"))
    }

    fn facets(row: &AgentRow) -> Vec<(&'static str, String)> {
        let email = if row.email.is_some() { "present" } else { "absent" };
        vec![("email", email.to_owned())]
    }

    async fn hydrate(_source: &SourceReader, row: AgentRow) -> Result<AgentRow, atera::Error> {
        Ok(row)
    }

    fn map(source: &AgentRow, resolved: &Resolved, spec: &MapSpec) -> Result<Mapped<AgentTarget>, Reject> {
        let missing = |what: &str| Reject {
            notes: vec![Note::AgentWithoutUser {
                name: source.name.clone().unwrap_or_default(),
                email: source.email.clone().unwrap_or_default(),
                cause: FailureCode::AgentMissing,
            }],
            ..Reject::new(FailureCode::AgentMissing, what)
        };
        let email = source.email.as_deref().map(fold).filter(|email| !email.is_empty());
        let email = email.ok_or_else(|| missing("the source gives no address for this technician"))?;
        let known = resolved.destination.user_by_email(Some(&email)).is_some();
        if !known && !spec.create_agents {
            return Err(missing("no active user has this technician's address"));
        }
        let name = text::present(source.name.as_deref());
        let name = name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned());
        let external_id = external_id(spec, Self::KIND, &Self::id(source));
        Mapped::new(AgentTarget { external_id, email, name }, Vec::new())
    }

    fn known(target: &AgentTarget, destination: &Destination) -> Option<TargetId> {
        destination.user_by_email(Some(&target.email))
    }

    async fn create(gorgias: &gorgias::Client, target: &AgentTarget) -> Result<TargetId, gorgias::Error> {
        let user = gorgias::NewUser {
            email: target.email.clone(),
            name: target.name.clone(),
            role: ROLE.to_owned(),
            external_id: Some(target.external_id.clone()),
        };
        gorgias.create_user(&user).await.map(|row| TargetId(row.id))
    }

    /// By external id: one call per hundred users.
    async fn find(gorgias: &gorgias::Client, target: &AgentTarget) -> Result<Found, gorgias::Error> {
        let rows = gorgias.users().await?;
        let ours = |row: &&gorgias::UserRow| row.external_id.as_deref() == Some(target.external_id.as_str());
        Ok(Found::from_ids(rows.iter().filter(ours).map(|row| row.id)))
    }

    async fn adopt(
        gorgias: &gorgias::Client,
        target: &AgentTarget,
    ) -> Result<Option<TargetId>, gorgias::Error> {
        let rows = gorgias.users().await?;
        let users = rows.iter().filter_map(crate::TargetUser::of);
        Ok(users.filter(|user| user.email == target.email).map(|user| user.id).min())
    }

    /// One call per hundred users, whatever the number of ids.
    async fn present(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        let rows = gorgias.users().await?;
        let wanted = rows.into_iter().filter(|row| ids.contains(&TargetId(row.id)));
        let present = |row: gorgias::UserRow| Presence {
            target: TargetId(row.id),
            external_id: row.external_id,
            messages: None,
        };
        Ok(wanted.map(present).collect())
    }

    /// Nothing: a user has a login and perhaps work of their own by now, and is taken away by an admin alone.
    async fn delete(_gorgias: &gorgias::Client, _id: TargetId, _at: UnixMs) -> Result<(), gorgias::Error> {
        Ok(())
    }
}

/// Each technician once, with the address the supplement has for them.
fn listed(
    source: &SourceReader,
    rows: Vec<AgentRow>,
    pages: Option<u32>,
    last: bool,
) -> SourcePage<AgentRow> {
    let supplied = source.supplements.technicians.rows();
    let mut seen = HashSet::new();
    let rows = rows
        .into_iter()
        .map(|mut row| {
            let same = |other: &&atera::Technician| other.id.is_some() && other.id == row.id;
            if let Some(email) = supplied.iter().find(same).and_then(|other| other.email.clone()) {
                row.email = Some(email);
            }
            row
        })
        .filter(|row| row.source_id().is_some_and(|id| seen.insert(id)))
        .collect();
    SourcePage { rows, pages, declared: None, last }
}
