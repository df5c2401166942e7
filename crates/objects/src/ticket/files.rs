//! The files of a ticket: which there are, and which message each belongs to. The source links no attachment to a
//! comment, so one that no message names goes where nobody can read it who should not: with internal comments in the
//! thread that is an internal note.

use std::collections::{BTreeMap, BTreeSet};

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use protocol::{SourceId, map_spec::fold};
use url::Url;

use crate::{
    AssetFacts, AssetRef, AssetSource, Attached, MovedFile, Note, Resolved, TicketSource,
    attachment::{Addresses, bare, key_of_text, name_of_url, percent_decoded, placeholder},
    html,
    identity::hash16_of,
};

/// Shortest file name by which a text can be said to name a file.
const SHORTEST_NAME: usize = 5;

/// Texts copied from mails carry every variety of padding.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Every file of a ticket, each once: attachments first, then images of the comments in their order.
pub(super) fn assets(source: &TicketSource) -> Vec<AssetRef> {
    let images: Vec<String> = texts(source).flat_map(html::images).collect();
    let shelf = Shelf::new(source, &images);
    let mut seen = BTreeSet::new();
    let listed = source.files.iter().map(|url| AssetRef {
        key: shelf.key(url),
        from: AssetSource::Url(url.clone()),
        inline: false,
    });
    let shown = images.iter().map(|address| shelf.image(address));
    listed.chain(shown).filter(|asset| seen.insert(asset.key.clone())).collect()
}

/// Every HTML text that becomes a message.
fn texts(source: &TicketSource) -> impl Iterator<Item = &str> {
    let first = source.row.first_comment.as_deref().into_iter();
    first.chain(source.comments.iter().filter_map(|comment| comment.html.as_deref()))
}

/// A ticket's files by address.
struct Shelf<'a> {
    ticket: i64,
    files: &'a [Url],
    addresses: Addresses,
}

impl<'a> Shelf<'a> {
    fn new(source: &'a TicketSource, images: &[String]) -> Self {
        let hosted: Vec<Url> = images.iter().filter_map(|address| hosted(address)).collect();
        let addresses = Addresses::of(source.files.iter().chain(&hosted));
        Self { ticket: source.row.id, files: &source.files, addresses }
    }

    fn key(&self, url: &Url) -> SourceId {
        self.addresses.key(self.ticket, url)
    }

    /// The file behind an image's address. A `cid:` can only be one of the attachments, by its name.
    fn image(&self, address: &str) -> AssetRef {
        let inline = |key, from| AssetRef { key, from, inline: true };
        let unreadable = || inline(key_of_text(self.ticket, address), AssetSource::Unreadable);
        if let Some(url) = hosted(address) {
            return inline(self.key(&url), AssetSource::Url(url));
        }
        let Ok(url) = Url::parse(address) else {
            return unreadable();
        };
        match url.scheme() {
            "data" => match decoded(address) {
                Some((content_type, bytes)) => {
                    let key = SourceId(format!("{}/{}", self.ticket, hash16_of(&bytes)));
                    inline(key, AssetSource::Data { content_type, bytes })
                }
                None => unreadable(),
            },
            "cid" => {
                let id = percent_decoded(url.path());
                let name = fold(id.split('@').next().unwrap_or_default());
                let named = |file: &&Url| name_of_url(file).is_some_and(|file| fold(&file) == name);
                match self.files.iter().find(named) {
                    Some(file) => inline(self.key(file), AssetSource::Url(file.clone())),
                    None => inline(key_of_text(self.ticket, address), AssetSource::Cid(id)),
                }
            }
            _ => unreadable(),
        }
    }
}

/// An image's address as something that can be fetched.
fn hosted(address: &str) -> Option<Url> {
    Url::parse(address).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
}

/// Type and bytes of a `data:` address (RFC 2397).
fn decoded(address: &str) -> Option<(String, Vec<u8>)> {
    let (head, body) = address.trim_start().get(5..)?.split_once(',')?;
    let (content_type, base64) = match head.strip_suffix(";base64") {
        Some(content_type) => (content_type, true),
        None => (head, false),
    };
    let content_type = if content_type.trim().is_empty() { "text/plain" } else { content_type.trim() };
    let body = percent_decoded(body);
    let bytes = match base64 {
        true => {
            let dense: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            LENIENT.decode(dense).ok()?
        }
        false => body.into_bytes(),
    };
    (!bytes.is_empty()).then(|| (content_type.to_owned(), bytes))
}

