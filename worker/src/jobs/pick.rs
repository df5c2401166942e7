//! The pick job: chooses the records of the sample, the awkward ones first, and says why each.
//!
//! Of a long listing only so many pages are read, spread evenly from the first to the last, and a page of each status that
//! did not come up. Of the records on them only so many are read whole: those that their rows make worth it, and
//! an even spread. Kinds are picked from children to parents, so that the parents of what was picked come along.

mod choose;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures::{StreamExt as _, TryStreamExt as _};
use objects::ObjectType;
use protocol::{
    Decision, Errand, ObjectKind, SourceId, Survey, Window,
    facts::{FACTS, Facts},
    sample::{PICKED, Pick, pick_leaf},
};

use self::choose::{Candidate, Chosen, choose, shortlist};
use crate::{Context, Held, Trouble, corridor::record};

/// Pages of a listing that are read.
const PAGES: u32 = 200;

/// Records of a kind that are read whole.
const WHOLE: usize = 300;

/// Who puts the pick there, for the audit log.
const WHO: &str = "picker";

/// Picks the records of one kind.
///
/// # Errors
/// [`Trouble`] when the source or the ledger cannot be read.
pub(crate) async fn pick<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let pass = held.batch().pass;
    // A batch of this step is planned by that errand alone.
    let Errand::Sample { size } = cx.errand(pass).await? else { return Err(Trouble::LeaseLost) };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let carried = carried(cx, held, O::KIND).await?;
    let mut found = Rows::<O>::default();
    found.walk(cx, held).await?;
    found.missing_statuses(cx, held).await?;
    found.named(cx, held, &carried).await?;
    cx.ledger.put_survey(&cx.migration, pass, &found.survey()).await?;

    let from = found.counted();
    let rows = found.rows;
    let traits: Vec<Candidate> =
        rows.iter().map(|row| Candidate { id: O::id(row), traits: O::traits(row) }).collect();
    let wanted: HashSet<SourceId> = shortlist(&traits, WHOLE).into_iter().chain(carried.clone()).collect();
    let (candidates, mut parents) = read_whole::<O>(cx, held, rows, &wanted).await?;
    let Chosen { records, left_out } = choose(&candidates, &carried, size);

    let moved: BTreeSet<&SourceId> = records.keys().chain(&carried).collect();
    let mut needed: BTreeMap<ObjectKind, BTreeSet<SourceId>> = BTreeMap::new();
    for id in moved {
        for (kind, parent) in parents.remove(id).unwrap_or_default() {
            needed.entry(kind).or_default().insert(parent);
        }
    }
    let parents = needed.into_iter().map(|(kind, ids)| (kind, ids.into_iter().collect())).collect();
    let pick = Pick { pass, from, records, carried, parents, left_out };
    let body = serde_json::to_value(&pick).unwrap_or_default();
    cx.ledger.put_leaf(&cx.migration, &pick_leaf(O::KIND), &body, WHO).await?;
    tracing::info!(kind = %O::KIND, picked = pick.records.len(), carried = pick.carried.len(), from, "sample picked");
    Ok(())
}

/// The records of a kind that those picked before need as parents.
async fn carried(cx: &Context, held: &Held, kind: ObjectKind) -> Result<Vec<SourceId>, Trouble> {
    let mut needed = BTreeSet::new();
    for other in PICKED {
        let Some(leaf) = cx.ledger.leaf(&cx.migration, &pick_leaf(other), None).await? else { continue };
        let Ok(pick) = serde_json::from_value::<Pick>(leaf.body) else { continue };
        if pick.pass == held.batch().pass {
            needed.extend(pick.parents.get(&kind).into_iter().flatten().cloned());
        }
    }
    Ok(needed.into_iter().collect())
}

/// The parents of each record, by its id.
type Parents = BTreeMap<SourceId, Vec<(ObjectKind, SourceId)>>;

