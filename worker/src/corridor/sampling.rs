//! Records of the sample: marked at the destination until the run brings them up to date like all others.

use objects::ObjectType;
use protocol::{Entry, Errand, Fingerprint, Kept};

/// Whether an entry's record was written for the sample.
pub(crate) fn was_sampled(before: Option<&Entry>) -> bool {
    before.and_then(Kept::read).is_some_and(|kept| kept.sample)
}

/// Whether a record that is written now belongs to the sample. The run makes one of the many of it.
pub(crate) fn belongs(errand: &Errand, before: Option<&Entry>) -> bool {
    match errand {
        Errand::Sample { .. } => true,
        Errand::Move => false,
        _ => was_sampled(before),
    }
}

/// Whether a record that stands there and holds something else is written over, as long as nobody has touched it.
pub(crate) fn brings_up_to_date(errand: &Errand, before: Option<&Entry>) -> bool {
    matches!(errand, Errand::Delta | Errand::Sample { .. }) || was_sampled(before)
}

/// The record with its mark. A marked one is another record than the one that will be meant in the end, so it has
/// another fingerprint.
pub(crate) fn marked<O: ObjectType>(
    mut target: O::Target,
    fingerprint: Fingerprint,
) -> (O::Target, Fingerprint) {
    if !O::mark(&mut target) {
        return (target, fingerprint);
    }
    let marked = format!("sample {}", fingerprint.to_hex());
    (target, Fingerprint::of(marked.as_bytes()))
}
