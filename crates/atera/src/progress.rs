//! Notices a listing that does not advance: the source answering every page with the same rows. It only
//! remembers a hash of the last page of each listing, never a row.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::sync::{Mutex, PoisonError};

/// Listings remembered at once; a walk that is forgotten merely goes unguarded for a page.
const REMEMBERED: usize = 64;

/// The last page seen of each listing.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    seen: Mutex<HashMap<String, (u32, u64)>>,
}

impl Progress {
    /// Whether page `page` of `listing` has exactly the keys the page before it had. Remembers the page unless so.
    pub(crate) fn repeats(&self, listing: &str, page: u32, keys: &[String]) -> bool {
        if keys.is_empty() {
            return false;
        }
        let mark = mark(keys);
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(listing).is_some_and(|(last, known)| last.checked_add(1) == Some(page) && *known == mark)
        {
            return true;
        }
        if seen.len() >= REMEMBERED && !seen.contains_key(listing) {
            seen.clear();
        }
        seen.insert(listing.to_owned(), (page, mark));
        false
    }
}

fn mark(keys: &[String]) -> u64 {
    let mut hash = DefaultHasher::new();
    keys.hash(&mut hash);
    hash.finish()
}
