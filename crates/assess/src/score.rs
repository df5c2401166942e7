//! The compatibility score: what becomes of each of the twelve objects in this account, by a rule each, weighted by the
//! records there are. Beside it stands what the vendor says of the same twelve, which no account was looked at for.

use std::collections::BTreeMap;

use protocol::facts::Facts;
use serde::{Deserialize, Serialize};

use crate::{
    Object, Terms, Verdict,
    discovery::supplied,
    field_slots,
    gaps::{records_of, statuses_fit},
};

/// The vendor's word on the twelve.
pub(crate) const CLAIM_TWELVE: &str = "9 of 12 objects map 1:1";

/// The vendor's word on the seven.
pub(crate) const CLAIM_SEVEN: &str = "3 of 7 objects need a mapping; the rest are 1:1";

/// What becomes of one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectScore {
    /// The object.
    pub object: Object,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Its records.
    pub records: u64,
    /// Why.
    pub why: String,
}

/// The score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The twelve, in order.
    pub objects: Vec<ObjectScore>,
    /// Objects by verdict.
    pub verdicts: BTreeMap<Verdict, u64>,
    /// Share of all records by verdict.
    pub shares: BTreeMap<Verdict, f64>,
    /// Worth that arrives, weighted by records: 0 to 1.
    pub weighted: f64,
    /// Worth that arrives, each object counted the same: 0 to 1.
    pub by_object: f64,
    /// Of the seven, those that do not simply land.
    pub of_seven_need_mapping: u64,
    /// What the vendor says: of the twelve, of the seven.
    pub claims: [String; 2],
    /// Ours in the same words.
    pub ours: [String; 2],
}

/// Judges the twelve.
#[must_use]
pub fn score(facts: &Facts, terms: &Terms) -> Score {
    let objects: Vec<ObjectScore> = Object::ALL
        .into_iter()
        .map(|object| {
            let (verdict, why) = verdict(object, facts, terms);
            ObjectScore { object, verdict, records: records_of(facts, object), why: why.to_owned() }
        })
        .collect();
    let all: u64 = objects.iter().map(|one| one.records).sum();
    let every = [Verdict::Lands, Verdict::LandsLossy, Verdict::DocumentOnly, Verdict::Nothing];
    let of = |verdict| objects.iter().filter(move |one| one.verdict == verdict);
    let verdicts: BTreeMap<_, _> = every.map(|verdict| (verdict, of(verdict).count() as u64)).into();
    let share = |records: u64| if all == 0 { 0.0 } else { records as f64 / all as f64 };
    let shares: BTreeMap<_, _> =
        every.map(|verdict| (verdict, share(of(verdict).map(|one| one.records).sum()))).into();
    let worth = |one: &ObjectScore| one.verdict.worth();
    let by_object = objects.iter().map(worth).sum::<f64>() / objects.len() as f64;
    let weighted = match all {
        0 => by_object,
        all => objects.iter().map(|one| worth(one) * one.records as f64).sum::<f64>() / all as f64,
    };
    let mapped = |one: &&ObjectScore| Object::SEVEN.contains(&one.object) && one.verdict != Verdict::Lands;
    let of_seven_need_mapping = objects.iter().filter(mapped).count() as u64;
    let (lands, lossy) = (verdicts[&Verdict::Lands], verdicts[&Verdict::LandsLossy]);
    let (documents, nothing) = (verdicts[&Verdict::DocumentOnly], verdicts[&Verdict::Nothing]);
    Score {
        ours: [
            format!(
                "{lands} of 12 land as they are, {lossy} land with losses, {documents} become documents, {nothing} do not arrive"
            ),
            format!("{of_seven_need_mapping} of 7 objects need a mapping"),
        ],
        claims: [CLAIM_TWELVE.to_owned(), CLAIM_SEVEN.to_owned()],
        objects,
        verdicts,
        shares,
        weighted,
        by_object,
        of_seven_need_mapping,
    }
}

fn verdict(object: Object, facts: &Facts, terms: &Terms) -> (Verdict, &'static str) {
    use Verdict::{DocumentOnly, Lands, LandsLossy, Nothing};
    let document = |name: &str, why: (&'static str, &'static str)| match supplied(facts, name) {
        Some(_) => (DocumentOnly, why.0),
        None => (Nothing, why.1),
    };
    match object {
        Object::Tickets if statuses_fit(facts, terms) => (Lands, "every status has its like"),
        Object::Tickets => (
            LandsLossy,
            "the destination knows open and closed alone; other statuses fold, the original stays in meta",
        ),
        Object::Customers => {
            (LandsLossy, "there is no company object; a company becomes a customer, its details go to data")
        }
        Object::Contacts => (
            LandsLossy,
            "customers are not linked to each other; the company is named in a field and in data",
        ),
        Object::Agents => {
            let missing = facts.source.technicians.iter().any(|one| one.user.is_none() || !one.user_active);
            if missing {
                (
                    LandsLossy,
                    "some technicians have no user; the fallback agent stands in, their names stay in meta",
                )
            } else {
                (Lands, "every technician has a user of the same address")
            }
        }
        Object::Tags => match supplied(facts, "tags") {
            None => (Nothing, "no call of the source gives tags and no tags.csv is supplied"),
            Some(_) if facts.source.tagged_customers > 0 => {
                (LandsLossy, "tags of tickets land as they are, those of customers go to the companion file")
            }
            Some(_) => (Lands, "plain texts, carried as they are"),
        },
        Object::CustomFields => {
            let slots = field_slots(facts, &terms.spec);
            if slots.companion.is_empty() && slots.other_scopes.is_empty() {
                (Lands, "every field finds a slot")
            } else {
                (
                    LandsLossy,
                    "fields past the destination's slots, and those of other scopes, go to the companion file",
                )
            }
        }
        Object::SlaPolicies => document(
            "sla_policies",
            (
                "no API makes a policy; a rebuild checklist from the supplement",
                "no call of the source gives policies and no sla_policies.csv is supplied",
            ),
        ),
        Object::Integrations => document(
            "integrations",
            (
                "credentials cannot be moved; a checklist from the supplement",
                "no call of the source gives integrations and no integrations.csv is supplied",
            ),
        ),
        Object::Contracts => (DocumentOnly, "there is no such object; contracts.csv"),
        Object::KnowledgeBase => (DocumentOnly, "the public API has no articles; an import bundle"),
        Object::Devices => (DocumentOnly, "there is no such object; devices.csv"),
        Object::Billing => (DocumentOnly, "there is no such object; timesheets.csv with totals"),
    }
}
