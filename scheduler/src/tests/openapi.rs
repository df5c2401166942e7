//! The API's description is true: every place is there, every answer is of the shape described, and every shape is seen.

use std::collections::BTreeSet;

use documents::{Drafts, Origin, kb};
use protocol::{
    ArticleField, DocumentTotal, FailureCode, MapSpec, MigrationState as S, ObjectKind, Outcome, SourceId,
    Step, migration::MOVES,
};
use serde_json::{Value, json};

use super::{
    client::{Answer, Client},
    fleet::{ADMIN, Fleet, VIEWER, acme, atera, gorgias},
    schema::{misfits, reached},
    stage::Habits,
};

const PLACES: [(&str, &str); 40] = [
    ("get", "/internal/scaling"),
    ("get", "/livez"),
    ("get", "/metrics"),
    ("get", "/readyz"),
    ("get", "/v1/accounts"),
    ("post", "/v1/accounts"),
    ("get", "/v1/accounts/{name}"),
    ("get", "/v1/migrations"),
    ("post", "/v1/migrations"),
    ("get", "/v1/migrations/{id}"),
    ("get", "/v1/migrations/{id}/articles"),
    ("post", "/v1/migrations/{id}/articles/{article}/review"),
    ("get", "/v1/migrations/{id}/assessment"),
    ("post", "/v1/migrations/{id}/assessment/acknowledge"),
    ("post", "/v1/migrations/{id}/cancel"),
    ("get", "/v1/migrations/{id}/certificate"),
    ("get", "/v1/migrations/{id}/dossier/{name}"),
    ("get", "/v1/migrations/{id}/documents"),
    ("post", "/v1/migrations/{id}/erase"),
    ("post", "/v1/migrations/{id}/errands"),
    ("get", "/v1/migrations/{id}/events"),
    ("get", "/v1/migrations/{id}/failures"),
    ("post", "/v1/migrations/{id}/handoff"),
    ("get", "/v1/migrations/{id}/map"),
    ("post", "/v1/migrations/{id}/map"),
    ("post", "/v1/migrations/{id}/map/confirm"),
    ("post", "/v1/migrations/{id}/milestones"),
    ("post", "/v1/migrations/{id}/pause"),
    ("get", "/v1/migrations/{id}/records/{kind}/{source_id}"),
    ("get", "/v1/migrations/{id}/report"),
    ("post", "/v1/migrations/{id}/resume"),
    ("post", "/v1/migrations/{id}/retry"),
    ("post", "/v1/migrations/{id}/sample/sign-off"),
    ("get", "/v1/migrations/{id}/seats"),
    ("post", "/v1/migrations/{id}/seats"),
    ("post", "/v1/migrations/{id}/seats/{step}"),
    ("post", "/v1/migrations/{id}/start"),
    ("post", "/v1/migrations/{id}/throttle"),
    ("post", "/v1/migrations/{id}/undo-count"),
    ("get", "/v1/openapi.json"),
];

/// Asks, and holds question and answer against the description.
struct Witness {
    client: Client,
    document: Value,
    seen: BTreeSet<(String, String)>,
    shapes: BTreeSet<String>,
}

impl Witness {
    async fn get(&mut self, place: &str, path: &str, status: u16) -> Value {
        let answer = self.client.get(path).await.is(status);
        self.hold("get", place, None, &answer)
    }

    async fn post(&mut self, place: &str, path: &str, body: Value, status: u16) -> Value {
        let answer = self.client.post(path, &body).await.is(status);
        self.hold("post", place, Some(&body), &answer)
    }

    fn hold(&mut self, method: &str, place: &str, asked: Option<&Value>, answer: &Answer) -> Value {
        let deed = &self.document["paths"][place][method];
        assert!(deed.is_object(), "{method} {place} is not described");
        if let Some(asked) = asked.filter(|_| answer.status < 400) {
            let schema = &deed["requestBody"]["content"]["application/json"]["schema"];
            assert_eq!(misfits(&self.document, schema, asked), [""; 0], "{method} {place} is asked so");
            reached(&self.document, schema, &mut self.shapes);
        }
        let described = &deed["responses"][answer.status.to_string()]["content"];
        let kind = answer.head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-type").then(|| value.split(';').next().unwrap().to_owned())
        });
        let schema = &described[kind.clone().unwrap()]["schema"];
        assert!(
            schema.is_object(),
            "{method} {place} {} as {kind:?} is not described: {described}",
            answer.status
        );
        self.seen.insert((method.to_owned(), place.to_owned()));
        if kind.unwrap().starts_with("text/") {
            return Value::Null;
        }
        let body = answer.json();
        assert_eq!(misfits(&self.document, schema, &body), [""; 0], "{method} {place} answers so");
        reached(&self.document, schema, &mut self.shapes);
        body
    }
}

