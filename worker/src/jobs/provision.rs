//! The provision job: makes the destination ready before any data moves.
//!
//! Custom fields, tags and agents walk the same corridor as every other kind. What already stands at the
//! destination decides what fits; the corridor looks at it when each kind's turn comes. For a sample, what its marks need
//! is made ready too.

use objects::ObjectType;
use protocol::{Errand, Key};

use crate::{Context, Held, Trouble, corridor::record, jobs::copy};

/// Provisions one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early.
pub(crate) async fn provision<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    copy::copy::<O>(cx, held).await?;
    if let Errand::Sample { .. } = cx.errand(held.batch().pass).await?
        && let Some((id, source)) = O::mark_itself()
    {
        record::settle::<O>(cx, held, &Key { kind: O::KIND, id }, source).await?;
    }
    Ok(())
}
