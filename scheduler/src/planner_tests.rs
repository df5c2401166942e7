//! The plan, told as what follows what.

use std::collections::BTreeMap;

use protocol::BatchState;

use super::*;

const COPIED: [ObjectKind; 3] = [ObjectKind::Customer, ObjectKind::Contact, ObjectKind::Ticket];

static NONE: BTreeMap<ObjectKind, Vec<SourceId>> = BTreeMap::new();

const CUT: Cut = Cut { pages_per_batch: 2, ids_per_batch: 2, documents: false, delta_overlap_ms: None };

/// Counts batches as the ledger does.
fn counted(progress: &mut Vec<StepProgress>, new: &NewBatch, state: BatchState) {
    let (step, kind) = (new.step, new.kind);
    let at = progress.iter().position(|one| one.step == step && one.kind == kind).unwrap_or_else(|| {
        progress.push(StepProgress { step, kind, done: 0, leased: 0, ready: 0, dead: 0 });
        progress.len() - 1
    });
    let one = &mut progress[at];
    *match state {
        BatchState::Ready => &mut one.ready,
        BatchState::Leased => &mut one.leased,
        BatchState::Done => &mut one.done,
        BatchState::Dead => &mut one.dead,
    } += 1;
}

fn surveyed(first: BatchState) -> Vec<StepProgress> {
    let mut progress = Vec::new();
    for (at, kind) in ObjectKind::phases().enumerate() {
        let state = if at == 0 { first } else { BatchState::Done };
        counted(&mut progress, &NewBatch { step: Step::Survey, kind, slice: Slice::Whole }, state);
    }
    progress
}

fn survey(pages: u32) -> Survey {
    let statuses =
        BTreeMap::from([("Open".to_owned(), 50), ("Closed".to_owned(), 50), ("Spam".to_owned(), 20)]);
    let observed = BTreeMap::from([("status".to_owned(), statuses)]);
    Survey { kind: ObjectKind::Ticket, count: 120, declared: Some(120), pages, observed }
}

/// Runs the plan to its end, finishing every batch at once, and lists what was done in which order.
fn walk(surveys: &[Survey], lost: &[SourceId]) -> Vec<NewBatch> {
    walk_cut(surveys, lost, CUT)
}

fn walk_cut(surveys: &[Survey], lost: &[SourceId], cut: Cut) -> Vec<NewBatch> {
    let spec = MapSpec::default();
    let (mut progress, mut order, mut unaccounted) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..100 {
        if closing(&progress) == Some(ObjectKind::Ticket)
            && !order.iter().any(|b: &NewBatch| matches!(b.slice, Slice::Ids { .. }))
        {
            unaccounted = lost.to_vec();
        }
        let known = Known {
            errand: &Errand::Move,
            progress: &progress,
            surveys,
            spec: &spec,
            unaccounted: &unaccounted,
            changed_since: None,
            sample: &NONE,
        };
        match next(&known, true, cut) {
            Next::Add(new) => {
                for batch in &new {
                    counted(&mut progress, batch, BatchState::Done);
                }
                order.extend(new);
                unaccounted.clear();
            }
            Next::Finished => return order,
            other => panic!("nothing is busy, yet the planner says {other:?}"),
        }
    }
    panic!("the plan does not end");
}

#[test]
fn parents_are_verified_before_their_children_are_copied() {
    let order = walk(&[survey(3)], &[]);
    let at = |step, kind| order.iter().position(|b| b.step == step && b.kind == kind);
    for pair in COPIED.windows(2) {
        assert!(at(Step::Verify, pair[0]) < at(Step::Copy, pair[1]));
    }
    for kind in PROVISIONED {
        assert!(at(Step::Provision, kind) < at(Step::Copy, ObjectKind::Customer));
    }
}

#[test]
fn open_tickets_come_first_and_the_last_batch_goes_on_to_the_end() {
    let order = walk(&[survey(3)], &[]);
    let tickets: Vec<_> =
        order.iter().filter(|b| b.step == Step::Copy && b.kind == ObjectKind::Ticket).collect();
    let open = Window::Status { status: "Open".into() };
    assert_eq!(tickets[0].slice, Slice::Pages { of: open, first: 1, last: u32::MAX });
    assert_eq!(tickets[1].slice, Slice::Pages { of: Window::All, first: 1, last: 2 });
    assert_eq!(tickets[2].slice, Slice::Pages { of: Window::All, first: 3, last: u32::MAX });
    assert_eq!(tickets.len(), 3, "closed and excluded statuses have no walk of their own");
}

#[test]
fn every_page_of_a_listing_is_in_exactly_one_batch() {
    for count in 1..40 {
        for pages_per_batch in 1..7 {
            let batches = pages(
                ObjectKind::Ticket,
                &Window::All,
                count,
                Cut { pages_per_batch, ids_per_batch: 1, ..CUT },
            );
            let mut expected: u32 = 1;
            for batch in &batches {
                let Slice::Pages { first, last, .. } = batch.slice else { panic!("pages are asked for") };
                assert_eq!(first, expected);
                expected = last.saturating_add(1);
            }
            assert_eq!(expected, u32::MAX);
        }
    }
}

