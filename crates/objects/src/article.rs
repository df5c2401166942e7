//! Articles of the knowledge base: sanitised by the same allow-list as every text, and flagged where a person should look
//! before an article is used. The destination's API has no articles, so an article becomes a file of the bundle and is
//! written nowhere. Which member of the source is title, body and address is said by the settings.

use std::collections::BTreeSet;

use protocol::{ArticleField, DocumentSettings};

use crate::{
    html,
    markup::{self, Opened},
};

/// An article as it stands in the bundle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CleanArticle {
    /// Title, without markup.
    pub title: String,
    /// The body as the source has it.
    pub source_html: String,
    /// The body, sanitised.
    pub html: String,
    /// Address.
    pub address: Option<String>,
    /// It held a frame.
    pub iframe: bool,
    /// It holds tables, forms, scripts, styles or media, or lost something that shows.
    pub complex_html: bool,
    /// It shows what lies on another host.
    pub external_assets: bool,
    /// What sanitising took away: element or attribute, and how often.
    pub removed: Vec<String>,
    /// Files the text links to.
    pub attachments: Vec<String>,
    /// Other addresses it links to.
    pub links: Vec<String>,
}

const FRAMES: [&str; 5] = ["iframe", "frame", "frameset", "object", "embed"];

const COMPLEX: [&str; 19] = [
    "table", "form", "input", "button", "select", "textarea", "script", "style", "svg", "math", "video",
    "audio", "canvas", "applet", "details", "iframe", "frame", "object", "embed",
];

/// What every exported page has around its text; it is taken away and nobody misses it.
const WRAPPING: [&str; 7] = ["html", "head", "body", "meta", "title", "link", "base"];

/// Attributes by which something is loaded from where it lies.
const LOADS: [&str; 5] = ["src", "srcset", "poster", "background", "data"];

const FILES: [&str; 22] = [
    ".pdf", ".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".odt", ".ods", ".zip", ".7z", ".rar", ".csv",
    ".txt", ".msi", ".exe", ".dmg", ".ps1", ".png", ".jpg", ".jpeg", ".mp4",
];

/// The article as it stands in the bundle. Pure: the same article and settings give the same file.
#[must_use]
pub fn article(row: &atera::Article, settings: &DocumentSettings) -> CleanArticle {
    let text = |field| match field {
        ArticleField::Product => row.product.clone(),
        ArticleField::Context => row.context.clone(),
        ArticleField::Address => row.address.clone(),
    };
    let source_html = text(settings.article_body).unwrap_or_default();
    let html = html::sanitised_article(&source_html);
    let (before, after) = (markup::opened(&source_html), markup::opened(&html));
    let removed = removed(&before, &after);
    let names = |of: &[&str]| before.iter().any(|one| of.contains(&one.element.as_str()));
    let shows = |what: &&String| {
        let name = what.split([' ', '×']).next().unwrap_or_default();
        let attribute = what.split(' ').nth(1).filter(|word| !word.starts_with('×'));
        match attribute {
            Some(attribute) => attribute == "style" || attribute.starts_with("on"),
            None => !WRAPPING.contains(&name),
        }
    };
    let (attachments, links) = links(&after);
    CleanArticle {
        title: title(&text(settings.article_title).unwrap_or_default()),
        iframe: names(&FRAMES),
        complex_html: names(&COMPLEX) || removed.iter().any(|what| shows(&what)),
        external_assets: before.iter().any(loads_from_elsewhere),
        address: text(settings.article_address),
        source_html,
        html,
        removed,
        attachments,
        links,
    }
}

fn title(text: &str) -> String {
    if text.contains('<') { html::text_of(text) } else { text.trim().to_owned() }
}

/// What is named more often before than after, with how often.
fn removed(before: &[Opened], after: &[Opened]) -> Vec<String> {
    let left = markup::counts(after);
    let gone = markup::counts(before).into_iter().filter_map(|(name, count)| {
        let gone = count.saturating_sub(left.get(&name).copied().unwrap_or_default());
        (gone > 0).then(|| format!("{name} ×{gone}"))
    });
    gone.collect()
}

fn loads_from_elsewhere(one: &Opened) -> bool {
    one.attributes.iter().any(|(name, value)| {
        let loads = LOADS.contains(&name.as_str()) || (one.element == "link" && name == "href");
        let value = value.trim().to_ascii_lowercase();
        let elsewhere = ["http://", "https://", "//"].iter().any(|begin| value.starts_with(begin))
            || value.contains(" http");
        loads && elsewhere
    })
}

