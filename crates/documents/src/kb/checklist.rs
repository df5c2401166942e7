//! `kb_checklist.md`: what is to be done to have the knowledge base again.

use super::{Article, Manifest};
use crate::checklist::Checklist;

/// Its name.
pub const FILE: &str = "kb_checklist.md";

/// Writes it.
pub(super) fn text(manifest: &Manifest) -> String {
    let mut list = Checklist::of(
        "Knowledge base cleanup checklist",
        "The destination's API has no articles: the bundle in `kb/` is brought in by hand. `kb/manifest.json` says what belongs where.",
    );
    list.part("How the source was read");
    let [title, body, address] = &manifest.read_as;
    list.tick(&format!(
        "The source names neither title nor body: {title} was read as title, {body} as body, {address} as address. Look at three articles; settings documents.article_title, article_body and article_address change it"
    ));
    list.part("Articles to look at before they are used");
    let waiting: Vec<&Article> = manifest.articles.iter().filter(|article| !article.is_ready()).collect();
    if waiting.is_empty() {
        list.say("None waits.");
    }
    for article in waiting {
        let removed =
            if article.removed.is_empty() { "nothing".to_owned() } else { article.removed.join(", ") };
        list.tick(&format!(
            "{} {}: flagged {}; sanitising took away {removed}; then `flotilla articles review {} --by NAME`",
            article.id,
            named(&article.title),
            flags(article),
            article.id
        ));
    }
    list.part("Articles to complete");
    let lacking = manifest
        .articles
        .iter()
        .filter(|one| one.title.is_empty() || one.bytes == 0 || one.category.is_none());
    let mut none = true;
    for article in lacking {
        none = false;
        let lacks = [
            ("title", article.title.is_empty()),
            ("body", article.bytes == 0),
            ("category", article.category.is_none()),
        ];
        let lacks: Vec<&str> = lacks.into_iter().filter(|(_, lacks)| *lacks).map(|(name, _)| name).collect();
        list.tick(&format!("{} {}: no {}", article.id, named(&article.title), lacks.join(", no ")));
    }
    if none {
        list.say("None lacks title, body or category.");
    }
    list.part("To bring in");
    let private = manifest.articles.iter().filter(|article| article.is_private).count();
    list.tick(&format!(
        "{} articles are ready, {} are held back",
        manifest.ready.len(),
        manifest.held_back.len()
    ));
    list.tick(&format!("{private} articles are not for customers: keep them unlisted at the destination"));
    for article in manifest.articles.iter().filter(|article| !article.attachments.is_empty()) {
        list.tick(&format!(
            "{} {}: files to upload and link anew: {}",
            article.id,
            named(&article.title),
            article.attachments.join(", ")
        ));
    }
    list.tick("Redirect the old addresses of the articles to the new ones");
    list.text()
}

fn flags(article: &Article) -> String {
    let flags = [
        ("iframe", article.flags.iframe),
        ("complex HTML", article.flags.complex_html),
        ("external assets", article.flags.external_assets),
    ];
    flags.into_iter().filter(|(_, stands)| *stands).map(|(name, _)| name).collect::<Vec<_>>().join(", ")
}

fn named(title: &str) -> &str {
    if title.is_empty() { "(no title)" } else { title }
}
