//! What is kept of a record that was written: prints of what should be read back.

use ledger::Commit;
use objects::{ObjectType, Print, Prints, Seen};
use protocol::{Batch, Entry, Kept, Outcome};

/// Of a record that was written as `target` says.
pub(crate) fn of<O: ObjectType>(target: &O::Target, outcome: Outcome, batch: &Batch, sample: bool) -> Kept {
    let ours = outcome != Outcome::Adopted;
    let view = O::expected(target).filter(|_| ours);
    let values = view.as_ref().and_then(objects::View::values_print);
    let prints = view.map(|view| view.prints());
    Kept {
        ours,
        by: batch.id,
        pass: batch.pass,
        view: prints.map(|prints| prints.exact.to_hex()),
        loose: prints.map(|prints| prints.loose.to_hex()),
        values: values.map(Print::to_hex),
        sample,
    }
}

/// The prints that are kept.
pub(crate) fn prints(kept: &Kept) -> Option<Prints> {
    let exact = Print::from_hex(kept.view.as_deref()?)?;
    Some(Prints { exact, loose: Print::from_hex(kept.loose.as_deref()?)? })
}

/// The prints of what a listing shows: without field values.
pub(crate) fn listed(kept: &Kept) -> Option<Prints> {
    let whole = prints(kept)?;
    let values = kept.values.as_deref().and_then(Print::from_hex);
    Some(values.map_or(whole, |values| whole.without(values)))
}

/// Whether a record reads as it was last written, but for what the destination may keep by a rule of its own.
pub(crate) fn reads_as_written(entry: &Entry, seen: &Seen) -> bool {
    let found = seen.view.prints();
    Kept::read(entry).as_ref().and_then(prints).is_some_and(|written| {
        written.exact == found.exact || (written.loose == found.loose && seen.loose_is_fair != Some(false))
    })
}

/// The commit, with what is kept.
pub(crate) fn on(commit: Commit, kept: &Kept) -> Commit {
    Commit { facts: serde_json::to_value(kept).ok(), ..commit }
}
