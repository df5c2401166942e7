//! Texts on their way: what is taken out, cut and escaped. Bidi marks stay, since they change how a text reads; NUL
//! goes, since no database takes it.

use protocol::map_spec::fold;

/// The text without NUL.
pub(crate) fn clean(text: &str) -> String {
    text.replace('\0', "")
}

/// A cleaned, trimmed text that shows something: not empty, and not made of invisible marks alone.
pub(crate) fn present(text: Option<&str>) -> Option<String> {
    let text = clean(text?);
    let trimmed = text.trim();
    (!fold(trimmed).is_empty()).then(|| trimmed.to_owned())
}

/// The first `limit` characters, and whether any were cut.
pub(crate) fn cut(text: &str, limit: usize) -> (String, bool) {
    match text.char_indices().nth(limit) {
        Some((at, _)) => (text[..at].to_owned(), true),
        None => (text.to_owned(), false),
    }
}

/// The text with the characters that mean something in HTML escaped.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

/// A plain text as HTML, its line ends kept.
pub(crate) fn to_html(text: &str) -> String {
    escape(text).replace("\r\n", "\n").replace(['\r', '\n'], "<br>")
}

/// A point in time as text: the instant, else what the source wrote.
pub(crate) fn when(stamp: &atera::Stamp) -> String {
    stamp.at.map_or_else(|| clean(&stamp.raw), |at| at.to_string())
}
