//! What in the destination would act on imported tickets by itself: rules, webhooks, surveys, merging, assignment, and the
//! two that no call shows. Each names the pre-flight rule by which it is acknowledged.

use protocol::{TargetId, facts::Facts};
use serde::{Deserialize, Serialize};

/// Events an imported ticket sets off.
const SET_OFF: [&str; 3] = ["ticket-created", "ticket-message-created", "ticket-updated"];

/// Something that would act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exposure {
    /// What it is: rule, auto_reply, webhook, satisfaction_survey, auto_merge, assignment, sla, ai_agent.
    pub what: String,
    /// Its id, where it has one.
    pub id: Option<TargetId>,
    /// Its name, where it has one.
    pub name: Option<String>,
    /// What it would do.
    pub says: String,
    /// The pre-flight rule it is acknowledged by.
    pub acknowledge: String,
    /// Whether it can be switched off for the move.
    pub can_be_switched_off: bool,
}

/// Everything that would act.
#[must_use]
pub fn exposure(facts: &Facts) -> Vec<Exposure> {
    let there = &facts.destination;
    let mut found = Vec::new();
    let set_off = |events: &[String]| events.iter().any(|event| SET_OFF.contains(&event.as_str()));
    for rule in there.rules.iter().filter(|rule| rule.active && set_off(&rule.events)) {
        let replies = rule.acts.iter().any(|act| act == "replyToTicket");
        let says = if replies {
            "answers customers; it keeps silent on the channel api, and the map's channels decide which that is"
        } else {
            "acts on every imported ticket"
        };
        found.push(Exposure {
            what: if replies { "auto_reply" } else { "rule" }.to_owned(),
            id: Some(rule.id),
            name: Some(rule.name.clone()),
            says: format!(
                "{says}: {}",
                if rule.acts.is_empty() { "no action named".to_owned() } else { rule.acts.join(", ") }
            ),
            acknowledge: "rules-that-fire".to_owned(),
            can_be_switched_off: true,
        });
    }
    for hook in there.hooks.iter().filter(|hook| hook.active && set_off(&hook.triggers)) {
        found.push(Exposure {
            what: "webhook".to_owned(),
            id: Some(hook.id),
            name: None,
            says: format!("calls its address at {}", hook.triggers.join(", ")),
            acknowledge: "webhooks-that-fire".to_owned(),
            can_be_switched_off: true,
        });
    }
    for (kind, what, rule, says) in [
        (
            "satisfaction-surveys",
            "satisfaction_survey",
            "satisfaction-surveys",
            "may ask customers how they liked a ticket closed years ago",
        ),
        ("auto-merge", "auto_merge", "auto-merge", "may fold imported tickets of one customer into one"),
        (
            "ticket-assignment",
            "assignment",
            "auto-assignment",
            "may give imported tickets to others than the map says",
        ),
    ] {
        for switch in there.switches.iter().filter(|switch| switch.kind == kind) {
            let on: Vec<&str> =
                switch.flags.iter().filter(|(_, on)| **on).map(|(name, _)| name.as_str()).collect();
            if !on.is_empty() {
                found.push(Exposure {
                    what: what.to_owned(),
                    id: Some(switch.id),
                    name: Some(on.join(", ")),
                    says: says.to_owned(),
                    acknowledge: rule.to_owned(),
                    can_be_switched_off: false,
                });
            }
        }
    }
    let unseen = [
        (
            "sla",
            "sla-policies",
            "a policy attaches when a ticket is created, so imported tickets may be measured; no call shows policies",
        ),
        (
            "ai_agent",
            "ai-agent",
            "may answer open tickets and costs a fee for each; no call shows whether it is on",
        ),
    ];
    found.extend(unseen.map(|(what, rule, says)| Exposure {
        what: what.to_owned(),
        id: None,
        name: None,
        says: says.to_owned(),
        acknowledge: rule.to_owned(),
        can_be_switched_off: false,
    }));
    found
}
