//! The pre-flight: rules that look at the facts before a record moves, one file each. A rule says what it found, how grave
//! that is, which records it is about and what to do. What blocks, blocks until it is mended or, where a rule allows it,
//! until a named person has acknowledged exactly this finding.

mod access;
mod agents;
mod ai_agent;
mod articles;
mod auto_assignment;
mod auto_merge;
mod broken_map;
mod closed;
mod duplicates;
mod fallback_agent;
mod field_limit;
mod gdpr;
mod not_listed;
mod orphans;
mod plan;
mod pricing;
mod roles;
mod rules;
mod satisfaction;
mod seats;
mod sla;
mod stale_supplements;
mod supplements;
mod token;
mod two_million;
mod unassigned;
mod unmapped;
mod webhooks;
mod zone;

use protocol::{
    Fingerprint,
    facts::{Acknowledgement, Facts, Records},
};
use serde::{Deserialize, Serialize};

use crate::{Estimate, Terms};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// To be known.
    Info,
    /// To be looked at.
    Warn,
    /// Nothing moves.
    Block,
}

/// One record (or setting) a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affected {
    /// What it is: ticket, contact, customer, technician, field, rule and so on.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What is to be known of it: a value, a count, a hash; never a customer's text.
    pub detail: String,
}

impl Affected {
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a text, a number or an id alike, without a mark at each call"
    )]
    fn new(kind: &str, id: impl ToString, detail: impl ToString) -> Self {
        Self { kind: kind.to_owned(), id: id.to_string(), detail: detail.to_string() }
    }
}

/// What a rule found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The rule.
    pub rule: String,
    /// How grave it is.
    pub severity: Severity,
    /// What was found.
    pub says: String,
    /// How many records it is about.
    pub count: u64,
    /// What to do.
    pub remedy: String,
    /// Whether a person's word is enough.
    pub acknowledgeable: bool,
    /// Whose word there is for exactly this finding.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acknowledged: Option<Acknowledgement>,
    /// Whether it keeps records from moving.
    pub blocks: bool,
    /// The records; as many as `count`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affected: Vec<Affected>,
}

/// What a rule looks at.
pub(crate) struct Sight<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) records: &'a Records,
    pub(crate) terms: &'a Terms,
    pub(crate) estimate: &'a Estimate,
}

/// What it sees.
pub(crate) struct Seen {
    severity: Severity,
    says: String,
    affected: Vec<Affected>,
}

impl Seen {
    fn new(severity: Severity, says: impl Into<String>, affected: Vec<Affected>) -> Option<Self> {
        Some(Self { severity, says: says.into(), affected })
    }

    /// About the account as a whole.
    fn of_account(severity: Severity, says: impl Into<String>, detail: impl ToString) -> Option<Self> {
        Self::new(severity, says, vec![Affected::new("account", "account", detail)])
    }
}

/// A rule.
pub struct Rule {
    /// Its id.
    pub id: &'static str,
    /// What to do about what it finds.
    pub remedy: &'static str,
    /// Whether a person's word is enough for what it would block.
    pub acknowledgeable: bool,
    look: fn(&Sight<'_>) -> Option<Seen>,
}

impl std::fmt::Debug for Rule {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id)
    }
}

/// Every rule, in the order in which it is told.
pub static RULES: [Rule; 29] = [
    closed::RULE,
    broken_map::RULE,
    fallback_agent::RULE,
    unassigned::RULE,
    orphans::RULE,
    duplicates::RULE,
    unmapped::RULE,
    roles::RULE,
    agents::RULE,
    seats::RULE,
    field_limit::RULE,
    plan::RULE,
    access::RULE,
    zone::RULE,
    token::RULE,
    supplements::RULE,
    stale_supplements::RULE,
    rules::RULE,
    webhooks::RULE,
    satisfaction::RULE,
    auto_merge::RULE,
    auto_assignment::RULE,
    sla::RULE,
    ai_agent::RULE,
    gdpr::RULE,
    pricing::RULE,
    articles::RULE,
    not_listed::RULE,
    two_million::RULE,
];

/// Asks every rule.
#[must_use]
pub fn preflight(facts: &Facts, records: &Records, terms: &Terms, estimate: &Estimate) -> Vec<Finding> {
    let sight = Sight { facts, records, terms, estimate };
    RULES.iter().filter_map(|rule| (rule.look)(&sight).map(|seen| finding(rule, seen, terms))).collect()
}

fn finding(rule: &Rule, seen: Seen, terms: &Terms) -> Finding {
    let mut finding = Finding {
        rule: rule.id.to_owned(),
        severity: seen.severity,
        says: seen.says,
        count: seen.affected.len() as u64,
        remedy: rule.remedy.to_owned(),
        acknowledgeable: rule.acknowledgeable,
        acknowledged: None,
        blocks: false,
        affected: seen.affected,
    };
    let hash = finding_hash(&finding);
    finding.acknowledged = terms.acknowledged.get(rule.id).filter(|one| one.finding == hash).cloned();
    let settled = finding.acknowledgeable && finding.acknowledged.is_some();
    finding.blocks = finding.severity == Severity::Block && !settled;
    finding
}

/// Hash of what a finding says and is about: who acknowledges it acknowledges this and nothing that comes later.
#[must_use]
pub fn finding_hash(finding: &Finding) -> String {
    let form = serde_json::json!([finding.rule, finding.severity, finding.says, finding.affected]);
    Fingerprint::of(form.to_string().as_bytes()).to_hex()
}

/// What keeps records from moving.
pub fn open_blocks(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.blocks)
}
