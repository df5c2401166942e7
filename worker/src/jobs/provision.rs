//! The provision job: makes the destination ready before any data moves.
//!
//! Custom fields, tags and agents walk the same corridor as every other kind. What is theirs alone: the destination is
//! looked at afresh, because what already stands there decides what fits.

use objects::ObjectType;

use crate::{Context, Held, Trouble, jobs::copy};

/// Provisions one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early.
pub(crate) async fn provision<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    copy::copy::<O>(cx, held).await
}
