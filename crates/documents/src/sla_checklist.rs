//! `sla_checklist.md`: what an administrator does to have the SLAs again. The destination has no call that makes one.

use crate::{checklist::Checklist, sla_policies::SlaPolicy, sla_rules::SlaRule};

/// Its name.
pub const FILE: &str = "sla_checklist.md";

/// Writes it. `observed` are the thresholds that due dates show, with the tickets that show them.
#[must_use]
pub fn text(
    policies: &[SlaPolicy],
    rules: &[SlaRule],
    observed: &[(SlaPolicy, u64)],
    tickets: u64,
) -> String {
    let mut list = Checklist::of(
        "SLA rebuild checklist",
        "Rebuild, no import: the destination has no call that makes an SLA policy. Settings > Productivity > SLAs.",
    );
    list.part("Before the tickets move");
    list.tick("Keep every SLA policy of the destination disabled until the tickets have moved: a policy attaches when a ticket is created");
    list.part("Policies to build");
    if policies.is_empty() {
        list.say("No supplement `sla_policies.csv` was given, and no call of the source shows a policy. Ask for names and thresholds; below is what the due dates of the tickets show.");
    }
    for rule in rules {
        let thresholds = thresholds(rule);
        list.tick(&format!(
            "{} ({}: {}): {thresholds}",
            rule.policy, rule.channel, rule.destination_channels
        ));
    }
    list.part("What the due dates show");
    if observed.is_empty() {
        list.say("No ticket has due dates.");
    }
    for (policy, count) in observed {
        list.tick(&format!(
            "Priority {}: first response {} min, resolution {} min (the most frequent, {count} tickets); compare with the policies",
            named(&policy.priority), or_none(&policy.first_response), or_none(&policy.resolution)
        ));
    }
    list.part("After the move");
    list.tick(&format!("Look through sla_tickets.csv: {tickets} tickets with due dates, and their policies where they are known"));
    list.tick("Set business hours at the destination as the policies expect them");
    list.tick("Enable the policies");
    list.text()
}

fn thresholds(rule: &SlaRule) -> String {
    let all = [
        ("low", &rule.first_response_low, &rule.resolution_low),
        ("medium", &rule.first_response_medium, &rule.resolution_medium),
        ("high", &rule.first_response_high, &rule.resolution_high),
        ("critical", &rule.first_response_critical, &rule.resolution_critical),
        ("other", &rule.first_response_other, &rule.resolution_other),
    ];
    let said = all.into_iter().filter(|(_, first, last)| !first.is_empty() || !last.is_empty());
    said.map(|(priority, first, last)| format!("{priority} {} / {}", or_none(first), or_none(last)))
        .collect::<Vec<_>>()
        .join(", ")
}

fn named(priority: &str) -> &str {
    if priority.is_empty() { "not named" } else { priority }
}

fn or_none(threshold: &str) -> &str {
    if threshold.is_empty() { "none" } else { threshold }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sla_rules::propose;

    #[test]
    fn every_rule_has_its_box_and_no_box_is_ticked() {
        let policy = SlaPolicy {
            policy: "Gold".into(),
            priority: "High".into(),
            first_response: "60".into(),
            resolution: "480".into(),
            ..SlaPolicy::default()
        };
        let rules = propose(std::slice::from_ref(&policy), "supplement");
        let text = text(std::slice::from_ref(&policy), &rules, &[(policy.clone(), 3)], 3);
        assert_eq!(text.matches("- [ ] Gold (").count(), 3);
        assert!(text.contains("high 60 / 480") && text.contains("3 tickets with due dates"));
        assert!(!text.contains("[x]"));
    }

    #[test]
    fn without_a_supplement_it_says_so() {
        let text = text(&[], &[], &[], 0);
        assert!(text.contains("No supplement") && text.contains("No ticket has due dates."));
    }
}