/// Reads the wanted rows with what belongs to them, and answers the traits and the parents of each.
async fn read_whole<O: ObjectType>(
    cx: &Context,
    held: &Held,
    rows: Vec<O::Row>,
    wanted: &HashSet<SourceId>,
) -> Result<(Vec<Candidate>, Parents), Trouble> {
    let (mut candidates, mut parents) = (Vec::new(), BTreeMap::new());
    let read = rows.into_iter().filter(|row| wanted.contains(&O::id(row))).map(|row| async move {
        held.check()?;
        let (id, mut traits) = (O::id(&row), O::traits(&row));
        let source = match record::read::<O>(cx, row).await {
            Ok(source) => source,
            // One that cannot be read says so when it is moved.
            Err(trouble) if trouble.decision() == Some(Decision::Reject) => return Ok(None),
            Err(other) => return Err(other),
        };
        traits.extend(O::deeper_traits(&source));
        let links = O::links(&source, &cx.spec).into_iter();
        let kept = links.filter(|link| PICKED.contains(&link.kind)).map(|link| (link.kind, link.id));
        Ok(Some((Candidate { id, traits }, kept.collect::<Vec<_>>())))
    });
    let mut read = futures::stream::iter(read).buffered(cx.knobs.read_ahead.max(1));
    while let Some(one) = read.try_next().await? {
        let Some((candidate, of)) = one else { continue };
        parents.insert(candidate.id.clone(), of);
        candidates.push(candidate);
    }
    Ok((candidates, parents))
}

/// Rows of a listing, each once, without those a filter leaves out.
struct Rows<O: ObjectType> {
    rows: Vec<O::Row>,
    seen: HashSet<SourceId>,
    observed: BTreeMap<String, BTreeMap<String, u64>>,
    pages: u32,
    declared: Option<u64>,
}

impl<O: ObjectType> Default for Rows<O> {
    fn default() -> Self {
        Self { rows: Vec::new(), seen: HashSet::new(), observed: BTreeMap::new(), pages: 0, declared: None }
    }
}

impl<O: ObjectType> Rows<O> {
    async fn walk(&mut self, cx: &Context, held: &Held) -> Result<(), Trouble> {
        let mut page = 1;
        loop {
            let (all, last) = self.page(cx, held, &Window::All, page).await?;
            self.pages = all.unwrap_or(page).max(page);
            // Evenly from the first page to the last, and each of them where they are few.
            let step = self.pages.saturating_sub(1).div_ceil(PAGES - 1).max(1);
            let next = page.saturating_add(step).min(self.pages.max(page.saturating_add(1)));
            if (last && page >= self.pages) || page >= PAGES.saturating_mul(step) {
                return Ok(());
            }
            page = next;
        }
    }

    /// A page of each status that the assessment saw and the walk did not.
    async fn missing_statuses(&mut self, cx: &Context, held: &Held) -> Result<(), Trouble> {
        if O::KIND != ObjectKind::Ticket {
            return Ok(());
        }
        let Some(facts) = cx.ledger.leaf(&cx.migration, FACTS, None).await? else { return Ok(()) };
        let Ok(facts) = serde_json::from_value::<Facts>(facts.body) else { return Ok(()) };
        let statuses = facts.survey(O::KIND).and_then(|survey| survey.observed.get("status").cloned());
        for status in statuses.unwrap_or_default().into_keys() {
            let known = self.observed.get("status").is_some_and(|seen| seen.contains_key(&status));
            if !known && !status.is_empty() {
                self.page(cx, held, &Window::Status { status }, 1).await?;
            }
        }
        Ok(())
    }

    /// Named records, where they are still there.
    async fn named(&mut self, cx: &Context, held: &Held, ids: &[SourceId]) -> Result<(), Trouble> {
        for id in ids {
            if self.seen.contains(id) {
                continue;
            }
            held.check()?;
            let one = cx.unless_stopped(O::one(&cx.source, id)).await?;
            if let Some(row) = one.map_err(|error| Trouble::source(&error))? {
                self.seen.insert(id.clone());
                self.rows.push(row);
            }
        }
        Ok(())
    }

    async fn page(
        &mut self,
        cx: &Context,
        held: &Held,
        of: &Window,
        page: u32,
    ) -> Result<(Option<u32>, bool), Trouble> {
        held.check()?;
        let found = cx.unless_stopped(O::page(&cx.source, of, page)).await?;
        let found = found.map_err(|error| Trouble::source(&error))?;
        if *of == Window::All {
            self.declared = found.declared.or(self.declared);
        }
        for row in found.rows {
            if !self.seen.insert(O::id(&row)) {
                continue;
            }
            for (facet, value) in O::facets(&row) {
                *self.observed.entry(facet.to_owned()).or_default().entry(value).or_default() += 1;
            }
            if !O::excluded(&row, &cx.spec) {
                self.rows.push(row);
            }
        }
        Ok((found.pages, found.last))
    }

    fn counted(&self) -> u64 {
        self.declared.unwrap_or(self.seen.len() as u64)
    }

    /// What the gate holds the map against.
    fn survey(&self) -> Survey {
        Survey {
            kind: O::KIND,
            count: self.counted(),
            declared: self.declared,
            pages: self.pages,
            observed: self.observed.clone(),
        }
    }
}
