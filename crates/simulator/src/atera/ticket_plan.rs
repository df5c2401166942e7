//! A ticket before its texts: who asked, who works on it, when, in which state, and how long its thread is.
//! Cheap enough to be computed for every row of a filter; never allocates a text.

use std::borrow::Cow;

use super::account::Scale;
use super::calendar::{HOUR_MS, SPAN_MS, START_MS, Shape};
use super::customers;
use super::prng::{Draw, Stream};
use super::traps::{self, ORPHAN_CONTACT, Trap};

/// Who asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Requester {
    /// The contact with this number.
    Contact(i64),
    /// Nobody, written as null.
    Null,
    /// Nobody, written as 0.
    Zero,
}

/// Who works on it, and how nobody is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Assignee {
    /// The technician with this number, 1 to 12.
    Technician(i64),
    /// id null, name null.
    Null,
    /// id 0, name null.
    Zero,
    /// id 0, name empty.
    EmptyName,
    /// id null, name `.`.
    Dot,
    /// id -1.
    Autopilot,
}

/// How `FirstComment` relates to the thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FirstComment {
    /// It is the first comment's text.
    Repeats,
    /// It is a text of its own that no comment holds.
    Apart,
    /// Null.
    Null,
}

/// An image inside the first comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inline {
    None,
    Data,
    Cid,
    Hosted,
}

/// A ticket before its texts.
#[derive(Clone, Debug)]
pub(crate) struct TicketPlan {
    pub(crate) id: i64,
    pub(crate) trap: Trap,
    /// A title given by an edit.
    pub(crate) title: Option<String>,
    pub(crate) status: Cow<'static, str>,
    pub(crate) priority: &'static str,
    pub(crate) impact: &'static str,
    pub(crate) kind: &'static str,
    pub(crate) source: &'static str,
    pub(crate) requester: Requester,
    /// `CustomerID`; one per ticket, though it may not be listed.
    pub(crate) customer: i64,
    pub(crate) assignee: Assignee,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    /// Comments the generator makes.
    pub(crate) thread: u32,
    /// Comments added by edits.
    pub(crate) added_comments: u32,
    /// Milliseconds from one comment to the next.
    pub(crate) pace_ms: i64,
    pub(crate) first_comment: FirstComment,
    pub(crate) inline: Inline,
    pub(crate) shape: Shape,
}

impl TicketPlan {
    /// All comments of the ticket.
    pub(crate) fn comment_count(&self) -> u32 {
        self.thread + self.added_comments
    }

    /// Whether the ticket counts as done.
    pub(crate) fn is_done(&self) -> bool {
        self.status == "Resolved" || self.status == "Closed"
    }
}

/// Whether a status takes a ticket out of the ordinary move: deleted, spam, merged.
pub(crate) fn is_out_of_play(status: &str) -> bool {
    matches!(status, "Deleted" | "Spam" | "Merged")
}

/// Plans the ticket with this id.
pub(crate) fn plan(scale: Scale, id: i64) -> TicketPlan {
    let mut draw = Draw::new(scale.seed, Stream::Ticket, id);
    let trap = traps::trap(id);
    let created_ms = created_ms(scale, id, &mut draw);
    let requester = requester(scale, trap, &mut draw);
    let status = status(trap, draw.below(100));
    let assignee = assignee(trap, id, draw.below(100));
    let thread = thread(trap, &mut draw);
    let first_comment = first_comment(trap, draw.below(100));
    let inline = inline(trap, thread, draw.below(100));
    let pace_ms = (15 + i64::from(draw.small(150))) * 60_000;
    let tail = if trap == Trap::TiedDates { 1 } else { i64::from(thread) + 1 };
    TicketPlan {
        id,
        trap,
        title: None,
        status: Cow::Borrowed(status),
        priority: draw.pick(&["Low", "Medium", "Medium", "High", "Critical"]),
        impact: draw.pick(&[
            "NoImpact",
            "Minor",
            "Minor",
            "Major",
            "ServerIssue",
            "SiteDown",
            "Crisis",
            "No Impact",
        ]),
        kind: draw.pick(&["Incident", "Incident", "Problem", "Request", "Change"]),
        source: draw.pick(&["Email", "Email", "Portal", "Agent", "API", "Phone"]),
        requester,
        customer: customer(scale, trap, requester, id),
        assignee,
        created_ms,
        modified_ms: created_ms + pace_ms * tail + HOUR_MS,
        thread,
        added_comments: 0,
        pace_ms,
        first_comment,
        inline,
        shape: Shape::nth(id),
    }
}

