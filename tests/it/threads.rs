//! Every thread as the source has it, held against the thread that landed. What is compared is read from both APIs by
//! this file alone, the way a stranger would: nothing of our clients or mappings is asked.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::Value;
use tests::{Stack, StackOptions};

use crate::PROGRAM;

/// What both sides must agree on for one message.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    /// Seconds since 1970.
    at: i64,
    public: bool,
    from_agent: bool,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_thread_lands_as_it_was_written() {
    let stack = Stack::start(PROGRAM, StackOptions::tickets(62)).await;
    let ended = stack.run().await;
    ended.well();
    let tags = tags(&stack);
    let (mut internal, mut compared) = (0, 0);
    for ticket in listed(&stack, "tickets").await {
        let id = ticket["TicketID"].as_i64().unwrap();
        if ["Deleted", "Spam", "Merged"].iter().any(|status| ticket["TicketStatus"] == **status) {
            continue;
        }
        let comments = listed(&stack, &format!("tickets/{id}/comments")).await;
        let there = stack.admin_get(&format!("record/ticket/atera:ticket:{id}")).await;
        internal += compare(id, &ticket, &comments, &there);
        let landed: BTreeSet<String> =
            there["tags"].as_array().unwrap().iter().map(|tag| letters(&text(&tag["name"]))).collect();
        let wanted: BTreeSet<String> =
            tags.iter().filter(|(of, _)| *of == id.to_string()).map(|(_, tag)| tag.clone()).collect();
        assert_eq!(landed, wanted, "tags of ticket {id}");
        compared += 1;
    }
    let truth = stack.admin_get("atera/truth").await;
    assert_eq!(compared, truth["counts"]["tickets"].as_i64().unwrap() - 3);
    assert!(internal > 0, "no internal comment was compared");
}

/// Compares one thread, and answers how many comments of it are internal.
fn compare(id: i64, ticket: &Value, comments: &[Value], there: &Value) -> u64 {
    assert_eq!(seconds(&there["created_datetime"]), seconds(&ticket["TicketCreatedDate"]), "ticket {id}");
    let messages = there["messages"].as_array().unwrap();
    let sent: Vec<i64> = messages.iter().map(|message| seconds(&message["sent_datetime"])).collect();
    assert!(sent.is_sorted(), "ticket {id} is out of order");

    // What no comment says: the ticket's own text, the word that there is none, and files no message names.
    let (own, mut said): (Vec<&Value>, Vec<&Value>) = messages.iter().partition(|message| {
        [":first", ":empty", ":files"].iter().any(|end| text(&message["external_id"]).ends_with(end))
    });
    assert_eq!(said.len(), comments.len(), "ticket {id}: messages made of comments");
    for comment in comments {
        let wanted = of_comment(comment);
        let letters = letters(&text(&comment["Comment"]));
        let found = said.iter().position(|message| {
            of_message(message) == wanted && self::letters(&text(&message["body_text"])).ends_with(&letters)
        });
        let found = found.unwrap_or_else(|| panic!("ticket {id}: no message as {wanted:?}"));
        said.remove(found);
    }

    let first = letters(&text(&ticket["FirstComment"]));
    let told = comments.iter().any(|comment| letters(&text(&comment["Comment"])) == first);
    for (end, wanted) in
        [(":first", !first.is_empty() && !told), (":empty", first.is_empty() && comments.is_empty())]
    {
        let made = own.iter().filter(|message| text(&message["external_id"]).ends_with(end)).count();
        assert_eq!(made, usize::from(wanted), "ticket {id}: {end}");
    }
    for message in own.iter().filter(|message| !text(&message["external_id"]).ends_with(":first")) {
        assert_eq!(message["public"], false, "ticket {id}: our own words are for agents");
    }
    comments.iter().filter(|comment| comment["IsInternal"] == true).count() as u64
}

fn of_comment(comment: &Value) -> Said {
    let internal = comment["IsInternal"] == true;
    let by = |field: &str| comment[field].as_i64().is_some_and(|id| id != 0);
    let customer = by("EndUserID") && !by("TechnicianContactID");
    // An entry nobody signed is for agents.
    let signed = by("EndUserID") || by("TechnicianContactID");
    Said { at: seconds(&comment["Date"]), public: !internal && signed, from_agent: internal || !customer }
}

fn of_message(message: &Value) -> Said {
    let note = message["channel"] == "internal-note";
    assert_eq!(
        message["public"], !note,
        "a note is private, and nothing else is: {}",
        message["external_id"]
    );
    Said {
        at: seconds(&message["sent_datetime"]),
        public: message["public"] == true,
        from_agent: message["from_agent"] == true,
    }
}

/// Every row of a listing of the source.
async fn listed(stack: &Stack, path: &str) -> Vec<Value> {
    let atera = &stack.endpoints().atera;
    let (mut rows, mut page) = (Vec::new(), 1);
    loop {
        let url = format!("{}/{path}?page={page}&itemsInPage=50&includeComments=true", atera.url);
        let answer = stack.admin.look(&url, &format!("Bearer {}", atera.token)).await;
        rows.extend(answer["items"].as_array().cloned().unwrap_or_default());
        if answer["totalPages"].as_i64().unwrap() <= page {
            return rows;
        }
        page += 1;
    }
}

/// Ticket and tag, as the supplement has them: `Ticket ID;Tag`, a cell in quotes may hold anything.
fn tags(stack: &Stack) -> Vec<(String, String)> {
    let file = std::fs::read(stack.folder().join("supplements/tags.csv")).unwrap();
    let (mut rows, mut row, mut quoted) = (Vec::new(), vec![String::new()], false);
    for c in String::from_utf8(file).unwrap().trim_start_matches('\u{feff}').chars() {
        match c {
            '"' => quoted = !quoted,
            ';' if !quoted => row.push(String::new()),
            '\n' if !quoted => rows.push(std::mem::replace(&mut row, vec![String::new()])),
            _ => row.last_mut().unwrap().push(c),
        }
    }
    rows.into_iter().skip(1).map(|row| (row[0].clone(), letters(&row[1]))).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Letters and digits alone.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// A date of either side; without a zone it is UTC.
fn seconds(date: &Value) -> i64 {
    let date = text(date);
    let zoned = date.parse::<Timestamp>().ok();
    let local = || date.parse::<civil::DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    let at = zoned.or_else(|| local().map(|zoned| zoned.timestamp()));
    at.unwrap_or_else(|| panic!("{date} is no date")).as_second()
}
