//! Customers of one name, both ways: merged, everything of theirs goes to the first of them; kept, each has its own.

use std::collections::BTreeMap;

use protocol::{
    Link, MapSpec, ObjectKind, SourceId, TargetId,
    map_spec::{CustomerGroup, GroupDecision},
};

use super::{Fixture, ticket_source};
use crate::{Contact, ContactSource, Customer, ObjectType as _, Ticket};

/// A spec with a decision about the customers 7 and `other`.
fn decided(fixture: &Fixture, other: i64, decision: GroupDecision) -> MapSpec {
    let group = CustomerGroup { decision, ids: [7, other].map(SourceId::from).into() };
    MapSpec { customer_groups: BTreeMap::from([("name".to_owned(), group)]), ..fixture.spec() }
}

#[test]
fn a_merged_customer_is_left_out_and_the_first_of_its_group_is_not() {
    let fixture = Fixture::named(ObjectKind::Customer, "company");
    let mut row: atera::Customer = fixture.record("customer");
    for (decision, left_out) in [(GroupDecision::Merge, true), (GroupDecision::Keep, false)] {
        let spec = decided(&fixture, 8, decision);
        row.id = 8;
        assert_eq!(Customer::excluded(&row, &spec), left_out, "{decision:?}");
        row.id = 7;
        assert!(!Customer::excluded(&row, &spec), "{decision:?}");
    }
}

#[test]
fn a_contact_goes_with_its_company() {
    let fixture = Fixture::named(ObjectKind::Contact, "person_with_company");
    let source = ContactSource { row: fixture.record("contact"), values: fixture.values() };
    let company = source.row.customer_id.unwrap();
    for (decision, at_source, at_target) in
        [(GroupDecision::Merge, 7, 1_007), (GroupDecision::Keep, company, 1_012)]
    {
        let spec = decided(&fixture, company, decision);
        let wanted = Link::new(ObjectKind::Customer, at_source);
        assert!(Contact::links(&source, &spec).contains(&wanted), "{decision:?}");
        let mut resolved = fixture.resolved(&[]);
        resolved.parents.insert(Link::new(ObjectKind::Customer, 7), TargetId(1_007));
        let found = Contact::map(&source, &resolved, &spec).unwrap().target.data["atera"]["company"].clone();
        assert_eq!((&found["id"], &found["gorgias_id"]), (&at_source.to_string().into(), &at_target.into()));
        assert_eq!(found["fallback"], false, "{decision:?}");
        let merged = decision == GroupDecision::Merge;
        assert_eq!(found.get("merged_from"), merged.then(|| company.to_string().into()).as_ref());
    }
}

#[test]
fn a_ticket_without_a_contact_goes_with_its_company() {
    let fixture = Fixture::named(ObjectKind::Ticket, "thread_of_every_author");
    let mut source = ticket_source(&fixture);
    (source.row.contact_id, source.row.customer_id) = (None, Some(12));
    for (decision, at_source, at_target) in
        [(GroupDecision::Merge, 7, 1_007), (GroupDecision::Keep, 12, 1_012)]
    {
        let spec = decided(&fixture, 12, decision);
        assert!(Ticket::links(&source, &spec).contains(&Link::new(ObjectKind::Customer, at_source)));
        let mut resolved = fixture.resolved(&[]);
        for (id, target) in [(7, 1_007), (12, 1_012)] {
            resolved.parents.insert(Link::new(ObjectKind::Customer, id), TargetId(target));
        }
        let found = Ticket::map(&source, &resolved, &spec).unwrap().target;
        assert_eq!(found.customer, TargetId(at_target), "{decision:?}");
    }
}
