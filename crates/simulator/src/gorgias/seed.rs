//! What stands in the account before anything is migrated: agents that partly match the technicians, rules and a
//! webhook that would fire, settings that would surprise, a few tags and fields. The same for every seed.

use serde_json::{Map, Value, json};

use super::kind::Kind;
use super::state::State;

/// Owner of the API key.
pub(super) const ADMIN_EMAIL: &str = "admin@msp.example";

/// Technicians who have a user: numbers 1 to this.
const MATCHED_TECHNICIANS: u32 = 8;

/// Fills an empty account.
pub(super) fn account(state: &mut State) {
    let admin = add(state, Kind::User, user("Admin of the MSP", ADMIN_EMAIL, "admin"));
    state.caller = admin;
    for number in 1..=MATCHED_TECHNICIANS {
        let email = if number % 3 == 0 {
            format!("Tech{number}@MSP.example")
        } else {
            format!("tech{number}@msp.example")
        };
        add(state, Kind::User, user(&format!("Technician {number}"), &email, "agent"));
    }
    add(state, Kind::User, user("Robot", "robot@msp.example", "bot"));
    add(state, Kind::User, user("Dispatch Desk", "dispatch@msp.example", "basic-agent"));
    add(state, Kind::User, user("Night Watch", "night@msp.example", "observer-agent"));
    for name in ["VIP", "billing", "urgent", "auto-close"] {
        add(state, Kind::Tag, json!({"name": name, "decoration": {"color": "#0097ff"}}));
    }
    let dropdown = json!({"input_type": "dropdown", "choices": ["Order", "Return", "Other"]});
    add(state, Kind::CustomField, custom_field("Contact reason", "text", &dropdown));
    add(state, Kind::CustomField, custom_field("Order number", "text", &json!({"input_type": "input"})));
    add(state, Kind::Team, json!({"name": "Support", "members": [{"id": admin}]}));
    add(
        state,
        Kind::View,
        json!({"name": "All tickets", "slug": "all-tickets", "type": "ticket-list", "visibility": "public"}),
    );
    add(state, Kind::Macro, json!({"name": "Thank you", "actions": []}));
    rules(state);
    let triggers = json!({"ticket-created": true, "ticket-updated": false, "ticket-message-created": true});
    let http = json!({"url": "https://hooks.msp.example/gorgias", "method": "POST", "triggers": triggers});
    add(state, Kind::Integration, json!({"name": "Order lookup", "type": "http", "http": http}));
    settings(state);
}

/// Adds customers who own these e-mails already.
pub(super) fn existing_customers(state: &mut State, emails: &[String]) {
    for email in emails {
        let name = email.split('@').next().unwrap_or_default();
        let channels = json!([{"type": "email", "address": email, "preferred": true}]);
        add(state, Kind::Customer, json!({"name": name, "email": email, "channels": channels}));
    }
}

fn rules(state: &mut State) {
    let rule = |name: &str, events: &str, code: &str, priority: i64| json!({"name": name, "event_types": events, "code": code, "type": "user", "priority": priority});
    let tagging = "if (contains(message.body_text, 'refund')) { Action('addTags', {tags: 'billing'}) }";
    let replying =
        "if (neq(ticket.from_agent, true)) { Action('replyToTicket', {body_text: 'We got your message.'}) }";
    let closing = "if (eq(message.from_agent, true)) { Action('setStatus', {status: 'closed'}) }";
    add(state, Kind::Rule, rule("Tag refunds", "ticket-created,ticket-message-created", tagging, 100));
    add(state, Kind::Rule, rule("Auto-reply", "ticket-created", replying, 90));
    add(state, Kind::Rule, rule("Close answered", "ticket-message-created", closing, 80));
    let mut retired = rule("Retired rule", "ticket-created", tagging, 10);
    retired["deactivated_datetime"] = json!("2023-01-01T00:00:00.000000+00:00");
    add(state, Kind::Rule, retired);
}

fn settings(state: &mut State) {
    let surveys = json!({"send_survey_for_email": true, "send_survey_for_chat": true, "survey_interval": 3});
    add(state, Kind::AccountSetting, json!({"type": "satisfaction-surveys", "data": surveys}));
    let merging = json!({"tickets": {"enabled": false}, "merging_window_days": 5});
    add(state, Kind::AccountSetting, json!({"type": "auto-merge", "data": merging}));
    let assignment = json!({"auto_assign_to_teams": false, "unassign_on_reply": false});
    add(state, Kind::AccountSetting, json!({"type": "ticket-assignment", "data": assignment}));
    let hours = json!({"timezone": "UTC", "business_hours": []});
    add(state, Kind::AccountSetting, json!({"type": "business-hours", "data": hours}));
}

fn user(name: &str, email: &str, role: &str) -> Value {
    let (first, last) = name.split_once(' ').unwrap_or((name, ""));
    json!({"name": name, "firstname": first, "lastname": last, "email": email, "role": {"name": role}, "active": true})
}

fn custom_field(label: &str, data_type: &str, input: &Value) -> Value {
    json!({
        "object_type": "Ticket", "label": label, "priority": 0, "required": false,
        "definition": {"data_type": data_type, "input_settings": input},
    })
}

fn add(state: &mut State, kind: Kind, fields: Value) -> i64 {
    let fields = match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    state.create(kind, 0, fields)
}
