//! How far the machine's clock is from a vendor's, by the `Date` header of its front page: no record, no credential, and
//! no call that the vendor's API counts.

use bootstrap::SystemClock;
use jiff::fmt::rfc2822;
use protocol::{Clock, UnixMs};
use url::Url;

use super::check::Check;

/// A difference up to this is as good as none (the header knows whole seconds only), ms.
const NEAR_MS: u64 = 5_000;

/// A difference beyond this makes dates and leases hard to trust, ms.
const FAR_MS: u64 = 300_000;

/// Checks the clock against the host of an API.
pub(super) async fn check(name: &'static str, api: &Url) -> Check {
    let remedy = "set this machine's clock by NTP";
    match difference_ms(api).await {
        Some(ms @ 0..=NEAR_MS) => Check::ok(name, format!("the clocks agree ({} s apart)", ms / 1000)),
        Some(ms @ ..=FAR_MS) => Check::warn(name, format!("the clocks are {} s apart", ms / 1000), remedy),
        Some(ms) => Check::fail(name, format!("the clocks are {} s apart", ms / 1000), remedy),
        None => {
            Check::warn(name, "the vendor's clock could not be read", "compare this machine's clock by hand")
        }
    }
}

async fn difference_ms(api: &Url) -> Option<u64> {
    let front = api.join("/").ok()?;
    let no_redirects = reqwest::redirect::Policy::none();
    let client =
        reqwest::Client::builder().redirect(no_redirects).timeout(std::time::Duration::from_secs(10)).build();
    let request = client.ok()?.head(front);
    #[expect(
        clippy::disallowed_methods,
        reason = "a look at the front page's clock is no call of the vendor's API"
    )]
    let answer = request.send().await.ok()?;
    let theirs = date(answer.headers().get("date")?.to_str().ok()?)?;
    let ours = SystemClock.now();
    Some(ours.since(theirs).max(theirs.since(ours)))
}

fn date(header: &str) -> Option<UnixMs> {
    let at = rfc2822::DateTimeParser::new().parse_timestamp(header).ok()?;
    Some(UnixMs(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_header_is_read() {
        assert_eq!(date("Sun, 01 Mar 2026 12:00:05 GMT"), Some(UnixMs(1_772_366_405_000)));
        assert_eq!(date("yesterday"), None);
    }
}
