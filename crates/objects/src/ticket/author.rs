//! Who wrote a comment, and so which way it goes. An internal comment can become nothing but a note, and so does an
//! entry nobody signed. Whoever has no record of their own is named in the message itself.

use atera::{Author, Comment};
use protocol::{ObjectKind, SourceId};

use super::parties::{Parties, user};
use crate::{Direction, Resolved, TicketSource, resolved::Parent, text};

/// A comment's direction and what has to be said about its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Authorship {
    pub(super) direction: Direction,
    /// The line that names an author who has no record of their own.
    pub(super) named: Option<String>,
    /// The technician for whom the fallback agent stands in.
    pub(super) stands_in_for: Option<SourceId>,
}

/// Decides.
pub(super) fn authorship(
    comment: &Comment,
    source: &TicketSource,
    parties: &Parties,
    resolved: &Resolved,
) -> Authorship {
    let author = comment.author();
    let (agent, stands_in_for) = match author {
        Author::Technician(id) => {
            let user = user(resolved, Some(id), comment.email.as_deref());
            (user, user.is_none().then(|| SourceId::from(id)))
        }
        Author::Contact(_) | Author::System => (None, None),
    };
    let sender = agent.unwrap_or(parties.fallback_agent);
    let named = |known: bool| (!known).then(|| line(comment));
    match (comment.is_internal, author) {
        (true, _) | (false, Author::System) => Authorship {
            direction: Direction::InternalNote { sender },
            named: named(agent.is_some()),
            stands_in_for,
        },
        (false, Author::Technician(_)) => Authorship {
            direction: Direction::FromAgent { sender, receiver: parties.customer },
            named: named(agent.is_some()),
            stands_in_for,
        },
        (false, Author::Contact(id)) => {
            let requester = parties.is_requester && source.row.contact_id == Some(id);
            let own = match resolved.parent(ObjectKind::Contact, id) {
                _ if requester => Some(parties.customer),
                Parent::Landed(target) => Some(target),
                Parent::Failed(_) | Parent::Unknown => None,
            };
            Authorship {
                direction: Direction::FromCustomer { sender: own.unwrap_or(parties.customer) },
                named: named(own.is_some()),
                stands_in_for: None,
            }
        }
    }
}

/// The line that names the author: by name and address as far as the source has them, else by what they are.
fn line(comment: &Comment) -> String {
    let names = [text::present(comment.first_name.as_deref()), text::present(comment.last_name.as_deref())];
    let mut parts: Vec<String> = names.into_iter().flatten().collect();
    if let Some(email) = text::present(comment.email.as_deref()) {
        parts.push(if parts.is_empty() { email } else { format!("<{email}>") });
    }
    let who = match (parts.is_empty(), comment.author()) {
        (false, _) => parts.join(" "),
        (true, Author::Technician(-1)) => "Autopilot".to_owned(),
        (true, Author::Technician(id)) => format!("technician {id}"),
        (true, Author::Contact(id)) => format!("contact {id}"),
        (true, Author::System) => "the system".to_owned(),
    };
    format!("[Original author: {who}]")
}
