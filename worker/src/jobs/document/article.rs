//! Articles of the knowledge base: each sanitised into a file of its own, flagged where a person has to look, and held back
//! until somebody has.

use std::collections::HashSet;

use atera::Article as Source;
use documents::{
    Deliverables, Drafts,
    kb::{self, Article, Flags, Manifest},
    sheet::sha256_of,
};
use protocol::{ArticleField, ArticleReview, DocumentSettings, ObjectKind};

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, Walked, walk},
};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let mut tries = Tries::of(ObjectKind::Article);
    loop {
        let (mut drafts, out) = begin(cx, held)?;
        let mut articles = Vec::new();
        let page = |number| cx.source.atera.articles_page(number);
        let take = |source: Source| {
            articles.push(put(&mut drafts, &source, &cx.documents)?);
            Ok(())
        };
        let walked = walk(cx, held, page, take).await?;
        if tries.came_out(walked)? {
            return conclude(cx, held, (drafts, &out), articles, walked).await;
        }
    }
}

async fn conclude(
    cx: &Context,
    held: &Held,
    (mut drafts, out): (Drafts, &Deliverables),
    articles: Vec<Article>,
    walked: Walked,
) -> Result<(), Trouble> {
    let settings = &cx.documents;
    let read_as = [settings.article_title, settings.article_body, settings.article_address].map(member);
    let lines = cx.ledger.audit(&cx.migration).await?;
    let reviews: Vec<ArticleReview> = lines.iter().filter_map(ArticleReview::of).collect();
    let manifest = Manifest::of(&settings.locale, read_as, articles).reviewed(&reviews);
    let source = walked.source("/knowledgebases");
    kb::write(&mut drafts, &manifest, &source).map_err(|error| unwritten(&error))?;
    let before = kb::read(out.root()).map_err(|error| unwritten(&error))?;
    issue(held, drafts, out).await?;
    // Files of articles that are gone, or lie elsewhere by now.
    let kept: HashSet<&String> = manifest.articles.iter().map(|article| &article.path).collect();
    let before = before.iter().flat_map(|manifest| &manifest.articles);
    for gone in before.filter(|article| !kept.contains(&article.path)) {
        out.remove(&gone.path).await.map_err(|error| unwritten(&error))?;
    }
    Ok(())
}

/// Writes an article's file, and says what is said of it.
fn put(
    drafts: &mut Drafts,
    source: &Source,
    settings: &DocumentSettings,
) -> Result<Article, documents::Error> {
    let clean = objects::article(source, settings);
    let (category, category_id) = (source.category_name.clone(), source.category_id.clone());
    let id = source.id.to_string();
    let path = kb::path_of(&settings.locale, category.as_deref(), category_id.as_deref(), &id);
    let draft = drafts.write_unlisted(&path, &clean.html)?;
    let moment = |stamp| Some(told::moment(stamp)).filter(|told| !told.is_empty());
    Ok(Article {
        id,
        title: clean.title,
        path,
        body_sha256: draft.sha256,
        source_sha256: sha256_of(&clean.source_html),
        bytes: draft.bytes,
        category,
        category_id,
        section: source.section_name.clone(),
        section_id: source.section_id.clone(),
        address: clean.address,
        keywords: source.keywords.clone(),
        is_private: source.is_private.unwrap_or(true),
        written: moment(source.written.as_ref()),
        last_modified: moment(source.last_modified.as_ref()),
        attachments: clean.attachments,
        links: clean.links,
        flags: Flags {
            iframe: clean.iframe,
            complex_html: clean.complex_html,
            external_assets: clean.external_assets,
        },
        removed: clean.removed,
        reviewed: None,
    })
}

/// The member's name at the source.
fn member(field: ArticleField) -> &'static str {
    match field {
        ArticleField::Product => "KBProduct",
        ArticleField::Context => "KBContext",
        ArticleField::Address => "KBAddress",
    }
}
