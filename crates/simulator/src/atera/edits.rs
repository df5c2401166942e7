//! What changed since the start: a small overlay over the generated account, and pages that shift under a reader.
//! Each edit carries the moment it was made, for the change feeds; nothing else is ever stored.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use super::account::Scale;
use super::ticket_plan::{self, TicketPlan};

/// One change, as `POST /_sim/atera/edit` takes it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Change {
    /// Gives a ticket another title or status.
    EditTicket { ticket: i64, title: Option<String>, status: Option<String> },
    /// Adds a comment by the requester, or by technician 1.
    AddComment {
        ticket: i64,
        text: String,
        #[serde(default)]
        internal: bool,
        #[serde(default)]
        by_technician: bool,
    },
    /// Sets the status `Deleted`; with `gone` the ticket leaves every listing and answers 404.
    DeleteTicket {
        ticket: i64,
        #[serde(default)]
        gone: bool,
    },
    /// Adds so many tickets, the newest of the account.
    AddTicket { title: Option<String>, count: Option<u32> },
    /// Changes a contact by `EndUserID`.
    EditContact { contact: i64, email: Option<String>, last_name: Option<String> },
    /// Renames a customer by `CustomerID`.
    EditCustomer { customer: i64, name: String },
    /// Once, after so many pages of `/tickets` were read from now: adds tickets and removes the named ones.
    ShiftPages {
        after_pages: u64,
        #[serde(default)]
        add: u32,
        #[serde(default)]
        remove: Vec<i64>,
    },
}

/// What was changed on one ticket.
#[derive(Clone, Debug, Default)]
pub(crate) struct TicketEdit {
    title: Option<String>,
    status: Option<String>,
    created_ms: Option<i64>,
    touched_ms: Option<i64>,
    /// The added comments, oldest first.
    pub(crate) comments: Vec<AddedComment>,
}

/// A comment added by an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddedComment {
    pub(crate) at_ms: i64,
    pub(crate) text: String,
    pub(crate) internal: bool,
    pub(crate) by_technician: bool,
}

/// What was changed on one contact.
#[derive(Clone, Debug)]
pub(crate) struct ContactEdit {
    pub(crate) email: Option<String>,
    pub(crate) last_name: Option<String>,
    pub(crate) at_ms: i64,
}

/// What was changed on one customer.
#[derive(Clone, Debug)]
pub(crate) struct CustomerEdit {
    pub(crate) name: String,
    pub(crate) at_ms: i64,
}

#[derive(Clone, Debug)]
struct Shift {
    after_page: u64,
    add: u32,
    remove: Vec<i64>,
}

/// All changes since the start.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    tickets: BTreeMap<i64, TicketEdit>,
    removed: BTreeSet<i64>,
    added: i64,
    /// By contact number.
    pub(crate) contacts: BTreeMap<i64, ContactEdit>,
    /// By customer number.
    pub(crate) customers: BTreeMap<i64, CustomerEdit>,
    pages_read: u64,
    shifts: Vec<Shift>,
}

impl Edits {
    /// Tickets added so far; their ids follow the generated ones.
    pub(crate) fn added(&self) -> i64 {
        self.added
    }

    /// Tickets removed for good.
    pub(crate) fn removed(&self) -> i64 {
        i64::try_from(self.removed.len()).unwrap_or(0)
    }

