//! What the pre-flight says of a migration that was assessed. Where facts are in the dossier, no record moves while a
//! finding blocks; where there are none, the gate alone stands before the move.

use assess::{Finding, Rate, Terms};
use ledger::Ledger;
use protocol::{
    MapSpec, MigrationId,
    facts::{ACKNOWLEDGED, Acknowledged, Acknowledgement, FACTS, Facts, RECORDS, Records},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::Error;

/// Name in the dossier of what only an operator can say.
pub const SAID: &str = "assessment.said";

/// What only an operator can say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// Seats of the destination's plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u64>,
}

/// What lies in the dossier of an assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Papers {
    /// The facts.
    pub facts: Facts,
    /// The records behind them.
    pub records: Records,
    /// What was acknowledged.
    pub acknowledged: Acknowledged,
    /// What an operator said.
    pub said: Said,
}

impl Papers {
    /// The terms they are judged under. The day is that of the facts: an acknowledgement holds until they are looked up anew.
    #[must_use]
    pub fn terms(&self, spec: &MapSpec, rate: Rate, source_per_s: f64) -> Terms {
        Terms {
            rate,
            source_per_s,
            spec: spec.clone(),
            seats: self.said.seats,
            acknowledged: self.acknowledged.clone(),
            now: self.facts.at,
        }
    }
}

/// The limit of an account nobody has told of: the lowest there is.
pub const UNKNOWN_RATE: Rate = Rate { limit: 40, window_ms: 20_000, reserve: 0.0 };

/// A rate of the source nobody has told of.
pub const UNKNOWN_SOURCE_PER_S: f64 = 10.0;

/// The newest papers; none where nothing was assessed.
///
/// # Errors
/// [`Error::Ledger`] when the ledger refuses, [`Error::Dossier`] when a paper cannot be read.
pub async fn papers(ledger: &dyn Ledger, id: &MigrationId) -> Result<Option<Papers>, Error> {
    let Some(facts) = leaf(ledger, id, FACTS).await? else { return Ok(None) };
    Ok(Some(Papers {
        facts,
        records: leaf(ledger, id, RECORDS).await?.unwrap_or_default(),
        acknowledged: leaf(ledger, id, ACKNOWLEDGED).await?.unwrap_or_default(),
        said: leaf(ledger, id, SAID).await?.unwrap_or_default(),
    }))
}

pub(crate) async fn leaf<T: DeserializeOwned>(
    ledger: &dyn Ledger,
    id: &MigrationId,
    name: &str,
) -> Result<Option<T>, Error> {
    let Some(leaf) = ledger.leaf(id, name, None).await? else { return Ok(None) };
    let read = serde_json::from_value(leaf.body);
    read.map(Some).map_err(|_| Error::Dossier { id: id.clone(), name: name.to_owned() })
}

/// Refuses a move while a finding of the pre-flight blocks.
pub(crate) async fn check(ledger: &dyn Ledger, id: &MigrationId, spec: &MapSpec) -> Result<(), Error> {
    let Some(papers) = papers(ledger, id).await? else { return Ok(()) };
    let terms = papers.terms(spec, UNKNOWN_RATE, UNKNOWN_SOURCE_PER_S);
    let estimate = assess::estimate(&papers.facts, &terms);
    let findings = assess::preflight(&papers.facts, &papers.records, &terms, &estimate);
    let problems: Vec<String> = assess::open_blocks(&findings).map(told).collect();
    if problems.is_empty() { Ok(()) } else { Err(Error::Preflight { id: id.clone(), problems }) }
}

fn told(finding: &Finding) -> String {
    format!("{} ({}): {}", finding.says, finding.rule, finding.remedy)
}

/// Keeps a named person's word for a finding as it stands under this map.
///
/// # Errors
/// [`Error::NotAssessed`] without facts, [`Error::CannotAcknowledge`] where there is no such finding or a word is not
/// enough, [`Error::Ledger`] when the ledger refuses.
pub async fn acknowledge(
    ledger: &dyn Ledger,
    id: &MigrationId,
    spec: &MapSpec,
    rule: &str,
    by: &str,
) -> Result<Finding, Error> {
    let mut papers = papers(ledger, id).await?.ok_or_else(|| Error::NotAssessed { id: id.clone() })?;
    let terms = papers.terms(spec, UNKNOWN_RATE, UNKNOWN_SOURCE_PER_S);
    let estimate = assess::estimate(&papers.facts, &terms);
    let findings = assess::preflight(&papers.facts, &papers.records, &terms, &estimate);
    let refused = |why: &'static str| Error::CannotAcknowledge { rule: rule.to_owned(), why };
    let mut finding = findings
        .into_iter()
        .find(|finding| finding.rule == rule)
        .ok_or_else(|| refused("the pre-flight has no such finding"))?;
    if !finding.acknowledgeable {
        return Err(refused("a word is not enough, it has to be mended"));
    }
    let word =
        Acknowledgement { by: by.to_owned(), at: papers.facts.at, finding: assess::finding_hash(&finding) };
    papers.acknowledged.insert(rule.to_owned(), word.clone());
    ledger.put_leaf(id, ACKNOWLEDGED, &serde_json::json!(papers.acknowledged), by).await?;
    (finding.acknowledged, finding.blocks) = (Some(word), false);
    Ok(finding)
}
