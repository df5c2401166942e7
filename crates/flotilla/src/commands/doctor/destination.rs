//! The doctor's look at Gorgias: credentials, role, the rate it allows, and the fallback agent. Reads only.

use std::sync::Arc;

use bootstrap::{Access, Credentials, Settings};
use gorgias::{ErrorKind, UserRow};
use limiter::Limiter;
use protocol::{FailureCode, map_spec::fold};

use super::{check::Check, heard::Heard, vendor_clock};
use crate::vendors;

/// Checks the destination.
pub(super) async fn checks(settings: &Settings, access: &Access) -> Vec<Check> {
    let heard = Arc::new(Heard::new(vendors::rate(settings)));
    let limiter: Arc<dyn Limiter> = Arc::clone(&heard) as Arc<dyn Limiter>;
    let client = match vendors::destination(settings, access, limiter) {
        Ok(client) => client,
        Err(failure) => {
            return vec![Check::fail("destination", failure.to_string(), "correct the setting named")];
        }
    };
    let account = match client.account().await {
        Ok(account) => account,
        Err(error) => {
            return vec![Check::fail("destination", error.to_string(), advice(error.kind()))];
        }
    };
    let mut checks = vec![match account.deactivated_datetime {
        None => Check::ok("destination", "Gorgias answers and takes the credentials"),
        Some(_) => {
            Check::fail("destination", "the Gorgias account is closed", "open it again, or name another one")
        }
    }];
    checks.push(rate(settings, heard.last()));
    checks.push(vendor_clock::check("destination clock", &access.destination_url).await);
    match client.users().await {
        Ok(users) => {
            checks.extend(role(access, &users));
            checks.push(fallback_agent(settings, &users));
        }
        Err(error) => checks.push(Check::fail("users", error.to_string(), advice(error.kind()))),
    }
    checks
}

fn rate(settings: &Settings, heard: Option<(u32, u32)>) -> Check {
    let name = "rate";
    let ours = settings.destination.rate.limit;
    let Some((used, theirs)) = heard else {
        let finding = "the answer names no limit, only destination.rate.limit is obeyed";
        return Check::warn(name, finding, "make sure destination.rate.limit is what the account allows");
    };
    let finding = format!(
        "the account allows {theirs} per window and {used} are used, destination.rate.limit is {ours}"
    );
    if ours == theirs {
        Check::ok(name, finding)
    } else {
        Check::warn(name, finding, format!("set destination.rate.limit to {theirs}"))
    }
}

/// Whether the user behind an API key may do everything; an app has no user.
fn role(access: &Access, users: &[UserRow]) -> Option<Check> {
    let Credentials::Basic { email, .. } = &access.credentials else {
        return None;
    };
    let name = "role";
    let advice = FailureCode::TargetForbidden.advice();
    let found = users.iter().find(|user| has_email(user, email));
    Some(match found.and_then(|user| user.role.as_deref()) {
        Some("admin") => Check::ok(name, "the user of the API key is an admin"),
        Some(role) => Check::warn(name, format!("the user of the API key is {role}, not admin"), advice),
        None => Check::warn(name, "the user of the API key is not among the users listed", advice),
    })
}

fn fallback_agent(settings: &Settings, users: &[UserRow]) -> Check {
    let name = "fallback agent";
    let Some(email) = &settings.map.fallback_agent else {
        let finding = "map.fallback_agent is not set, tickets without a technician would halt the run";
        return Check::fail(name, finding, FailureCode::NoFallback.advice());
    };
    let remedy = "set map.fallback_agent to the e-mail of an active user of Gorgias";
    match users.iter().find(|user| has_email(user, email)) {
        None => Check::fail(name, "no user of Gorgias has the e-mail of map.fallback_agent", remedy),
        Some(user) if user.active == Some(false) => Check::fail(
            name,
            format!("user {} of map.fallback_agent cannot log in any more", user.id),
            remedy,
        ),
        Some(user) => Check::ok(name, format!("user {} stands in for missing technicians", user.id)),
    }
}

fn has_email(user: &UserRow, email: &str) -> bool {
    user.email.as_deref().is_some_and(|theirs| fold(theirs) == fold(email))
}

fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Unauthorized => FailureCode::TargetAuth.advice(),
        ErrorKind::Forbidden => FailureCode::TargetForbidden.advice(),
        ErrorKind::NotFound | ErrorKind::BadAnswer | ErrorKind::Unexpected => {
            "Check destination.base_url: it should read https://ACCOUNT.gorgias.com/api."
        }
        _ => FailureCode::TargetUnavailable.advice(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::doctor::check::Verdict;

    fn user(id: i64, email: &str, role: &str, active: bool) -> UserRow {
        UserRow {
            id,
            email: Some(email.into()),
            name: None,
            external_id: None,
            role: Some(role.into()),
            active: Some(active),
        }
    }

    #[test]
    fn the_rate_is_held_against_what_the_account_says() {
        let settings = Settings::defaults().unwrap();
        assert_eq!(rate(&settings, Some((1, 40))).verdict, Verdict::Ok);
        assert!(rate(&settings, Some((1, 80))).remedy.unwrap().ends_with("limit to 80"));
        assert_eq!(rate(&settings, None).verdict, Verdict::Warn);
    }

    #[test]
    fn the_fallback_agent_is_found_whatever_the_case_and_must_be_active() {
        let mut settings = Settings::defaults().unwrap();
        let users =
            [user(1, "Gone@msp.example", "agent", false), user(2, "Admin@MSP.example", "admin", true)];
        assert_eq!(fallback_agent(&settings, &users).verdict, Verdict::Fail);
        settings.map.fallback_agent = Some(" admin@msp.example".into());
        assert_eq!(fallback_agent(&settings, &users).verdict, Verdict::Ok);
        settings.map.fallback_agent = Some("gone@msp.example".into());
        assert_eq!(fallback_agent(&settings, &users).verdict, Verdict::Fail);
        settings.map.fallback_agent = Some("nobody@msp.example".into());
        assert_eq!(fallback_agent(&settings, &users).verdict, Verdict::Fail);
    }
}