    /// Their ids, newest first.
    pub(crate) fn removed_newest_first(&self) -> impl Iterator<Item = i64> + '_ {
        self.removed.iter().rev().copied()
    }

    /// Ids of the tickets that were changed or added.
    pub(crate) fn touched(&self) -> impl Iterator<Item = i64> + '_ {
        self.tickets.keys().copied()
    }

    /// Pages of `/tickets` read so far.
    pub(crate) fn pages_read(&self) -> u64 {
        self.pages_read
    }

    /// The comments added to a ticket.
    pub(crate) fn comments(&self, ticket: i64) -> &[AddedComment] {
        self.tickets.get(&ticket).map_or(&[], |edit| edit.comments.as_slice())
    }

    /// The ticket with what was changed on it; `None` if there is none, or it was removed.
    pub(crate) fn ticket(&self, scale: Scale, id: i64) -> Option<TicketPlan> {
        if id < 1 || scale.tickets + self.added < id || self.removed.contains(&id) {
            return None;
        }
        let mut plan = ticket_plan::plan(scale, id);
        let Some(edit) = self.tickets.get(&id) else {
            return Some(plan);
        };
        if let Some(created_ms) = edit.created_ms {
            plan.created_ms = created_ms;
            plan.modified_ms = created_ms;
            plan.thread = 0;
            plan.inline = ticket_plan::Inline::None;
            plan.status = "Open".into();
        }
        if let Some(status) = &edit.status {
            plan.status = status.clone().into();
        }
        plan.title.clone_from(&edit.title);
        plan.modified_ms = edit.touched_ms.unwrap_or(plan.modified_ms);
        plan.added_comments = u32::try_from(edit.comments.len()).unwrap_or(0);
        Some(plan)
    }

    /// Applies a change; answers the ids of tickets it made, or what is wrong with it.
    pub(crate) fn apply(
        &mut self,
        scale: Scale,
        change: Change,
        now_ms: i64,
        comment_touches: bool,
    ) -> Result<Vec<i64>, String> {
        match change {
            Change::EditTicket { ticket, title, status } => {
                let entry = self.existing(scale, ticket)?;
                entry.title = title.or(entry.title.take());
                entry.status = status.or(entry.status.take());
                entry.touched_ms = Some(now_ms);
            }
            Change::AddComment { ticket, text, internal, by_technician } => {
                let number = self.ticket(scale, ticket).map_or(0, |plan| plan.comment_count()) + 1;
                let entry = self.existing(scale, ticket)?;
                let text = if internal { format!("{text} [internal:{ticket}:{number}]") } else { text };
                entry.comments.push(AddedComment { at_ms: now_ms, text, internal, by_technician });
                if comment_touches {
                    entry.touched_ms = Some(now_ms);
                }
            }
            Change::DeleteTicket { ticket, gone } => {
                let entry = self.existing(scale, ticket)?;
                entry.status = Some("Deleted".to_owned());
                entry.touched_ms = Some(now_ms);
                if gone {
                    self.removed.insert(ticket);
                }
            }
            Change::AddTicket { title, count } => {
                return Ok(self.add(scale, title.as_ref(), count.unwrap_or(1), now_ms));
            }
            Change::EditContact { contact, email, last_name } => {
                let number = super::contacts::number(scale, contact)
                    .ok_or(format!("there is no contact {contact}"))?;
                let before = self.contacts.remove(&number);
                let (old_email, old_name) = before.map_or((None, None), |edit| (edit.email, edit.last_name));
                let edit = ContactEdit {
                    email: email.or(old_email),
                    last_name: last_name.or(old_name),
                    at_ms: now_ms,
                };
                self.contacts.insert(number, edit);
            }
            Change::EditCustomer { customer, name } => {
                let number = super::customers::number(scale, customer)
                    .ok_or(format!("there is no customer {customer}"))?;
                self.customers.insert(number, CustomerEdit { name, at_ms: now_ms });
            }
            Change::ShiftPages { after_pages, add, remove } => {
                self.shifts.push(Shift { after_page: self.pages_read + after_pages, add, remove });
            }
        }
        Ok(Vec::new())
    }

    /// Notes that a page of `/tickets` was read, and shifts the pages behind the reader's back if that is due.
    pub(crate) fn page_read(&mut self, scale: Scale, now_ms: i64) {
        self.pages_read += 1;
        let read = self.pages_read;
        let (due, later) =
            std::mem::take(&mut self.shifts).into_iter().partition(|shift| shift.after_page <= read);
        self.shifts = later;
        for shift in due as Vec<Shift> {
            self.add(scale, None, shift.add, now_ms);
            let known = shift.remove.into_iter().filter(|id| (1..=scale.tickets + self.added).contains(id));
            self.removed.extend(known);
        }
    }

    fn add(&mut self, scale: Scale, title: Option<&String>, count: u32, now_ms: i64) -> Vec<i64> {
        let first = scale.tickets + self.added + 1;
        self.added += i64::from(count);
        let made: Vec<i64> = (first..=scale.tickets + self.added).collect();
        for id in &made {
            let edit = TicketEdit {
                title: title.cloned(),
                created_ms: Some(now_ms),
                touched_ms: Some(now_ms),
                ..TicketEdit::default()
            };
            self.tickets.insert(*id, edit);
        }
        made
    }

    fn existing(&mut self, scale: Scale, ticket: i64) -> Result<&mut TicketEdit, String> {
        if self.ticket(scale, ticket).is_none() {
            return Err(format!("there is no ticket {ticket}"));
        }
        Ok(self.tickets.entry(ticket).or_default())
    }
}
