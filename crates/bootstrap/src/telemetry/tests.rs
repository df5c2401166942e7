//! What is told of a span: in the log by its ids, to another process by a `traceparent`, to the collector by itself.

use std::{
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    sync::{Arc, Mutex},
    time::Duration,
};

use opentelemetry::trace::{Span as _, Tracer as _};
use serde_json::Value;
use tracing::Span;

use super::*;
use crate::trace::{adopt, traceparent_of_current};

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn with(&self, message: &str) -> Value {
        let bytes = self.0.lock().unwrap().clone();
        let text = String::from_utf8(bytes).unwrap();
        let line = text.lines().find(|line| line.contains(message)).unwrap();
        serde_json::from_str(line).unwrap()
    }
}

fn of(otlp_endpoint: Option<&str>) -> Telemetry {
    let otlp_endpoint = otlp_endpoint.map(|url| url.parse().unwrap());
    Telemetry { otlp_endpoint, sample_ratio: 1.0, service_name: "flotilla".to_owned() }
}

fn span() -> Span {
    tracing::info_span!("job", otel.kind = "consumer", step = "copy")
}

#[test]
fn lines_of_a_job_name_its_trace_and_another_process_goes_on_with_it() {
    let (lines, log) = (Lines::default(), Log { format: Format::Json, level: "warn".to_owned() });
    let writer = lines.clone();
    start_on(&log, &of(None), move || writer.clone()).unwrap();
    assert_eq!(traceparent_of_current(), None, "there is no span");

    let adopted = span();
    adopt(&adopted, PARENT);
    adopted.in_scope(|| {
        tracing::warn!(batch = 7, "within the job");
        let told = traceparent_of_current().unwrap();
        let parts: Vec<&str> = told.split('-').collect();
        assert_eq!((parts[0], parts[1], parts[3]), ("00", TRACE, "01"));
        let line = lines.with("within the job");
        assert_eq!((&line["trace_id"], &line["span_id"]), (&Value::from(TRACE), &Value::from(parts[2])));
        assert_eq!((&line["batch"], &line["span"]["step"]), (&Value::from(7), &Value::from("copy")));
    });
    tracing::warn!("outside of it");
    assert_eq!(lines.with("outside of it")["trace_id"], Value::Null);

    for malformed in [
        "",
        "00",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "§§",
    ] {
        let own = span();
        adopt(&own, malformed);
        let told = own.in_scope(traceparent_of_current).unwrap();
        assert!(!told.contains(TRACE), "{malformed} was taken for {told}");
    }
}

/// Ends this many spans, then stops; how many were lost.
fn lost_of(endpoint: SocketAddr, spans: u64) -> u64 {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let traces = Traces::build(&of(Some(&format!("http://{endpoint}")))).unwrap();
    let tracer = traces.provider.tracer("flotilla");
    for _ in 0..spans {
        tracer.start("job").end();
    }
    traces.stop(Duration::from_millis(100))
}

#[test]
fn a_collector_that_never_answers_costs_spans_and_every_one_is_counted() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let lost = lost_of(silent.local_addr().unwrap(), 20_000);
    // One batch may be under way when the patience ends: it is neither lost yet nor delivered.
    assert!((20_000 - 512..=20_000).contains(&lost), "{lost}");
}

#[test]
fn a_collector_that_is_down_costs_spans_and_every_one_is_counted() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let lost = lost_of(gone, 100);
    assert_eq!(lost, 100);
}
