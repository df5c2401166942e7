//! The doctor's look at Atera: token, zone, the fallback customer, and the supplement files.

use atera::{ErrorKind, Supplements};
use bootstrap::{Access, Settings};
use protocol::FailureCode;

use super::{check::Check, vendor_clock};
use crate::vendors;

/// Checks the source.
pub(super) async fn checks(settings: &Settings, access: &Access) -> Vec<Check> {
    let client = match vendors::source(settings, access) {
        Ok(client) => client,
        Err(failure) => {
            return vec![Check::fail("source", failure.to_string(), "correct the setting named")];
        }
    };
    let account = match client.account().await {
        Ok(account) => account,
        Err(error) => return vec![Check::fail("source", error.to_string(), advice(error.kind))],
    };
    let plan = account.plan.as_deref().unwrap_or("unknown");
    let mut checks = vec![Check::ok("source", format!("Atera answers and takes the token (plan {plan})"))];
    checks.extend(account.time_zone_name.as_deref().and_then(|zone| of_zone(settings, zone)));
    checks.push(vendor_clock::check("source clock", &access.source_url).await);
    checks.push(fallback_customer(settings, &client).await);
    checks
}

/// Checks the supplement files.
pub(super) fn supplements(settings: &Settings) -> Check {
    let name = "supplements";
    if let Err(error) = Supplements::load(&vendors::supplements(settings)) {
        return Check::fail(name, error.to_string(), FailureCode::SupplementInvalid.advice());
    }
    if settings.source.supplements.tags.is_none() {
        let remedy =
            "export tags to a CSV file and name it in source.supplements.tags, if tags are to be moved";
        return Check::warn(name, "there is no tags file, and no API of Atera gives tags", remedy);
    }
    let count = settings.source.supplements.files().count();
    Check::ok(name, format!("{count} of 4 files are given, each can be read"))
}

fn of_zone(settings: &Settings, theirs: &str) -> Option<Check> {
    let ours = &settings.source.zone;
    let same = match (atera::zone_by_name(theirs), atera::zone_by_name(ours)) {
        (Ok(theirs), Ok(ours)) => theirs == ours,
        _ => false,
    };
    let finding = format!("the account's zone is {theirs}, source.zone is {ours}");
    let remedy =
        "compare one ticket's dates with Atera's own page; if they differ, set source.zone to the account's";
    (!same).then(|| Check::warn("source zone", finding, remedy))
}

async fn fallback_customer(settings: &Settings, client: &atera::Client) -> Check {
    let name = "fallback customer";
    let Some(id) = &settings.map.fallback_customer else {
        let finding = "map.fallback_customer is not set, contacts without a company would halt the run";
        return Check::fail(name, finding, FailureCode::NoFallback.advice());
    };
    let Ok(number) = id.0.parse::<i64>() else {
        return Check::fail(
            name,
            "map.fallback_customer is no Atera id",
            "give the number of a customer at Atera",
        );
    };
    match client.customer(number).await {
        Ok(Some(_)) => Check::ok(name, format!("customer {number} stands in for missing companies")),
        Ok(None) => Check::fail(
            name,
            format!("Atera has no customer {number}"),
            "give the number of a customer at Atera",
        ),
        Err(error) => Check::fail(name, error.to_string(), advice(error.kind)),
    }
}

fn advice(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Auth => FailureCode::SourceAuth.advice(),
        ErrorKind::Forbidden => FailureCode::SourceForbidden.advice(),
        other => other.advice(),
    }
}
