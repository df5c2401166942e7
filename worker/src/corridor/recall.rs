//! What a record was meant to be, worked out once more from the source and from what the ledger says of its parents and
//! files. Nothing is fetched anew, uploaded or written.

use objects::ObjectType;
use protocol::{Entry, Fingerprint};

use crate::{
    Context, Trouble,
    corridor::{files, record, sampling},
};

/// A record as it would be written now.
pub(crate) struct Recalled<O: ObjectType> {
    pub(crate) target: O::Target,
    pub(crate) fingerprint: Fingerprint,
    /// Whether it belongs to the sample.
    pub(crate) sample: bool,
}

/// Reads a record at the source and maps it; `None` when it is gone there or no longer maps.
pub(crate) async fn recall<O: ObjectType>(
    cx: &Context,
    entry: &Entry,
) -> Result<Option<Recalled<O>>, Trouble> {
    let one = cx.unless_stopped(O::one(&cx.source, &entry.key.id)).await?;
    let Some(row) = one.map_err(|error| Trouble::source(&error))? else { return Ok(None) };
    let source = record::read::<O>(cx, row).await?;
    let mut resolved = record::parents::<O>(cx, &source).await?;
    let files = files::recalled(cx, O::assets(&source)).await?;
    resolved.assets = files.facts();
    let Ok(mapped) = O::map(&source, &resolved, &cx.spec) else { return Ok(None) };
    let sample = sampling::was_sampled(Some(entry));
    let (mut target, fingerprint) = match sample {
        true => sampling::marked::<O>(mapped.target, mapped.fingerprint),
        false => (mapped.target, mapped.fingerprint),
    };
    O::place(&mut target, &files.uploads());
    Ok(Some(Recalled { target, fingerprint, sample }))
}
