//! The few calls of each kind, against a fake of the destination: one POST that is applied, what follows it, and what is looked
//! for in doubt.

use protocol::{ObjectKind, TargetId};
use serde_json::{Value, json};

use super::{
    Fixture,
    fake::{Asked, Fake},
    ticket_source,
};
use crate::{
    Contact, ContactSource, Destination, FollowUp, Found, Message, ObjectType, PersonTarget, Tag, TagTarget,
    Ticket, Uploads,
};

fn contact() -> PersonTarget {
    let fixture = Fixture::named(ObjectKind::Contact, "person_with_company");
    let source = ContactSource { row: fixture.record("contact"), values: fixture.values() };
    Contact::map(&source, &fixture.resolved(&[]), &fixture.spec()).unwrap().target
}

fn list(rows: &Value) -> (u16, Value) {
    (200, json!({ "data": rows, "meta": { "next_cursor": null } }))
}

#[tokio::test]
async fn a_person_is_one_post_then_fields_then_data() {
    let fake = Fake::start(|asked| match asked.line().as_str() {
        "POST /api/customers" => (201, json!({ "id": 5 })),
        _ => (202, Value::Null),
    })
    .await;
    let (client, target) = (fake.gorgias(), contact());
    let id = Contact::create(&client, &target).await.unwrap();
    assert_eq!((id, fake.lines()), (TargetId(5), vec!["POST /api/customers".to_owned()]));
    Contact::complete(&client, id, &target).await.unwrap();
    assert_eq!(fake.lines()[1..], ["PUT /api/customers/5/custom-fields", "PUT /api/customers/5/data"]);
    let asked = fake.asked();
    assert_eq!(asked[0].body["email"], json!("ada@acme.example"));
    assert_eq!(asked[2].body["data"]["atera"]["kind"], json!("person"));
}

#[tokio::test]
async fn a_number_that_another_customer_holds_does_not_lose_the_person() {
    let with_number = |asked: &Asked| asked.body["channels"].to_string().contains("phone");
    let fake = Fake::start(move |asked| match with_number(asked) {
        true => (409, json!({ "error": { "msg": "taken", "data": { "channels": ["in use"] } } })),
        false => (201, json!({ "id": 5 })),
    })
    .await;
    let target = contact();
    assert!(!target.phones.is_empty());
    assert_eq!(Contact::create(&fake.gorgias(), &target).await.unwrap(), TargetId(5));
    let asked = fake.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[1].body["channels"].as_array().unwrap().len(), 1);
    assert!(target.data.to_string().contains(&target.phones[0]), "the number stays readable");
}

#[tokio::test]
async fn a_taken_address_costs_no_second_call() {
    let fake =
        Fake::start(|_| (409, json!({ "error": { "msg": "taken", "data": { "email": ["in use"] } } }))).await;
    let error = Contact::create(&fake.gorgias(), &contact()).await.unwrap_err();
    assert_eq!((error.kind(), fake.lines().len()), (gorgias::ErrorKind::Conflict, 1));
}

#[tokio::test]
async fn a_taken_address_leads_to_the_oldest_customer_who_has_it() {
    let fake = Fake::start(|asked| {
        assert_eq!(asked.query("email").as_deref(), Some("ada@acme.example"));
        list(&json!([
            { "id": 9, "email": "ADA@acme.example" },
            { "id": 7, "email": "ada@acme.example" },
            { "id": 3, "email": "ada@acme.example.org" },
        ]))
    })
    .await;
    assert_eq!(Contact::adopt(&fake.gorgias(), &contact()).await.unwrap(), Some(TargetId(7)));
}

#[tokio::test]
async fn doubt_is_settled_by_external_id_and_several_are_never_one() {
    let fake = Fake::start(|asked| {
        assert_eq!(asked.query("external_id").as_deref(), Some("atera:contact:21"));
        list(&json!([{ "id": 9, "external_id": "atera:contact:21" }, { "id": 7, "external_id": "atera:contact:21" }]))
    })
    .await;
    let found = Contact::find(&fake.gorgias(), &contact()).await.unwrap();
    assert_eq!(found, Found::Several(vec![TargetId(7), TargetId(9)]));
}

fn ticket() -> (Fixture, crate::TicketTarget) {
    let fixture = Fixture::named(ObjectKind::Message, "past_five_hundred");
    let source = ticket_source(&fixture);
    let target = Ticket::map(&source, &fixture.resolved(&[]), &fixture.spec()).unwrap().target;
    (fixture, target)
}

#[tokio::test]
async fn a_long_thread_is_one_post_and_one_per_later_message() {
    let fake = Fake::start(|asked| match asked.line().as_str() {
        "POST /api/tickets" => (201, json!({ "id": 77, "messages": asked.body["messages"] })),
        "POST /api/tickets/77/messages" => (201, json!({ "id": 78 })),
        "GET /api/messages" => list(&json!([{ "id": 90, "external_id": "atera:1030:other" }])),
        other => panic!("{other}"),
    })
    .await;
    let (client, (_, target)) = (fake.gorgias(), ticket());
    let id = Ticket::create(&client, &target).await.unwrap();
    let later = Ticket::follow_ups(&target, id);
    assert_eq!(later.len(), 2);
    for FollowUp { target, .. } in &later {
        assert_eq!(Message::find(&client, target).await.unwrap(), Found::None);
        assert_eq!(Message::create(&client, target).await.unwrap(), TargetId(78));
    }
    let posts: Vec<Asked> = fake.asked().into_iter().filter(|asked| asked.method == "POST").collect();
    assert_eq!(posts.len(), 3);
    assert_eq!(posts[0].body["messages"].as_array().unwrap().len(), 500);
    let unsent = |message: &Value| message["sent_datetime"].is_null();
    assert!(
        !posts[0].body["messages"].as_array().unwrap().iter().any(unsent)
            && !posts[1..].iter().any(|post| unsent(&post.body))
    );
}

