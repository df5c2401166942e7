//! The published contract: every request of a whole move goes through a validation proxy on it, and none may offend it.
//! Where the contract (unofficial, shapes only) knows less than the vendor's pages, the exception stands in a table
//! with its reason, and goes from there when it is no longer needed.

mod judge;

use std::collections::{BTreeMap, BTreeSet};

use protocol::{ObjectKind, StepPoint};
use reqwest::Client;
use serde_json::{Value, json};
use tests::{Stack, StackOptions};

use self::judge::{Judge, Violation};
use super::PROGRAM;

/// A place where the contract and the vendor's own pages disagree, and the pages are believed.
struct Exception {
    endpoint: &'static str,
    field: &'static str,
    #[expect(dead_code, reason = "it is there to be read")]
    reason: &'static str,
}

const EXCEPTIONS: [Exception; 4] = [
    Exception {
        endpoint: "GET /api/customers/{id}",
        field: "query.relationships",
        reason: "the vendor's page of one customer has `relationships=custom_fields`; the contract knows the \
                 parameter for listings alone",
    },
    Exception {
        endpoint: "GET /api/account",
        field: "answer.body",
        reason: "the vendor's page gives one account with `domain` and `settings`; the contract, derived by rule, \
                 takes every `GET` without an id for a listing with `data` and `meta`",
    },
    Exception {
        endpoint: "GET /api/tickets",
        field: "query.ticket_ids",
        reason: "the vendor's page of the listing has `ticket_ids` (1 to 100, repeated), by which a hundred tickets \
                 are verified in one call; the contract knows `ticket_id` alone",
    },
    Exception {
        endpoint: "HEAD /",
        field: "",
        reason: "`doctor` reads the clock off the bare host's answer; that is no call of the API, so no contract has it",
    },
];

/// Calls that a move with a doubt, an adoption and a long thread has to make; so none of them goes unjudged.
const EXPECTED: [&str; 17] = [
    "GET /api/account",
    "GET /api/custom-fields",
    "GET /api/customers",
    "GET /api/customers/{id}",
    "GET /api/messages",
    "GET /api/tags",
    "GET /api/tickets",
    "GET /api/users",
    "POST /api/custom-fields",
    "POST /api/customers",
    "POST /api/tags",
    "POST /api/tickets",
    "POST /api/tickets/{id}/messages",
    "POST /api/upload",
    "POST /api/users",
    "PUT /api/customers/{id}/custom-fields",
    "PUT /api/customers/{id}/data",
];

async fn stack_behind_judge() -> (Stack, Judge) {
    let options = StackOptions::tickets(60)
        .set("map.create_agents", true)
        .set("destination.timeout_ms", 20_000)
        .set("run.lease_ms", 60_000);
    let mut stack = Stack::start(PROGRAM, options).await;
    let upstream = stack.endpoints().gorgias.url.trim_end_matches("/api").to_owned();
    let judge = Judge::before(&upstream).await;
    stack.set("destination.base_url", format!("{}/api", judge.origin()));
    (stack, judge)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_keeps_to_the_published_contract() {
    let (stack, judge) = stack_behind_judge().await;
    stack.command(&["doctor"]).await;
    let killed_at = [
        (ObjectKind::Customer, StepPoint::Written),
        (ObjectKind::Ticket, StepPoint::Written),
        (ObjectKind::Message, StepPoint::Written),
    ];
    for (kind, point) in killed_at {
        assert!(stack.run_until_crash(kind, point, 3).await.was_killed(), "{kind}");
    }
    for _first_then_unchanged in 0..2 {
        let summary = stack.run().await.well().clone();
        assert_eq!(summary["emails_sent"], 0);
    }

    let received = stack.admin_get("state").await["requests"]["gorgias"].as_u64().unwrap();
    let said = judge.verdicts().await;
    assert_eq!(said.len() as u64, received, "every request went past the judge");
    let made: BTreeSet<&str> = said.iter().map(|one| one.endpoint.as_str()).collect();
    let unjudged: Vec<&&str> = EXPECTED.iter().filter(|endpoint| !made.contains(**endpoint)).collect();
    assert!(unjudged.is_empty(), "never called, so never judged: {unjudged:?}; called: {made:?}");

    let excepted = |one: &Violation| EXCEPTIONS.iter().position(|exception| exception.covers(one));
    let answers = counted(said.iter().flat_map(|one| &one.response));
    let requests = counted(said.iter().flat_map(|one| &one.request));
    let not_excepted = |found: &BTreeMap<&Violation, usize>| -> Vec<String> {
        let left = found.iter().filter(|(one, _)| excepted(one).is_none());
        left.map(|(one, count)| format!("{count} times {one:?}")).collect()
    };
    assert_eq!(not_excepted(&requests), [""; 0], "requests that offend the contract");
    assert_eq!(not_excepted(&answers), [""; 0], "answers of the stand-in that offend the contract");
    let used: BTreeSet<usize> =
        requests.keys().chain(answers.keys()).filter_map(|one| excepted(one)).collect();
    for (at, exception) in EXCEPTIONS.iter().enumerate() {
        let Exception { endpoint, field, .. } = exception;
        assert!(used.contains(&at), "no longer needed, take it out: {endpoint} {field}");
    }
}

/// The judge is worth nothing if it lets everything pass, or if it hides what the limiter follows.
#[tokio::test(flavor = "multi_thread")]
async fn the_judge_sees_what_offends_the_contract_and_hides_no_header() {
    let (stack, judge) = stack_behind_judge().await;
    let origin = judge.origin();
    let message = json!({ "channel": "api", "from_agent": false, "invented": 1 });
    post(&stack, &format!("{origin}/api/tickets"), &json!({ "messages": [message] })).await;
    post(&stack, &format!("{origin}/api/tags?colour=red"), &json!({ "name": "x" })).await;
    post(&stack, &format!("{origin}/api/companies"), &json!({})).await;
    let gauge = post(&stack, &format!("{origin}/api/tags"), &json!({ "name": "y" })).await;
    assert!(gauge.is_some_and(|used| used.contains('/')), "the gauge of the limit passes through");

    let said = judge.verdicts().await;
    let fields: Vec<BTreeSet<&str>> =
        said.iter().map(|one| one.request.iter().map(|found| found.field.as_str()).collect()).collect();
    assert!(fields[0].contains("body.messages.*"), "an unknown field of a message: {:?}", said[0]);
    assert!(fields[0].contains("body"), "a required field that is missing: {:?}", said[0]);
    assert_eq!(fields[1], BTreeSet::from(["query.colour"]));
    assert_eq!(said[2].request[0].message, "Selected route not found");
    assert!(fields[3].is_empty(), "{:?}", said[3]);
}

impl Exception {
    fn covers(&self, one: &Violation) -> bool {
        one.endpoint == self.endpoint && one.field == self.field
    }
}

fn counted<'a>(all: impl Iterator<Item = &'a Violation>) -> BTreeMap<&'a Violation, usize> {
    let mut counts = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_default() += 1;
    }
    counts
}

/// A request of a stranger's, and the gauge its answer carried.
async fn post(stack: &Stack, url: &str, body: &Value) -> Option<String> {
    let account = &stack.endpoints().gorgias;
    let request = Client::new().post(url).basic_auth(&account.email, Some(&account.api_key)).json(body);
    #[expect(clippy::disallowed_methods, reason = "the stand-in is no vendor and needs no permit")]
    let answer = request.send().await.unwrap();
    let gauge = answer.headers().get("x-gorgias-account-api-call-limit")?;
    Some(gauge.to_str().unwrap().to_owned())
}
