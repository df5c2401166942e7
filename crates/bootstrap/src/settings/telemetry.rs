//! Section `[telemetry]`: where traces go, how many of them, and under which name.

use url::Url;

use super::reader::Reader;

/// Where traces go.
#[derive(Debug, Clone)]
pub struct Telemetry {
    /// The collector's address (OTLP over HTTP), without `/v1/traces`; none: no trace leaves.
    pub otlp_endpoint: Option<Url>,
    /// Share of the traces that is kept, 0 to 1.
    pub sample_ratio: f64,
    /// The name this process goes by.
    pub service_name: String,
}

impl Telemetry {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let service_name = reader.text("telemetry.service_name");
        if service_name.is_empty() {
            reader.wrong("telemetry.service_name", "no name is given", "give one, e.g. flotilla");
        }
        Self {
            otlp_endpoint: endpoint(reader),
            sample_ratio: reader.number("telemetry.sample_ratio", 0.0..=1.0),
            service_name,
        }
    }
}

/// A collector inside the cluster is asked over plain http: traces carry no credential and no customer's text.
fn endpoint(reader: &mut Reader<'_>) -> Option<Url> {
    let key = "telemetry.otlp_endpoint";
    let text = reader.optional_text(key)?;
    let url = Url::parse(&text).ok();
    let url = url.filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    let Some(url) = url else {
        reader.wrong(key, "this is no address", "give one such as http://collector:4318");
        return None;
    };
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        reader.wrong(
            key,
            "the address carries credentials or a query",
            "give host and path alone; headers go into OTEL_EXPORTER_OTLP_HEADERS",
        );
    }
    Some(url)
}
