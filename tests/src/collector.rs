//! A collector's stand-in: takes OTLP over HTTP and keeps the spans as they came.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use opentelemetry_proto::tonic::{
    collector::trace::v1::ExportTraceServiceRequest,
    common::v1::{KeyValue, any_value::Value},
};
use prost::Message;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// One span as it reached the collector.
#[derive(Debug, Clone)]
pub struct SeenSpan {
    /// Id of its trace, in hex.
    pub trace: String,
    /// Its own id, in hex.
    pub id: String,
    /// Its parent's id, in hex; empty for the first of a trace.
    pub parent: String,
    /// Its name.
    pub name: String,
    /// Its kind, as OTLP counts them: 3 client, 4 producer, 5 consumer.
    pub kind: i32,
    /// Its attributes as text.
    pub attributes: BTreeMap<String, String>,
    /// `service.name` of the process it came from.
    pub service: String,
}

/// A collector on a free loopback port.
#[derive(Debug)]
pub struct Collector {
    /// Its address, for `telemetry.otlp_endpoint`.
    pub url: String,
    spans: Arc<Mutex<Vec<SeenSpan>>>,
    server: JoinHandle<()>,
}

impl Drop for Collector {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Collector {
    /// Starts one.
    ///
    /// # Panics
    /// When no port can be bound.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let spans = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&spans);
        let server = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { url, spans, server }
    }

    /// Every span that has come.
    ///
    /// # Panics
    /// When a former request could not be read.
    #[must_use]
    pub fn spans(&self) -> Vec<SeenSpan> {
        self.spans.lock().unwrap().clone()
    }
}

/// Requests of one connection, until it ends.
async fn serve(stream: TcpStream, spans: Arc<Mutex<Vec<SeenSpan>>>) {
    let mut stream = BufReader::new(stream);
    while let Some((head, body)) = request(&mut stream).await {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n"), "{head}");
        let request = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
        spans.lock().unwrap().extend(seen(request));
        let answer = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
        if stream.get_mut().write_all(answer).await.is_err() {
            return;
        }
    }
}

async fn request(stream: &mut BufReader<TcpStream>) -> Option<(String, Vec<u8>)> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some((head, body))
}

fn seen(request: ExportTraceServiceRequest) -> Vec<SeenSpan> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut all = Vec::new();
    for resource in request.resource_spans {
        let of_process = texts(resource.resource.map(|resource| resource.attributes).unwrap_or_default());
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            all.push(SeenSpan {
                trace: hex(&span.trace_id),
                id: hex(&span.span_id),
                parent: hex(&span.parent_span_id),
                name: span.name,
                kind: span.kind,
                attributes: texts(span.attributes),
                service: of_process.get("service.name").cloned().unwrap_or_default(),
            });
        }
    }
    all
}

fn texts(attributes: Vec<KeyValue>) -> BTreeMap<String, String> {
    let text = |value: Value| match value {
        Value::StringValue(text) => text,
        Value::IntValue(number) => number.to_string(),
        Value::BoolValue(flag) => flag.to_string(),
        other => format!("{other:?}"),
    };
    attributes.into_iter().filter_map(|one| Some((one.key, text(one.value?.value?)))).collect()
}
