//! Section `[documents]`: whether what does not move is written down, and how articles are read.

use protocol::{ArticleField, DocumentSettings};

use super::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>) -> DocumentSettings {
    let words = ArticleField::ALL.map(|field| (field.name(), field));
    let otherwise = DocumentSettings::default();
    let locale = reader.text("documents.locale");
    let legal = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if locale.is_empty() || locale.len() > 35 || !locale.chars().all(legal) {
        reader.wrong("documents.locale", "this is no language", "give one such as en-US");
    }
    let settings = DocumentSettings {
        write: reader.flag("documents.write"),
        locale,
        article_title: reader.choice("documents.article_title", &words, otherwise.article_title),
        article_body: reader.choice("documents.article_body", &words, otherwise.article_body),
        article_address: reader.choice("documents.article_address", &words, otherwise.article_address),
    };
    if settings.article_title == settings.article_body {
        let remedy = "name another one: product, context or address";
        reader.wrong("documents.article_body", "title and body are the same member", remedy);
    }
    settings
}
