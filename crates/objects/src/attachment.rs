//! Files of a ticket: attachments and inline images. Named here, fetched and uploaded by the worker; a mapping only
//! ever sees their facts and leaves a placeholder where the upload's address will stand. Bytes are never kept here
//! except those that came inside the text itself.

use std::collections::{BTreeMap, BTreeSet};

use protocol::{FailureCode, SourceId};
use url::Url;

use crate::identity::hash16;

/// Where a file's bytes are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetSource {
    /// At an address. It may be the source's own or a stranger's.
    Url(Url),
    /// In the text itself (a `data:` address), already decoded.
    Data {
        /// The type the text names.
        content_type: String,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// In another part of a mail that the source does not give. Nothing can be fetched.
    Cid(String),
    /// A `data:` address that cannot be decoded. Nothing can be fetched.
    Unreadable,
}

/// A file that belongs to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssetRef {
    /// Its id in the ledger: `{ticket}/{hash}` of its address without query, or of its bytes.
    pub key: SourceId,
    /// Where its bytes are.
    pub from: AssetSource,
    /// Whether it is shown inside the text. A file that is also listed as an attachment is not marked.
    pub inline: bool,
}

impl AssetRef {
    /// The cause to record without trying, for a source nothing can be fetched from.
    #[must_use]
    pub fn unfetchable(&self) -> Option<FailureCode> {
        match self.from {
            AssetSource::Url(_) | AssetSource::Data { .. } => None,
            AssetSource::Cid(_) => Some(FailureCode::FileMissing),
            AssetSource::Unreadable => Some(FailureCode::FileUnreadable),
        }
    }
}

/// A file that can be uploaded: what `map` needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MovedFile {
    /// File name; when the source names none, made of the address or the hash.
    pub name: String,
    /// Media type.
    pub content_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, 64 hex digits.
    pub sha256: String,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetFacts {
    /// It was fetched.
    Moved(MovedFile),
    /// It could not be, and why.
    NotMoved(FailureCode),
}

/// Addresses of uploaded files by SHA-256 (64 hex digits).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Uploads(pub BTreeMap<String, String>);

/// What a placeholder begins with; the SHA-256 follows.
pub(crate) const PLACEHOLDER: &str = "flotilla-asset:";

impl Uploads {
    /// Puts an address in the place of a placeholder that is a whole value.
    pub(crate) fn place(&self, slot: &mut String) {
        let address = slot.strip_prefix(PLACEHOLDER).and_then(|sha256| self.0.get(sha256));
        if let Some(address) = address {
            *slot = address.clone();
        }
    }

    /// Puts addresses in the place of every placeholder inside HTML.
    pub(crate) fn place_within(&self, html: &mut String) {
        if !html.contains(PLACEHOLDER) {
            return;
        }
        for (sha256, address) in &self.0 {
            *html = html.replace(&format!("{PLACEHOLDER}{sha256}"), &crate::text::escape(address));
        }
    }
}

/// The placeholder of a file.
pub(crate) fn placeholder(sha256: &str) -> String {
    format!("{PLACEHOLDER}{sha256}")
}

/// The addresses of one ticket's files, and from them their keys. A query is a signature mostly, new with each listing,
/// and so is no part of a key; only where two files of a ticket differ in nothing else is what remains of it, without
/// signature and expiry, added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    queries: BTreeMap<String, BTreeSet<String>>,
}

/// Query keys that sign or date an address: they name no file.
const SIGNING: [&str; 14] = [
    "awsaccesskeyid",
    "expires",
    "key-pair-id",
    "policy",
    "se",
    "sig",
    "signature",
    "sp",
    "sr",
    "st",
    "sv",
    "token",
    "skoid",
    "sktid",
];

impl Addresses {
    /// The addresses of a ticket.
    pub(crate) fn of<'a>(urls: impl IntoIterator<Item = &'a Url>) -> Self {
        let mut queries: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for url in urls {
            queries.entry(bare(url)).or_default().insert(naming_query(url));
        }
        Self { queries }
    }

    /// The key of one of them.
    pub(crate) fn key(&self, ticket: i64, url: &Url) -> SourceId {
        let bare = bare(url);
        let alone = self.queries.get(&bare).is_none_or(|queries| queries.len() < 2);
        let hash = if alone { hash16(&[&bare]) } else { hash16(&[&bare, &naming_query(url)]) };
        SourceId(format!("{ticket}/{hash}"))
    }
}

/// An address without query and fragment.
pub(crate) fn bare(url: &Url) -> String {
    let mut bare = url.clone();
    bare.set_query(None);
    bare.set_fragment(None);
    bare.into()
}

/// The part of a query that may name a file.
fn naming_query(url: &Url) -> String {
    let signs = |key: &str| {
        let key = key.to_ascii_lowercase();
        key.starts_with("x-amz-") || key.starts_with("x-goog-") || SIGNING.contains(&key.as_str())
    };
    let mut pairs: Vec<_> = url
        .query_pairs()
        .filter(|(key, _)| !signs(key))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    pairs.sort();
    pairs.join("&")
}

/// The key of a file known by a text alone: a `cid:` or the `data:` address itself.
pub(crate) fn key_of_text(ticket: i64, text: &str) -> SourceId {
    SourceId(format!("{ticket}/{}", hash16(&[text])))
}

/// Last segment of an address, decoded: the only name the source gives an attachment.
#[must_use]
pub fn name_of_url(url: &Url) -> Option<String> {
    let last = url.path_segments()?.rfind(|segment| !segment.is_empty())?;
    Some(percent_decoded(last))
}

/// A name for a file that has none: made of its SHA-256 and its media type, so that the same bytes get the same name.
#[must_use]
pub fn name_of_bytes(sha256: &str, content_type: &str) -> String {
    let hash: String = sha256.chars().take(12).collect();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let known = EXTENSIONS.iter().find(|(media, _)| *media == essence).map(|(_, extension)| *extension);
    format!("file-{hash}.{}", known.unwrap_or("bin"))
}

/// Extensions of the types that stand inside texts.
const EXTENSIONS: [(&str, &str); 9] = [
    ("image/png", "png"),
    ("image/jpeg", "jpg"),
    ("image/gif", "gif"),
    ("image/webp", "webp"),
    ("image/bmp", "bmp"),
    ("image/svg+xml", "svg"),
    ("application/pdf", "pdf"),
    ("text/plain", "txt"),
    ("text/html", "html"),
];

/// Undoes `%XX`; what is no such escape, or no UTF-8, stays as it is.
pub(crate) fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match escaped {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}