#[test]
fn records_the_listing_did_not_show_are_fetched_by_id_before_the_verification() {
    let lost = ["7".into(), "8".into(), "9".into()];
    let order = walk(&[survey(1)], &lost);
    let by_id: Vec<_> = order.iter().filter(|b| matches!(b.slice, Slice::Ids { .. })).collect();
    assert_eq!(by_id.len(), 2);
    assert_eq!(order.last().map(|b| b.step), Some(Step::Verify));
}

#[test]
fn a_record_that_is_tried_again_after_the_end_is_moved_by_id_and_verified() {
    let spec = MapSpec::default();
    for tried_again in ObjectKind::phases() {
        let mut progress = surveyed(BatchState::Done);
        for kind in ObjectKind::phases() {
            counted(
                &mut progress,
                &NewBatch { step: moved_by(kind), kind, slice: Slice::Whole },
                BatchState::Done,
            );
            if kind != tried_again {
                counted(
                    &mut progress,
                    &NewBatch { step: Step::Verify, kind, slice: Slice::Whole },
                    BatchState::Done,
                );
            }
        }
        assert_eq!(closing(&progress), Some(tried_again));
        let known = |unaccounted| Known {
            errand: &Errand::Move,
            progress: &progress,
            surveys: &[],
            spec: &spec,
            unaccounted,
            changed_since: None,
            sample: &NONE,
        };
        let ids = vec![SourceId::from("7")];
        let by_id = NewBatch {
            step: moved_by(tried_again),
            kind: tried_again,
            slice: Slice::Ids { ids: ids.clone() },
        };
        assert_eq!(next(&known(&ids), true, CUT), Next::Add(vec![by_id]));
        let verify = NewBatch { step: Step::Verify, kind: tried_again, slice: Slice::Whole };
        assert_eq!(next(&known(&[]), true, CUT), Next::Add(vec![verify]));
    }
}

#[test]
fn nothing_moves_before_the_gate_opens() {
    let (spec, progress) = (MapSpec::default(), surveyed(BatchState::Done));
    let known = Known {
        errand: &Errand::Move,
        progress: &progress,
        surveys: &[],
        spec: &spec,
        unaccounted: &[],
        changed_since: None,
        sample: &NONE,
    };
    assert_eq!(next(&known, false, CUT), Next::Gate);
}

#[test]
fn a_ready_leased_or_dead_batch_holds_the_plan() {
    let spec = MapSpec::default();
    for state in [BatchState::Ready, BatchState::Leased, BatchState::Dead] {
        let progress = surveyed(state);
        let known = Known {
            errand: &Errand::Move,
            progress: &progress,
            surveys: &[],
            spec: &spec,
            unaccounted: &[],
            changed_since: None,
            sample: &NONE,
        };
        assert_eq!(next(&known, true, CUT), Next::Wait(Step::Survey, None));
    }
}

#[test]
fn a_phase_is_over_once_it_is_verified() {
    let mut progress = surveyed(BatchState::Done);
    assert_eq!(ended(&progress).count(), 0);
    counted(
        &mut progress,
        &NewBatch { step: Step::Verify, kind: ObjectKind::Tag, slice: Slice::Whole },
        BatchState::Done,
    );
    assert_eq!(ended(&progress).collect::<Vec<_>>(), [ObjectKind::Tag]);
}

#[test]
fn what_does_not_move_is_written_down_once_everything_is_verified() {
    let order = walk_cut(&[survey(3)], &[], Cut { documents: true, ..CUT });
    let (moved, documents) = order.split_at(order.len() - ObjectKind::DOCUMENTED.len());
    assert!(moved.iter().all(|batch| batch.step != Step::Document));
    assert_eq!(moved.last().map(|batch| batch.step), Some(Step::Verify));
    let whole = |kind| NewBatch { step: Step::Document, kind, slice: Slice::Whole };
    assert_eq!(documents, ObjectKind::DOCUMENTED.map(whole));
}

#[test]
fn a_document_under_way_holds_the_end_unless_documents_are_not_wanted() {
    let spec = MapSpec::default();
    let mut progress = surveyed(BatchState::Done);
    for kind in ObjectKind::phases() {
        for step in [moved_by(kind), Step::Verify] {
            counted(&mut progress, &NewBatch { step, kind, slice: Slice::Whole }, BatchState::Done);
        }
    }
    for kind in ObjectKind::DOCUMENTED {
        let state = if kind == ObjectKind::Invoice { BatchState::Leased } else { BatchState::Done };
        counted(&mut progress, &NewBatch { step: Step::Document, kind, slice: Slice::Whole }, state);
    }
    let known = |errand| Known {
        errand,
        progress: &progress,
        surveys: &[],
        spec: &spec,
        unaccounted: &[],
        changed_since: None,
        sample: &NONE,
    };
    let wanted = Cut { documents: true, ..CUT };
    assert_eq!(next(&known(&Errand::Move), true, wanted), Next::Wait(Step::Document, None));
    assert_eq!(next(&known(&Errand::Move), true, CUT), Next::Finished);
    assert_eq!(next(&known(&Errand::Delta), true, wanted), Next::Finished);
    assert_eq!(next(&known(&Errand::Document), true, CUT), Next::Wait(Step::Document, None));
}

