//! The sample side by side: each record as it was meant and as the destination shows it, for people (HTML) and for programs
//! (JSON). A deliverable: it holds a customer's words, and goes when the migration is erased.

use protocol::{ObjectKind, SourceId, TargetId};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{deliverables::Deliverables, error::Error};

/// Folder of the sample below the migration's folder of reports.
pub const FOLDER: &str = "sample";

const TEMPLATE: &str = include_str!("side_by_side.html");

/// The records of one kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SideBySide {
    /// The kind.
    pub kind: ObjectKind,
    /// The records, in the order of their ids.
    pub records: Vec<Beside>,
}

/// One record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Beside {
    /// Its id at the source.
    pub id: SourceId,
    /// What it was picked for; empty for one that came along.
    pub why: Vec<String>,
    /// Its id at the destination, where it has one.
    pub target: Option<TargetId>,
    /// What became of it.
    pub outcome: String,
    /// Why it did not land, where it did not.
    pub cause: Option<String>,
    /// Whether the destination shows it exactly as it was meant.
    pub same: bool,
    /// What the source says, as far as the map reads it word for word.
    pub source: Vec<(String, String)>,
    /// Its own fields.
    pub fields: Vec<Pair>,
    /// Its parts (messages, field values), each with its fields.
    pub parts: Vec<Part>,
    /// Messages as many as meant, in the order of their times; none for kinds without a thread.
    pub thread_whole: Option<bool>,
}

/// A part of a record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Its name.
    pub name: String,
    /// Its fields.
    pub fields: Vec<Pair>,
}

/// A field as it was meant and as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Pair {
    /// Its name.
    pub name: String,
    /// As it was meant; null where nothing was.
    pub meant: Value,
    /// As the destination shows it; null where it shows nothing.
    pub found: Value,
    /// Whether they are the same.
    pub same: bool,
}

impl Pair {
    /// Puts both beside each other.
    #[must_use]
    pub fn of(name: &str, meant: Option<&Value>, found: Option<&Value>) -> Self {
        let same = meant == found;
        let value = |value: Option<&Value>| value.cloned().unwrap_or_default();
        Self { name: name.to_owned(), meant: value(meant), found: value(found), same }
    }
}

impl SideBySide {
    /// Stores it as `sample/{kind}.json` and `sample/{kind}.html`, and answers the SHA-256 of the JSON in hex.
    ///
    /// # Errors
    /// [`Error::Store`] or [`Error::Form`].
    pub async fn put(&self, papers: &Deliverables) -> Result<String, Error> {
        let mut json = serde_json::to_string_pretty(self)?;
        json.push('\n');
        let sum = Sha256::digest(json.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        papers.put(&format!("{FOLDER}/{}.html", self.kind), self.html()?).await?;
        papers.put(&format!("{FOLDER}/{}.json", self.kind), json).await?;
        Ok(sum)
    }

    /// The page for people. Whatever a customer wrote is text in it, never markup.
    ///
    /// # Errors
    /// [`Error::Page`].
    pub fn html(&self) -> Result<String, Error> {
        let mut pages = minijinja::Environment::new();
        // By its name the library knows that every value has to be escaped.
        pages.add_template("side_by_side.html", TEMPLATE)?;
        pages.add_filter("shown", shown);
        let differing = self.records.iter().filter(|record| !record.same).count();
        let page = pages.get_template("side_by_side.html")?;
        Ok(page.render(minijinja::context! { kind => self.kind, records => &self.records, differing })?)
    }
}

/// A value as people read it: instants as date and time, nothing as nothing.
#[expect(clippy::needless_pass_by_value, reason = "the library hands values over")]
fn shown(value: minijinja::Value, name: &str) -> String {
    if value.is_none() || value.is_undefined() {
        return String::new();
    }
    let instant = i64::try_from(value.clone()).ok().filter(|_| name.ends_with("_datetime"));
    let instant = instant.and_then(|at| jiff::Timestamp::from_second(at).ok());
    match (instant, bool::try_from(value.clone())) {
        (Some(at), _) => at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        (None, Ok(flag)) if value.kind() == minijinja::value::ValueKind::Bool => flag.to_string(),
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sheet() -> SideBySide {
        let fields = vec![
            Pair::of("subject", Some(&json!("<script>alert(1)</script>")), Some(&json!("& more"))),
            Pair::of("status", Some(&json!("open")), Some(&json!("open"))),
            Pair::of("sent_datetime", Some(&json!(1_662_252_410)), None),
            Pair::of("public", Some(&json!(false)), Some(&json!(true))),
        ];
        let part = Part { name: "message:atera:ticket:7:1".to_owned(), fields: fields.clone() };
        SideBySide {
            kind: ObjectKind::Ticket,
            records: vec![Beside {
                id: SourceId::from(7),
                why: vec!["longest_thread".to_owned()],
                target: Some(TargetId(11)),
                outcome: "created".to_owned(),
                cause: None,
                same: false,
                source: vec![("status".to_owned(), "Open".to_owned())],
                fields,
                parts: vec![part],
                thread_whole: Some(true),
            }],
        }
    }

    #[test]
    fn a_customers_words_are_text_on_the_page() {
        let html = sheet().html().unwrap();
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
        assert!(html.contains("2022-09-04 00:46:50 UTC") && html.contains(">false<"), "{html}");
        assert!(html.contains("&amp; more") && html.contains("longest_thread") && html.contains("1 of 1"));
    }

    #[tokio::test]
    async fn both_lie_in_the_folder_of_the_sample_and_the_sum_is_that_of_the_json() {
        let folder = tempfile::tempdir().unwrap();
        let papers = Deliverables::open(folder.path()).unwrap();
        let sum = sheet().put(&papers).await.unwrap();
        let json = std::fs::read(folder.path().join("sample/ticket.json")).unwrap();
        let found: String = Sha256::digest(&json).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(sum, found);
        let read: Value = serde_json::from_slice(&json).unwrap();
        assert_eq!(read["records"][0]["fields"][0]["same"], false);
        assert!(folder.path().join("sample/ticket.html").exists());
    }
}
