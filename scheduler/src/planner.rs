//! What is to be done next, as a pure function of what the ledger says is done. It reads no clock and calls nobody.
//!
//! The order is: survey every kind; provision and verify custom fields, tags and agents; then for customers, contacts and tickets
//! copy, close (records a moving listing did not show, one by one), verify. A kind begins when the one before it is
//! verified, so no child is copied before its parents. At the end what does not move is written down. Other errands have
//! shorter ways of their own.

use std::collections::BTreeMap;

use protocol::{
    Errand, MapSpec, NewBatch, ObjectKind, Slice, SourceId, Step, Survey, UnixMs, Window,
    api::StepProgress,
    map_spec::fold,
    sample::{COMPARED, PICKED},
};

/// The kinds that are provisioned: few records, needed by all others.
pub(crate) const PROVISIONED: [ObjectKind; 3] = [ObjectKind::CustomField, ObjectKind::Tag, ObjectKind::Agent];

/// The kind the one batch of an inspection goes by; it looks at all of them.
const INSPECTED: ObjectKind = ObjectKind::Ticket;

/// How the plan is cut.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Pages of a listing in one batch.
    pub pages_per_batch: u32,
    /// Named records in one batch.
    pub ids_per_batch: usize,
    /// Whether what does not move is written down at the end.
    pub documents: bool,
    /// How far before the beginning of the pass before a delta asks the source's change feeds, ms; none: it reads everything.
    pub delta_overlap_ms: Option<u64>,
}

/// What the planner is told.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// What the pass is for.
    pub(crate) errand: &'a Errand,
    /// The batches of the pass, counted by step and kind.
    pub(crate) progress: &'a [StepProgress],
    /// Every survey of the pass.
    pub(crate) surveys: &'a [Survey],
    /// The map spec, for which statuses are open.
    pub(crate) spec: &'a MapSpec,
    /// Records seen but not accounted for, of the kind the planner asked about.
    pub(crate) unaccounted: &'a [SourceId],
    /// The watermark of the source's change feeds, where only what they show is read.
    pub(crate) changed_since: Option<UnixMs>,
    /// The records of the sample by kind, where the pass is for one.
    pub(crate) sample: &'a BTreeMap<ObjectKind, Vec<SourceId>>,
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Add these batches.
    Add(Vec<NewBatch>),
    /// Wait for the batches of this step and kind.
    Wait(Step, Option<ObjectKind>),
    /// The survey is complete; the gate decides whether records may move.
    Gate,
    /// Nothing is left to be done.
    Finished,
}

/// How a kind's records are moved: by provisioning it, or by copying.
fn moved_by(kind: ObjectKind) -> Step {
    if PROVISIONED.contains(&kind) { Step::Provision } else { Step::Copy }
}

/// The kind whose unaccounted records [`next`] needs to know, if it has come to closing one: it is moved, and its
/// verification is still to be planned.
#[must_use]
pub(crate) fn closing(progress: &[StepProgress]) -> Option<ObjectKind> {
    ObjectKind::phases().find(|kind| {
        stands(progress, moved_by(*kind), *kind) == Stands::Done
            && stands(progress, Step::Verify, *kind) == Stands::Missing
    })
}

/// Decides what is to be done next.
#[must_use]
pub(crate) fn next(known: &Known<'_>, may_move: bool, cut: Cut) -> Next {
    match known.errand {
        Errand::Move | Errand::Assess | Errand::Delta => walk(known, may_move, cut),
        Errand::Sample { .. } => sample(known, may_move, cut),
        Errand::Repair { record } => match stands(known.progress, Step::Verify, record.kind) {
            Stands::Missing => {
                Next::Add(by_id(Step::Verify, record.kind, std::slice::from_ref(&record.id), cut))
            }
            Stands::Busy => Next::Wait(Step::Verify, Some(record.kind)),
            Stands::Done => Next::Finished,
        },
        Errand::Document => documents(known),
        Errand::Verify { .. } => one_by_one(known, Step::Verify, ObjectKind::phases().collect()),
        Errand::Undo { scope } => {
            // Children first.
            let mut kinds: Vec<ObjectKind> = ObjectKind::phases().collect();
            kinds.reverse();
            kinds.retain(|kind| scope.kinds.is_empty() || scope.kinds.contains(kind));
            one_by_one(known, Step::Undo, kinds)
        }
    }
}

