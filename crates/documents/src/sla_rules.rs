//! `sla_rules.csv`: what each policy becomes at the destination, proposed: three rules a policy, one per kind of channel,
//! because the destination attaches an SLA to channels. It has no call that makes one, so they are built by hand.

use std::collections::BTreeMap;

use crate::{row::row, sla_policies::SlaPolicy};

/// The kinds of channels, each with what it stands for at the destination.
pub const CHANNELS: [(&str, &str); 3] = [
    ("email", "email, contact form, help center"),
    ("chat", "chat, SMS, WhatsApp"),
    ("social", "Facebook, Instagram, TikTok Shop, X"),
];

row! {
    /// A proposed rule.
    SlaRule in "sla_rules.csv" {
        /// The policy it stands for.
        policy,
        /// `email`, `chat` or `social`.
        channel,
        /// The channels to choose at the destination.
        destination_channels,
        /// First response for low priority.
        first_response_low,
        /// First response for medium priority.
        first_response_medium,
        /// First response for high priority.
        first_response_high,
        /// First response for critical priority.
        first_response_critical,
        /// First response for every other priority, or for all.
        first_response_other,
        /// Resolution for low priority.
        resolution_low,
        /// Resolution for medium priority.
        resolution_medium,
        /// Resolution for high priority.
        resolution_high,
        /// Resolution for critical priority.
        resolution_critical,
        /// Resolution for every other priority, or for all.
        resolution_other,
        /// Where the thresholds come from: `supplement` or `observed due dates`.
        basis,
        /// Always `proposed`: the destination has no call that makes an SLA.
        result,
    }
}

/// The rules of these policies, three for each name, in the order of the names.
#[must_use]
pub fn propose(policies: &[SlaPolicy], basis: &str) -> Vec<SlaRule> {
    let mut by_name: BTreeMap<&str, Vec<&SlaPolicy>> = BTreeMap::new();
    for policy in policies {
        by_name.entry(&policy.policy).or_default().push(policy);
    }
    let rules = by_name.into_iter().flat_map(|(name, rows)| {
        CHANNELS.map(|(channel, destination)| {
            let mut rule = SlaRule {
                policy: name.to_owned(),
                channel: channel.to_owned(),
                destination_channels: destination.to_owned(),
                basis: basis.to_owned(),
                result: "proposed".to_owned(),
                ..SlaRule::default()
            };
            for row in &rows {
                put(&mut rule, row);
            }
            rule
        })
    });
    rules.collect()
}

fn put(rule: &mut SlaRule, policy: &SlaPolicy) {
    let place = match policy.priority.to_lowercase().as_str() {
        "low" => (&mut rule.first_response_low, &mut rule.resolution_low),
        "medium" | "normal" => (&mut rule.first_response_medium, &mut rule.resolution_medium),
        "high" => (&mut rule.first_response_high, &mut rule.resolution_high),
        "critical" | "urgent" => (&mut rule.first_response_critical, &mut rule.resolution_critical),
        _ => (&mut rule.first_response_other, &mut rule.resolution_other),
    };
    let named = matches!(
        policy.priority.to_lowercase().as_str(),
        "low" | "medium" | "normal" | "high" | "critical" | "urgent" | ""
    );
    for (cell, threshold) in [(place.0, &policy.first_response), (place.1, &policy.resolution)] {
        let said = if named { threshold.clone() } else { format!("{}: {threshold}", policy.priority) };
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        cell.push_str(&said);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    fn policy(name: &str, priority: &str, first: &str, last: &str) -> SlaPolicy {
        SlaPolicy {
            policy: name.into(),
            priority: priority.into(),
            first_response: first.into(),
            resolution: last.into(),
            ..SlaPolicy::default()
        }
    }

    #[test]
    fn the_columns_stand() {
        assert_eq!(
            SlaRule::HEADER.join(","),
            "policy,channel,destination_channels,first_response_low,first_response_medium,first_response_high,\
             first_response_critical,first_response_other,resolution_low,resolution_medium,resolution_high,\
             resolution_critical,resolution_other,basis,result"
        );
    }

    #[test]
    fn each_policy_has_three_rules_with_every_threshold() {
        let rules = propose(
            &[
                policy("Standard", "Low", "480", "3840"),
                policy("Standard", "Critical", "15", "120"),
                policy("Basic", "", "60", "600"),
                policy("Standard", "VIP", "5", "50"),
            ],
            "supplement",
        );
        assert_eq!(rules.len(), 6);
        let channels: Vec<&str> = rules.iter().map(|rule| rule.channel.as_str()).collect();
        assert_eq!(channels, ["email", "chat", "social", "email", "chat", "social"]);
        assert_eq!((&*rules[0].policy, &*rules[0].first_response_other), ("Basic", "60"));
        let standard = &rules[3];
        assert_eq!(
            (&*standard.first_response_low, &*standard.resolution_critical, &*standard.resolution_other),
            ("480", "120", "VIP: 50")
        );
        assert!(rules.iter().all(|rule| rule.result == "proposed"));
    }
}
