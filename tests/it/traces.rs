//! Traces: one per job, from the push over the worker to every call of a vendor. A collector's trouble is never ours.

use std::collections::BTreeSet;

use tests::{Collector, SeenSpan, Stack, StackOptions};
use tokio::net::{TcpListener, TcpSocket};

use crate::PROGRAM;

const PUSH: &str = "send flotilla:{jobs}";
const JOB: &str = "process flotilla:{jobs}";

#[tokio::test(flavor = "multi_thread")]
async fn one_job_is_one_trace_from_the_push_to_the_vendors() {
    let collector = Collector::start().await;
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(12)).await;
    stack.set("telemetry.otlp_endpoint", collector.url.as_str());
    stack.set("telemetry.service_name", "under-test");
    stack.run().await.well();

    let spans = collector.spans();
    assert!(spans.iter().all(|span| span.service == "under-test"));
    let jobs: Vec<&SeenSpan> = spans.iter().filter(|span| span.name == JOB).collect();
    let copies = jobs.iter().filter(|job| job.attributes["step"] == "copy");
    let copy = copies.into_iter().find(|job| job.attributes["kind"] == "ticket").unwrap();
    assert_eq!((copy.kind, copy.attributes["attempt"].as_str()), (5, "1"));
    assert_eq!(copy.attributes["migration"], "under-test");

    for job in &jobs {
        let trace: Vec<&SeenSpan> = spans.iter().filter(|span| span.trace == job.trace).collect();
        let push: Vec<&&SeenSpan> = trace.iter().filter(|span| span.name == PUSH).collect();
        assert_eq!(push.len(), 1, "a trace begins with one push");
        assert_eq!((push[0].kind, push[0].parent.as_str()), (4, ""));
        assert_eq!(job.parent, push[0].id);
        for call in trace.iter().filter(|span| span.kind == 3) {
            assert_eq!(call.parent, job.id, "{} belongs to the job", call.name);
        }
    }
    let called =
        |name: &str| spans.iter().any(|span| span.trace == copy.trace && span.kind == 3 && span.name == name);
    assert!(called("GET /tickets") && called("POST /tickets"), "both vendors are called in its trace");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_span_names_routes_and_classes_and_nobody() {
    let collector = Collector::start().await;
    let mut stack = Stack::start(PROGRAM, StackOptions::tickets(12)).await;
    stack.set("telemetry.otlp_endpoint", collector.url.as_str());
    stack.run().await.well();

    let known: BTreeSet<&str> = [
        "http.request.method",
        "url.template",
        "server.address",
        "http.response.status_code",
        "error.type",
        "migration",
        "step",
        "kind",
        "attempt",
    ]
    .into();
    let spans = collector.spans();
    let calls: Vec<&SeenSpan> = spans.iter().filter(|span| span.kind == 3).collect();
    assert!(calls.len() > 12, "every call has its span");
    for span in &spans {
        for (key, value) in &span.attributes {
            assert!(known.contains(key.as_str()), "{} tells {key}", span.name);
            assert!(!value.contains('@') && !value.contains('?'), "{}: {key} = {value}", span.name);
        }
    }
    for call in calls {
        let (method, template) = call.name.split_once(' ').unwrap();
        assert_eq!(call.attributes["http.request.method"], method);
        assert_eq!(call.attributes["url.template"], template);
        assert!(!template.chars().any(|c| c.is_ascii_digit()), "{template} holds an id");
        assert!(call.attributes.contains_key("http.response.status_code"), "{call:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_in_trouble_holds_up_nothing() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    // Bound and not listening: nobody else gets the port, and every connection is refused.
    let gone = TcpSocket::new_v4().unwrap();
    gone.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    for address in [silent.local_addr().unwrap(), gone.local_addr().unwrap()] {
        let mut stack = Stack::start(PROGRAM, StackOptions::tickets(6)).await;
        stack.set("telemetry.otlp_endpoint", format!("http://{address}"));
        let ended = stack.run().await;
        ended.well();
        assert!(ended.stderr.contains("the collector did not take every span"), "{}", ended.stderr);
    }
}
