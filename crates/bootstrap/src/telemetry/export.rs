//! The way of spans to the collector: a bounded queue, a thread of its own, a short timeout. Whoever ends a span never
//! waits; what the collector does not take is dropped and counted.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use opentelemetry::{Context, KeyValue};
use opentelemetry_otlp::{Protocol, RetryPolicy, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::{
    Resource,
    error::OTelSdkResult,
    trace::{
        BatchConfigBuilder, BatchSpanProcessor, Sampler, SdkTracerProvider, Span, SpanData, SpanExporter,
        SpanProcessor,
    },
};
use tokio::runtime::{Builder, Runtime};
use url::Url;

use crate::{error::Error, settings::telemetry::Telemetry};

/// Spans that may wait for the collector.
const QUEUE: usize = 4_096;
/// Spans in one request.
const BATCH: usize = 512;
/// Longest time a span waits for others to go with.
const DELAY: Duration = Duration::from_secs(1);
/// Longest time one request may take.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The traces of this process.
#[derive(Debug)]
pub(super) struct Traces {
    pub(super) provider: SdkTracerProvider,
    fate: Arc<Fate>,
}

/// What became of the spans.
#[derive(Debug, Default)]
struct Fate {
    waiting: AtomicUsize,
    lost: AtomicU64,
    silent: AtomicBool,
}

impl Traces {
    /// Traces as the settings want them; without an address they have ids and go nowhere.
    pub(super) fn build(telemetry: &Telemetry) -> Result<Self, Error> {
        let fate = Arc::new(Fate::default());
        let ratio = Sampler::TraceIdRatioBased(telemetry.sample_ratio);
        let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
        let resource =
            Resource::builder().with_service_name(telemetry.service_name.clone()).with_attribute(version);
        let mut provider = SdkTracerProvider::builder()
            .with_sampler(Sampler::ParentBased(Box::new(ratio)))
            .with_resource(resource.build());
        if let Some(endpoint) = &telemetry.otlp_endpoint {
            provider = provider.with_span_processor(Bounded::build(endpoint, &fate)?);
        }
        Ok(Self { provider: provider.build(), fate })
    }

    /// Sends what is left within `patience`. The number of spans lost in the life of the process.
    pub(super) fn stop(&self, patience: Duration) -> u64 {
        // What a timeout leaves behind is counted as waiting.
        let _ = self.provider.shutdown_with_timeout(patience);
        let waiting = self.fate.waiting.load(Ordering::Relaxed);
        self.fate.lost.load(Ordering::Relaxed).saturating_add(u64::try_from(waiting).unwrap_or(u64::MAX))
    }
}

impl Fate {
    fn lose(&self, spans: usize, outcome: &'static str) {
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        self.lost.fetch_add(spans, Ordering::Relaxed);
        metrics::counter!("flotilla_spans_total", "outcome" => outcome).increment(spans);
    }
}

/// The SDK's batch processor behind a count of its own: the SDK drops silently.
#[derive(Debug)]
struct Bounded {
    batches: BatchSpanProcessor,
    fate: Arc<Fate>,
}

impl Bounded {
    fn build(endpoint: &Url, fate: &Arc<Fate>) -> Result<Self, Error> {
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(QUEUE)
            .with_max_export_batch_size(BATCH)
            .with_scheduled_delay(DELAY);
        let exporter = Collector::build(endpoint, Arc::clone(fate))?;
        let batches = BatchSpanProcessor::builder(exporter).with_batch_config(config.build()).build();
        Ok(Self { batches, fate: Arc::clone(fate) })
    }
}

impl SpanProcessor for Bounded {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        self.batches.on_start(span, cx);
    }

    fn on_end(&self, span: SpanData) {
        if self.fate.waiting.fetch_add(1, Ordering::AcqRel) < QUEUE {
            self.batches.on_end(span);
        } else {
            self.fate.waiting.fetch_sub(1, Ordering::AcqRel);
            self.fate.lose(1, "queue_full");
        }
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batches.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.batches.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batches.set_resource(resource);
    }
}

/// The collector, asked from the batch thread. That thread has no runtime, so the requests bring their own.
#[derive(Debug)]
struct Collector {
    requests: opentelemetry_otlp::SpanExporter,
    runtime: Runtime,
    fate: Arc<Fate>,
}

impl Collector {
    fn build(endpoint: &Url, fate: Arc<Fate>) -> Result<Self, Error> {
        let wrong = |error: &dyn std::fmt::Display| Error::Traces(error.to_string());
        let mut client = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy();
        if endpoint.scheme() == "http" {
            // Without TLS the machine's certificates are of no use and need not be there.
            client = client.tls_certs_only([]);
        }
        let requests = opentelemetry_otlp::SpanExporter::builder()
            .with_http()
            .with_http_client(client.build().map_err(|error| wrong(&error))?)
            .with_protocol(Protocol::HttpBinary)
            .with_endpoint(format!("{}/v1/traces", endpoint.as_str().trim_end_matches('/')))
            .with_timeout(TIMEOUT)
            .with_retry_policy(RetryPolicy::disabled())
            .build()
            .map_err(|error| wrong(&error))?;
        let runtime = Builder::new_current_thread().enable_all().build().map_err(|error| wrong(&error))?;
        Ok(Self { requests, runtime, fate })
    }
}

impl SpanExporter for Collector {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        self.fate.waiting.fetch_sub(spans, Ordering::AcqRel);
        let sent = self.runtime.block_on(self.requests.export(batch));
        match &sent {
            Ok(()) => {
                let sent = u64::try_from(spans).unwrap_or(u64::MAX);
                metrics::counter!("flotilla_spans_total", "outcome" => "sent").increment(sent);
                self.fate.silent.store(false, Ordering::Relaxed);
            }
            Err(error) => {
                self.fate.lose(spans, "refused");
                if !self.fate.silent.swap(true, Ordering::Relaxed) {
                    tracing::warn!(%error, "the collector takes no spans: they are dropped until it does");
                }
            }
        }
        sent
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.requests.set_resource(resource);
    }
}
