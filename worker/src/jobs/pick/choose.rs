//! Which records a sample consists of. Pure: the same candidates give the same sample.
//!
//! First the record with the most of each thing there can be much of; then, the rarest first, one record of each trait
//! nobody chosen has; then the parents that come along anyway, and the rest of the room by an even spread.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use objects::Trait;
use protocol::SourceId;

/// Why a record fills the rest of the room.
const SPREAD: &str = "spread";

/// Why a record of those that come along is in the sample.
const PARENT: &str = "parent";

/// A record that may be picked.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) id: SourceId,
    pub(super) traits: Vec<Trait>,
}

/// What was chosen.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    /// The records, and what each was chosen for.
    pub(super) records: BTreeMap<SourceId, Vec<String>>,
    /// Traits no room was left for.
    pub(super) left_out: Vec<String>,
}

/// The records worth reading whole: all of few, else those with the most or the only one of something, and a spread.
pub(super) fn shortlist(candidates: &[Candidate], room: usize) -> Vec<SourceId> {
    choose(candidates, &[], room).records.into_keys().collect()
}

/// Chooses at most `size` records.
pub(super) fn choose(candidates: &[Candidate], carried: &[SourceId], size: usize) -> Chosen {
    let mut chosen = Chosen::default();
    for (name, id) in winners(candidates) {
        chosen.add(id, name, size);
    }
    for (name, of) in rarest_first(candidates) {
        let covered = of.iter().any(|id| chosen.records.contains_key(*id));
        if let Some(first) = of.first().filter(|_| !covered) {
            chosen.add(first, name, size);
        }
    }
    let known: HashSet<&SourceId> = candidates.iter().map(|one| &one.id).collect();
    for id in carried.iter().filter(|id| known.contains(id)) {
        if chosen.records.len() < size && !chosen.records.contains_key(id) {
            chosen.records.insert(id.clone(), vec![PARENT.to_owned()]);
        }
    }
    let ids = candidates.iter().map(|one| &one.id);
    let rest: Vec<&SourceId> = ids.filter(|id| !chosen.records.contains_key(*id)).collect();
    let room = size.saturating_sub(chosen.records.len()).min(rest.len());
    for at in 0..room {
        // The middle of each of `room` equal stretches.
        let place = (2 * at + 1) * rest.len() / (2 * room);
        chosen.records.insert(rest[place].clone(), vec![SPREAD.to_owned()]);
    }
    chosen
}

impl Chosen {
    fn add(&mut self, id: &SourceId, why: &str, size: usize) {
        if let Some(reasons) = self.records.get_mut(id) {
            reasons.push(why.to_owned());
        } else if self.records.len() < size {
            self.records.insert(id.clone(), vec![why.to_owned()]);
        } else {
            self.left_out.push(why.to_owned());
        }
    }
}

/// The record with the most of each thing, by the thing's name. Of equals the first.
fn winners(candidates: &[Candidate]) -> BTreeMap<&'static str, &SourceId> {
    let mut best: BTreeMap<&'static str, (i64, &SourceId)> = BTreeMap::new();
    for candidate in candidates {
        for one in &candidate.traits {
            let Trait::Most { name, score } = one else { continue };
            let beats = best.get(name).is_none_or(|(so_far, _)| score > so_far);
            if *score > 0 && beats {
                best.insert(name, (*score, &candidate.id));
            }
        }
    }
    best.into_iter().map(|(name, (_, id))| (name, id)).collect()
}

/// What records have, the rarest first, with those that have it.
fn rarest_first(candidates: &[Candidate]) -> Vec<(&str, Vec<&SourceId>)> {
    let mut having: BTreeMap<&str, Vec<&SourceId>> = BTreeMap::new();
    for candidate in candidates {
        let has = candidate.traits.iter().filter(|one| matches!(one, Trait::Has { .. })).map(Trait::name);
        for name in has.collect::<BTreeSet<_>>() {
            having.entry(name).or_default().push(&candidate.id);
        }
    }
    let mut rare: Vec<_> = having.into_iter().collect();
    rare.sort_by_key(|(name, of)| (of.len(), *name));
    rare
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: i64, traits: Vec<Trait>) -> Candidate {
        Candidate { id: SourceId::from(id), traits }
    }

    fn plain(ids: std::ops::RangeInclusive<i64>) -> Vec<Candidate> {
        let traits = || vec![Trait::most("longest_thread", 1), Trait::has("status:Open")];
        ids.map(|id| candidate(id, traits())).collect()
    }

    fn why(chosen: &Chosen, id: i64) -> Vec<&str> {
        chosen.records.get(&SourceId::from(id)).into_iter().flatten().map(String::as_str).collect()
    }

    #[test]
    fn the_awkward_ones_are_in_it_wherever_they_stand() {
        let mut all = plain(1..=1_000);
        all[499].traits = vec![Trait::most("longest_thread", 700), Trait::has("status:Open")];
        all[777].traits.push(Trait::has("orphan"));
        all[998].traits.push(Trait::has("status:Odd"));
        let chosen = choose(&all, &[], 50);
        assert_eq!(chosen.records.len(), 50);
        assert_eq!(why(&chosen, 500), ["longest_thread"]);
        assert_eq!((why(&chosen, 778), why(&chosen, 999)), (vec!["orphan"], vec!["status:Odd"]));
        assert!(chosen.records.values().flatten().any(|why| why == SPREAD));
        assert_eq!(choose(&all, &[], 50), chosen, "the same candidates give the same sample");
    }

    #[test]
    fn one_record_may_stand_for_several_things() {
        let mut all = plain(1..=200);
        all[9].traits =
            vec![Trait::most("longest_thread", 9), Trait::most("most_files", 3), Trait::has("orphan")];
        let chosen = choose(&all, &[], 50);
        assert_eq!(why(&chosen, 10), ["longest_thread", "most_files"]);
        let orphans = chosen.records.values().flatten().filter(|why| *why == "orphan").count();
        assert_eq!(orphans, 0, "a record of the sample has it already");
    }

    #[test]
    fn fewer_records_than_the_size_are_all_in_it() {
        let chosen = choose(&plain(1..=7), &[], 50);
        assert_eq!(chosen.records.len(), 7);
    }

    #[test]
    fn what_comes_along_fills_the_room_before_the_spread_and_never_overfills_it() {
        let carried: Vec<SourceId> = (100..=190).map(SourceId::from).collect();
        let chosen = choose(&plain(1..=1_000), &carried, 50);
        assert_eq!(chosen.records.len(), 50);
        assert!(chosen.records.values().flatten().all(|why| why != SPREAD));
    }

    #[test]
    fn traits_without_room_are_named() {
        let status = |id| Trait::has(format!("status:{id:02}"));
        let all: Vec<Candidate> = (1..=80).map(|id| candidate(id, vec![status(id)])).collect();
        let chosen = choose(&all, &[], 50);
        assert_eq!((chosen.records.len(), chosen.left_out.len()), (50, 30));
    }

    #[test]
    fn the_shortlist_keeps_what_a_row_makes_worth_a_look() {
        let mut all = plain(1..=2_000);
        all[1_500].traits.push(Trait::has("orphan"));
        let short = shortlist(&all, 300);
        assert_eq!(short.len(), 300);
        assert!(short.contains(&SourceId::from(1_501)));
    }
}
