//! One file per step. Each is a generic function over the object kind, and the registry's one exhaustive match names the
//! kind; but a kind that only becomes a document has no type, and its step says itself what it reads.

mod compare;
pub mod copy;
mod document;
mod inspect;
mod pick;
mod provision;
mod survey;
mod undo;
mod verify;

use futures::future::BoxFuture;
use objects::{ObjectType, Visitor, visit};
use protocol::Step;

use crate::{Context, Held, Trouble};

/// Does the batch in hand.
///
/// # Errors
/// [`Trouble`] when the attempt ends early.
pub async fn run(cx: &Context, held: &Held) -> Result<(), Trouble> {
    // What is documented has no type to visit: nothing of it could be written.
    if held.batch().step == Step::Document {
        return document::document(cx, held).await;
    }
    if held.batch().step == Step::Inspect {
        return inspect::inspect(cx, held).await;
    }
    match visit(held.batch().kind, Do { cx, held }) {
        Some(job) => job.await,
        None => Ok(()),
    }
}

struct Do<'a> {
    cx: &'a Context,
    held: &'a Held,
}

impl<'a> Visitor for Do<'a> {
    type Output = BoxFuture<'a, Result<(), Trouble>>;

    fn visit<O: ObjectType>(self) -> Self::Output {
        let Self { cx, held } = self;
        match held.batch().step {
            Step::Survey => Box::pin(survey::survey::<O>(cx, held)),
            // It is of no kind: see `run`.
            Step::Inspect => Box::pin(std::future::ready(Ok(()))),
            Step::Pick => Box::pin(pick::pick::<O>(cx, held)),
            Step::Provision => Box::pin(provision::provision::<O>(cx, held)),
            Step::Copy => Box::pin(copy::copy::<O>(cx, held)),
            Step::Verify => Box::pin(verify::verify::<O>(cx, held)),
            Step::Compare => Box::pin(compare::compare::<O>(cx, held)),
            Step::Document => Box::pin(document::document(cx, held)),
            Step::Undo => Box::pin(undo::undo::<O>(cx, held)),
        }
    }
}
