//! What is wrong with an account that somebody wants kept. Pure; no value is told back.

use jiff::tz::TimeZone;
use protocol::{Account, AccountRate, At, account::QuietHours};
use url::Url;

/// Everything that is wrong with it.
pub(crate) fn problems(account: &Account) -> Vec<String> {
    let mut found = Vec::new();
    match Url::parse(&account.base_url) {
        Ok(url) if matches!(url.scheme(), "https" | "http") && url.has_host() => {
            let bare = url.username().is_empty() && url.password().is_none();
            if !bare || url.query().is_some() || url.fragment().is_some() {
                found.push(
                    "base_url: give scheme, host and path alone; a secret belongs to the workers".to_owned(),
                );
            }
        }
        _ => found.push("base_url: give an address such as https://acme.gorgias.com".to_owned()),
    }
    match &account.at {
        At::Atera { zone: Some(zone) } if TimeZone::get(zone).is_err() => {
            found.push("zone: give an IANA time zone, such as Europe/Berlin".to_owned());
        }
        At::Atera { .. } => {}
        At::Gorgias { rate } => rate_problems(rate, &mut found),
    }
    found
}

fn rate_problems(rate: &AccountRate, found: &mut Vec<String>) {
    if rate.limit == 0 || !(1..=3_600_000).contains(&rate.window_ms) {
        found.push("rate: give at least 1 request per window of 1 to 3600000 ms".to_owned());
    }
    if !(0.0..=0.9).contains(&rate.reserve) {
        found.push("rate.reserve: give a share from 0.0 to 0.9".to_owned());
    }
    for QuietHours { zone, from_minute, to_minute, reserve } in &rate.quiet {
        let minutes = *from_minute < 1440 && *to_minute <= 1440;
        if TimeZone::get(zone).is_err() || !minutes || !(0.0..=0.99).contains(reserve) {
            found.push(
                "rate.quiet: give an IANA zone, minutes of the day from 0 to 1439 and a reserve from 0.0 to 0.99"
                    .to_owned(),
            );
        }
    }
}