fn whole(step: Step, kind: ObjectKind) -> NewBatch {
    NewBatch { step, kind, slice: Slice::Whole }
}

/// One step of each kind, each begun when the one before it is done.
fn one_by_one(known: &Known<'_>, step: Step, kinds: Vec<ObjectKind>) -> Next {
    for kind in kinds {
        match stands(known.progress, step, kind) {
            Stands::Missing => return Next::Add(vec![whole(step, kind)]),
            Stands::Busy => return Next::Wait(step, Some(kind)),
            Stands::Done => {}
        }
    }
    Next::Finished
}

/// The way of records: surveyed, provisioned, copied, verified.
fn walk(known: &Known<'_>, may_move: bool, cut: Cut) -> Next {
    let missing = |step: Step, kinds: &[ObjectKind]| -> Vec<NewBatch> {
        let missing = kinds.iter().filter(|kind| stands(known.progress, step, **kind) == Stands::Missing);
        missing.map(|kind| whole(step, *kind)).collect()
    };
    let busy = |step: Step, kinds: &[ObjectKind]| {
        kinds.iter().any(|kind| stands(known.progress, step, *kind) == Stands::Busy)
    };

    let kinds: Vec<ObjectKind> = ObjectKind::phases().collect();
    let surveys = missing(Step::Survey, &kinds);
    if !surveys.is_empty() {
        return Next::Add(surveys);
    }
    if busy(Step::Survey, &kinds) {
        return Next::Wait(Step::Survey, None);
    }
    if *known.errand == Errand::Assess {
        return match stands(known.progress, Step::Inspect, INSPECTED) {
            Stands::Missing => Next::Add(vec![whole(Step::Inspect, INSPECTED)]),
            Stands::Busy => Next::Wait(Step::Inspect, None),
            Stands::Done => Next::Finished,
        };
    }
    if !may_move {
        return Next::Gate;
    }
    match provisioning(known) {
        Next::Finished => {}
        provisioning => return provisioning,
    }
    for kind in ObjectKind::phases() {
        let step = moved_by(kind);
        match stands(known.progress, step, kind) {
            Stands::Missing => return Next::Add(copies(kind, known, cut)),
            Stands::Busy => return Next::Wait(step, Some(kind)),
            Stands::Done => {}
        }
        match stands(known.progress, Step::Verify, kind) {
            Stands::Missing if !known.unaccounted.is_empty() => {
                return Next::Add(by_id(step, kind, known.unaccounted, cut));
            }
            Stands::Missing => return Next::Add(vec![whole(Step::Verify, kind)]),
            Stands::Busy => return Next::Wait(Step::Verify, Some(kind)),
            Stands::Done => {}
        }
    }
    // A delta is brought in often: its documents are written again when they are asked for.
    let document = cut.documents && *known.errand == Errand::Move;
    if document { documents(known) } else { Next::Finished }
}

/// The way of a sample: picked from children to parents, moved from parents to children, read back, and written down beside
/// what was meant.
fn sample(known: &Known<'_>, may_move: bool, cut: Cut) -> Next {
    match one_by_one(known, Step::Pick, PICKED.to_vec()) {
        Next::Finished => {}
        picking => return picking,
    }
    if !may_move {
        return Next::Gate;
    }
    match provisioning(known) {
        Next::Finished => {}
        provisioning => return provisioning,
    }
    for kind in ObjectKind::phases() {
        let step = moved_by(kind);
        let picked = known.sample.get(&kind).filter(|ids| !ids.is_empty());
        match stands(known.progress, step, kind) {
            Stands::Missing if picked.is_none() => continue,
            Stands::Missing => return Next::Add(by_id(step, kind, picked.map_or(&[], Vec::as_slice), cut)),
            Stands::Busy => return Next::Wait(step, Some(kind)),
            Stands::Done => {}
        }
        match stands(known.progress, Step::Verify, kind) {
            Stands::Missing => return Next::Add(vec![whole(Step::Verify, kind)]),
            Stands::Busy => return Next::Wait(Step::Verify, Some(kind)),
            Stands::Done => {}
        }
    }
    one_by_one(known, Step::Compare, COMPARED.to_vec())
}