#[tokio::test]
async fn every_place_is_described_and_every_answer_is_as_described() {
    let fleet = Fleet::new().await;
    let fails = vec![SourceId::from("2")];
    let (client, played) = fleet.at_work(Habits { fails, ..Habits::default() }).await;
    let document = client.with(VIEWER).get("/v1/openapi.json").await.is(200).json();
    let mut it =
        Witness { client: client.with(ADMIN), document, seen: BTreeSet::new(), shapes: BTreeSet::new() };
    it.get("/v1/openapi.json", "/v1/openapi.json", 200).await;

    let mut quiet = gorgias();
    let hours = json!({ "zone": "Europe/Berlin", "from_minute": 480, "to_minute": 1080, "reserve": 0.5 });
    quiet["rate"]["quiet"] = json!([hours]);
    for account in [atera(), quiet] {
        it.post("/v1/accounts", "/v1/accounts", account, 200).await;
    }
    it.post("/v1/accounts", "/v1/accounts", json!({}), 422).await;
    it.get("/v1/accounts", "/v1/accounts", 200).await;
    it.get("/v1/accounts/{name}", "/v1/accounts/acme-gorgias", 200).await;
    it.get("/v1/accounts/{name}", "/v1/accounts/none", 404).await;
    let mut asked = acme();
    asked["delta"] = json!({ "cron": "30 2 * * *", "zone": "Europe/Berlin" });
    asked["documents"] = json!({ "write": true, "locale": "de-DE", "article_body": "context" });
    asked["map"]["fields"] = json!([
        { "scope": "Ticket", "name": "Site", "to": "field", "label": "Site" },
        { "scope": "Ticket", "name": "Note", "to": "companion" },
    ]);
    it.post("/v1/migrations", "/v1/migrations", asked.clone(), 201).await;
    it.post("/v1/migrations", "/v1/migrations", asked, 409).await;
    it.get("/v1/migrations", "/v1/migrations", 200).await;
    let one = "/v1/migrations/{id}";
    let deed = |name: &str| (format!("{one}/{name}"), format!("/v1/migrations/acme/{name}"));
    judged(&mut it, &fleet).await;
    sampled(&mut it, &fleet).await;
    let controls = json!({ "limit": 30, "reserve": 0.2, "window": 3 });
    for (name, body, status) in [
        ("throttle", controls, 200),
        ("start", json!({ "signed_off_by": "Ruth" }), 200),
        ("pause", json!({ "why": "lunch" }), 200),
        ("resume", json!({}), 200),
        ("resume", json!({}), 409),
    ] {
        let (place, path) = deed(name);
        it.post(&place, &path, body, status).await;
    }
    fleet.until("acme", S::Ready).await;
    let (place, path) = deed("errands");
    it.post(&place, &path, json!({ "errand": "verify", "repair": false }), 200).await;
    it.post(&place, &path, json!({ "errand": "move" }), 422).await;
    it.post(&place, &path, json!({ "errand": "delta", "repair": true }), 422).await;
    fleet.until("acme", S::Ready).await;
    let nothing = json!({ "errand": "undo", "scope": { "kinds": ["tag"], "cause": "bad_value" } });
    it.post(&place, &path, nothing, 200).await;
    it.post(&place, &path, json!({ "errand": "assess" }), 409).await;
    fleet.until("acme", S::Ready).await;
    let (place, path) = deed("milestones");
    it.post(&place, &path, json!({ "milestone": "cut_over", "tolerate": 3 }), 409).await;
    it.post(&place, &path, json!({ "milestone": "freeze", "by": "Ruth" }), 200).await;
    it.post(&place, &path, json!({ "milestone": "unfreeze" }), 200).await;
    let (place, path) = deed("undo-count");
    it.post(&place, &path, json!({ "kinds": ["ticket"] }), 200).await;
    let (place, _) = deed("dossier/{name}");
    it.get(&place, "/v1/migrations/acme/dossier/nothing", 404).await;
    let id = protocol::MigrationId::new("acme").unwrap();
    fleet.ledger.put_leaf(&id, "verify", &json!({ "checked": 3 }), "Ruth").await.unwrap();
    it.get(&place, "/v1/migrations/acme/dossier/verify?version=1", 200).await;
    it.get(one, "/v1/migrations/acme", 200).await;
    it.get(one, "/v1/migrations/none", 404).await;
    for name in ["report", "report?format=csv", "report?format=text", "events", "failures?limit=1"] {
        let (place, path) = deed(name);
        it.get(place.split('?').next().unwrap(), &path, 200).await;
    }
    papers(&mut it, &fleet).await;
    let (place, _) = deed("records/{kind}/{source_id}");
    it.get(&place, "/v1/migrations/acme/records/ticket/2", 200).await;
    it.get("/internal/scaling", "/internal/scaling", 200).await;
    played.habits.lock().unwrap().loses = usize::MAX;
    let (place, path) = deed("retry");
    it.post(&place, &path, json!({ "cause": "target_rejected", "kind": "ticket", "id": "2" }), 200).await;
    fleet.until("acme", S::Running).await;
    let scaled = async {
        while it.get("/internal/scaling", "/internal/scaling", 200).await["accounts"] == json!([]) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::fleet::PATIENCE, scaled).await.expect("the work is never counted");
    let (erase, erase_path) = deed("erase");
    let order = json!({ "by": "Ruth", "confirm": "acme" });
    it.post(&erase, &erase_path, order.clone(), 409).await;
    seats(&mut it, &fleet).await;
    let (place, path) = deed("cancel");
    it.post(&place, &path, json!({}), 200).await;
    it.post(&erase, &erase_path, json!({ "by": "Ruth", "confirm": "other" }), 409).await;
    let erased = it.post(&erase, &erase_path, order, 200).await;
    assert!(erased["rows"]["left"].as_object().unwrap().values().all(|rows| *rows == json!(0)), "{erased}");
    assert_eq!(erased["files_left"], 0);
    it.get(one, "/v1/migrations/acme", 404).await;
    for open in ["/livez", "/readyz", "/metrics"] {
        it.get(open, open, 200).await;
    }

    let described = it.document["paths"].as_object().unwrap().iter().flat_map(|(place, methods)| {
        methods.as_object().unwrap().keys().map(move |method| (method.clone(), place.clone()))
    });
    let described: BTreeSet<(String, String)> = described.collect();
    assert_eq!(it.seen, described, "every place is asked once");
    let places: BTreeSet<(String, String)> =
        PLACES.iter().map(|(method, place)| ((*method).to_owned(), (*place).to_owned())).collect();
    assert_eq!(described, places);
    let shapes: BTreeSet<String> =
        it.document["components"]["schemas"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(it.shapes, shapes, "every shape is used");
}

/// What is told of documents: the played worker writes none, so they are laid there.
async fn papers(it: &mut Witness, fleet: &Fleet) {
    let one = "/v1/migrations/{id}";
    let (place, path) = (format!("{one}/documents"), "/v1/migrations/acme/documents");
    let concluded = async {
        while it.client.get(path).await.status == 404 {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(super::fleet::PATIENCE, concluded).await.expect("no papers are written");
    let id = protocol::MigrationId::new("acme").unwrap();
    let out = crate::papers::folder(&fleet.reports, &id).unwrap();
    let mut drafts = Drafts::begin(out.root(), ObjectKind::Article, "played").unwrap();
    let flags = kb::Flags { iframe: true, ..kb::Flags::default() };
    let article = kb::Article { id: "8".to_owned(), flags, ..kb::Article::default() };
    let manifest = kb::Manifest::of("en-US", ["KBProduct", "KBContext", "KBAddress"], vec![article]);
    kb::write(&mut drafts, &manifest.reviewed(&[]), "/knowledgebases").unwrap();
    let total = DocumentTotal {
        what: "total".to_owned(),
        unit: "USD".to_owned(),
        sum: "1.00".to_owned(),
        stated: Some("1.00".to_owned()),
        difference: Some("0.00".to_owned()),
    };
    drafts.issue(&out).await.unwrap();
    let mut drafts = Drafts::begin(out.root(), ObjectKind::Invoice, "played").unwrap();
    drafts.write("sums.txt", "1.00\n", Origin::of("none").counted(1).totals(vec![total])).unwrap();
    drafts.issue(&out).await.unwrap();
    let mut drafts = Drafts::begin(out.root(), ObjectKind::Contract, "played").unwrap();
    for name in documents::handoff::REQUIRED.into_iter().filter(|name| *name != kb::CHECKLIST) {
        drafts.write(name, "played\n", Origin::of("none")).unwrap();
    }
    let hand_off = format!("{one}/handoff");
    let refused = it.post(&hand_off, "/v1/migrations/acme/handoff", Value::Null, 409).await;
    assert!(refused["detail"].as_str().unwrap().contains("would lack"), "{refused}");
    drafts.issue(&out).await.unwrap();
    let certificate = it.get(&format!("{one}/certificate"), "/v1/migrations/acme/certificate", 200).await;
    assert_eq!(certificate["audit"]["holds"], true, "{certificate}");
    let refused = it.post(&format!("{one}/handoff"), "/v1/migrations/acme/handoff", Value::Null, 409).await;
    assert!(refused["detail"].as_str().unwrap().contains("would lack"), "{refused}");
    let listed = it.get(&format!("{one}/articles"), "/v1/migrations/acme/articles", 200).await;
    assert_eq!((&listed["held_back"], &listed["flagged"][0]["ready"]), (&json!(1), &json!(false)));
    let review = format!("{one}/articles/{{article}}/review");
    it.post(&review, "/v1/migrations/acme/articles/9/review", json!({ "by": "Ruth" }), 404).await;
    it.post(&review, "/v1/migrations/acme/articles/8/review", json!({ "by": " " }), 422).await;
    let seen = it.post(&review, "/v1/migrations/acme/articles/8/review", json!({ "by": "Ruth" }), 200).await;
    assert_eq!((&seen["held_back"], &seen["flagged"][0]["reviewed_by"]), (&json!(0), &json!("Ruth")));
    let told = it.get(&place, path, 200).await;
    let named = |name: &str| told["documents"].as_array().unwrap().iter().any(|one| one["name"] == name);
    assert!(named("companion.csv") && named("kb_review.csv") && named("sums.txt"), "{told}");
    let bundle = it.post(&hand_off, "/v1/migrations/acme/handoff", Value::Null, 200).await;
    assert_eq!(bundle["required"].as_array().unwrap().len(), 4);
}

/// The seat cycle, planned from facts laid there: one technician without an account, and as many accounts as seats.
async fn seats(it: &mut Witness, fleet: &Fleet) {
    let (place, path) = ("/v1/migrations/{id}/seats", "/v1/migrations/acme/seats");
    it.get(place, path, 404).await;
    let id = protocol::MigrationId::new("acme").unwrap();
    fleet.ledger.put_leaf(&id, protocol::facts::FACTS, &super::seats::facts(2), "played").await.unwrap();
    it.post(place, path, json!({}), 409).await;
    it.post(place, path, json!({ "seats": 2, "disable": 9 }), 422).await;
    let planned = it.post(place, path, json!({ "seats": 2, "disable": 2 }), 200).await;
    assert_eq!((&planned["next"], &planned["verdict"]), (&json!(1), &json!("checklist")), "{planned}");
    let place_of_step = format!("{place}/{{step}}");
    for (step, by, status) in
        [("2", "Ruth", 409), ("9", "Ruth", 404), ("first", "Ruth", 404), ("1", " ", 422)]
    {
        it.post(&place_of_step, &format!("{path}/{step}"), json!({ "by": by }), status).await;
    }
    it.post(&place_of_step, &format!("{path}/1"), json!({ "by": "Ruth" }), 200).await;
    assert_eq!(it.get(place, path, 200).await["in_use"], json!(1));
}

/// Assessment and map, before anything moves.
async fn judged(it: &mut Witness, fleet: &Fleet) {
    let (one, path) = ("/v1/migrations/{id}", "/v1/migrations/acme");
    let at = |rest: &str| (format!("{one}/{rest}"), format!("{path}/{rest}"));
    let (place, path) = at("assessment");
    it.get(&place, &path, 404).await;
    let id = protocol::MigrationId::new("acme").unwrap();
    let (place_of_map, path_of_map) = at("map");
    let named = it.get(&place_of_map, &path_of_map, 200).await["spec"]["fallback_agent"].clone();
    let agent = protocol::facts::UserFacts {
        id: protocol::TargetId(1),
        address: named.as_str().map(str::to_owned),
        role: None,
        active: true,
    };
    let mut facts = protocol::facts::Facts::default();
    (facts.source.zone_known, facts.source.plan) = (true, Some("Trial".to_owned()));
    facts.destination.users = vec![agent];
    fleet.ledger.put_leaf(&id, protocol::facts::FACTS, &json!(facts), "played").await.unwrap();
    let found = it.get(&place, &path, 200).await;
    assert_eq!(found["preflight"][0]["rule"], "plan-without-api", "{found}");
    let (place, path) = at("start");
    let refused = it.post(&place, &path, json!({ "signed_off_by": "Ruth" }), 409).await;
    assert!(refused["problems"][0].as_str().unwrap().contains("plan-without-api"), "{refused}");
    let (place, path) = at("assessment/acknowledge");
    it.post(&place, &path, json!({ "by": "Ruth", "rule": "nothing" }), 422).await;
    it.post(&place, &path, json!({ "by": "Ruth", "rule": "plan-without-api" }), 200).await;

    let (place, path) = at("map");
    let mut map = it.get(&place, &path, 200).await["spec"].clone();
    map["prefix"] = json!("two words");
    it.post(&place, &path, map.clone(), 422).await;
    map["prefix"] = json!("atera");
    map["customer_groups"] = json!({ "ab": { "decision": "merge", "ids": ["1", "2"] } });
    let standing = it.post(&place, &path, map, 200).await;
    let (place, path) = at("start");
    it.post(&place, &path, json!({ "signed_off_by": "Ruth" }), 409).await;
    let (place, path) = at("map/confirm");
    it.post(&place, &path, json!({ "by": "Ruth", "hash": "another" }), 409).await;
    it.post(&place, &path, json!({ "by": "Ruth", "hash": standing["hash"] }), 200).await;
    let (place, path) = at("map");
    assert_eq!(it.get(&place, &path, 200).await["confirmed"]["by"], "Ruth");
}

/// A sample, looked at and signed for.
async fn sampled(it: &mut Witness, fleet: &Fleet) {
    let at = |rest: &str| (format!("/v1/migrations/{{id}}/{rest}"), format!("/v1/migrations/acme/{rest}"));
    let (sign, path) = at("sample/sign-off");
    it.post(&sign, &path, json!({ "by": "Ruth" }), 409).await;
    let (place, errands) = at("errands");
    for size in [49, 101] {
        let refused = it.client.post(&errands, &json!({ "errand": "sample", "size": size })).await;
        let refused = refused.is(422).json();
        let why = refused["problems"][0].as_str().unwrap();
        assert!(why.contains("50 to 100"), "{why}");
    }
    it.post(&place, &errands, json!({ "errand": "sample", "size": 50 }), 200).await;
    fleet.until("acme", S::Sampled).await;
    let (place, start) = at("start");
    let refused = it.post(&place, &start, json!({ "signed_off_by": "Ruth" }), 409).await;
    assert!(refused["detail"].as_str().unwrap().contains("sign-off"), "{refused}");
    it.post(&sign, &path, json!({ "by": " " }), 422).await;
    let signed = it.post(&sign, &path, json!({ "by": "Ruth", "tolerate": 1 }), 200).await;
    assert_eq!(signed["scope"]["destination"], "acme-gorgias");
}

#[test]
fn every_list_of_names_in_the_description_is_complete() {
    let schemas: Value = serde_json::from_str(crate::http::COMPONENTS).unwrap();
    let listed = |schema: &str| -> Vec<&str> {
        schemas[schema]["enum"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
    };
    assert_eq!(listed("FailureCode"), FailureCode::ALL.map(FailureCode::name));
    let kinds: Vec<&str> =
        ObjectKind::ALL.into_iter().chain(ObjectKind::DOCUMENTED).map(ObjectKind::name).collect();
    assert_eq!(listed("ObjectKind"), kinds);
    assert_eq!(listed("Step"), Step::ALL.map(Step::name));
    assert_eq!(listed("ArticleField"), ArticleField::ALL.map(ArticleField::name));
    assert_eq!(listed("Outcome"), Outcome::ALL.map(Outcome::name));
    assert_eq!(listed("MigrationState"), MOVES.map(|(state, _)| state.name()));
    let roles = protocol::ValueMap::default();
    let groups = [(
        "a".to_owned(),
        protocol::map_spec::CustomerGroup {
            decision: protocol::map_spec::GroupDecision::Keep,
            ids: Vec::new(),
        },
    )];
    let missing_agents = protocol::map_spec::MissingAgents::Wait;
    let map = json!(MapSpec { roles, customer_groups: groups.into(), missing_agents, ..MapSpec::default() });
    let fields: BTreeSet<&String> = map.as_object().unwrap().keys().collect();
    let described: BTreeSet<&String> = schemas["MapSpec"]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(fields, described);
}
