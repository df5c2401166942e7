//! Gaps in a sequence of ids: what a listing leaves out between its lowest id and its highest.

use protocol::facts::GapFacts;

/// Gaps that are named one by one.
const NAMED: usize = 20;

/// The gaps between these ids.
pub(super) fn gaps(mut ids: Vec<i64>) -> GapFacts {
    ids.sort_unstable();
    ids.dedup();
    let (Some(lowest), Some(highest)) = (ids.first().copied(), ids.last().copied()) else {
        return GapFacts::default();
    };
    let between = ids.windows(2).map(|pair| (pair[0] + 1, pair[1] - 1)).filter(|(first, last)| first <= last);
    let mut widest: Vec<(i64, i64)> = between.collect();
    let missing = widest.iter().map(|(first, last)| u64::try_from(last - first + 1).unwrap_or(0)).sum();
    widest.sort_by_key(|(first, last)| (std::cmp::Reverse(last - first), *first));
    widest.truncate(NAMED);
    GapFacts { lowest, highest, seen: ids.len() as u64, missing, widest }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_listing_leaves_out_is_counted_and_the_widest_named_first() {
        let found = gaps(vec![9, 1, 2, 2, 5, 10]);
        assert_eq!((found.lowest, found.highest, found.seen, found.missing), (1, 10, 5, 5));
        assert_eq!(found.widest, [(6, 8), (3, 4)]);
        assert_eq!(gaps(Vec::new()), GapFacts::default());
        assert_eq!(gaps(vec![7]).missing, 0);
    }
}
