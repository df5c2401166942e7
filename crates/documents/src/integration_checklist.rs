//! `integration_checklist.md`: what is connected anew by hand after the move. No token and no grant of anybody can come
//! along, so each integration is authorised again at the destination; mail and calendar are always among them.

use crate::{checklist::Checklist, integrations::Integration};

/// Its name.
pub const FILE: &str = "integration_checklist.md";

/// What is always to be done, whatever the supplement says.
pub const FIXED: [&str; 2] = [
    "Office 365: connect the mailbox again at the destination (Settings > Channels > Email), verify the domain, send and receive a test",
    "Google Calendar: connect the calendar again and check that an appointment of a test ticket arrives",
];

/// Writes it.
#[must_use]
pub fn text(integrations: &[Integration]) -> String {
    let mut list = Checklist::of(
        "Integration checklist",
        "OAuth tokens and grants cannot be moved: each integration is authorised again at the destination.",
    );
    list.part("Always");
    for fixed in FIXED {
        list.tick(fixed);
    }
    list.part("Of this account");
    if integrations.is_empty() {
        list.say("No supplement `integrations.csv` was given, and no call of the source lists integrations. Ask for the list before the cutover.");
    }
    for one in integrations {
        let missing = if one.missing.is_empty() {
            String::new()
        } else {
            format!("; to be found out: {}", one.missing)
        };
        list.tick(&format!(
            "{}: endpoint {}, trigger {}{missing}",
            one.integration,
            or_unknown(&one.endpoint),
            or_unknown(&one.trigger)
        ));
    }
    list.part("After all are connected");
    list.tick("Revoke the old grants and API tokens at the source");
    list.text()
}

fn or_unknown(text: &str) -> &str {
    if text.is_empty() { "not known" } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_and_calendar_always_stand_there_and_each_integration_has_its_box() {
        let row = Integration {
            integration: "ERP".into(),
            trigger: "nightly".into(),
            missing: "endpoint".into(),
            ..Integration::default()
        };
        let told = text(&[row]);
        assert!(told.contains("- [ ] Office 365:") && told.contains("- [ ] Google Calendar:"));
        assert!(told.contains("- [ ] ERP: endpoint not known, trigger nightly; to be found out: endpoint"));
        assert!(text(&[]).contains("No supplement"));
    }
}
