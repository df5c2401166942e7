//! Which definitions get a seat: the limits, what is there already, and that a second look decides as the first.

use atera::CustomFieldDefinition;
use gorgias::{Definition, ObjectType as Belongs};
use protocol::{FailureCode, MapSpec, ObjectKind, SourceId, TargetId};
use serde_json::json;

use crate::{Fit, TargetField, external_id, fits};

fn definitions(list: &[(&str, &str, &str)]) -> Vec<CustomFieldDefinition> {
    let one = |(target, name, data_type): &(&str, &str, &str)| {
        serde_json::from_value(json!({ "Target": target, "Name": name, "DataType": data_type })).unwrap()
    };
    list.iter().map(one).collect()
}

fn spec(tickets: usize, customers: usize) -> MapSpec {
    MapSpec { ticket_field_limit: tickets, customer_field_limit: customers, ..MapSpec::default() }
}

fn foreign(id: i64, object_type: Belongs, label: &str) -> TargetField {
    TargetField {
        id: TargetId(id),
        object_type,
        label: label.to_owned(),
        external_id: None,
        definition: Definition::Text,
        managed: false,
    }
}

fn seated(fits: &[(SourceId, Fit)]) -> Vec<&str> {
    fits.iter().filter(|(_, fit)| matches!(fit, Fit::Field(_))).map(|(id, _)| id.0.as_str()).collect()
}

/// What the destination would hold once these fields are made.
fn made(fits: &[(SourceId, Fit)], spec: &MapSpec, ids: &[&str]) -> Vec<TargetField> {
    let made = fits.iter().enumerate().filter(|(_, (id, _))| ids.contains(&id.0.as_str()));
    made.filter_map(|(at, (id, fit))| match fit {
        Fit::Field(plan) => Some(TargetField {
            id: TargetId(100 + i64::try_from(at).unwrap()),
            object_type: plan.object_type,
            label: plan.label.clone(),
            external_id: Some(external_id(spec, ObjectKind::CustomField, id)),
            definition: plan.definition.clone(),
            managed: false,
        }),
        Fit::Companion(_) => None,
    })
    .collect()
}

#[test]
fn the_link_takes_the_first_seat_and_the_rest_go_in_the_order_of_the_source() {
    let definitions = definitions(&[
        ("Contact", "A", "Text"),
        ("Customer", "B", "Text"),
        ("Customer", "C", "Text"),
        ("Ticket", "D", "Text"),
        ("Ticket", "E", "Text"),
    ]);
    let fits = fits(&definitions, &[], &spec(1, 3));
    assert_eq!(seated(&fits), ["flotilla/Customer/company", "Customer/B", "Customer/C", "Ticket/D"]);
    let left: Vec<_> =
        fits.iter().filter(|(_, fit)| *fit == Fit::Companion(FailureCode::FieldLimit)).collect();
    assert_eq!(left.len(), 2);
}

#[test]
fn whatever_was_made_before_a_crash_the_second_look_decides_the_same() {
    let definitions = definitions(&[
        ("Ticket", "A", "Text"),
        ("Ticket", "B", "Numeric"),
        ("Ticket", "C", "Boolean"),
        ("Ticket", "D", "Text"),
        ("Customer", "E", "Text"),
    ]);
    let there = [foreign(1, Belongs::Ticket, "Theirs")];
    let spec = spec(4, 2);
    let first = fits(&definitions, &there, &spec);
    let ids = seated(&first);
    assert_eq!(ids, ["flotilla/Customer/company", "Ticket/A", "Ticket/B", "Ticket/C", "Customer/E"]);
    for done in 0..=ids.len() {
        let mut there = there.to_vec();
        there.extend(made(&first, &spec, &ids[..done]));
        assert_eq!(seated(&fits(&definitions, &there, &spec)), ids, "after {done}");
    }
}

#[test]
fn a_field_that_is_there_is_used_once_and_only_if_its_type_fits_and_nobody_manages_it() {
    let definitions =
        definitions(&[("Ticket", "A", "Text"), ("Ticket", "B", "Numeric"), ("Ticket", "C", "Text")]);
    let mut there = vec![
        foreign(1, Belongs::Ticket, "A"),
        foreign(2, Belongs::Ticket, "B"),
        foreign(3, Belongs::Ticket, "C"),
        foreign(4, Belongs::Customer, "A"),
    ];
    there[2].managed = true;
    let existing = |fits: &[(SourceId, Fit)], id: &str| {
        fits.iter().find_map(|(other, fit)| match fit {
            Fit::Field(plan) if other.0 == id => Some(plan.existing),
            _ => None,
        })
    };
    let fits = fits(&definitions, &there, &spec(25, 4));
    assert_eq!(existing(&fits, "Ticket/A"), Some(Some(TargetId(1))));
    assert_eq!(existing(&fits, "Ticket/B"), Some(None));
    assert_eq!(existing(&fits, "Ticket/C"), Some(None));
}

#[test]
fn a_contacts_field_shares_the_customers_of_the_same_name_and_type_alone() {
    let definitions = definitions(&[
        ("Contact", "Same", "Text"),
        ("Contact", "Other", "Numeric"),
        ("Customer", "Same", "Text"),
        ("Customer", "Other", "Text"),
    ]);
    let fits = fits(&definitions, &[], &spec(25, 4));
    let plan = |id: &str| {
        fits.iter().find_map(|(other, fit)| match fit {
            Fit::Field(plan) if other.0 == id => Some((plan.label.as_str(), plan.shared_with.clone())),
            _ => None,
        })
    };
    assert_eq!(plan("Contact/Same"), Some(("Same", Some(SourceId::from("Customer/Same")))));
    assert_eq!(plan("Contact/Other"), Some(("Other (Contact)", None)));
    // Sharing takes no seat: the link, two of customers and one of contacts fill the four.
    assert_eq!(seated(&fits).len(), 5);
}

#[test]
fn other_scopes_and_fields_the_spec_sets_aside_never_take_a_seat() {
    let definitions = definitions(&[("SLA", "A", "Text"), ("Agent", "B", "Text"), ("Ticket", "C", "Text")]);
    let aside = protocol::FieldMap {
        scope: "Ticket".to_owned(),
        name: "C".to_owned(),
        destination: protocol::map_spec::FieldDestination::Companion,
    };
    let fits = fits(&definitions, &[], &MapSpec { fields: vec![aside], ..MapSpec::default() });
    assert_eq!(seated(&fits), ["flotilla/Customer/company"]);
    assert!(fits[1..].iter().all(|(_, fit)| *fit == Fit::Companion(FailureCode::FieldUnsupported)));
}
