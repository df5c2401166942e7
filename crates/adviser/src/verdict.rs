//! The adviser's answer, read as an order of what was proposed and as nothing else. A number that was not given is ignored,
//! one that is missing keeps its place behind; no candidate can come in, go away, or be changed but for its place.

use std::collections::HashMap;

use mapping::FieldProposal;
use serde::Deserialize;

use crate::question;

#[derive(Deserialize)]
struct Verdict {
    orders: HashMap<String, Vec<usize>>,
}

/// The proposals in the order of this answer; none when it is no such answer.
pub(crate) fn applied(proposals: &[FieldProposal], answer: &str) -> Option<Vec<FieldProposal>> {
    let verdict: Verdict = serde_json::from_str(object_in(answer)?).ok()?;
    let reordered = proposals.iter().map(|proposal| {
        let order = verdict.orders.get(&question::name(proposal)).filter(|_| question::is_open(proposal));
        let Some(order) = order else { return proposal.clone() };
        let mut left: Vec<Option<_>> = proposal.candidates.iter().cloned().map(Some).collect();
        let mut candidates: Vec<_> = order.iter().filter_map(|at| left.get_mut(*at)?.take()).collect();
        let moved = candidates.first() != proposal.candidates.first();
        candidates.extend(left.into_iter().flatten());
        if let Some(first) = candidates.first_mut().filter(|_| moved) {
            first.reasons.push("put first by the adviser".to_owned());
        }
        FieldProposal { candidates, ..proposal.clone() }
    });
    Some(reordered.collect())
}

/// The one object in an answer that may be wrapped in words or a code fence.
fn object_in(answer: &str) -> Option<&str> {
    let (first, last) = (answer.find('{')?, answer.rfind('}')?);
    answer.get(first..=last)
}
