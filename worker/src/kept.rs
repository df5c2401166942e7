//! What is kept of a record that was written: prints of what should be read back.

use ledger::Commit;
use objects::{ObjectType, Print, Prints};
use protocol::{Batch, Kept, Outcome};

/// Of a record that was written as `target` says.
pub(crate) fn of<O: ObjectType>(target: &O::Target, outcome: Outcome, batch: &Batch, sample: bool) -> Kept {
    let ours = outcome != Outcome::Adopted;
    let view = O::expected(target).filter(|_| ours);
    let is_value = |part: &String| part.starts_with("custom_field:");
    let deep = view.as_ref().is_some_and(|view| view.parts.keys().any(is_value));
    let prints = view.map(|view| view.prints());
    Kept {
        ours,
        by: batch.id,
        pass: batch.pass,
        view: prints.map(|prints| prints.exact.to_hex()),
        loose: prints.map(|prints| prints.loose.to_hex()),
        deep,
        sample,
    }
}

/// The prints that are kept.
pub(crate) fn prints(kept: &Kept) -> Option<Prints> {
    let exact = Print::from_hex(kept.view.as_deref()?)?;
    Some(Prints { exact, loose: Print::from_hex(kept.loose.as_deref()?)? })
}

/// The commit, with what is kept.
pub(crate) fn on(commit: Commit, kept: &Kept) -> Commit {
    Commit { facts: serde_json::to_value(kept).ok(), ..commit }
}
