//! Faults by rule, the same for both APIs: an operator or a test says which requests shall fail and how, and
//! reads afterwards how often each rule struck. Without rules nothing here touches a request.

mod act;
mod layer;
mod rule;

use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

pub(crate) use layer::layer;
pub(crate) use rule::{Action, Rule};

use crate::request_log::Api;

/// What a response carries when its line has to be cut instead of answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cut {
    /// How long the client is left waiting first, in milliseconds.
    pub(crate) hang_ms: u64,
}

/// What a response carries when it has to be held back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Held {
    /// How long, in milliseconds.
    pub(crate) ms: u64,
}

/// A rule with what became of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Standing {
    #[serde(flatten)]
    rule: Rule,
    /// Requests that fitted the rule, the skipped ones included.
    matched: u64,
    /// Requests it struck.
    hits: u64,
}

/// The rules in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    standing: Mutex<Vec<Standing>>,
}

impl Faults {
    /// Puts `rules` in the place of whatever stood.
    pub(crate) fn replace(&self, rules: Vec<Rule>) {
        *self.lock() = rules.into_iter().map(Standing::new).collect();
    }

    /// Adds `rules` behind those that stand.
    pub(crate) fn add(&self, rules: Vec<Rule>) {
        self.lock().extend(rules.into_iter().map(Standing::new));
    }

    /// Every rule with its counts.
    pub(crate) fn standing(&self) -> Vec<Standing> {
        self.lock().clone()
    }

    /// What shall befall this request: the first rule that fits and is neither skipping nor spent.
    fn strike(&self, api: Api, method: &str, path: &str, body: &[u8]) -> Option<Action> {
        let mut standing = self.lock();
        standing.iter_mut().find_map(|each| {
            if !each.rule.fits(api, method, path, body) {
                return None;
            }
            each.matched += 1;
            let spent = each.rule.times.is_some_and(|times| times <= each.hits);
            if each.matched <= each.rule.skip || spent {
                return None;
            }
            each.hits += 1;
            Some(each.rule.action.clone())
        })
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Standing>> {
        self.standing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Standing {
    fn new(rule: Rule) -> Self {
        Self { rule, matched: 0, hits: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Faults {
        let faults = Faults::default();
        faults.replace(serde_json::from_str(text).unwrap());
        faults
    }

    #[test]
    fn a_rule_skips_then_strikes_then_is_spent() {
        let faults = rules(
            r#"[{"api":"gorgias","method":"POST","path":"/api/tickets","skip":1,"times":2,"action":{"kind":"drop"}}]"#,
        );
        let struck: Vec<bool> =
            (0..5).map(|_| faults.strike(Api::Gorgias, "POST", "/api/tickets", b"{}").is_some()).collect();
        assert_eq!(struck, [false, true, true, false, false]);
        let standing = faults.standing();
        assert_eq!((standing[0].matched, standing[0].hits), (5, 2));
    }

    #[test]
    fn a_rule_leaves_other_requests_alone() {
        let faults = rules(
            r#"[{"api":"gorgias","path":"/api/tickets/*/messages$","body_contains":"needle","action":{"kind":"drop"}}]"#,
        );
        let strike = |api, path, body: &[u8]| faults.strike(api, "POST", path, body).is_some();
        assert!(strike(Api::Gorgias, "/api/tickets/7/messages", b"a needle here"));
        assert!(!strike(Api::Atera, "/api/tickets/7/messages", b"a needle here"));
        assert!(!strike(Api::Gorgias, "/api/tickets/7/messages/8", b"a needle here"));
        assert!(!strike(Api::Gorgias, "/api/tickets/7/messages", b"hay"));
        assert!(!strike(Api::Gorgias, "/api/tickets", b"needle"));
    }

    #[test]
    fn a_rule_with_an_unknown_field_is_refused() {
        let text = r#"[{"api":"gorgias","tmies":2,"action":{"kind":"drop"}}]"#;
        assert!(serde_json::from_str::<Vec<Rule>>(text).is_err());
    }
}
