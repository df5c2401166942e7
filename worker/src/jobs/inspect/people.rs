//! Companies, people and technicians: names that are the same, contacts without a company, addresses and numbers that are
//! shared, and who of the technicians has a user. Names and addresses are hashed as they are read.

use std::collections::{HashMap, HashSet};

use objects::{AgentRow, Contact, Customer, ObjectType as _};
use protocol::{
    Fingerprint, ObjectKind, SourceId, Window,
    facts::{DuplicateGroup, Facts, Records, SourceFacts, TechnicianFacts},
    map_spec::{address_hash, fold},
};

use super::{Desk, sequence};
use crate::{Trouble, roster::Roster};

/// Walks companies and people, and answers the companies' ids.
pub(super) async fn walk(
    desk: &Desk<'_>,
    facts: &mut SourceFacts,
    records: &mut Records,
) -> Result<Vec<i64>, Trouble> {
    let (mut names, mut numbers): (HashMap<String, Vec<i64>>, HashSet<u64>) = Default::default();
    let mut ids = Vec::new();
    for page in 1.. {
        let found = desk.source(Customer::page(&desk.cx.source, &Window::All, page)).await?;
        for row in found.rows {
            let name = fold(row.name.as_deref().unwrap_or_default());
            if !name.is_empty() {
                let same = names.entry(Fingerprint::of(name.as_bytes()).to_hex()).or_default();
                if !same.contains(&row.id) {
                    same.push(row.id);
                }
            }
            facts.contacts.shared_numbers += u64::from(shared(&mut numbers, [row.phone.as_deref(), None]));
            ids.push(row.id);
        }
        if found.last {
            break;
        }
    }
    facts.duplicates = groups(names);
    facts.gaps.insert(ObjectKind::Customer, sequence::gaps(ids.clone()));

    let (mut addresses, mut people, mut seen) = (HashSet::new(), Vec::new(), HashSet::new());
    for page in 1.. {
        let found = desk.source(Contact::page(&desk.cx.source, &Window::All, page)).await?;
        for row in found.rows {
            if !seen.insert(row.id) {
                continue;
            }
            people.push(row.id);
            if row.customer_id.is_none() {
                records.orphans.push(row.id.into());
            }
            let address = row.email.as_deref().map(fold).filter(|email| email.contains('@'));
            let taken = address.is_some_and(|address| !addresses.insert(hash(&address)));
            facts.contacts.shared_addresses += u64::from(taken);
            // Who is adopted by the address makes no second call for the number.
            let number = shared(&mut numbers, [row.phone.as_deref(), row.mobile_phone.as_deref()]);
            facts.contacts.shared_numbers += u64::from(number && !taken);
        }
        if found.last {
            break;
        }
    }
    facts.gaps.insert(ObjectKind::Contact, sequence::gaps(people));
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Groups of two and more, in the order of their first customers.
fn groups(names: HashMap<String, Vec<i64>>) -> Vec<DuplicateGroup> {
    let mut groups: Vec<(String, Vec<i64>)> = names.into_iter().filter(|(_, ids)| ids.len() > 1).collect();
    for (_, ids) in &mut groups {
        ids.sort_unstable();
    }
    groups.sort_by(|one, other| one.1.cmp(&other.1));
    let group = |(name, ids): (String, Vec<i64>)| DuplicateGroup {
        name,
        ids: ids.into_iter().map(SourceId::from).collect(),
    };
    groups.into_iter().map(group).collect()
}

/// Whether one of these numbers is another's already; each is theirs from now on.
fn shared(numbers: &mut HashSet<u64>, of: [Option<&str>; 2]) -> bool {
    let mut own: Vec<u64> = Vec::new();
    for number in
        of.into_iter().flatten().map(str::trim).filter(|number| number.contains(|c: char| c.is_ascii_digit()))
    {
        let number = hash(number);
        if !own.contains(&number) {
            own.push(number);
        }
    }
    let mut taken = false;
    for number in own {
        taken |= !numbers.insert(number);
    }
    taken
}

/// Half a hash is enough to count by, and holds nobody's number.
fn hash(text: &str) -> u64 {
    let Fingerprint(bytes) = Fingerprint::of(text.as_bytes());
    bytes.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// Reads the time entries and the supplement for whoever no ticket shows, and finds each technician's user.
pub(super) async fn meet(desk: &Desk<'_>, mut roster: Roster, facts: &mut Facts) -> Result<(), Trouble> {
    let listed = facts.source.counts.get("work_hours").copied().unwrap_or(0);
    for page in (1..).take_while(|_| listed > 0) {
        let work = desk.source(desk.cx.source.atera.work_hours_page(page)).await?;
        work.items.iter().for_each(|one| roster.add(Some(AgentRow::of_work(one))));
        if work.last {
            break;
        }
    }
    let supplied = desk.cx.source.supplements.technicians.rows();
    let known: HashMap<SourceId, &atera::Technician> = supplied
        .iter()
        .filter_map(|row| AgentRow::of_supplement(row).source_id().map(|id| (id, row)))
        .collect();
    supplied.iter().for_each(|row| roster.add(Some(AgentRow::of_supplement(row))));
    let users = &facts.destination.users;
    let technicians = roster.0.into_iter().map(|(id, seen)| {
        let row = known.get(&id);
        // Where the supplement has an address, it stands.
        let address = row.and_then(|row| row.email.as_deref()).map(address_hash).or(seen);
        let has = |user: &&protocol::facts::UserFacts| address.is_some() && user.address == address;
        let user = users.iter().filter(has).max_by_key(|user| user.active);
        TechnicianFacts {
            role: row.and_then(|row| row.role.clone()),
            active: row.is_none_or(|row| row.active),
            user: user.map(|user| user.id),
            user_active: user.is_some_and(|user| user.active),
            address,
            id,
        }
    });
    facts.source.technicians = technicians.collect();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_the_same_are_one_group_in_the_order_of_their_ids() {
        let names = [("a", vec![9, 4]), ("b", vec![1]), ("c", vec![2, 3])];
        let found = groups(names.map(|(name, ids)| (name.to_owned(), ids)).into());
        let told: Vec<_> = found.iter().map(|group| (group.name.as_str(), group.ids.len())).collect();
        assert_eq!(told, [("c", 2), ("a", 2)]);
        assert_eq!(found[1].ids, ["4", "9"].map(SourceId::from));
    }

    #[test]
    fn a_number_is_shared_with_whoever_had_it_before_and_never_with_oneself() {
        let mut numbers = HashSet::new();
        assert!(!shared(&mut numbers, [Some("555 1"), Some(" 555 1 ")]));
        assert!(shared(&mut numbers, [Some("555 1"), None]));
        assert!(!shared(&mut numbers, [Some("n/a"), None]) && !shared(&mut numbers, [Some("n/a"), None]));
    }
}
