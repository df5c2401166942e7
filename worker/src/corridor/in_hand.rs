//! Records in hand: two batches under way may meet the same record, because a status listing shows what the listing of
//! everything shows too, and because pages shift. One of them takes it in hand; the other passes it by. Without this the
//! second would take the first one's intent for a doubt, and a doubt that is not found is written again.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use protocol::Key;

/// The records this process is working on.
#[derive(Debug, Clone, Default)]
pub struct InHand(Arc<Mutex<HashSet<Key>>>);

/// A record in hand until it goes.
#[derive(Debug)]
pub(crate) struct Taken {
    of: InHand,
    key: Key,
}

impl InHand {
    /// Takes a record in hand; `None` when another batch has it, which accounts for it or is tried again.
    pub(crate) fn take(&self, key: &Key) -> Option<Taken> {
        let new = self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(key.clone());
        new.then(|| Taken { of: self.clone(), key: key.clone() })
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.of.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.key);
    }
}

#[cfg(test)]
mod tests {
    use protocol::{ObjectKind, SourceId};

    use super::*;

    #[test]
    fn a_record_is_in_one_hand_at_a_time() {
        let in_hand = InHand::default();
        let key = |id: &str| Key { kind: ObjectKind::Ticket, id: SourceId(id.into()) };
        let first = in_hand.take(&key("1"));
        assert!(first.is_some());
        assert!(in_hand.take(&key("1")).is_none());
        assert!(in_hand.take(&key("2")).is_some());
        drop(first);
        assert!(in_hand.take(&key("1")).is_some());
    }
}
