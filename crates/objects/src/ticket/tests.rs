//! What must hold for every ticket, whatever its snapshot says: privacy, silence, order and identity.

use protocol::{ObjectKind, TargetId};

use super::*;
use crate::{
    Direction,
    tests::{Fixture, ticket_source},
};

fn every() -> Vec<(TicketSource, Result<Mapped<TicketTarget>, Reject>)> {
    let map = |fixture: &Fixture| {
        let source = ticket_source(fixture);
        let resolved = fixture.resolved(&Ticket::assets(&source));
        let mapped = Ticket::map(&source, &resolved, &fixture.spec());
        (source, mapped)
    };
    let kinds = [ObjectKind::Ticket, ObjectKind::Message, ObjectKind::Attachment];
    kinds.into_iter().flat_map(Fixture::all).map(|fixture| map(&fixture)).collect()
}

fn external_id(comment: &atera::Comment, ticket: i64) -> String {
    format!("atera:{ticket}:{}", comment.key)
}

#[test]
fn an_internal_comment_becomes_a_note_and_nothing_else() {
    let mut internal = 0;
    for (source, mapped) in every() {
        let Ok(mapped) = mapped else { continue };
        for comment in source.comments.iter().filter(|comment| comment.is_internal) {
            let id = external_id(comment, source.row.id);
            let message = mapped.target.messages.iter().find(|message| message.external_id == id).unwrap();
            assert!(matches!(message.direction, Direction::InternalNote { .. }), "{id}");
            let wire = serde_json::to_value(message.wire()).unwrap();
            assert_eq!((&wire["channel"], &wire["public"]), (&"internal-note".into(), &false.into()), "{id}");
            internal += 1;
        }
    }
    assert!(internal >= 4, "the fixtures show too little");
}

#[test]
fn no_internal_text_or_file_stands_in_a_public_message() {
    for (source, mapped) in every() {
        let Ok(mapped) = mapped else { continue };
        let secrets = source.comments.iter().filter(|comment| comment.is_internal);
        let secrets: Vec<&str> = secrets.filter_map(|comment| comment.text.as_deref()).collect();
        for message in &mapped.target.messages {
            if matches!(message.direction, Direction::InternalNote { .. }) {
                continue;
            }
            for secret in &secrets {
                assert!(
                    !message.text.contains(secret) && !message.html.contains(secret),
                    "{}",
                    message.external_id
                );
            }
        }
    }
}

#[test]
fn every_comment_is_one_message_with_the_time_it_was_written() {
    for (source, mapped) in every() {
        let Ok(mapped) = mapped else { continue };
        for comment in &source.comments {
            let id = external_id(comment, source.row.id);
            let same: Vec<_> =
                mapped.target.messages.iter().filter(|message| message.external_id == id).collect();
            assert_eq!(same.len(), 1, "{id}");
            if let Some(at) = comment.date.as_ref().and_then(|date| date.at) {
                assert_eq!(same[0].sent_at, at, "{id}");
            }
        }
        let times: Vec<_> = mapped.target.messages.iter().map(|message| message.sent_at).collect();
        assert!(times.is_sorted() && !times.is_empty(), "ticket {}", source.row.id);
    }
}

#[test]
fn nothing_in_a_message_acts_or_fetches_from_where_it_came() {
    for (source, mapped) in every() {
        let Ok(mapped) = mapped else { continue };
        for message in &mapped.target.messages {
            let html = message.html.to_lowercase();
            for bad in
                ["<script", "onload", "onclick", "javascript:", "data:", "cid:", "<iframe", "<style", "\0"]
            {
                assert!(!html.contains(bad), "ticket {}: {bad}", source.row.id);
            }
            assert!(!html.contains("src=\"http"), "ticket {}", source.row.id);
            assert!(!message.text.contains('\0'));
        }
    }
}

#[test]
fn the_place_on_a_page_changes_nothing() {
    let fixture = Fixture::named(ObjectKind::Ticket, "thread_of_every_author");
    let mut source = ticket_source(&fixture);
    let resolved = fixture.resolved(&[]);
    let straight = Ticket::map(&source, &resolved, &fixture.spec()).unwrap();
    source.comments.reverse();
    atera::Comment::number(&mut source.comments);
    let reversed = Ticket::map(&source, &resolved, &fixture.spec()).unwrap();
    assert_eq!(straight.fingerprint, reversed.fingerprint);
}

