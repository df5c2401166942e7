//! `kb/manifest.json`: every article with title, place, hash of its body, category, section, address, files and links it
//! names, and what about it asks for a person's look.

use jiff::Timestamp;
use protocol::{ArticleReview, UnixMs};
use serde::{Deserialize, Serialize};

/// Its name.
pub const MANIFEST: &str = "kb/manifest.json";

/// Longest name of a folder.
const FOLDER_CHARS: usize = 60;

/// The manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The language, as the settings name it.
    pub locale: String,
    /// Which member of the source was read as the title, which as the body, which as the address.
    pub read_as: [String; 3],
    /// Articles that may be used as they are.
    pub ready: Vec<String>,
    /// Articles that wait for somebody's look.
    pub held_back: Vec<String>,
    /// The articles, by id.
    pub articles: Vec<Article>,
}

/// An article.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    /// Its id at the source.
    pub id: String,
    /// Its title; empty where the source has none.
    pub title: String,
    /// Its file.
    pub path: String,
    /// SHA-256 of that file: the sanitised body.
    pub body_sha256: String,
    /// SHA-256 of the body as the source has it.
    pub source_sha256: String,
    /// Size of the file.
    pub bytes: u64,
    /// Category.
    pub category: Option<String>,
    /// The category's id.
    pub category_id: Option<String>,
    /// Section.
    pub section: Option<String>,
    /// The section's id.
    pub section_id: Option<String>,
    /// Its address.
    pub address: Option<String>,
    /// Keywords.
    pub keywords: Option<String>,
    /// Not for customers; an article that does not say is not.
    pub is_private: bool,
    /// When it was written.
    pub written: Option<String>,
    /// When it last changed.
    pub last_modified: Option<String>,
    /// Files its text links to.
    pub attachments: Vec<String>,
    /// Other addresses its text links to.
    pub links: Vec<String>,
    /// What asks for a look.
    pub flags: Flags,
    /// What sanitising took away, as element or attribute with how often.
    pub removed: Vec<String>,
    /// Who has looked at this very body.
    pub reviewed: Option<Reviewed>,
}

/// What asks for a person's look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flags {
    /// It held a frame.
    pub iframe: bool,
    /// It holds tables, forms, scripts, styles or media, or lost something to sanitising.
    pub complex_html: bool,
    /// It shows what lies on another host.
    pub external_assets: bool,
}

impl Flags {
    /// Whether any stands.
    #[must_use]
    pub fn any(self) -> bool {
        self.iframe || self.complex_html || self.external_assets
    }
}

/// A look at an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// Who.
    pub by: String,
    /// When, as an RFC 3339 moment.
    pub at: String,
}

impl Article {
    /// Whether it may be used as it is.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        !self.flags.any() || self.reviewed.is_some()
    }
}

impl Manifest {
    /// A manifest of these articles, in the order of their ids.
    #[must_use]
    pub fn of(locale: &str, read_as: [&str; 3], mut articles: Vec<Article>) -> Self {
        articles.sort_by(|a, b| (a.id.len(), &a.id).cmp(&(b.id.len(), &b.id)));
        let (locale, read_as) = (locale.to_owned(), read_as.map(str::to_owned));
        Self { locale, read_as, ready: Vec::new(), held_back: Vec::new(), articles }
    }

    /// The same manifest with the looks there were: each counts for the body it was a look at.
    #[must_use]
    pub fn reviewed(mut self, reviews: &[ArticleReview]) -> Self {
        for article in &mut self.articles {
            let of_this =
                |one: &&ArticleReview| one.article == article.id && one.body_sha256 == article.body_sha256;
            let last = reviews.iter().rev().find(of_this);
            article.reviewed = last.map(|one| Reviewed { by: one.by.clone(), at: moment(one.at) });
        }
        let ids = |ready: bool| {
            let of = self.articles.iter().filter(|article| article.is_ready() == ready);
            of.map(|article| article.id.clone()).collect()
        };
        (self.ready, self.held_back) = (ids(true), ids(false));
        self
    }
}

/// The file of an article: `kb/<locale>/<category>/<id>.html`, in names every disk can hold.
#[must_use]
pub fn path_of(locale: &str, category: Option<&str>, category_id: Option<&str>, id: &str) -> String {
    let names = [category, category_id].into_iter().flatten().map(folder_name);
    let folder = names.into_iter().find(|name| !name.is_empty());
    let folder = folder.unwrap_or_else(|| "uncategorised".to_owned());
    format!("kb/{}/{folder}/{}.html", locale_name(locale), folder_name(id))
}

fn moment(at: UnixMs) -> String {
    Timestamp::from_millisecond(at.0).map(|at| at.to_string()).unwrap_or_default()
}

fn locale_name(locale: &str) -> String {
    let kept: String = locale.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    if kept.is_empty() { "en-US".to_owned() } else { kept }
}

/// Letters and digits of a name, in small; a name in another script has none and is known by its id.
fn folder_name(name: &str) -> String {
    let mut kept = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() {
            kept.push(c.to_ascii_lowercase());
        } else if !kept.is_empty() && !kept.ends_with('-') {
            kept.push('-');
        }
    }
    let kept: String = kept.chars().take(FOLDER_CHARS).collect();
    kept.trim_end_matches('-').to_owned()
}
