//! A ticket as the API writes it: which fields, how nobody is written, which dates are left blank.
//! Decides nothing about the ticket itself.

use serde_json::{Value, json};

use super::account::Account;
use super::calendar::{self, HOUR_MS, Shape};
use super::contacts;
use super::customers;
use super::prose;
use super::technicians;
use super::thread::{self, Author};
use super::ticket_plan::{Assignee, FirstComment, Requester, TicketPlan};
use super::traps::Trap;

/// How much of a ticket is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View {
    /// `FirstComment`, `LastEndUserComment`, `LastTechnicianComment`.
    pub(crate) comments: bool,
    /// `RelationType`, `RelatedTicketId`.
    pub(crate) relations: bool,
}

/// Writes a ticket.
pub(crate) fn ticket(account: &Account, plan: &TicketPlan, view: View) -> Value {
    let scale = account.scale();
    let zoneless = account.behaviour().zoneless;
    let date = |at_ms: i64| Value::String(calendar::write(at_ms, plan.shape, zoneless));
    let blank = |odd: bool| if odd { json!("") } else { Value::Null };
    let optional = |at_ms: Option<i64>| match (at_ms, plan.trap) {
        (Some(at_ms), trap) if trap != Trap::BlankDates => date(at_ms),
        _ => blank(plan.id % 2 == 1),
    };
    let first_technician = (0..plan.thread).find(|index| by_technician(account, plan, *index));
    let first_technician_ms =
        first_technician.and_then(|index| thread::comment(account, plan, index)).map(|one| one.at_ms);
    let number = customers::number(scale, plan.customer);

    let mut body = json!({
        "TicketID": plan.id,
        "TicketTitle": prose::title(scale, plan),
        "TicketNumber": format!("{}-{:05}", calendar::write(plan.created_ms, Shape::Zulu, zoneless).get(..10).unwrap_or(""), plan.id),
        "TicketPriority": plan.priority,
        "TicketImpact": plan.impact,
        "TicketStatus": plan.status,
        "TicketSource": plan.source,
        "TicketType": plan.kind,
        "CustomerID": plan.customer,
        "CustomerName": number.map(|number| customers::current_name(account, number)),
        "CustomerBusinessNumber": null,
        "TicketCreatedDate": date(plan.created_ms),
        "TicketResolvedDate": optional(plan.is_done().then_some(plan.modified_ms)),
        "TechnicianFirstCommentDate": optional(first_technician_ms),
        "FirstResponseDueDate": optional(Some(plan.created_ms + 4 * HOUR_MS)),
        "ClosedTicketDueDate": optional(Some(plan.created_ms + 72 * HOUR_MS)),
        "FirstResponseFinalDueDate": if plan.trap == Trap::BlankDates { Value::Null } else { optional(Some(plan.created_ms + 4 * HOUR_MS)) },
        "ClosedTicketFinalDueDate": optional(None),
        "ContractID": if plan.id % 6 == 0 { json!(super::contracts::id(1 + plan.id % super::contracts::count(scale))) } else { Value::Null },
    });
    add_requester(&mut body, account, plan);
    add_assignee(&mut body, plan.assignee);
    add_relation(&mut body, plan, view.relations);
    if view.comments {
        add_comments(&mut body, account, plan);
    }
    body
}

fn add_requester(body: &mut Value, account: &Account, plan: &TicketPlan) {
    let (id, contact) = match plan.requester {
        Requester::Contact(number) => (json!(contacts::id(number)), Some(contacts::current(account, number))),
        Requester::Null => (Value::Null, None),
        Requester::Zero => (json!(0), None),
    };
    let email = match (&contact, plan.trap, plan.requester) {
        (Some(_), Trap::OtherEmail, _) => Some("second.address@client1.example".to_owned()),
        (Some(contact), _, _) => contact.email.clone(),
        (None, _, Requester::Zero) => Some(String::new()),
        (None, _, _) => None,
    };
    body["EndUserID"] = id;
    body["EndUserEmail"] = json!(email);
    body["EndUserFirstName"] = json!(contact.as_ref().and_then(|one| one.first_name));
    body["EndUserLastName"] = json!(contact.and_then(|one| one.last_name));
    body["EndUserPhone"] = json!("");
}

fn add_assignee(body: &mut Value, assignee: Assignee) {
    let (id, name, email) = match assignee {
        Assignee::Technician(number) => {
            let one = technicians::technician(number);
            (json!(one.id), json!(one.full_name()), json!(one.email))
        }
        Assignee::Null => (Value::Null, Value::Null, Value::Null),
        Assignee::Zero => (json!(0), Value::Null, Value::Null),
        Assignee::EmptyName => (json!(0), json!(""), json!("")),
        Assignee::Dot => (Value::Null, json!("."), json!("")),
        Assignee::Autopilot => (json!(-1), json!("Autopilot"), Value::Null),
    };
    body["TechnicianContactID"] = id;
    body["TechnicianFullName"] = name;
    body["TechnicianEmail"] = email;
}

fn add_relation(body: &mut Value, plan: &TicketPlan, asked: bool) {
    let (kind, other) = match (asked, plan.trap) {
        (true, Trap::Parent) => ("Parent", json!(plan.id + 1)),
        (true, Trap::Child) => ("Child", json!(plan.id - 1)),
        _ => ("None", Value::Null),
    };
    body["RelationType"] = json!(kind);
    body["RelatedTicketId"] = other;
}

fn add_comments(body: &mut Value, account: &Account, plan: &TicketPlan) {
    let scale = account.scale();
    let zoneless = account.behaviour().zoneless;
    let first = match plan.first_comment {
        FirstComment::Repeats => {
            Some(thread::first_text(scale, plan).unwrap_or_else(|| prose::description(scale, plan)))
        }
        FirstComment::Apart => Some(prose::description(scale, plan)),
        FirstComment::Null => None,
    };
    let last = |wanted: fn(Author) -> bool| {
        let made = (0..plan.thread).rev().find(|index| {
            let voice = thread::voice(scale, plan, *index);
            wanted(voice.author) && !voice.internal
        });
        made.and_then(|index| thread::comment(account, plan, index))
    };
    let by_end_user = last(|author| matches!(author, Author::Contact(_)));
    let by_technician = last(|author| matches!(author, Author::Technician(_)));
    let date = |at_ms: i64| calendar::write(at_ms, plan.shape, zoneless);
    body["FirstComment"] = json!(first);
    body["LastEndUserCommentTimestamp"] = json!(by_end_user.as_ref().map(|one| date(one.at_ms)));
    body["LastEndUserComment"] = json!(by_end_user.map(|one| one.text));
    body["LastTechnicianCommentTimestamp"] = json!(by_technician.as_ref().map(|one| date(one.at_ms)));
    body["LastTechnicianComment"] = json!(by_technician.map(|one| one.text));
}

fn by_technician(account: &Account, plan: &TicketPlan, index: u32) -> bool {
    matches!(thread::voice(account.scale(), plan, index).author, Author::Technician(_))
}
