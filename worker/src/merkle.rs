//! One hash over any number of records, in their order. Two parties who have the same records have the same root; which
//! record differs is found by halving. Memory grows with the logarithm of their number.

use protocol::{Entry, EntryState};
use sha2::{Digest, Sha256};

type Hash = [u8; 32];

/// A tree that is fed leaf by leaf: the roots of its complete parts, the largest first, with their heights.
#[derive(Debug, Default)]
pub(crate) struct Merkle(Vec<(u32, Hash)>);

impl Merkle {
    /// Adds a record: its id, its outcome, its destination id and its fingerprint.
    pub(crate) fn add(&mut self, entry: &Entry) {
        let outcome = match entry.state {
            EntryState::Settled { outcome } => outcome.name(),
            EntryState::Seen | EntryState::Intended { .. } => "open",
        };
        let target = entry.target.map(|target| target.0);
        let print = entry.fingerprint.map(|print| print.to_hex());
        let leaf = serde_json::json!([entry.key.kind.name(), entry.key.id, outcome, target, print]);
        self.push(hash(0, leaf.to_string().as_bytes(), &[]));
    }

    fn push(&mut self, leaf: Hash) {
        let (mut height, mut node) = (0, leaf);
        while let Some((_, left)) = self.0.pop_if(|(other, _)| *other == height) {
            node = hash(1, &left, &node);
            height += 1;
        }
        self.0.push((height, node));
    }

    /// The root, in hex; that of no record is 64 zeros.
    pub(crate) fn root(mut self) -> String {
        let mut root = self.0.pop().map_or([0; 32], |(_, node)| node);
        while let Some((_, left)) = self.0.pop() {
            root = hash(1, &left, &root);
        }
        root.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Leaves and branches are told apart, so that no record can pass for two.
fn hash(level: u8, left: &[u8], right: &[u8]) -> Hash {
    let mut hash = Sha256::new();
    hash.update([level]);
    hash.update(left);
    hash.update(right);
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root(leaves: &[u8]) -> String {
        let mut tree = Merkle::default();
        leaves.iter().for_each(|leaf| tree.push([*leaf; 32]));
        tree.root()
    }

    #[test]
    fn any_change_changes_the_root() {
        let whole = root(&[1, 2, 3, 4, 5]);
        assert_eq!(whole, root(&[1, 2, 3, 4, 5]));
        for other in [&[1, 2, 3, 4][..], &[1, 2, 3, 5, 4], &[1, 2, 3, 4, 5, 5], &[0, 2, 3, 4, 5]] {
            assert_ne!(whole, root(other));
        }
        assert_eq!(root(&[]), "0".repeat(64));
    }

    #[test]
    fn the_parts_stay_few() {
        let mut tree = Merkle::default();
        (0..100_000_u32).for_each(|_| tree.push([7; 32]));
        assert!(tree.0.len() <= 17, "{}", tree.0.len());
    }
}
