//! A walk over a listing that becomes a document: each record once, and as many as the source counts.

use std::collections::HashSet;

use atera::{ErrorKind, Page, Row};
use protocol::{FailureCode, ObjectKind};

use super::unwritten;
use crate::{Context, Held, Trouble};

/// Walks before a listing that shows other than it counts is called incomplete.
const WALKS: u32 = 3;

/// What a walk saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Walked {
    /// Records shown, each once.
    pub(super) shown: u64,
    /// Records the source counts.
    pub(super) counted: u64,
    /// Whether there is such a listing at all.
    pub(super) missing: bool,
}

impl Walked {
    /// This walk and another one together.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            shown: self.shown + other.shown,
            counted: self.counted + other.counted,
            missing: self.missing && other.missing,
        }
    }

    /// Where the document's content comes from.
    pub(super) fn source(self, endpoint: &str) -> String {
        if self.missing { format!("none: the source has no {endpoint}") } else { endpoint.to_owned() }
    }
}

/// Walks a listing once; `take` is handed each record the first time it shows.
pub(super) async fn walk<T, F, W>(cx: &Context, held: &Held, page: F, mut take: W) -> Result<Walked, Trouble>
where
    T: Row + Send,
    F: AsyncPage<T>,
    W: FnMut(T) -> Result<(), documents::Error> + Send,
{
    let (mut seen, mut walked, mut number) = (HashSet::new(), Walked::default(), 1);
    let mut declared = None;
    loop {
        held.check()?;
        let found = match cx.unless_stopped(page.read(number)).await? {
            Ok(found) => found,
            // A plan without this listing answers so; it is said beside the document.
            Err(error) if error.kind == ErrorKind::NotFound && number == 1 => {
                return Ok(Walked { missing: true, ..Walked::default() });
            }
            Err(error) => return Err(Trouble::source(&error)),
        };
        declared = found.total_items.or(declared);
        let last = found.last;
        for row in found.items {
            if seen.insert(row.key()) {
                walked.shown += 1;
                take(row).map_err(|error| unwritten(&error))?;
            }
        }
        if last {
            walked.counted = declared.unwrap_or(walked.shown);
            return Ok(walked);
        }
        number += 1;
    }
}

/// Reads one page of a listing.
pub(super) trait AsyncPage<T>: Send + Sync {
    /// The page of this number, from 1.
    fn read(&self, number: u32) -> impl Future<Output = Result<Page<T>, atera::Error>> + Send;
}

impl<T, F, R> AsyncPage<T> for F
where
    F: Fn(u32) -> R + Send + Sync,
    R: Future<Output = Result<Page<T>, atera::Error>> + Send,
{
    fn read(&self, number: u32) -> impl Future<Output = Result<Page<T>, atera::Error>> + Send {
        self(number)
    }
}

/// Counts the walks of a document.
#[derive(Debug)]
pub(super) struct Tries {
    kind: ObjectKind,
    walks: u32,
}

impl Tries {
    pub(super) fn of(kind: ObjectKind) -> Self {
        Self { kind, walks: 0 }
    }

    /// Whether the walk came out; `false` asks for another one.
    ///
    /// # Errors
    /// `source_incomplete` when there were enough of them.
    pub(super) fn came_out(&mut self, walked: Walked) -> Result<bool, Trouble> {
        self.walks += 1;
        if walked.shown == walked.counted {
            return Ok(true);
        }
        let Walked { shown, counted, .. } = walked;
        tracing::info!(kind = %self.kind, walk = self.walks, shown, counted, "listing shifted, walking again");
        if self.walks < WALKS {
            return Ok(false);
        }
        Err(Trouble::Failure {
            code: FailureCode::SourceIncomplete,
            at: self.kind.to_string(),
            detail: format!("{shown} records shown where {counted} are counted, after {WALKS} walks"),
        })
    }
}
