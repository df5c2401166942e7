//! The knowledge base: a dozen articles, list only. `KBProduct` holds the heading, `KBContext` the HTML body and
//! `KBAddress` a link or nothing, which is our reading: the vendor documents no title and no body.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use serde_json::{Value, json};

use super::account::Account;
use super::calendar::{self, HOUR_MS, START_MS, Shape};
use super::envelope::{self, Nothing};
use super::prng::{Draw, Stream};
use super::query::Query;

/// Articles in the account.
pub(crate) const COUNT: usize = 12;

/// Articles somebody has to look at: one with a frame, one with a table, one with an image from elsewhere.
pub(crate) const FLAGGED: u64 = 3;

const HEADINGS: [&str; COUNT] = [
    "Reset a password",
    "Set up the VPN",
    "Map a network drive",
    "הגדרת מדפסת",
    "メール設定ガイド",
    "Onboarding checklist",
    "Offboarding checklist",
    "Phishing: what to do",
    "Backup & restore",
    "=1+1 meeting room display",
    "Wi-Fi for guests",
    "",
];

pub(super) fn routes() -> Router<Arc<Account>> {
    Router::new().route("/knowledgebases", get(list))
}

fn row(account: &Account, at: usize) -> Option<Value> {
    let heading = HEADINGS.get(at)?;
    let number = i64::try_from(at).ok()? + 1;
    let zoneless = account.behaviour().zoneless;
    let section = (number - 1) / 4;
    let uuid = |id: i64| Draw::new(account.scale().seed, Stream::Device, id).uuid();
    let body = match number {
        8 => format!(
            "<h2>{heading}</h2><iframe src=\"about:blank\"></iframe><script>0</script><p>Do not click.</p>"
        ),
        9 => format!("<h2>{heading}</h2><table><tr><td>Nightly</td><td>02:00</td></tr></table>"),
        10 => format!(
            "<h2>{heading}</h2><p><img src=\"http://127.0.0.1/kb/display.png\" alt=\"display\"> \
             <a href=\"http://127.0.0.1/kb/manual.pdf\">Manual</a></p>"
        ),
        _ => format!(
            "<h2>{heading}</h2><p>Open the settings and follow the steps.</p><ul><li>One</li><li>Two</li></ul>"
        ),
    };
    let read = u32::try_from(at).unwrap_or(0);
    Some(json!({
        "KBID": 400 + number,
        "KBTimestamp": calendar::write(START_MS + number * 24 * HOUR_MS, Shape::SevenDigits, zoneless),
        "KBLastModified": calendar::write(START_MS + number * 48 * HOUR_MS, Shape::SevenDigits, zoneless),
        "KBContext": if number == 11 { Value::Null } else { json!(body) },
        "KBProduct": heading,
        "KBKeywords": if number % 2 == 0 { json!("howto, office") } else { Value::Null },
        "KBAddress": if number % 5 == 0 { json!("http://127.0.0.1/kb") } else { json!("") },
        "KBIsPrivate": number % 4 == 0,
        "KBStatus": 1 + number % 2,
        "KBPriority": null,
        "KBRating_Yes": read * 3,
        "KBRating_No": read,
        "KBRating_Views": read * 40,
        "SectionId": uuid(-10 - section),
        "SectionName": format!("Section {}", section + 1),
        "CategoryId": if number == 12 { Value::Null } else { json!(uuid(-20 - number % 3)) },
        "CategoryName": if number == 12 { Value::Null } else { json!(format!("Category {}", number % 3 + 1)) },
    }))
}

async fn list(State(account): State<Arc<Account>>, query: Query) -> Response {
    envelope::page(&query, "/knowledgebases", Nothing::Empty, COUNT, |at| row(&account, at))
}
