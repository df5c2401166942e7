//! The comments of a ticket, in the order they were written: who spoke, whether for the customer's eyes, and the
//! text. Who spoke can be asked without making any text. The order of listing is not decided here.

use super::account::{Account, Scale};
use super::edits::AddedComment;
use super::markup;
use super::prng::{Draw, Stream};
use super::prose;
use super::technicians;
use super::ticket_plan::{Assignee, Requester, TicketPlan};
use super::traps::Trap;

/// Who wrote a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Author {
    /// The contact with this number.
    Contact(i64),
    /// The technician with this number.
    Technician(i64),
    /// Nobody: both ids null.
    Null,
    /// Nobody: both ids 0.
    Zero,
}

/// Author and audience of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Voice {
    pub(crate) author: Author,
    pub(crate) internal: bool,
}

/// One comment.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    pub(crate) voice: Voice,
    pub(crate) at_ms: i64,
    /// Place among the comments as written, for the shape of its date; a copy has that of its original.
    pub(crate) place: u32,
    pub(crate) text: String,
    pub(crate) html: Option<String>,
}

/// Author and audience of a generated comment.
pub(crate) fn voice(scale: Scale, plan: &TicketPlan, index: u32) -> Voice {
    let index = original(scale, plan, index);
    let requester = match plan.requester {
        Requester::Contact(number) => Author::Contact(number),
        Requester::Null => Author::Null,
        Requester::Zero => Author::Zero,
    };
    let public = |author| Voice { author, internal: false };
    if index == 0 {
        return public(requester);
    }
    let mut draw = Draw::part(scale.seed, Stream::Comment, plan.id, u64::from(index));
    let technician = Author::Technician(match plan.assignee {
        Assignee::Technician(number) if draw.chance(80) => number,
        _ => 1 + i64::from(draw.small(10)),
    });
    let odd = index % 2 == 1;
    match plan.trap {
        Trap::Simple => return public(technician),
        Trap::NoAuthor if odd => {
            return public(if index % 4 == 1 { Author::Null } else { Author::Zero });
        }
        Trap::OtherContact if odd => return public(other_contact(scale, plan, index)),
        Trap::Internal if odd => {
            return Voice { author: technician, internal: true };
        }
        _ => {}
    }
    let seen = plan.trap == Trap::CommentingTechnician || plan.id % 97 == 0;
    if seen && index == 1 {
        return public(Author::Technician(technicians::ONLY_COMMENTS));
    }
    match draw.below(100) {
        0..=49 => Voice { author: technician, internal: draw.chance(30) || plan.trap == Trap::Internal },
        50..=94 => public(requester),
        95..=97 => public(other_contact(scale, plan, index)),
        98 => public(Author::Null),
        _ => public(Author::Zero),
    }
}

/// One comment, generated or added, by its place in the order of writing; `None` past the end.
pub(crate) fn comment(account: &Account, plan: &TicketPlan, index: u32) -> Option<Comment> {
    if index < plan.thread {
        return Some(generated(account.scale(), plan, original(account.scale(), plan, index)));
    }
    let at = usize::try_from(index - plan.thread).ok()?;
    account.edits().comments(plan.id).get(at).map(|added| from_edit(plan, added, index))
}

/// The first comment's text, without making the others.
pub(crate) fn first_text(scale: Scale, plan: &TicketPlan) -> Option<String> {
    (0 < plan.thread).then(|| generated(scale, plan, 0).text)
}

/// How many comments are internal, exact copies counted as often as they stand.
pub(crate) fn internal_count(account: &Account, plan: &TicketPlan) -> u64 {
    let made = (0..plan.thread).filter(|index| voice(account.scale(), plan, *index).internal).count();
    let added = account.edits().comments(plan.id).iter().filter(|comment| comment.internal).count();
    (made + added) as u64
}

fn generated(scale: Scale, plan: &TicketPlan, index: u32) -> Comment {
    let voice = voice(scale, plan, index);
    let mut text = prose::comment(scale, plan, index);
    if voice.internal {
        text = format!("{text} [internal:{}:{}]", plan.id, index + 1);
    }
    let at_ms = match plan.trap {
        Trap::TiedDates => plan.created_ms,
        _ => plan.created_ms + plan.pace_ms * i64::from(index) + i64::from(index % 7) * 1_013,
    };
    let html = markup::html(scale.seed, plan, index, &text);
    let old = plan.trap == Trap::None && plan.id * 8 < scale.tickets && plan.id % 2 == 0;
    let without_html = plan.trap == Trap::NoHtml || (old && html.find("<img").is_none());
    Comment { voice, at_ms, place: index, text, html: (!without_html).then_some(html) }
}

fn from_edit(plan: &TicketPlan, added: &AddedComment, place: u32) -> Comment {
    let author = match (added.by_technician || added.internal, plan.requester) {
        (true, _) => Author::Technician(1),
        (false, Requester::Contact(number)) => Author::Contact(number),
        (false, Requester::Null) => Author::Null,
        (false, Requester::Zero) => Author::Zero,
    };
    let voice = Voice { author, internal: added.internal };
    let html = Some(format!("<p>{}</p>", markup::escape(&added.text)));
    Comment { voice, at_ms: added.at_ms, place, text: added.text.clone(), html }
}

/// The index a comment is an exact copy of; its own for most.
fn original(scale: Scale, plan: &TicketPlan, index: u32) -> u32 {
    let copies = |index: u32| match plan.trap {
        Trap::Duplicates => index % 2 == 1,
        Trap::None => {
            index % 2 == 1 && Draw::part(scale.seed, Stream::Duplicate, plan.id, u64::from(index)).chance(2)
        }
        _ => false,
    };
    if copies(index) { index - 1 } else { index }
}

fn other_contact(scale: Scale, plan: &TicketPlan, index: u32) -> Author {
    let from = match plan.requester {
        Requester::Contact(number) => number,
        Requester::Null | Requester::Zero => 1,
    };
    Author::Contact(1 + (from + i64::from(index) % 5) % scale.contacts)
}