fn created_ms(scale: Scale, id: i64, draw: &mut Draw) -> i64 {
    let step = SPAN_MS / scale.tickets.max(1);
    let jitter = draw.below(step.max(1).cast_unsigned()).cast_signed();
    START_MS + (step * (id - 1)).min(SPAN_MS) + jitter
}

fn requester(scale: Scale, trap: Trap, draw: &mut Draw) -> Requester {
    let anyone = Requester::Contact(1 + draw.below(scale.contacts.cast_unsigned()).cast_signed());
    match trap {
        Trap::Simple | Trap::OtherEmail => Requester::Contact(1),
        Trap::OrphanRequester => Requester::Contact(ORPHAN_CONTACT),
        Trap::RequesterNull => Requester::Null,
        Trap::RequesterZero => Requester::Zero,
        _ => anyone,
    }
}

fn customer(scale: Scale, trap: Trap, requester: Requester, id: i64) -> i64 {
    let some = customers::id(1 + id.rem_euclid(scale.customers));
    match (trap, requester) {
        (Trap::UnlistedCustomer, _) => customers::UNLISTED,
        (_, Requester::Contact(number)) => {
            super::contacts::customer_of(scale, number).map_or(some, customers::id)
        }
        _ => some,
    }
}

fn status(trap: Trap, roll: u64) -> &'static str {
    match (trap, roll) {
        (Trap::Status(fixed), _) => fixed,
        (Trap::None, 0..=24) => "Open",
        (Trap::None, 25..=34) => "Pending",
        (Trap::None, 35..=54) => "Resolved",
        (Trap::None, 55..=89) => "Closed",
        (Trap::None, 90..=92) => "Deleted",
        (Trap::None, 93..=94) => "Spam",
        (Trap::None, 95..=96) => "Merged",
        (Trap::None, _) => "Waiting Vendor",
        (_, 0..=59) => "Open",
        _ => "Closed",
    }
}

fn assignee(trap: Trap, id: i64, roll: u64) -> Assignee {
    match trap {
        Trap::TechnicianNull => return Assignee::Null,
        Trap::TechnicianZero => return Assignee::Zero,
        Trap::TechnicianEmptyName => return Assignee::EmptyName,
        Trap::TechnicianDot => return Assignee::Dot,
        Trap::Autopilot => return Assignee::Autopilot,
        _ => {}
    }
    match roll {
        0..=2 => Assignee::Null,
        3..=4 => Assignee::Zero,
        5 => Assignee::EmptyName,
        6..=7 => Assignee::Dot,
        8 => Assignee::Autopilot,
        _ => Assignee::Technician(1 + (id + roll.cast_signed()).rem_euclid(super::technicians::ASSIGNABLE)),
    }
}

fn thread(trap: Trap, draw: &mut Draw) -> u32 {
    let some = draw.small(13);
    match trap {
        Trap::Thread(length) => length,
        Trap::Simple => 2,
        Trap::OnlyFirstComment | Trap::Silent => 0,
        Trap::None => some,
        _ => some.clamp(4, 8),
    }
}

fn first_comment(trap: Trap, roll: u64) -> FirstComment {
    match (trap, roll) {
        (Trap::Simple | Trap::FirstCommentRepeats | Trap::Thread(_), _) => FirstComment::Repeats,
        (Trap::FirstCommentApart | Trap::OnlyFirstComment, _) => FirstComment::Apart,
        (Trap::Silent, _) | (_, 85..) => FirstComment::Null,
        (_, 60..=84) => FirstComment::Apart,
        _ => FirstComment::Repeats,
    }
}

fn inline(trap: Trap, thread: u32, roll: u64) -> Inline {
    match (trap, roll) {
        (Trap::InlineData, _) => Inline::Data,
        (Trap::InlineCid, _) => Inline::Cid,
        (Trap::InlineHosted, _) => Inline::Hosted,
        (Trap::None, _) if thread == 0 => Inline::None,
        (Trap::None, 0) => Inline::Data,
        (Trap::None, 1) => Inline::Cid,
        (Trap::None, 2) => Inline::Hosted,
        _ => Inline::None,
    }
}
