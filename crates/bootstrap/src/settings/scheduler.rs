//! Section `[scheduler]`: the service that decides. Where it listens, how often it looks, who may ask it.

use std::net::SocketAddr;

use serde::Deserialize;

use super::reader::Reader;

/// The scheduler service.
#[derive(Debug, Clone)]
pub struct Scheduler {
    /// Where API, health and metrics are served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How often the dispatcher looks without being signalled, ms.
    pub tick_ms: u64,
    /// The dispatcher's term of office without renewal, ms.
    pub term_ms: u64,
    /// Batches outstanding per destination account, those under way included.
    pub window: u32,
    /// Requests per second one worker is good for; the scaling figure reckons with it.
    pub rate_per_worker: f64,
    /// The most workers the scaling figure ever asks for.
    pub max_workers: u32,
    /// Who may use the API.
    pub tokens: Vec<ApiToken>,
    /// Largest body of a request, bytes.
    pub body_limit_bytes: u64,
}

/// What a bearer of a token may do; each may do what those before it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApiRole {
    /// Look.
    Viewer,
    /// Make migrations, start, pause, resume, cancel, retry, throttle.
    Operator,
    /// Make accounts.
    Admin,
}

/// A token of the API, kept as its hash.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApiToken {
    /// Whose it is, for the audit log.
    pub name: String,
    /// What they may do.
    pub role: ApiRole,
    /// SHA-256 of the token, 64 hexadecimal digits in lower case.
    pub sha256: String,
}

impl Scheduler {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            listen: reader.socket("scheduler.listen"),
            tick_ms: reader.whole("scheduler.tick_ms", 10..=60_000),
            term_ms: reader.whole("scheduler.term_ms", 500..=600_000),
            window: reader.whole_u32("scheduler.window", 1..=1_000),
            rate_per_worker: reader.number("scheduler.rate_per_worker", 0.01..=100_000.0),
            max_workers: reader.whole_u32("scheduler.max_workers", 1..=10_000),
            tokens: tokens(reader),
            body_limit_bytes: reader.whole("scheduler.body_limit_bytes", 1_024..=104_857_600),
        }
    }
}

fn tokens(reader: &mut Reader<'_>) -> Vec<ApiToken> {
    let key = "scheduler.tokens";
    let mut tokens: Vec<ApiToken> = Vec::new();
    for (at, item) in reader.list(key).into_iter().enumerate() {
        let item_no = at + 1;
        // What cannot be read is not quoted: somebody may have put the token itself there.
        let Ok(mut token) = serde_json::from_value::<ApiToken>(item) else {
            let remedy =
                "give name, role (viewer, operator or admin) and sha256 (of the token, in hexadecimal)";
            reader.wrong(key, format!("item {item_no} cannot be read"), remedy);
            continue;
        };
        token.sha256.make_ascii_lowercase();
        let is_hash = token.sha256.len() == 64 && token.sha256.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !is_hash {
            let remedy = "give its 64 hexadecimal digits: printf %s \"$TOKEN\" | sha256sum";
            reader.wrong(key, format!("sha256 of item {item_no} is no SHA-256"), remedy);
        }
        if token.name.trim().is_empty() {
            reader.wrong(
                key,
                format!("item {item_no} has no name"),
                "name who uses it; the audit log says so",
            );
        }
        if tokens.iter().any(|other| other.sha256 == token.sha256) {
            reader.wrong(key, format!("item {item_no} is there a second time"), "remove one");
        }
        tokens.push(token);
    }
    tokens
}
