//! The thread: every comment becomes a message with the time it was written, in the order it was written. Nothing is
//! merged, dropped or dated by us; a ticket without any comment still gets its one message, since the destination knows
//! no ticket without.

use std::collections::{BTreeMap, BTreeSet};

use atera::Comment;
use gorgias::Channel;
use jiff::Timestamp;
use protocol::{MapSpec, map_spec::fold};

use super::{
    author::{Authorship, authorship},
    files::Files,
    parties::Parties,
};
use crate::{
    Attached, Direction, MessageTarget, Note, Resolved, TicketSource, html, identity::message_external_id,
    text,
};

/// Key of the message made of the ticket's own text.
const FIRST: &str = "first";
/// Key of the note that says there was nothing.
const EMPTY: &str = "empty";
/// Key of the note that holds files no message names.
const FILES: &str = "files";

/// Letters from which on a text that begins another is taken for the same, cut short.
const CUT_SHORT: usize = 100;

const NOTHING: &str = "[This ticket has no messages at the source.]";
const LOOSE_FILES: &str = "[Files of this ticket that no message names:]";

/// What a thread is built with.
pub(super) struct Thread<'a> {
    pub(super) source: &'a TicketSource,
    pub(super) resolved: &'a Resolved,
    pub(super) spec: &'a MapSpec,
    pub(super) parties: Parties,
    pub(super) channel: Channel,
    /// When the ticket was made.
    pub(super) created: Timestamp,
}

