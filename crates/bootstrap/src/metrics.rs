//! The figures of a process for Prometheus: one recorder, and its text. Every figure there is stands in [`table`]; a house
//! rule keeps sources and table the same. Without [`install`] counting costs next to nothing and is kept nowhere.

pub mod table;

use std::{sync::OnceLock, thread, time::Duration};

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use table::{Kind, Metric, TABLE};

/// Upper bounds, in seconds, of everything that takes time.
const SECONDS: [f64; 14] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How often samples are put into their buckets, so that they do not pile up while nobody asks.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();

/// Begins to count. A second call changes nothing.
pub fn install() {
    RECORDER.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let seconds = Matcher::Suffix("_seconds".to_owned());
        // Refused only for an empty list.
        let builder = builder.set_buckets_for_metric(seconds, &SECONDS).unwrap_or_default();
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder counts already: /metrics stays empty");
        }
        TABLE.iter().for_each(describe);
        let upkeep = handle.clone();
        // Without this thread samples pile up between two looks; that is no reason not to run.
        let _ = thread::Builder::new().name("metrics".to_owned()).spawn(move || {
            loop {
                thread::sleep(UPKEEP);
                upkeep.run_upkeep();
            }
        });
        handle
    });
}

/// The figures as Prometheus reads them; empty before [`install`].
#[must_use]
pub fn render() -> String {
    RECORDER.get().map(PrometheusHandle::render).unwrap_or_default()
}

fn describe(metric: &Metric) {
    match metric.kind {
        Kind::Counter => describe_counter!(metric.name, metric.help),
        Kind::Gauge => describe_gauge!(metric.name, metric.help),
        Kind::Histogram => describe_histogram!(metric.name, metric.help),
    }
}

#[cfg(test)]
mod tests;