#[tokio::test]
async fn a_ticket_in_the_trash_is_neither_found_nor_present() {
    let row = |id: i64, trashed: bool| {
        json!({ "id": id, "external_id": "atera:ticket:1030", "messages_count": 3,
                "trashed_datetime": trashed.then_some("2024-01-01T00:00:00") })
    };
    let fake = Fake::start(move |_| list(&json!([row(7, true), row(8, false)]))).await;
    let client = fake.gorgias();
    assert_eq!(Ticket::find(&client, &ticket().1).await.unwrap(), Found::One(TargetId(8)));
    let present = Ticket::present(&client, &[TargetId(7), TargetId(8)]).await.unwrap();
    assert_eq!(
        present.iter().map(|one| (one.target, one.messages)).collect::<Vec<_>>(),
        [(TargetId(8), Some(3))]
    );
}

#[tokio::test]
async fn many_people_are_verified_by_the_page_and_few_by_id() {
    let fake = Fake::start(|asked| match asked.line().as_str() {
        "GET /api/customers" => {
            let second = asked.query("cursor").is_some();
            let from = if second { 100 } else { 0 };
            let rows: Vec<_> =
                (from..from + 100).map(|id| json!({ "id": id, "external_id": format!("x{id}") })).collect();
            (200, json!({ "data": rows, "meta": { "next_cursor": (!second).then_some("more") } }))
        }
        "GET /api/customers/4" => (200, json!({ "id": 4 })),
        _ => (404, json!({ "error": { "msg": "gone" } })),
    })
    .await;
    let client = fake.gorgias();
    let ids: Vec<_> = (50..150).chain([4_000]).map(TargetId).collect();
    let present = Contact::present(&client, &ids).await.unwrap();
    assert_eq!(present.len(), 100);
    assert_eq!(fake.lines(), ["GET /api/customers", "GET /api/customers", "GET /api/customers/4000"]);
    let few = Contact::present(&client, &[TargetId(4), TargetId(4_001)]).await.unwrap();
    assert_eq!(few.iter().map(|one| one.target).collect::<Vec<_>>(), [TargetId(4)]);
    assert_eq!(fake.lines().len(), 5);
}

#[tokio::test]
async fn a_tag_is_known_by_its_exact_name_alone() {
    let fake = Fake::start(|_| list(&json!([{ "id": 1, "name": "VIP" }, { "id": 2, "name": "vip" }]))).await;
    let client = fake.gorgias();
    let tag = |name: &str| TagTarget { name: name.to_owned() };
    assert_eq!(Tag::find(&client, &tag("vip")).await.unwrap(), Found::One(TargetId(2)));
    assert_eq!(Tag::find(&client, &tag("Vip")).await.unwrap(), Found::None);
}

#[tokio::test]
async fn the_destination_is_read_with_four_listings() {
    let fake = Fake::start(|asked| match asked.line().as_str() {
        "GET /api/users" => {
            list(&json!([{ "id": 4, "email": "DESK@shop.example " }, { "id": 5, "email": null }]))
        }
        "GET /api/tags" => {
            list(&json!([{ "id": 1, "name": "VIP" }, { "id": 2, "name": "old", "deleted_datetime": "2020" }]))
        }
        _ => list(&json!([{ "id": 3, "label": "Tier", "definition": { "data_type": "boolean" } }])),
    })
    .await;
    let spec = Fixture::named(ObjectKind::Contact, "person_with_company").spec();
    let read = Destination::read(&fake.gorgias(), &spec, None).await.unwrap();
    assert_eq!(fake.lines().len(), 4);
    assert_eq!(read.fallback_agent, Some(TargetId(4)));
    assert_eq!((read.fields.len(), read.tags.len(), read.users.len()), (2, 1, 1));
}

#[tokio::test]
async fn an_upload_changes_what_is_sent_and_not_what_is_intended() {
    let fixture = Fixture::named(ObjectKind::Ticket, "html_with_images_and_files");
    let source = ticket_source(&fixture);
    let resolved = fixture.resolved(&Ticket::assets(&source));
    let mut mapped = Ticket::map(&source, &resolved, &fixture.spec()).unwrap();
    let before = json!(mapped.target.wire()).to_string();
    let moved = resolved.assets.values().filter_map(|facts| match facts {
        crate::AssetFacts::Moved(file) => {
            Some((file.sha256.clone(), format!("https://up.example/{}?a=1&b=2", &file.sha256[..8])))
        }
        crate::AssetFacts::NotMoved(_) => None,
    });
    Ticket::place(&mut mapped.target, &Uploads(moved.collect()));
    let after = json!(mapped.target.wire()).to_string();
    assert!(before.contains("flotilla-asset:") && !after.contains("flotilla-asset:"));
    assert!(after.contains("https://up.example/") && after.contains("?a=1&amp;b=2"));
    // Listed again, the addresses carry other signatures: what is intended stays the same.
    let mut again = source.clone();
    for url in &mut again.files {
        url.set_query(Some("expires=2&listing=9&sig=other"));
    }
    let again = Ticket::map(&again, &resolved, &fixture.spec()).unwrap();
    assert_eq!(again.fingerprint, mapped.fingerprint);
}