/// Files of the thread as mapping goes along: what was shown or attached where, and what did not move.
pub(super) struct Files<'a> {
    shelf: Shelf<'a>,
    resolved: &'a Resolved,
    /// Attachments that moved and no message has yet.
    unplaced: Vec<(Url, SourceId, MovedFile)>,
    notes: BTreeSet<Note>,
}

impl<'a> Files<'a> {
    pub(super) fn new(source: &'a TicketSource, resolved: &'a Resolved) -> Self {
        let images: Vec<String> = texts(source).flat_map(html::images).collect();
        let shelf = Shelf::new(source, &images);
        let mut files = Self { shelf, resolved, unplaced: Vec::new(), notes: BTreeSet::new() };
        let mut seen = BTreeSet::new();
        for url in &source.files {
            let key = files.shelf.key(url);
            if let (true, Some(moved)) = (seen.insert(key.clone()), files.moved(&key)) {
                files.unplaced.push((url.clone(), key, moved));
            }
        }
        files
    }

    /// The facts of a file; one that did not move is noted.
    fn moved(&mut self, key: &SourceId) -> Option<MovedFile> {
        match self.resolved.asset(key) {
            AssetFacts::Moved(file) => Some(file),
            AssetFacts::NotMoved(cause) => {
                self.notes.insert(Note::AssetNotMoved { asset: key.clone(), cause });
                None
            }
        }
    }

    /// What a text's images become, and the files they are.
    pub(super) fn shown(&mut self, html: &str) -> (BTreeMap<String, String>, Vec<Attached>) {
        let mut moved = BTreeMap::new();
        let mut attached = Vec::new();
        for address in html::images(html) {
            let key = self.shelf.image(&address).key;
            if let Some(file) = self.moved(&key) {
                moved.insert(address, placeholder(&file.sha256));
                self.unplaced.retain(|(_, unplaced, _)| *unplaced != key);
                attach(&mut attached, &file);
            }
        }
        (moved, attached)
    }

    /// The attachments a text names, by address or by file name.
    pub(super) fn named_in(&mut self, texts: [&str; 2]) -> Vec<Attached> {
        let folded = texts.map(|text| percent_decoded(text).to_lowercase());
        let mut attached = Vec::new();
        self.unplaced.retain(|(url, _, file)| {
            let named = folded.iter().any(|text| names(text, url, file));
            if named {
                attach(&mut attached, file);
            }
            !named
        });
        attached
    }

    /// The attachments that are still nobody's.
    pub(super) fn rest(&mut self) -> Vec<Attached> {
        let mut attached = Vec::new();
        for (_, _, file) in std::mem::take(&mut self.unplaced) {
            attach(&mut attached, &file);
        }
        attached
    }

    /// What did not move, each file once.
    pub(super) fn into_notes(self) -> BTreeSet<Note> {
        self.notes
    }
}

/// Whether a lower-case text names the file.
fn names(text: &str, url: &Url, file: &MovedFile) -> bool {
    let address = percent_decoded(&bare(url)).to_lowercase();
    let listed = name_of_url(url);
    let mut named = [Some(file.name.as_str()), listed.as_deref()].into_iter().flatten();
    text.contains(&address)
        || named.any(|name| {
            let tellable = name.chars().count() >= SHORTEST_NAME && name.contains('.');
            tellable && text.contains(&name.to_lowercase())
        })
}

/// Adds a file unless the very same is there.
pub(super) fn attach(attached: &mut Vec<Attached>, file: &MovedFile) {
    let url = placeholder(&file.sha256);
    if attached.iter().any(|other| other.url == url && other.name == file.name) {
        return;
    }
    attached.push(Attached {
        url,
        name: file.name.clone(),
        content_type: file.content_type.clone(),
        size: file.size,
    });
}
