//! From a file's bytes to text and its delimiter: byte order marks, UTF-8 or Windows-1252, comma, semicolon or
//! tab. It decides by what the bytes can be, never by a guess at the language.

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// Bytes that cannot be text in any accepted encoding, and the line of the first of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Garbled {
    pub(super) line: u64,
}

impl Garbled {
    fn at(bytes: &[u8], offset: usize) -> Self {
        Self { line: 1 + bytes.iter().take(offset).filter(|b| **b == b'\n').count() as u64 }
    }
}

/// The bytes as text, and what they were: by their byte order mark; else UTF-8 if they are; else Windows-1252 if they
/// can be.
pub(super) fn decoded(bytes: Vec<u8>) -> Result<(String, &'static str), Garbled> {
    if let Some((encoding, mark)) = Encoding::for_bom(&bytes) {
        let body = bytes.get(mark..).unwrap_or_default();
        if encoding == UTF_8
            && let Err(bad) = std::str::from_utf8(body)
        {
            return Err(Garbled::at(&bytes, mark + bad.valid_up_to()));
        }
        let name = if encoding == UTF_8 { "utf-8 with mark" } else { "utf-16" };
        return Ok((encoding.decode_without_bom_handling(body).0.into_owned(), name));
    }
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Ok((text, "utf-8")),
        Err(bad) => bad.into_bytes(),
    };
    // Windows-1252 leaves five bytes without a meaning; and text that is mostly sound UTF-8 is damaged UTF-8.
    let unmeant = bytes.iter().position(|b| matches!(b, 0x81 | 0x8d | 0x8f | 0x90 | 0x9d));
    let (mut sound, mut broken, mut first_broken, mut offset) = (0_usize, 0_usize, 0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        sound += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        offset += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            if broken == 0 {
                first_broken = offset;
            }
            broken += 1;
            offset += chunk.invalid().len();
        }
    }
    if sound > broken {
        return Err(Garbled::at(&bytes, first_broken));
    }
    match unmeant {
        Some(offset) => Err(Garbled::at(&bytes, offset)),
        None => Ok((WINDOWS_1252.decode_without_bom_handling(&bytes).0.into_owned(), "windows-1252")),
    }
}

/// The delimiter, and how many bytes of a spreadsheet's `sep=` line to skip before the header.
pub(super) fn delimiter(text: &str) -> (u8, usize) {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if let Some(named) = first.strip_prefix("sep=")
        && let [mark @ (b',' | b';' | b'\t')] = named.trim_end_matches(['\r', '\n']).as_bytes()
    {
        return (*mark, first.len());
    }
    let (mut commas, mut semicolons, mut tabs, mut quoted) = (0, 0, 0, false);
    // The header may hold quoted line breaks, so it ends at the first unquoted one that follows any text.
    for c in text.trim_start_matches(['\r', '\n']).chars() {
        match c {
            '"' => quoted = !quoted,
            '\n' if !quoted => break,
            ',' if !quoted => commas += 1,
            ';' if !quoted => semicolons += 1,
            '\t' if !quoted => tabs += 1,
            _ => {}
        }
    }
    let delimiter = match (commas, semicolons, tabs) {
        (c, s, t) if t > c && t > s => b'\t',
        (c, s, _) if s > c => b';',
        _ => b',',
    };
    (delimiter, 0)
}
