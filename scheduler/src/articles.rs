//! The articles that wait for a look, and the looks there were. A look is a line of the audit log, said once by a named
//! person about one body; the bundle is written anew with it. No text of an article is told here.

use std::path::Path;

use documents::{index, kb};
use ledger::Ledger;
use protocol::{
    ArticleReview, MigrationId,
    documents::{ArticleState, Articles},
};

use crate::{Error, papers};

/// Every flagged article of the bundle that lies there.
///
/// # Errors
/// [`Error::Papers`] when it cannot be read, [`Error::NoDocuments`] when there is none yet.
pub fn articles(reports: &Path, id: &MigrationId) -> Result<Articles, Error> {
    let manifest =
        kb::read(&reports.join(id.as_str()))?.ok_or_else(|| Error::NoDocuments { id: id.clone() })?;
    Ok(told(&manifest))
}

/// Writes down that a person (`by`) has looked at an article as it lies there, and lets it be used; `who` told so.
///
/// # Errors
/// [`Error::NoArticle`] when it is not in the bundle or asks for no look; else as [`articles`], and what the ledger refuses.
pub async fn review(
    ledger: &dyn Ledger,
    reports: &Path,
    id: &MigrationId,
    article: &str,
    (by, who): (&str, &str),
) -> Result<Articles, Error> {
    let manifest =
        kb::read(&reports.join(id.as_str()))?.ok_or_else(|| Error::NoDocuments { id: id.clone() })?;
    let flagged = manifest.articles.iter().find(|one| one.id == article && one.flags.any());
    let body =
        flagged.map(|one| one.body_sha256.clone()).ok_or_else(|| Error::NoArticle { id: id.clone() })?;
    let why = format!("good to be used; told by {who}");
    ledger.note_once(id, by, &ArticleReview::deed(article, &body), &why).await?;
    let reviews: Vec<ArticleReview> = ledger.audit(id).await?.iter().filter_map(ArticleReview::of).collect();
    let out = papers::folder(reports, id)?;
    let manifest = kb::review(&out, &reviews).await?.unwrap_or(manifest);
    index::refresh(&out).await?;
    Ok(told(&manifest))
}

fn told(manifest: &kb::Manifest) -> Articles {
    let flagged = manifest.articles.iter().filter(|article| article.flags.any());
    let state = |article: &kb::Article| ArticleState {
        id: article.id.clone(),
        path: article.path.clone(),
        body_sha256: article.body_sha256.clone(),
        iframe: article.flags.iframe,
        complex_html: article.flags.complex_html,
        external_assets: article.flags.external_assets,
        ready: article.is_ready(),
        reviewed_by: article.reviewed.as_ref().map(|one| one.by.clone()),
        reviewed_at: article.reviewed.as_ref().map(|one| one.at.clone()),
    };
    Articles {
        ready: manifest.ready.len() as u64,
        held_back: manifest.held_back.len() as u64,
        flagged: flagged.map(state).collect(),
    }
}
