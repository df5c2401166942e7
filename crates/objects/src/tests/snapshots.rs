//! Every fixture of every kind against its snapshot: what would be sent, under which key, and what is noted. A snapshot
//! that changes is a change of what lands at the destination, and is to be looked at as such.

use protocol::{ObjectKind, SourceId};
use serde_json::{Value, json};

use super::{Fixture, ticket_source};
use crate::{
    Agent, AgentRow, AssetRef, AssetSource, Contact, ContactSource, CustomField, Customer, CustomerSource,
    FieldRow, ObjectType, PersonTarget, Tag, Ticket, Visitor, visit,
};

/// A kind as its fixtures tell it: the sources in a file, and the bodies that are sent.
trait Told: ObjectType {
    fn sources(fixture: &Fixture) -> Vec<Self::Source>;
    fn id_of(source: &Self::Source) -> SourceId;
    fn wire(target: &Self::Target) -> Value;
}

fn person(target: &PersonTarget) -> Value {
    json!({ "create": target.wire(), "custom_fields": target.fields, "data": target.data })
}

impl Told for Customer {
    fn sources(fixture: &Fixture) -> Vec<CustomerSource> {
        vec![CustomerSource { row: fixture.record("customer"), values: fixture.values() }]
    }
    fn id_of(source: &CustomerSource) -> SourceId {
        Self::id(&source.row)
    }
    fn wire(target: &PersonTarget) -> Value {
        person(target)
    }
}

impl Told for Contact {
    fn sources(fixture: &Fixture) -> Vec<ContactSource> {
        vec![ContactSource { row: fixture.record("contact"), values: fixture.values() }]
    }
    fn id_of(source: &ContactSource) -> SourceId {
        Self::id(&source.row)
    }
    fn wire(target: &PersonTarget) -> Value {
        person(target)
    }
}

impl Told for Ticket {
    fn sources(fixture: &Fixture) -> Vec<crate::TicketSource> {
        vec![ticket_source(fixture)]
    }
    fn id_of(source: &crate::TicketSource) -> SourceId {
        Self::id(&source.row)
    }
    fn wire(target: &crate::TicketTarget) -> Value {
        json!(target.wire())
    }
}

impl Told for Tag {
    fn sources(fixture: &Fixture) -> Vec<String> {
        let names = fixture.json["tags"].as_array().unwrap();
        names.iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    }
    fn id_of(source: &String) -> SourceId {
        Self::id(source)
    }
    fn wire(target: &crate::TagTarget) -> Value {
        json!(gorgias::NewTag::new(&target.name))
    }
}

impl Told for Agent {
    fn sources(fixture: &Fixture) -> Vec<AgentRow> {
        let text = |row: &Value, key: &str| row[key].as_str().map(str::to_owned);
        let rows = fixture.json["technicians"].as_array().unwrap().iter();
        rows.map(|row| AgentRow {
            id: row["id"].as_i64(),
            name: text(row, "name"),
            email: text(row, "email"),
        })
        .collect()
    }
    fn id_of(source: &AgentRow) -> SourceId {
        Self::id(source)
    }
    fn wire(target: &crate::AgentTarget) -> Value {
        json!(target)
    }
}

impl Told for CustomField {
    fn sources(fixture: &Fixture) -> Vec<FieldRow> {
        let all: std::sync::Arc<[_]> = fixture.definitions().into();
        let row = |definition| FieldRow { definition, all: all.clone() };
        std::iter::once(row(None)).chain(all.iter().map(|definition| row(Some(definition.clone())))).collect()
    }
    fn id_of(source: &FieldRow) -> SourceId {
        Self::id(source)
    }
    fn wire(target: &crate::CustomFieldTarget) -> Value {
        json!({ "create": target.new, "existing": target.existing })
    }
}

fn told<O: Told>() {
    for fixture in Fixture::all(O::KIND) {
        let mut all = Vec::new();
        for source in O::sources(&fixture) {
            let resolved = fixture.resolved(&O::assets(&source));
            let outcome = match O::map(&source, &resolved, &fixture.spec()) {
                Ok(mapped) => json!({
                    "sent": O::wire(&mapped.target),
                    "known": O::known(&mapped.target, &resolved.destination),
                    "notes": mapped.notes,
                }),
                Err(reject) => {
                    json!({ "left": reject.outcome.name(), "cause": reject.cause, "detail": reject.detail })
                }
            };
            all.push(json!({ "source": O::id_of(&source), "becomes": outcome }));
        }
        snapshot(O::KIND, &fixture.name, &json!(all));
    }
}

fn snapshot(kind: ObjectKind, name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../snapshots/{kind}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_json_snapshot!(name, value));
}

#[test]
fn custom_fields_become_what_their_snapshots_say() {
    told::<CustomField>();
}

#[test]
fn tags_become_what_their_snapshots_say() {
    told::<Tag>();
}

#[test]
fn agents_become_what_their_snapshots_say() {
    told::<Agent>();
}

#[test]
fn customers_become_what_their_snapshots_say() {
    told::<Customer>();
}

#[test]
fn contacts_become_what_their_snapshots_say() {
    told::<Contact>();
}

#[test]
fn tickets_become_what_their_snapshots_say() {
    told::<Ticket>();
}

#[test]
fn messages_past_the_first_five_hundred_become_what_their_snapshots_say() {
    for fixture in Fixture::all(ObjectKind::Message) {
        let source = ticket_source(&fixture);
        let resolved = fixture.resolved(&Ticket::assets(&source));
        let target = Ticket::map(&source, &resolved, &fixture.spec()).unwrap().target;
        assert_eq!(target.wire().messages.len(), 500);
        let later = Ticket::follow_ups(&target, protocol::TargetId(77));
        let later: Vec<_> = later
            .iter()
            .map(|one| json!({ "key": one.key, "ticket": one.target.ticket, "sent": one.target.message.wire() }))
            .collect();
        snapshot(ObjectKind::Message, &fixture.name, &json!(later));
    }
}

#[test]
fn attachments_become_what_their_snapshots_say() {
    for fixture in Fixture::all(ObjectKind::Attachment) {
        let told = |asset: AssetRef| {
            let from = match &asset.from {
                AssetSource::Url(url) => json!({ "url": url.as_str() }),
                AssetSource::Data { content_type, bytes } => {
                    json!({ "type": content_type, "bytes": bytes.len() })
                }
                AssetSource::Cid(id) => json!({ "cid": id }),
                AssetSource::Unreadable => json!("unreadable"),
            };
            json!({ "key": asset.key, "from": from, "inline": asset.inline, "unfetchable": asset.unfetchable() })
        };
        let assets: Vec<_> = Ticket::assets(&ticket_source(&fixture)).into_iter().map(told).collect();
        snapshot(ObjectKind::Attachment, &fixture.name, &json!(assets));
    }
}

struct HasFixtures;

impl Visitor for HasFixtures {
    type Output = usize;
    fn visit<O: ObjectType>(self) -> usize {
        Fixture::all(O::KIND).len()
    }
}

#[test]
fn every_kind_has_fixtures() {
    for kind in ObjectKind::ALL {
        let count = visit(kind, HasFixtures).unwrap_or_else(|| Fixture::all(kind).len());
        assert!(count > 0);
    }
}
