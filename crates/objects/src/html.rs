//! HTML on its way: sanitised by a library, its images pointed at their uploads, its text taken out. What the library
//! drops is gone on purpose; an image that cannot be moved keeps its alternative text alone, so that nobody's browser
//! fetches anything from where it came from.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use ammonia::Builder;
use url::Url;

/// Width at which text taken out of HTML is wrapped: wide enough that a paragraph stays one line.
const WIDTH: usize = 4000;

/// Schemes a text may name. `data` and `cid` reach the filter for images alone.
const SCHEMES: [&str; 6] = ["http", "https", "mailto", "tel", "data", "cid"];

/// The addresses of all images, each once, in the order of the text.
pub(crate) fn images(html: &str) -> Vec<String> {
    if !html.contains('<') {
        return Vec::new();
    }
    let found = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&found);
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| {
        if (element, attribute) == ("img", "src") {
            let mut found = sink.lock().unwrap_or_else(PoisonError::into_inner);
            found.push(value.to_owned());
        }
        Some(Cow::Borrowed(value))
    });
    let _cleaned = builder.clean(html);
    let mut seen = HashSet::new();
    let found = std::mem::take(&mut *found.lock().unwrap_or_else(PoisonError::into_inner));
    found.into_iter().filter(|source| seen.insert(source.clone())).collect()
}

/// The HTML without anything that acts or fetches; `moved` says what an image's address becomes.
pub(crate) fn sanitised(html: &str, moved: BTreeMap<String, String>) -> String {
    let mut builder = builder();
    builder.attribute_filter(move |element, attribute, value| {
        if (element, attribute) == ("img", "src") {
            return moved.get(value).map(|placeholder| Cow::Owned(placeholder.clone()));
        }
        let embedded = Url::parse(value).is_ok_and(|url| matches!(url.scheme(), "data" | "cid"));
        let names_address = matches!(attribute, "href" | "src" | "cite");
        (!(embedded && names_address)).then_some(Cow::Borrowed(value))
    });
    builder.clean(html).to_string()
}

/// An article without anything that acts; unlike in a message, its images stay where they lie, for a person to look at.
pub(crate) fn sanitised_article(html: &str) -> String {
    let mut builder = builder();
    builder.attribute_filter(|element, attribute, value| {
        let names_address = matches!(attribute, "href" | "src" | "cite");
        let unusable = Url::parse(value).is_ok_and(|url| match url.scheme() {
            "cid" => true,
            "data" => (element, attribute) != ("img", "src"),
            _ => false,
        });
        (!(unusable && names_address)).then_some(Cow::Borrowed(value))
    });
    builder.clean(html).to_string()
}

/// The text of HTML as it came, every image by its alternative text, whether or not it can be moved.
pub(crate) fn text_with_images(html: &str) -> String {
    let kept = images(html).into_iter().map(|address| (address, "about:blank".to_owned())).collect();
    text_of(&sanitised(html, kept))
}

/// The text of sanitised HTML.
pub(crate) fn text_of(html: &str) -> String {
    let plain = html2text::config::plain_no_decorate().no_table_borders().no_link_wrapping();
    match plain.string_from_read(html.as_bytes(), WIDTH) {
        Ok(text) => text.trim().to_owned(),
        // Too narrow for a nested table, which this width never is; the tags are then cut out instead.
        Err(_) => Builder::empty().clean(html).to_string().trim().to_owned(),
    }
}

fn builder() -> Builder<'static> {
    let mut builder = Builder::default();
    builder.url_schemes(HashSet::from(SCHEMES));
    // Which way a text runs is part of what it says.
    builder.add_generic_attributes(["dir"]);
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<p onclick=x()>see <img alt=shot src='cid:a'><img alt=far src=\"https://cdn.example/p.png\"></p>\
                        <script>no()</script><a href='data:text/html,x'>a</a><blockquote cite='cid:a'>q</blockquote>";

    #[test]
    fn every_image_is_found_and_only_a_moved_one_keeps_an_address() {
        assert_eq!(images(HTML), ["cid:a", "https://cdn.example/p.png"]);
        let moved = BTreeMap::from([("cid:a".to_owned(), "flotilla-asset:1".to_owned())]);
        let html = sanitised(HTML, moved);
        assert_eq!(
            html,
            "<p>see <img alt=\"shot\" src=\"flotilla-asset:1\"><img alt=\"far\"></p>\
             <a rel=\"noopener noreferrer\">a</a><blockquote>q</blockquote>"
        );
    }

    #[test]
    fn what_is_sanitised_twice_stays_as_it_is() {
        let once = sanitised(HTML, BTreeMap::new());
        assert_eq!(sanitised(&once, BTreeMap::new()), once);
    }

    #[test]
    fn the_text_names_images_by_their_alternative_text() {
        assert_eq!(
            text_with_images("<p>a <img alt=shot src='cid:a'> b</p><ul><li>c</ul>"),
            "a [shot] b\n* c"
        );
        assert_eq!(text_of("plain"), "plain");
    }

    #[test]
    fn which_way_a_text_runs_is_kept() {
        assert_eq!(
            sanitised("<div dir=rtl style=color:red>x</div>", BTreeMap::new()),
            "<div dir=\"rtl\">x</div>"
        );
    }
}
