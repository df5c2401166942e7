//! Section `[source]`: how Atera is reached and read, and the supplements beside it.

use std::{collections::BTreeMap, path::PathBuf};

use secrecy::SecretString;
use url::Url;

use super::reader::Reader;

/// How the token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceAuth {
    /// By the token's form.
    Auto,
    /// `Authorization: Bearer`.
    Bearer,
    /// `X-API-KEY`.
    ApiKey,
}

/// How Atera is reached and read.
#[derive(Debug, Clone)]
pub struct Source {
    /// Address of the API, without a slash at its end. `None` only when it was emptied.
    pub base_url: Option<Url>,
    /// The token.
    pub token: Option<SecretString>,
    /// How it is sent.
    pub auth: SourceAuth,
    /// Name of this account in a fleet; `None`: the migration's, with the vendor's behind it.
    pub account: Option<String>,
    /// Zone of timestamps that carry none.
    pub zone: String,
    /// Records per page.
    pub page_size: u32,
    /// Ceiling of the learnt rate, reads per second.
    pub rate_cap_per_s: f64,
    /// Rate at the start, reads per second.
    pub rate_start_per_s: f64,
    /// Longest wait for one answer, ms.
    pub timeout_ms: u64,
    /// Records read ahead of the writes, per batch under way.
    pub read_ahead: usize,
    /// Files the operator supplies.
    pub supplements: Supplements,
}

/// Files for what no API of the source gives.
#[derive(Debug, Clone, Default)]
pub struct Supplements {
    /// Tags.
    pub tags: Option<PathBuf>,
    /// What separates several tags within one cell; `None`: a cell is one tag.
    pub tag_separator: Option<char>,
    /// Technicians.
    pub technicians: Option<PathBuf>,
    /// SLA policies.
    pub sla_policies: Option<PathBuf>,
    /// Integrations.
    pub integrations: Option<PathBuf>,
    /// Automation rules.
    pub automations: Option<PathBuf>,
    /// Macros.
    pub macros: Option<PathBuf>,
    /// Who may see which custom field.
    pub field_visibility: Option<PathBuf>,
    /// `file.field` to the header that holds it.
    pub columns: BTreeMap<String, String>,
}

impl Source {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let words =
            [("auto", SourceAuth::Auto), ("bearer", SourceAuth::Bearer), ("api_key", SourceAuth::ApiKey)];
        Self {
            base_url: reader.optional_url("source.base_url"),
            token: reader.secret("source.token"),
            auth: reader.choice("source.auth", &words, SourceAuth::Auto),
            account: reader.optional_text("source.account"),
            zone: reader.text("source.zone"),
            page_size: reader.whole_u32("source.page_size", 1..=50),
            rate_cap_per_s: reader.number("source.rate_cap_per_s", 0.01..=100_000.0),
            rate_start_per_s: reader.number("source.rate_start_per_s", 0.01..=100_000.0),
            timeout_ms: reader.whole("source.timeout_ms", 100..=600_000),
            read_ahead: usize::try_from(reader.whole("source.read_ahead", 1..=1_000)).unwrap_or(1),
            supplements: Supplements::read(reader),
        }
    }
}

impl Supplements {
    fn read(reader: &mut Reader<'_>) -> Self {
        let columns = reader.table("source.supplements.columns");
        let text =
            |(key, value): (&str, &serde_json::Value)| Some((key.to_owned(), value.as_str()?.to_owned()));
        let columns = columns.filter_map(text).filter(|(_, header)| !header.is_empty()).collect();
        Self {
            tags: reader.optional_path("source.supplements.tags"),
            tag_separator: separator(reader),
            technicians: reader.optional_path("source.supplements.technicians"),
            sla_policies: reader.optional_path("source.supplements.sla_policies"),
            integrations: reader.optional_path("source.supplements.integrations"),
            automations: reader.optional_path("source.supplements.automations"),
            macros: reader.optional_path("source.supplements.macros"),
            field_visibility: reader.optional_path("source.supplements.field_visibility"),
            columns,
        }
    }

    /// The files given, each with its key.
    pub fn files(&self) -> impl Iterator<Item = (&'static str, &PathBuf)> {
        [
            ("source.supplements.tags", &self.tags),
            ("source.supplements.technicians", &self.technicians),
            ("source.supplements.sla_policies", &self.sla_policies),
            ("source.supplements.integrations", &self.integrations),
            ("source.supplements.automations", &self.automations),
            ("source.supplements.macros", &self.macros),
            ("source.supplements.field_visibility", &self.field_visibility),
        ]
        .into_iter()
        .filter_map(|(key, path)| Some((key, path.as_ref()?)))
    }
}

fn separator(reader: &mut Reader<'_>) -> Option<char> {
    let key = "source.supplements.tag_separator";
    let text = reader.optional_text(key)?;
    let mut chars = text.chars();
    let first = chars.next();
    if chars.next().is_some() {
        reader.wrong(key, "this is more than one character", "give one character, or leave it empty");
    }
    first
}
