//! The lines of the log: of JSON, which name the trace and the span they were written in, and of text, one a line whatever
//! stands in it.

use std::fmt::{self, Write as _};

use opentelemetry::{Context, trace::TraceContextExt};
use tracing::{Event, Subscriber};
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields,
        format::{Format, Full, Json, Writer},
    },
    registry::LookupSpan,
};

/// JSON lines, with `trace_id` and `span_id` first where there is a span.
#[derive(Debug)]
pub(super) struct Traced(pub(super) Format<Json>);

impl<S, N> FormatEvent<S, N> for Traced
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let context = Context::current();
        let span = context.span().span_context().clone();
        if !span.is_valid() {
            return self.0.format_event(ctx, writer, event);
        }
        let mut line = String::new();
        self.0.format_event(ctx, Writer::new(&mut line), event)?;
        let rest = line.strip_prefix('{').unwrap_or(&line);
        let (trace, span) = (span.trace_id(), span.span_id());
        write!(writer, r#"{{"trace_id":"{trace}","span_id":"{span}",{rest}"#)
    }
}

/// Lines of text. What would end a line or steer a terminal is written out: an id of the source may hold anything.
#[derive(Debug)]
pub(super) struct OneLine(pub(super) Format<Full>);

impl<S, N> FormatEvent<S, N> for OneLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'w> FormatFields<'w> + 'static,
{
    fn format_event(
        &self,
        ctx: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(ctx, Writer::new(&mut line), event)?;
        writeln!(writer, "{}", written_out(line.trim_end_matches('\n')))
    }
}

/// The same text with every control character and line separator written out.
fn written_out(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for one in text.chars() {
        if one.is_control() || matches!(one, '\u{2028}' | '\u{2029}') {
            // Writing to a string cannot fail.
            let _ = write!(out, "{}", one.escape_default());
        } else {
            out.push(one);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_line_ends_it() {
        assert_eq!(written_out("record=ticket:1\nERROR forged"), "record=ticket:1\\nERROR forged");
        assert_eq!(written_out("a\r\u{1b}[2J\u{2028}b\u{85}"), "a\\r\\u{1b}[2J\\u{2028}b\\u{85}");
        assert_eq!(written_out("Zoë sent 1 \u{2192} 2"), "Zoë sent 1 \u{2192} 2");
    }
}