#[test]
fn documents_asked_for_are_all_that_is_planned() {
    let spec = MapSpec::default();
    let known = Known {
        errand: &Errand::Document,
        progress: &[],
        surveys: &[],
        spec: &spec,
        unaccounted: &[],
        changed_since: None,
        sample: &NONE,
    };
    let whole = |kind| NewBatch { step: Step::Document, kind, slice: Slice::Whole };
    assert_eq!(next(&known, false, CUT), Next::Add(ObjectKind::DOCUMENTED.map(whole).to_vec()));
}

#[test]
fn a_sample_moves_what_was_picked_and_nothing_else() {
    let picked = BTreeMap::from([
        (ObjectKind::Ticket, vec![SourceId::from(7), SourceId::from(8), SourceId::from(9)]),
        (ObjectKind::Contact, vec![SourceId::from(3)]),
        (ObjectKind::Customer, Vec::new()),
    ]);
    let (spec, errand) = (MapSpec::default(), Errand::Sample { size: 50 });
    let (mut progress, mut order) = (Vec::new(), Vec::new());
    let surveys = [survey(3)];
    for _ in 0..100 {
        let known = Known {
            errand: &errand,
            progress: &progress,
            surveys: &surveys,
            spec: &spec,
            unaccounted: &[],
            changed_since: None,
            sample: &picked,
        };
        let may_move = order.iter().any(|batch: &NewBatch| batch.kind == ObjectKind::Customer);
        match next(&known, may_move, CUT) {
            Next::Add(new) => {
                new.iter().for_each(|batch| counted(&mut progress, batch, BatchState::Done));
                order.extend(new);
            }
            Next::Finished => break,
            other => panic!("nothing is busy, yet the planner says {other:?}"),
        }
    }
    let steps: Vec<(Step, ObjectKind)> = order.iter().map(|batch| (batch.step, batch.kind)).collect();
    let picks = [ObjectKind::Ticket, ObjectKind::Contact, ObjectKind::Customer];
    assert_eq!(steps[..3], picks.map(|kind| (Step::Pick, kind)), "children first, parents come along");
    let copied: Vec<&NewBatch> = order.iter().filter(|batch| batch.step == Step::Copy).collect();
    let ids = |ids: &[i64]| Slice::Ids { ids: ids.iter().copied().map(SourceId::from).collect() };
    let slices: Vec<(ObjectKind, Slice)> = copied.iter().map(|one| (one.kind, one.slice.clone())).collect();
    let expected = [
        (ObjectKind::Contact, ids(&[3])),
        (ObjectKind::Ticket, ids(&[7, 8])),
        (ObjectKind::Ticket, ids(&[9])),
    ];
    assert_eq!(slices, expected, "parents first, by id, and no page of any listing");
    let compared = steps.iter().rev().take(4).rev();
    assert!(compared.clone().all(|(step, _)| *step == Step::Compare) && compared.count() == 4);
}

#[test]
fn of_a_feed_each_kind_is_one_batch_and_new_records_are_closed_by_id() {
    let (spec, errand) = (MapSpec::default(), Errand::Delta);
    let since = Some(UnixMs(7));
    let mut progress = surveyed(BatchState::Done);
    for kind in PROVISIONED {
        for step in [Step::Provision, Step::Verify] {
            counted(&mut progress, &NewBatch { step, kind, slice: Slice::Whole }, BatchState::Done);
        }
    }
    let known = |progress, unaccounted| Known {
        errand: &errand,
        progress,
        surveys: &[],
        spec: &spec,
        unaccounted,
        changed_since: since,
        sample: &NONE,
    };
    let of = Window::ChangedSince { since: UnixMs(7) };
    let slice = Slice::Pages { of, first: 1, last: u32::MAX };
    let feed = NewBatch { step: Step::Copy, kind: ObjectKind::Customer, slice };
    assert_eq!(next(&known(&progress, &[]), true, CUT), Next::Add(vec![feed.clone()]));
    let mut progress = progress.clone();
    counted(&mut progress, &feed, BatchState::Done);
    let new = [SourceId::from(9)];
    let by_id = Slice::Ids { ids: new.to_vec() };
    let closing = NewBatch { step: Step::Copy, kind: ObjectKind::Customer, slice: by_id };
    assert_eq!(next(&known(&progress, &new), true, CUT), Next::Add(vec![closing]));
}
