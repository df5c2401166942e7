//! `kb_review.csv`: the articles that wait for a look, and those that had theirs.

use super::Manifest;
use crate::row::row;

row! {
    /// A flagged article.
    Review in "kb_review.csv" {
        /// Its id at the source.
        article_id,
        /// Its title.
        title,
        /// What asks for the look, separated by `; `.
        flags,
        /// What sanitising took away.
        removed,
        /// Its file.
        path,
        /// SHA-256 of the body to look at.
        body_sha256,
        /// `waits` or `ready`.
        state,
        /// Who looked.
        reviewed_by,
        /// When.
        reviewed_at,
    }
}

/// The rows, in the order of the manifest.
#[must_use]
pub fn queue(manifest: &Manifest) -> Vec<Review> {
    let flagged = manifest.articles.iter().filter(|article| article.flags.any());
    let row = |article: &super::Article| {
        let flags = [
            ("iframe", article.flags.iframe),
            ("complex_html", article.flags.complex_html),
            ("external_assets", article.flags.external_assets),
        ];
        let flags = flags.into_iter().filter(|(_, stands)| *stands).map(|(name, _)| name);
        let reviewed = article.reviewed.clone();
        let (by, at) = reviewed.map(|one| (one.by, one.at)).unwrap_or_default();
        Review {
            article_id: article.id.clone(),
            title: article.title.clone(),
            flags: flags.collect::<Vec<_>>().join("; "),
            removed: article.removed.join("; "),
            path: article.path.clone(),
            body_sha256: article.body_sha256.clone(),
            state: if article.is_ready() { "ready" } else { "waits" }.to_owned(),
            reviewed_by: by,
            reviewed_at: at,
        }
    };
    flagged.map(row).collect()
}
