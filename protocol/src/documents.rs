//! Documents: what is written down about kinds that do not move. Which documents there are, where each came from, and how
//! they are asked for. Data only; no text of a customer stands here.

use serde::{Deserialize, Serialize};

use crate::{MigrationId, ObjectKind, UnixMs, migration::AuditLine};

/// Every document of a migration, by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentIndex {
    /// The migration.
    pub migration: MigrationId,
    /// Its documents, by name.
    pub documents: Vec<DocumentEntry>,
}

/// A document that was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentEntry {
    /// Its name below the migration's folder of reports.
    pub name: String,
    /// The kind it is about; none for what is said of the whole migration.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ObjectKind>,
    /// Rows below its header, for a table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes, in hex.
    pub sha256: String,
    /// Where its content comes from: an endpoint, a supplement, or none.
    pub source: String,
    /// Records the source itself counts, where its rows are exactly those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<u64>,
    /// Sums that were added again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub totals: Vec<DocumentTotal>,
}

/// A sum of a document, added again and held against what the source states. Amounts are decimal text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentTotal {
    /// What is summed: `total`, `tax`, `hours`.
    pub what: String,
    /// Its currency or unit.
    pub unit: String,
    /// The sum of the rows.
    pub sum: String,
    /// What the source states; none where it states nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated: Option<String>,
    /// Stated minus sum.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difference: Option<String>,
}

/// Whether documents are written, and how what the vendor leaves open is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DocumentSettings {
    /// Whether they are written at all.
    pub write: bool,
    /// The language of the knowledge base, such as `en-US`; the source names none.
    pub locale: String,
    /// Which member of an article holds its title.
    pub article_title: ArticleField,
    /// Which holds its body.
    pub article_body: ArticleField,
    /// Which holds its address.
    pub article_address: ArticleField,
}

impl Default for DocumentSettings {
    fn default() -> Self {
        Self {
            write: true,
            locale: "en-US".to_owned(),
            article_title: ArticleField::Product,
            article_body: ArticleField::Context,
            article_address: ArticleField::Address,
        }
    }
}

/// A member of an article at the source. The vendor does not say what they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArticleField {
    /// `KBProduct`.
    Product,
    /// `KBContext`.
    Context,
    /// `KBAddress`.
    Address,
}

impl ArticleField {
    /// Every member.
    pub const ALL: [Self; 3] = [Self::Product, Self::Context, Self::Address];

    /// Its name in settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Product => "product",
            Self::Context => "context",
            Self::Address => "address",
        }
    }
}

/// A named person's word that a flagged article may be used as it lies there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleReview {
    /// The article's id at the source.
    pub article: String,
    /// SHA-256 of the sanitised body they looked at: another body asks for another look.
    pub body_sha256: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: UnixMs,
}

impl ArticleReview {
    /// What stands in the audit log for a look at this body of an article.
    #[must_use]
    pub fn deed(article: &str, body_sha256: &str) -> String {
        format!("article {article} reviewed: {body_sha256}")
    }

    /// The look that a line of the audit log tells of, if it tells of one.
    #[must_use]
    pub fn of(line: &AuditLine) -> Option<Self> {
        let told = line.what.strip_prefix("article ")?;
        let (article, body_sha256) = told.split_once(" reviewed: ")?;
        Some(Self {
            article: article.to_owned(),
            body_sha256: body_sha256.to_owned(),
            by: line.who.clone(),
            at: line.at,
        })
    }
}

/// The articles that asked for a person's look, without a word of their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Articles {
    /// Articles that may be used as they are.
    pub ready: u64,
    /// Articles that wait for a look.
    pub held_back: u64,
    /// Those that asked for one.
    pub flagged: Vec<ArticleState>,
}

/// A flagged article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ArticleState {
    /// Its id at the source.
    pub id: String,
    /// Its file below the migration's folder of reports.
    pub path: String,
    /// SHA-256 of that file.
    pub body_sha256: String,
    /// It held a frame.
    pub iframe: bool,
    /// It holds more than plain text and pictures.
    pub complex_html: bool,
    /// It shows what lies on another host.
    pub external_assets: bool,
    /// Whether it may be used.
    pub ready: bool,
    /// Who looked at this body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_by: Option<String>,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reviewed_at: Option<String>,
}

/// Says that an article was looked at and is good to be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewArticle {
    /// The person who looked.
    pub by: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_comes_back_from_the_audit_log_and_nothing_else_does() {
        let line = |what: String| AuditLine {
            seq: 1,
            at: UnixMs(7),
            who: "Ruth".to_owned(),
            what,
            why: String::new(),
            hash: String::new(),
        };
        let review = ArticleReview::of(&line(ArticleReview::deed("408", "ab"))).unwrap();
        assert_eq!((&*review.article, &*review.body_sha256, &*review.by), ("408", "ab", "Ruth"));
        assert_eq!(ArticleReview::of(&line("article of faith".to_owned())), None);
    }
}
