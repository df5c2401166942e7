//! Log and traces of a process. The log: lines for a person, or JSON for a machine, always on stderr. The traces: spans
//! that say `otel.kind`, sent to a collector. Started once, by the program's entry; never a word of a customer passes here
//! because nobody hands one over.

mod export;
mod lines;

use std::{io, sync::OnceLock, time::Duration};

use opentelemetry::trace::TracerProvider as _;
use tracing::Metadata;
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, LevelFilter, filter_fn},
    fmt::{self, MakeWriter, format::JsonFields},
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::{
    error::Error,
    settings::{
        log::{Format, Log},
        telemetry::Telemetry,
    },
};
use export::Traces;
use lines::{OneLine, Traced};

/// Longest time the spans of the last moments are given to reach the collector.
const FLUSH: Duration = Duration::from_secs(5);

static TRACES: OnceLock<Traces> = OnceLock::new();

/// Starts log and traces of this process, the log on stderr.
///
/// # Errors
/// [`Error::Log`] when the level cannot be read or a log runs already; [`Error::Traces`].
pub fn start(log: &Log, telemetry: &Telemetry) -> Result<(), Error> {
    start_on(log, telemetry, io::stderr)
}

/// Starts log and traces, the log on a given writer.
///
/// # Errors
/// [`Error::Log`] when the level cannot be read or a log runs already; [`Error::Traces`].
pub fn start_on<W>(log: &Log, telemetry: &Telemetry, writer: W) -> Result<(), Error>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = filter(&log.level)?;
    let lines = fmt::layer().with_writer(writer);
    let lines = match log.format {
        // A person reads sentences, without the spans around them.
        Format::Text => {
            let events = filter_fn(|metadata: &Metadata<'_>| metadata.is_event())
                .with_max_level_hint(LevelFilter::TRACE);
            let text = OneLine(fmt::format().with_target(false).with_ansi(false));
            lines.with_ansi(false).event_format(text).with_filter(filter.and(events)).boxed()
        }
        Format::Json => {
            let traced = filter_fn(is_traced).with_max_level_hint(LevelFilter::INFO);
            let json = fmt::format().json().flatten_event(true).with_current_span(true).with_span_list(false);
            let lines = lines.fmt_fields(JsonFields::new()).event_format(Traced(json));
            lines.with_filter(filter.or(traced)).boxed()
        }
    };
    // JSON lines name their trace also where none is sent.
    let traces = match (&telemetry.otlp_endpoint, log.format) {
        (None, Format::Text) => None,
        _ => Some(Traces::build(telemetry)?),
    };
    let spans = traces.as_ref().map(|traces| {
        OpenTelemetryLayer::new(traces.provider.tracer("flotilla"))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter_fn(is_traced).with_max_level_hint(LevelFilter::INFO))
    });
    let started = tracing_subscriber::registry().with(lines).with(spans).try_init();
    started.map_err(|error| Error::Log(error.to_string()))?;
    if let Some(traces) = traces {
        // A log that runs already was refused above, so this is the first.
        let _ = TRACES.set(traces);
    }
    Ok(())
}

/// Sends the spans that are left, for five seconds at most, and says how many could not be delivered. Nothing is sent after
/// it. Blocks: called by the program's entry, outside its runtime.
pub fn stop() {
    if let Some(traces) = TRACES.get() {
        let lost = traces.stop(FLUSH);
        if lost > 0 {
            tracing::warn!(spans = lost, "the collector did not take every span");
        }
    }
}

/// Whether a span belongs into traces: those that say what kind they are.
fn is_traced(metadata: &Metadata<'_>) -> bool {
    metadata.is_span() && metadata.fields().field("otel.kind").is_some()
}

/// Reads a level such as `info` or `info,worker=debug`.
pub(crate) fn filter(level: &str) -> Result<EnvFilter, Error> {
    EnvFilter::builder().parse(level).map_err(|error| Error::Log(error.to_string()))
}

#[cfg(test)]
mod tests;