/// Where the text leads: to files, and elsewhere; each once, in order.
fn links(after: &[Opened]) -> (Vec<String>, Vec<String>) {
    let links = after.iter().filter(|one| one.element == "a").flat_map(|one| &one.attributes);
    let all: BTreeSet<&String> = links
        .filter(|(name, _)| name == "href")
        .map(|(_, address)| address)
        .filter(|a| !a.starts_with('#'))
        .collect();
    let is_file = |address: &&String| {
        let path = address.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        FILES.iter().any(|ending| path.ends_with(ending))
    };
    let (files, others): (Vec<&String>, Vec<&String>) = all.into_iter().partition(is_file);
    (files.into_iter().cloned().collect(), others.into_iter().cloned().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(body: &str) -> CleanArticle {
        let row = atera::Article {
            product: Some("A title".to_owned()),
            context: Some(body.to_owned()),
            address: Some("https://kb.example/1".to_owned()),
            ..atera::Article::default()
        };
        article(&row, &DocumentSettings::default())
    }

    /// Bodies, what they become, and the flags iframe, complex HTML, external assets.
    const CORPUS: [(&str, &str, [bool; 3]); 12] = [
        (
            "<h2>T</h2><p>Plain.</p><ul><li>One</li></ul>",
            "<h2>T</h2><p>Plain.</p><ul><li>One</li></ul>",
            [false; 3],
        ),
        ("just text & more", "just text &amp; more", [false; 3]),
        ("", "", [false; 3]),
        ("<p>a</p><iframe src=\"about:blank\"></iframe>", "<p>a</p>", [true, true, false]),
        ("<p onclick=\"x()\">a<script>alert(1)</script></p>", "<p>a</p>", [false, true, false]),
        (
            "<table><tr><td>Nightly</td></tr></table>",
            "<table><tbody><tr><td>Nightly</td></tr></tbody></table>",
            [false, true, false],
        ),
        (
            "<p><img src=\"https://cdn.example/p.png\" alt=\"p\"></p>",
            "<p><img src=\"https://cdn.example/p.png\" alt=\"p\"></p>",
            [false, false, true],
        ),
        ("<p style=\"color:red\">a</p>", "<p>a</p>", [false, true, false]),
        ("<html><body><p class=\"x\">a</p></body></html>", "<p>a</p>", [false; 3]),
        ("<a href=\"javascript:x()\">a</a>", "<a rel=\"noopener noreferrer\">a</a>", [false; 3]),
        ("<object data=\"https://x.example/a.swf\"></object>b", "b", [true, true, true]),
        ("<p dir=\"rtl\">שלום</p>", "<p dir=\"rtl\">שלום</p>", [false; 3]),
    ];

    #[test]
    fn every_body_is_sanitised_and_flagged_as_the_corpus_says() {
        for (body, expected, flags) in CORPUS {
            let clean = clean(body);
            assert_eq!(clean.html, expected);
            assert_eq!([clean.iframe, clean.complex_html, clean.external_assets], flags, "{body}");
        }
    }

    #[test]
    fn what_is_sanitised_twice_stays_as_it_is() {
        for (body, ..) in CORPUS {
            let once = clean(body).html;
            let twice = clean(&once);
            assert_eq!(twice.html, once);
            assert!(twice.removed.is_empty(), "{body}: {:?}", twice.removed);
        }
    }

    #[test]
    fn what_was_taken_away_is_named_with_how_often() {
        let clean = clean("<p onclick=a()>x</p><p onclick=b()>y</p><script>0</script>");
        assert_eq!(clean.removed, ["p onclick ×2", "script ×1"]);
    }

    #[test]
    fn files_are_told_from_other_links() {
        let clean = clean(
            "<a href=\"https://f.example/Guide.PDF?v=1\">g</a><a href=\"#top\">t</a><a href=\"mailto:a@b.example\">m</a>",
        );
        assert_eq!(clean.attachments, ["https://f.example/Guide.PDF?v=1"]);
        assert_eq!(clean.links, ["mailto:a@b.example"]);
    }

    #[test]
    fn which_member_is_title_body_and_address_is_a_setting() {
        let row = atera::Article {
            product: Some("<p>body</p>".to_owned()),
            context: Some("<b>title</b> ".to_owned()),
            address: None,
            ..atera::Article::default()
        };
        let swapped = DocumentSettings {
            article_title: ArticleField::Context,
            article_body: ArticleField::Product,
            ..DocumentSettings::default()
        };
        let clean = article(&row, &swapped);
        assert_eq!((&*clean.title, &*clean.html, clean.address), ("title", "<p>body</p>", None));
    }
}
