//! The provision job: makes the destination ready before any data moves.
//!
//! Custom fields, tags and agents walk the same corridor as every other kind. What already stands at the
//! destination decides what fits; the corridor looks at it when each kind's turn comes. Where the map says so, agents wait
//! until each technician has a user, and with them everything that comes after. For a sample, what its marks need is made
//! ready too.

mod awaited;

use objects::ObjectType;
use protocol::{Errand, Key, ObjectKind, map_spec::MissingAgents};

use crate::{Context, Held, Trouble, corridor::record, jobs::copy};

/// Provisions one kind.
///
/// # Errors
/// [`Trouble`] when the attempt ends early.
pub(crate) async fn provision<O: ObjectType>(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let waits = cx.spec.missing_agents == MissingAgents::Wait && !cx.spec.create_agents;
    if O::KIND == ObjectKind::Agent && waits {
        awaited::everybody_is_there(cx, held).await?;
    }
    copy::copy::<O>(cx, held).await?;
    if let Errand::Sample { .. } = cx.errand(held.batch().pass).await?
        && let Some((id, source)) = O::mark_itself()
    {
        record::settle::<O>(cx, held, &Key { kind: O::KIND, id }, source).await?;
    }
    Ok(())
}
