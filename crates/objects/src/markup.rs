//! A look at HTML as it was written: which elements and attributes it names, the unfinished and the forbidden ones too. It
//! changes nothing and decides nothing; what a sanitiser took away shows as the difference of two looks.

use std::collections::BTreeMap;

/// An element as it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    /// Its name, in small.
    pub(crate) element: String,
    /// Its attributes, names in small, values as read.
    pub(crate) attributes: Vec<(String, String)>,
}

/// Every element opened, in the order of the text.
pub(crate) fn opened(html: &str) -> Vec<Opened> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let (one, after) = element(rest);
        rest = after;
        // What stands inside of these is no markup.
        if matches!(one.element.as_str(), "script" | "style") {
            let close = format!("</{}", one.element);
            rest = rest.to_ascii_lowercase().find(&close).map_or("", |end| &rest[end..]);
        }
        found.push(one);
    }
    found
}

/// How often each element (`script`) and each attribute (`p onclick`) is named.
pub(crate) fn counts(opened: &[Opened]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in opened {
        *counts.entry(one.element.clone()).or_default() += 1;
        for (name, _) in &one.attributes {
            *counts.entry(format!("{} {name}", one.element)).or_default() += 1;
        }
    }
    counts
}

fn element(text: &str) -> (Opened, &str) {
    let end = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    let (name, mut rest) = text.split_at(end);
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if rest.is_empty() {
            break;
        }
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        let (name, value, after) = attribute(rest);
        attributes.push((name.to_ascii_lowercase(), value));
        rest = after;
    }
    (Opened { element: name.to_ascii_lowercase(), attributes }, rest)
}

fn attribute(text: &str) -> (&str, String, &str) {
    // An equals sign in the first place is part of the name, so that every step goes on.
    let first = text.chars().next().map_or(0, char::len_utf8);
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
    let end = text[first..].find(ends).map_or(text.len(), |at| first + at);
    let (name, after) = text.split_at(end);
    let Some(value) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
        return (name, String::new(), after);
    };
    let (value, after) = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
        _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(value.len())),
    };
    (name, value.replace("&amp;", "&"), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_and_attribute_is_seen_however_it_is_written() {
        let html = "<P onclick='a>b' class=x>t</p><br/><IMG src=\"a&amp;b\" alt><!-- <b> --><script>if (a<b) {}</script>\
                    <a href = /x>y</a> 1 < 2 <i";
        let seen = opened(html);
        let names: Vec<&str> = seen.iter().map(|one| one.element.as_str()).collect();
        assert_eq!(names, ["p", "br", "img", "script", "a", "i"]);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(seen[0].attributes, [pair("onclick", "a>b"), pair("class", "x")]);
        assert_eq!(seen[2].attributes, [pair("src", "a&b"), pair("alt", "")]);
        assert_eq!(seen[4].attributes, [pair("href", "/x")]);
        assert_eq!(counts(&seen)["p onclick"], 1);
    }

    #[test]
    fn broken_markup_comes_to_an_end() {
        for html in ["<", "<a", "<a =", "<a x='", "<a ==>", "<script", "<!--", "<style>", "<a \u{e9}=ü"] {
            let _ = opened(html);
        }
    }
}
