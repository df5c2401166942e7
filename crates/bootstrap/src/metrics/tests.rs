//! The text Prometheus reads: every figure of the table explains itself.

use std::collections::BTreeSet;

use super::*;

#[test]
fn every_figure_explains_itself_and_times_have_buckets() {
    install();
    install();
    for metric in TABLE {
        match metric.kind {
            Kind::Counter => metrics::counter!(metric.name).increment(1),
            Kind::Gauge => metrics::gauge!(metric.name).set(1.0),
            Kind::Histogram => metrics::histogram!(metric.name).record(0.2),
        }
    }
    let text = render();
    for Metric { name, kind, help, .. } in TABLE {
        let word = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert!(text.contains(&format!("# HELP {name} {help}\n")), "{name} has no help: {text}");
        assert!(text.contains(&format!("# TYPE {name} {word}\n")), "{name} is no {word}: {text}");
        if *kind == Kind::Histogram && name.ends_with("_seconds") {
            assert!(text.contains(&format!("{name}_bucket{{le=\"0.25\"}} 1\n")), "{name} has no buckets");
        }
    }
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, value) = line.rsplit_once(' ').unwrap();
        assert!(series.starts_with("flotilla_"), "{line}");
        assert!(value.parse::<f64>().is_ok(), "{line}");
    }
}

#[test]
fn the_table_is_in_order_and_its_names_say_what_they_count() {
    let names: Vec<&str> = TABLE.iter().map(|metric| metric.name).collect();
    let sorted: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names, sorted.into_iter().collect::<Vec<_>>(), "by name, each once");
    for Metric { name, kind, help, labels } in TABLE {
        assert!(name.starts_with("flotilla_") && help.ends_with('.'), "{name}");
        assert_eq!(*kind == Kind::Counter, name.ends_with("_total"), "{name}");
        assert!(labels.iter().all(|label| !label.ends_with("id")), "{name} counts by an id");
    }
}