impl Thread<'_> {
    /// The messages, oldest first, and what did not move as it was.
    pub(super) fn messages(&self) -> (Vec<MessageTarget>, Vec<Note>) {
        let mut files = Files::new(self.source, self.resolved);
        let mut messages = Vec::with_capacity(self.source.comments.len() + 1);
        let mut stood_in = BTreeSet::new();
        let (mut kept, mut undated) = (0, 0);
        messages.extend(self.first(&mut files));
        let mut last = self.created;
        for comment in &self.source.comments {
            let at = comment.date.as_ref().and_then(|date| date.at);
            undated += u64::from(at.is_none());
            last = at.unwrap_or(last);
            let authorship = authorship(comment, self.source, &self.parties, self.resolved);
            kept += u64::from(authorship.named.is_some());
            stood_in.extend(authorship.stands_in_for.clone());
            messages.push(self.message(comment, last, &authorship, &mut files));
        }
        if messages.is_empty() {
            messages.push(self.note(EMPTY, self.created, NOTHING));
        }
        self.attach(&mut messages, &mut files);
        let mut notes: Vec<Note> = files.into_notes().into_iter().collect();
        notes.extend(stood_in.into_iter().map(|id| Note::FallbackAgentUsed { technician: Some(id) }));
        notes.extend((kept > 0).then_some(Note::AuthorKeptInBody { messages: kept }));
        notes.extend((undated > 0).then_some(Note::TimeSubstituted { count: undated }));
        (messages, notes)
    }

    fn message(
        &self,
        comment: &Comment,
        sent_at: Timestamp,
        authorship: &Authorship,
        files: &mut Files<'_>,
    ) -> MessageTarget {
        let (mut text, mut html, attachments) =
            bodies(comment.text.as_deref(), comment.html.as_deref(), files);
        if let Some(line) = &authorship.named {
            text = format!("{line}\n\n{text}");
            html = format!("<p>{}</p>{html}", text::escape(line));
        }
        MessageTarget {
            external_id: message_external_id(self.spec, self.source.row.id, &comment.key),
            sent_at,
            direction: authorship.direction,
            channel: self.channel.clone(),
            text,
            html,
            attachments,
        }
    }

    /// The ticket's own first text, unless a comment says the same: it then opens the thread.
    fn first(&self, files: &mut Files<'_>) -> Option<MessageTarget> {
        let first = text::present(self.source.row.first_comment.as_deref())?;
        let said = essence(&first);
        let repeats = |comment: &Comment| {
            let forms = [comment.text.as_deref(), comment.html.as_deref()].into_iter().flatten().map(essence);
            // The ticket's copy of a long text may be cut short.
            let cut_short = said.chars().count() >= CUT_SHORT;
            forms.into_iter().any(|other| other == said || (cut_short && other.starts_with(&said)))
        };
        if self.source.comments.iter().any(repeats) {
            return None;
        }
        // What stands before an internal comment may be part of it: it is shown to nobody who could not read that.
        let hides = self.source.comments.first().is_some_and(|comment| comment.is_internal);
        let direction = match hides {
            true => Direction::InternalNote { sender: self.parties.fallback_agent },
            false => Direction::FromCustomer { sender: self.parties.customer },
        };
        let (text, html, attachments) = match first.contains('<') {
            true => bodies(None, Some(&first), files),
            false => bodies(Some(&first), None, files),
        };
        Some(MessageTarget {
            external_id: message_external_id(self.spec, self.source.row.id, FIRST),
            sent_at: self.created,
            direction,
            channel: self.channel.clone(),
            text,
            html,
            attachments,
        })
    }

    fn note(&self, key: &str, sent_at: Timestamp, text: &str) -> MessageTarget {
        MessageTarget {
            external_id: message_external_id(self.spec, self.source.row.id, key),
            sent_at,
            direction: Direction::InternalNote { sender: self.parties.fallback_agent },
            channel: self.channel.clone(),
            text: text.to_owned(),
            html: format!("<p>{}</p>", text::escape(text)),
            attachments: Vec::new(),
        }
    }

    /// Gives every attachment to a message: the first that names it, an internal one before a public one; else the first
    /// message of a thread that hides nothing; else a note of its own.
    fn attach(&self, messages: &mut Vec<MessageTarget>, files: &mut Files<'_>) {
        let is_note = |m: &MessageTarget| matches!(m.direction, Direction::InternalNote { .. });
        let (mut notes, mut public): (Vec<_>, Vec<_>) = messages.iter_mut().partition(|m| is_note(m));
        for message in notes.iter_mut().chain(public.iter_mut()) {
            let named = files.named_in([&message.text, &message.html]);
            message.attachments.extend(named);
        }
        let loose = files.rest();
        if loose.is_empty() {
            return;
        }
        let hides = self.source.comments.iter().any(|comment| comment.is_internal);
        match messages.first_mut() {
            Some(first) if !hides => first.attachments.extend(loose),
            _ => {
                let sent_at = messages.iter().map(|message| message.sent_at).max().unwrap_or(self.created);
                let mut note = self.note(FILES, sent_at, LOOSE_FILES);
                note.attachments = loose;
                messages.push(note);
            }
        }
    }
}

/// Text and HTML of a message, whichever the source has, and the files its images are.
fn bodies(
    plain: Option<&str>,
    marked: Option<&str>,
    files: &mut Files<'_>,
) -> (String, String, Vec<Attached>) {
    let plain = plain.map(text::clean);
    let Some(marked) = marked.map(text::clean).filter(|html| !html.trim().is_empty()) else {
        let plain = plain.unwrap_or_default();
        let html = text::to_html(&plain);
        return (plain, html, Vec::new());
    };
    let (moved, attached) = files.shown(&marked);
    let html = html::sanitised(&marked, moved);
    let text =
        plain.filter(|text| !text.trim().is_empty()).unwrap_or_else(|| html::text_with_images(&marked));
    (text, html, attached)
}

/// A text for comparison: its letters and digits alone, so that markup and layout make no difference.
fn essence(text: &str) -> String {
    let plain = if text.contains('<') {
        html::text_of(&html::sanitised(text, BTreeMap::new()))
    } else {
        text.to_owned()
    };
    let folded = fold(&plain);
    let letters: String = folded.chars().filter(|c| c.is_alphanumeric()).collect();
    if letters.is_empty() { folded } else { letters }
}
