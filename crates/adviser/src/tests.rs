//! The adviser against a stand-in on this machine.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::State, http::HeaderMap, routing::post};
use mapping::{Candidate, FieldProposal};
use protocol::{TargetId, map_spec::FieldDestination};
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::*;

fn proposals() -> Vec<FieldProposal> {
    let field = |label: &str| FieldDestination::Field { label: label.to_owned() };
    let candidate = |destination, existing: Option<i64>, confidence| Candidate {
        destination,
        existing: existing.map(TargetId),
        confidence,
        reasons: vec!["set in 3 of 10 records".to_owned()],
    };
    let one = |name: &str, decided| FieldProposal {
        scope: "Ticket".to_owned(),
        name: name.to_owned(),
        candidates: vec![
            candidate(field(name), None, 0.6),
            candidate(field("Order number"), Some(7), 0.5),
            candidate(FieldDestination::Companion, None, 0.3),
        ],
        decided,
    };
    vec![one("Order ID", false), one("Room", false), one("Decided", true)]
}

type Heard = Arc<Mutex<Vec<(Option<String>, Value)>>>;

/// A stand-in that answers `content`, and what it was asked.
async fn stand_in(content: &str) -> (Url, Heard) {
    let heard: Heard = Arc::default();
    let answer = json!({"choices": [{"message": {"role": "assistant", "content": content}}]});
    let handler = move |State(heard): State<Heard>, headers: HeaderMap, Json(asked): Json<Value>| async move {
        let key = headers.get("authorization").map(|key| key.to_str().unwrap().to_owned());
        heard.lock().unwrap().push((key, asked));
        Json(answer)
    };
    let router = Router::new().route("/v1/chat/completions", post(handler)).with_state(Arc::clone(&heard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (base, heard)
}

async fn asked(content: &str) -> (Result<Vec<FieldProposal>, Error>, Heard) {
    // A second provider would find the first one installed, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (base, heard) = stand_in(content).await;
    let adviser = Adviser::new(&base, "any-model", Some(SecretString::from("k3y"))).unwrap();
    (adviser.reorder(&proposals()).await, heard)
}

#[tokio::test]
async fn an_answer_puts_the_candidates_in_another_order_and_does_nothing_else() {
    let content = "Here you are:\n```json\n{\"orders\": {\"Ticket/Order ID\": [1, 9, 1], \"Ticket/Decided\": [2], \"Ticket/Nothing\": [0]}, \
                   \"spec\": {\"create_agents\": true}}\n```";
    let (found, heard) = asked(content).await;
    let (found, given) = (found.unwrap(), proposals());
    assert_eq!(found[0].candidates[0].existing, Some(TargetId(7)));
    assert!(found[0].candidates[0].reasons.contains(&"put first by the adviser".to_owned()));
    let rest: Vec<_> = found[0].candidates[1..].iter().collect();
    assert_eq!(rest, [&given[0].candidates[0], &given[0].candidates[2]]);
    assert_eq!(found[1..], given[1..]);
    let heard = heard.lock().unwrap();
    assert_eq!(heard[0].0.as_deref(), Some("Bearer k3y"));
    let question = heard[0].1.to_string();
    assert!(question.contains("Ticket/Order ID") && !question.contains("Decided"), "{question}");
}

#[tokio::test]
async fn whatever_is_no_order_leaves_the_proposals_as_they_are() {
    for content in ["no", "{}", "{\"orders\": [1]}", "{\"orders\": {\"Ticket/Room\": [-1]}}"] {
        assert!(matches!(asked(content).await.0, Err(Error::Unreadable)), "{content}");
    }
    assert_eq!(asked("{\"orders\": {}}").await.0.unwrap(), proposals());
}

#[tokio::test]
async fn nothing_is_asked_where_everything_is_decided() {
    let (base, heard) = stand_in("{}").await;
    let _ = rustls::crypto::ring::default_provider().install_default();
    let decided: Vec<_> = proposals().into_iter().map(|one| FieldProposal { decided: true, ..one }).collect();
    let adviser = Adviser::new(&base, "any-model", None).unwrap();
    assert_eq!(adviser.reorder(&decided).await.unwrap(), decided);
    assert!(heard.lock().unwrap().is_empty());
}

#[test]
fn an_address_that_would_let_others_read_along_is_refused() {
    let new = |base: &str, model: &str| Adviser::new(&base.parse().unwrap(), model, None);
    let _ = rustls::crypto::ring::default_provider().install_default();
    assert!(new("http://adviser.example/v1", "m").is_err());
    assert!(new("https://adviser.example/v1", "").is_err());
    assert!(new("data:text", "m").is_err());
}
