//! The knowledge base as a bundle: each article sanitised in a file of its own below `kb/`, a manifest, a queue of those
//! somebody has to look at, and a checklist. The destination's API has no articles, so the bundle is what is handed over.
//! A flagged article is held back from the list of those that are ready until a named person has looked at its very text.

mod checklist;
mod manifest;
mod queue;

use std::path::Path;

use protocol::{ArticleReview, ObjectKind};

pub use checklist::FILE as CHECKLIST;
pub use manifest::{Article, Flags, MANIFEST, Manifest, Reviewed, path_of};
pub use queue::{Review, queue};

use crate::{
    deliverables::Deliverables,
    drafts::{Drafts, Origin},
    error::Error,
    index,
};

/// Writes what is said of the articles: manifest, queue and checklist. The articles themselves are kept by whoever has
/// them in hand.
///
/// # Errors
/// [`Error::Draft`] or [`Error::Form`].
pub fn write(drafts: &mut Drafts, manifest: &Manifest, source: &str) -> Result<(), Error> {
    let mut review = drafts.sheet::<Review>()?;
    for row in queue(manifest) {
        review.row(&row)?;
    }
    drafts.keep(review, Origin::of(source))?;
    let articles = manifest.articles.len() as u64;
    let mut json = serde_json::to_string_pretty(manifest)?;
    json.push('\n');
    drafts.write(MANIFEST, &json, Origin::of(source).counted(articles).rows(articles))?;
    drafts.write(CHECKLIST, &checklist::text(manifest), Origin::of(source))?;
    Ok(())
}

/// The manifest that lies there; none before the articles were documented.
///
/// # Errors
/// [`Error::Unreadable`].
pub fn read(papers: &Path) -> Result<Option<Manifest>, Error> {
    index::json_of(&papers.join(MANIFEST))
}

/// Lays the reviews there are over the bundle that lies there: manifest, queue, checklist and their lines in the index are
/// written anew. Answers the manifest as it stands then.
///
/// # Errors
/// [`Error::Unreadable`] and those of writing.
pub async fn review(out: &Deliverables, reviews: &[ArticleReview]) -> Result<Option<Manifest>, Error> {
    let Some(manifest) = read(out.root())? else { return Ok(None) };
    let manifest = manifest.reviewed(reviews);
    let part = index::part(out.root(), ObjectKind::Article)?;
    let source = part.first().map_or_else(String::new, |entry| entry.source.clone());
    let mut drafts = Drafts::begin(out.root(), ObjectKind::Article, "review")?;
    write(&mut drafts, &manifest, &source)?;
    drafts.issue(out).await?;
    Ok(Some(manifest))
}

#[cfg(test)]
mod tests;
