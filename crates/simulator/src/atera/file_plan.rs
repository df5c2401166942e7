//! Which files a ticket has and what their bytes are: made on demand, the huge one chunk by chunk.
//! Nothing here knows URLs, signatures or HTTP.

use bytes::Bytes;

use super::account::Scale;
use super::prng::{Draw, Stream};
use super::traps::{self, Trap};

/// One attachment of a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FilePlan {
    /// Place among the ticket's files, from 1.
    pub(crate) number: u32,
    pub(crate) name: &'static str,
    pub(crate) content_type: &'static str,
    pub(crate) content: Content,
    /// Hosted elsewhere than the ordinary files.
    pub(crate) foreign: bool,
    /// Its URL has always expired, however often it is listed.
    pub(crate) expired: bool,
}

/// What the bytes are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// A small image of its own.
    Png,
    /// Some kilobytes of its own, starting as a PDF does.
    Pdf,
    /// Some lines of text of its own.
    Text,
    /// Bytes that several tickets share.
    Shared,
    /// [`HUGE_BYTES`] of one repeated chunk.
    Huge,
}

/// Size of one chunk of the huge file.
pub(crate) const CHUNK_BYTES: usize = 65_536;

/// Chunks of the huge file.
pub(crate) const CHUNKS: usize = 416;

/// Size of the huge file: 26 MiB, more than the destination's 25 MB.
pub(crate) const HUGE_BYTES: usize = CHUNK_BYTES * CHUNKS;

/// One grey pixel.
const PIXEL: [u8; 67] = [
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 58,
    126, 155, 85, 0, 0, 0, 10, 73, 68, 65, 84, 120, 156, 99, 104, 0, 0, 0, 130, 0, 129, 119, 205, 114, 182,
    0, 0, 0, 0, 73, 69, 78, 68, 174, 66, 96, 130,
];

/// The files of a ticket, in the order they are listed.
pub(crate) fn files(scale: Scale, ticket: i64) -> Vec<FilePlan> {
    let pdf = ("report.pdf", "application/pdf", Content::Pdf);
    let png = ("image001.png", "image/png", Content::Png);
    let text = ("log.txt", "text/plain; charset=utf-8", Content::Text);
    let plain = |kinds: &[(&'static str, &'static str, Content)]| -> Vec<FilePlan> {
        let numbered = kinds.iter().zip(1..);
        let file = |(kind, number): (&(&'static str, &'static str, Content), u32)| FilePlan {
            number,
            name: kind.0,
            content_type: kind.1,
            content: kind.2,
            foreign: false,
            expired: false,
        };
        numbered.map(file).collect()
    };
    let marked = |mut files: Vec<FilePlan>, mark: fn(&mut FilePlan)| {
        files.iter_mut().for_each(mark);
        files
    };
    match traps::trap(ticket) {
        Trap::OneFile => plain(&[pdf]),
        Trap::InlineCid => plain(&[png]),
        Trap::SeveralFiles => plain(&[pdf, ("דוח חודשי.pdf", "application/pdf", Content::Pdf), png, text]),
        Trap::ExpiredFile => {
            let mut files = plain(&[text, ("gone.pdf", "application/pdf", Content::Pdf)]);
            files.iter_mut().skip(1).for_each(|file| file.expired = true);
            files
        }
        Trap::HugeFile => plain(&[("backup.zip", "application/zip", Content::Huge)]),
        Trap::SharedBytes => plain(&[("logo.png", "image/png", Content::Shared)]),
        Trap::ForeignFile => marked(plain(&[pdf]), |file| file.foreign = true),
        Trap::None => {
            let mut draw = Draw::new(scale.seed, Stream::Files, ticket);
            let files = match draw.below(100) {
                0..=3 => plain(&[pdf]),
                4..=5 => plain(&[text, png]),
                6 => plain(&[("logo.png", "image/png", Content::Shared)]),
                _ => return Vec::new(),
            };
            if draw.chance(10) { marked(files, |file| file.foreign = true) } else { files }
        }
        _ => Vec::new(),
    }
}

/// The bytes of a small file; one chunk of the huge one.
pub(crate) fn bytes(seed: u64, ticket: i64, file: &FilePlan) -> Bytes {
    let mut draw = Draw::part(seed, Stream::FileBytes, ticket, u64::from(file.number));
    match file.content {
        Content::Png => png(seed, ticket.wrapping_mul(1_000) + i64::from(file.number)).into(),
        Content::Shared => png(seed, -1).into(),
        Content::Huge => vec![b'z'; CHUNK_BYTES].into(),
        Content::Text => {
            (0..20).map(|line| format!("{line:04} {:016x}\r\n", draw.bits())).collect::<String>().into()
        }
        Content::Pdf => {
            let mut bytes = b"%PDF-1.4\n".to_vec();
            let words = 256 + draw.below(1_024);
            bytes.extend((0..words).flat_map(|_| draw.bits().to_be_bytes()));
            bytes.extend_from_slice(b"\n%%EOF\n");
            bytes.into()
        }
    }
}

/// A valid image, made one of a kind by bytes after its end.
pub(crate) fn png(seed: u64, id: i64) -> Vec<u8> {
    let mark = Draw::new(seed, Stream::FileBytes, id).bits().to_be_bytes();
    [PIXEL.as_slice(), mark.as_slice()].concat()
}
