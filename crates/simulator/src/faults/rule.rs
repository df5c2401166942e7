//! One fault rule: which requests it fits and what it does to them. Pure; striking is `act`'s.

use serde::{Deserialize, Serialize};

use crate::request_log::Api;

/// Which requests shall fail, how often and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// Which API.
    pub(crate) api: Api,
    /// Method in capitals; any if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
    /// Start of the path, where `*` stands for anything and a closing `$` for the end; any path if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<String>,
    /// Bytes the body must hold; any body if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body_contains: Option<String>,
    /// Fitting requests that pass unharmed first.
    #[serde(default)]
    pub(crate) skip: u64,
    /// Requests to strike after those; without end if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) times: Option<u64>,
    /// What befalls them.
    pub(crate) action: Action,
}

/// What befalls a request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Action {
    /// Answered with `status` instead of being applied.
    Status {
        status: u16,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after: Option<u64>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<String>,
    },
    /// Applied, then answered with `status` and an empty body.
    AppliedThenStatus { status: u16 },
    /// Applied, then the line is cut after `hang_ms` without an answer.
    AppliedThenTimeout {
        #[serde(default)]
        hang_ms: u64,
    },
    /// The line is cut before anything is applied.
    Drop,
    /// Applied; the answer promises its full length, and half of it arrives before the line is cut.
    HalfBody,
    /// Applied; the answer is 200 with bytes that are neither UTF-8 nor JSON.
    BadBytes,
    /// Applied; the answer is held back.
    Slow { ms: u64 },
    /// Every access token dies and this request is answered with 401.
    ExpireToken,
}

impl Rule {
    /// Whether this request is meant.
    pub(crate) fn fits(&self, api: Api, method: &str, path: &str, body: &[u8]) -> bool {
        self.api == api
            && self.method.as_deref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self.path.as_deref().is_none_or(|pattern| path_fits(pattern, path))
            && self.body_contains.as_deref().is_none_or(|needle| holds(body, needle.as_bytes()))
    }
}

/// A prefix with `*` for anything; a closing `$` asks for the whole path.
fn path_fits(pattern: &str, path: &str) -> bool {
    let (pattern, whole) = pattern.strip_suffix('$').map_or((pattern, false), |rest| (rest, true));
    let mut parts = pattern.trim_start_matches('^').split('*').peekable();
    let Some(first) = parts.next() else { return true };
    let Some(mut rest) = path.strip_prefix(first) else {
        return false;
    };
    if parts.peek().is_none() {
        return !whole || rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if whole && parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

/// Whether `needle` stands anywhere in `body`.
fn holds(body: &[u8], needle: &[u8]) -> bool {
    needle.is_empty() || body.windows(needle.len()).any(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::path_fits;

    #[test]
    fn a_pattern_is_a_prefix_with_stars_and_an_end() {
        assert!(path_fits("/api/tickets", "/api/tickets/1"));
        assert!(!path_fits("/api/tickets$", "/api/tickets/1"));
        assert!(path_fits("/api/tickets$", "/api/tickets"));
        assert!(path_fits("/api/v3/tickets/*/comments", "/api/v3/tickets/12/comments"));
        assert!(path_fits("/api/tickets/*$", "/api/tickets/12"));
        assert!(!path_fits("/api/tickets/*/messages$", "/api/tickets/12/messages/3"));
        assert!(!path_fits("/api/customers", "/api/tickets"));
    }
}
