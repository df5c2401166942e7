//! The provision job: makes the destination ready before any data moves.
//!
//! Custom fields, tags and agents walk the same corridor as every other kind. What already stands at the
//! destination decides what fits; the corridor looks at it when each kind's turn comes.

use objects::ObjectType;

use crate::{Context, Held, Trouble, jobs::copy};

/// Provisions one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early.
pub(crate) async fn provision<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    copy::copy::<O>(cx, held).await
}