/// What all other kinds need, all of it at once.
fn provisioning(known: &Known<'_>) -> Next {
    let of = |stands_so: Stands| {
        let kinds = PROVISIONED.into_iter();
        kinds.filter(move |kind| stands(known.progress, Step::Provision, *kind) == stands_so)
    };
    let missing: Vec<NewBatch> = of(Stands::Missing).map(|kind| whole(Step::Provision, kind)).collect();
    if !missing.is_empty() {
        return Next::Add(missing);
    }
    let busy = of(Stands::Busy).next().is_some();
    if busy { Next::Wait(Step::Provision, None) } else { Next::Finished }
}

/// What does not move, all of it at once.
fn documents(known: &Known<'_>) -> Next {
    let of = |stands_so: Stands| {
        let kinds = ObjectKind::DOCUMENTED.into_iter();
        kinds.filter(move |kind| stands(known.progress, Step::Document, *kind) == stands_so)
    };
    let missing: Vec<NewBatch> = of(Stands::Missing).map(|kind| whole(Step::Document, kind)).collect();
    if !missing.is_empty() {
        return Next::Add(missing);
    }
    let busy = of(Stands::Busy).next().is_some();
    if busy { Next::Wait(Step::Document, None) } else { Next::Finished }
}

/// The kinds whose phase is over: nothing of them is left to be done in the pass.
pub(crate) fn ended(progress: &[StepProgress]) -> impl Iterator<Item = ObjectKind> {
    ObjectKind::phases().filter(|kind| stands(progress, Step::Verify, *kind) == Stands::Done)
}

#[derive(Debug, PartialEq, Eq)]
enum Stands {
    Missing,
    Busy,
    Done,
}

fn stands(progress: &[StepProgress], step: Step, kind: ObjectKind) -> Stands {
    let of = |one: &&StepProgress| one.step == step && one.kind == kind;
    match progress.iter().find(of) {
        None => Stands::Missing,
        Some(one) if one.leased + one.ready + one.dead > 0 => Stands::Busy,
        Some(_) => Stands::Done,
    }
}

/// Slices a kind's listing. Open tickets come first, by the source's own status filter; the walk over everything
/// behind them meets them again and skips them without a call. Of a change feed it is one batch, which also settles what the
/// feed does not show.
fn copies(kind: ObjectKind, known: &Known<'_>, cut: Cut) -> Vec<NewBatch> {
    if let Some(since) = known.changed_since {
        let of = Window::ChangedSince { since };
        return vec![NewBatch {
            step: Step::Copy,
            kind,
            slice: Slice::Pages { of, first: 1, last: u32::MAX },
        }];
    }
    let Some(survey) = known.surveys.iter().find(|survey| survey.kind == kind) else {
        return pages(kind, &Window::All, 1, cut);
    };
    let mut batches = Vec::new();
    if let Some(statuses) = survey.observed.get("status") {
        for (status, count) in statuses {
            let open =
                known.spec.status.values.iter().any(|(from, to)| to == "open" && fold(from) == fold(status));
            if open && !known.spec.excludes(status) {
                let share = u64::from(survey.pages) * count / survey.count.max(1) + 1;
                let of = Window::Status { status: status.clone() };
                batches.extend(pages(kind, &of, u32::try_from(share).unwrap_or(u32::MAX), cut));
            }
        }
    }
    batches.extend(pages(kind, &Window::All, survey.pages, cut));
    batches
}

/// Pages 1 to `count` in batches; the last batch goes on to wherever the listing ends by then.
fn pages(kind: ObjectKind, of: &Window, count: u32, cut: Cut) -> Vec<NewBatch> {
    let step = cut.pages_per_batch.max(1);
    let mut batches = Vec::new();
    let mut first: u32 = 1;
    loop {
        let ends = first.saturating_add(step) > count;
        let last = if ends { u32::MAX } else { first + step - 1 };
        batches.push(NewBatch {
            step: Step::Copy,
            kind,
            slice: Slice::Pages { of: of.clone(), first, last },
        });
        if ends {
            return batches;
        }
        first += step;
    }
}

fn by_id(step: Step, kind: ObjectKind, ids: &[SourceId], cut: Cut) -> Vec<NewBatch> {
    let chunks = ids.chunks(cut.ids_per_batch.max(1));
    chunks.map(|ids| NewBatch { step, kind, slice: Slice::Ids { ids: ids.to_vec() } }).collect()
}

#[cfg(test)]
#[path = "planner_tests.rs"]
mod tests;