#[test]
fn any_change_of_a_comment_changes_what_is_intended() {
    let fixture = Fixture::named(ObjectKind::Ticket, "thread_of_every_author");
    let mut source = ticket_source(&fixture);
    let resolved = fixture.resolved(&[]);
    let before = Ticket::map(&source, &resolved, &fixture.spec()).unwrap().fingerprint;
    source.comments[3].text = Some("Me too!".to_owned());
    assert_ne!(Ticket::map(&source, &resolved, &fixture.spec()).unwrap().fingerprint, before);
}

#[test]
fn a_ticket_asks_for_everybody_it_names_once() {
    let fixture = Fixture::named(ObjectKind::Ticket, "thread_of_every_author");
    let links = Ticket::links(&ticket_source(&fixture), &fixture.spec());
    let named: Vec<String> = links.iter().map(|link| format!("{}/{}", link.kind, link.id)).collect();
    assert_eq!(
        named,
        [
            "custom_field/Ticket/Approved",
            "custom_field/Ticket/Due",
            "custom_field/Ticket/Floor",
            "custom_field/Ticket/Remark",
            "custom_field/Ticket/Room",
            "tag/VIP",
            "tag/lost",
            "tag/vip",
            "agent/45",
            "agent/46",
            "agent/47",
            "customer/12",
            "contact/21",
            "contact/22",
            "contact/23",
        ]
    );
}

#[test]
fn a_file_that_did_not_move_is_noted_once() {
    let fixture = Fixture::named(ObjectKind::Ticket, "html_with_images_and_files");
    let source = ticket_source(&fixture);
    let assets = Ticket::assets(&source);
    let resolved = fixture.resolved(&assets);
    let left = |facts: &&crate::AssetFacts| matches!(facts, crate::AssetFacts::NotMoved(_));
    let left = resolved.assets.values().filter(left).count();
    let mapped = Ticket::map(&source, &resolved, &fixture.spec()).unwrap();
    let noted = mapped.notes.iter().filter(|note| matches!(note, crate::Note::AssetNotMoved { .. })).count();
    assert_eq!(noted, left);
    let moved = assets.len() - left;
    let sent: std::collections::BTreeSet<&str> =
        mapped.target.messages.iter().flat_map(|m| &m.attachments).map(|file| file.url.as_str()).collect();
    assert_eq!(sent.len(), moved, "every file that moved is attached to some message");
}

#[test]
fn excluded_statuses_are_left_before_anything_is_fetched() {
    let fixture = Fixture::named(ObjectKind::Ticket, "thread_of_every_author");
    let mut row = ticket_source(&fixture).row;
    assert!(!Ticket::excluded(&row, &fixture.spec()));
    row.status = Some(" SPAM ".to_owned());
    assert!(Ticket::excluded(&row, &fixture.spec()));
}

#[test]
fn later_messages_are_intended_under_keys_of_their_own() {
    let fixture = Fixture::named(ObjectKind::Message, "past_five_hundred");
    let source = ticket_source(&fixture);
    let mapped = Ticket::map(&source, &fixture.resolved(&[]), &fixture.spec()).unwrap();
    let later = Ticket::follow_ups(&mapped.target, TargetId(1));
    let elsewhere = Ticket::follow_ups(&mapped.target, TargetId(2));
    assert_eq!(later.len(), 2);
    assert_ne!(later[0].fingerprint, later[1].fingerprint);
    assert_eq!(later[0].fingerprint, elsewhere[0].fingerprint, "the ticket's id is not what is intended");
    for one in &later {
        let id = crate::Message::external_id(&fixture.spec(), &one.key.id);
        assert_eq!(id.as_deref(), Some(one.target.message.external_id.as_str()));
    }
}

#[test]
fn a_file_no_message_names_is_for_agents_alone_where_the_thread_hides_something() {
    let of = |name: &str| {
        let fixture = Fixture::named(ObjectKind::Ticket, name);
        let source = ticket_source(&fixture);
        let mapped =
            Ticket::map(&source, &fixture.resolved(&Ticket::assets(&source)), &fixture.spec()).unwrap();
        let carries = mapped.target.messages.into_iter().filter(|message| !message.attachments.is_empty());
        carries.map(|message| matches!(message.direction, Direction::InternalNote { .. })).collect::<Vec<_>>()
    };
    assert_eq!(of("loose_file_in_a_thread_with_internal_comments"), [true]);
    assert_eq!(of("file_named_in_an_internal_and_a_public_comment"), [true]);
    assert_eq!(of("loose_file_in_a_thread_without_internal_comments"), [false]);
}
