//! The prints of many records at once, while their parts come in from a listing of their own. About fifty bytes a record,
//! so that two million fit into a worker.

use std::collections::HashMap;

use objects::{Print, Prints};
use protocol::TargetId;

/// What a record should be, and what of it has been read.
#[derive(Debug, Clone, Copy)]
struct Sum {
    meant: Prints,
    found: Prints,
}

/// How a record compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Match {
    /// As it was meant.
    Exact,
    /// But for what the destination may keep otherwise.
    Loose,
    /// Otherwise.
    Differs,
}

impl Match {
    /// Compares prints.
    pub(crate) fn of(meant: Prints, found: Prints) -> Self {
        if meant.exact == found.exact {
            Self::Exact
        } else if meant.loose == found.loose {
            Self::Loose
        } else {
            Self::Differs
        }
    }
}

/// Records whose parts are still to come.
#[derive(Debug, Default)]
pub(crate) struct Sums(HashMap<TargetId, Sum>);

impl Sums {
    /// Waits for a record's parts.
    pub(crate) fn expect(&mut self, meant: Prints, target: TargetId, found: Prints) {
        self.0.insert(target, Sum { meant, found });
    }

    /// A part has come in, of whatever record.
    pub(crate) fn part(&mut self, of: TargetId, print: Print) {
        if let Some(sum) = self.0.get_mut(&of) {
            sum.found = sum.found.and(print);
        }
    }

    /// Records waited for.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// How many compare how; `open`: the records that are not exact.
    pub(crate) fn compare(self) -> (u64, HashMap<TargetId, Match>) {
        let mut open: HashMap<TargetId, Match> = HashMap::new();
        let mut exact = 0;
        for (target, sum) in self.0 {
            match Match::of(sum.meant, sum.found) {
                Match::Exact => exact += 1,
                other => {
                    open.insert(target, other);
                }
            }
        }
        (exact, open)
    }
}
