//! The survey job: counts and names what is there of one kind, and notes every id, so that each must be accounted for.
//!
//! Listings shift while one walks, so the walk is repeated until the ids seen are as many as the source counts.

use std::collections::BTreeMap;

use objects::ObjectType;
use protocol::{FailureCode, Survey, Window};

use crate::{Context, Held, Trouble};

/// Walks before a listing that shows fewer records than it counts is called incomplete.
const WALKS: u32 = 3;

/// Surveys one kind.
///
/// # Errors
/// [`Trouble`] when the source cannot be read, or stays incomplete.
pub(crate) async fn survey<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let mut new_on_last_walk = 0;
    for walk in 1..=WALKS {
        let found = walk_once::<O>(cx, held).await?;
        let declared = found.survey.declared.unwrap_or(found.survey.count);
        new_on_last_walk = found.new;
        if declared <= found.survey.count {
            cx.ledger.put_survey(&cx.migration, held.batch().pass, &found.survey).await?;
            return Ok(());
        }
        tracing::info!(kind = %O::KIND, walk, declared, seen = found.survey.count, "listing shifted, walking again");
    }
    Err(Trouble::Failure {
        code: FailureCode::SourceIncomplete,
        at: O::KIND.row().source_endpoint.to_owned(),
        detail: format!(
            "fewer records shown than counted after {WALKS} walks, {new_on_last_walk} new on the last"
        ),
    })
}

struct Walk {
    survey: Survey,
    new: u64,
}

async fn walk_once<O: ObjectType>(cx: &Context, held: &Held) -> Result<Walk, Trouble> {
    let pass = held.batch().pass;
    let mut observed: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let (mut new, mut page, mut declared) = (0, 1, None);
    loop {
        held.check()?;
        let page_read = cx.unless_stopped(O::page(&cx.source, &Window::All, page)).await?;
        let found = page_read.map_err(|error| Trouble::source(&error))?;
        let ids: Vec<_> = found.rows.iter().map(O::id).collect();
        new += cx.ledger.note_seen(&cx.migration, pass, O::KIND, &ids).await?;
        for (facet, value) in found.rows.iter().flat_map(O::facets) {
            *observed.entry(facet.to_owned()).or_default().entry(value).or_default() += 1;
        }
        declared = found.declared.or(declared);
        if found.last {
            break;
        }
        page += 1;
    }
    let tallies = cx.ledger.tallies(&cx.migration, pass).await?;
    let count = tallies.get(&O::KIND).map_or(0, |tally| tally.source);
    Ok(Walk { survey: Survey { kind: O::KIND, count, declared, pages: page, observed }, new })
}
