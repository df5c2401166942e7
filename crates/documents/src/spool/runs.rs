//! Sorting more entries than memory should hold: pieces are sorted in memory, kept as files, and read back side by side.
//! Order: kind, id (numbers as numbers), then the latest entry first.

use std::{
    cmp::Reverse,
    collections::BinaryHeap,
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Seek, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{Entry, attempt_of};
use crate::error::Error;

/// An entry and where it was kept, which says how late it is. While it is sorted it stays the text it was kept as, which
/// takes a quarter of the room.
#[derive(Debug, PartialEq, Eq)]
struct Placed<E> {
    order: Order,
    entry: E,
}

/// What entries are sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Order {
    kind: u8,
    number: u64,
    rest: String,
    latest_first: Reverse<(i64, i64, u64)>,
}

impl Order {
    fn of(entry: &Entry, (batch, fence): (i64, i64), line: u64) -> Self {
        let id = entry.key.id.0.as_str();
        let digits = id.bytes().take_while(u8::is_ascii_digit).count().min(19);
        Self {
            kind: entry.key.kind as u8,
            number: id[..digits].parse().unwrap_or(u64::MAX),
            rest: id[digits..].to_owned(),
            latest_first: Reverse((batch, fence, line)),
        }
    }
}

impl<E: Eq> PartialOrd for Placed<E> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<E: Eq> Ord for Placed<E> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.order.cmp(&other.order)
    }
}

/// Reads every spool file and leaves sorted pieces of at most about `piece_bytes` each.
pub(super) fn sort_into_pieces(
    files: &[PathBuf],
    folder: &Path,
    piece_bytes: usize,
) -> Result<Vec<File>, Error> {
    let mut pieces = Vec::new();
    let mut entries: Vec<Placed<Box<[u8]>>> = Vec::new();
    let mut size = 0;
    for path in files {
        let attempt = attempt_of(path).unwrap_or_default();
        each_entry(path, |entry, text, line| {
            let order = Order::of(entry, attempt, line);
            entries.push(Placed { order, entry: text.into() });
            size += text.len();
            if size >= piece_bytes {
                pieces.push(sorted_piece(&mut entries, folder)?);
                size = 0;
            }
            Ok(())
        })?;
    }
    pieces.push(sorted_piece(&mut entries, folder)?);
    Ok(pieces)
}

fn each_entry(
    path: &Path,
    mut take: impl FnMut(&Entry, &[u8], u64) -> Result<(), Error>,
) -> Result<(), Error> {
    let unusable = |source| Error::Spool { path: path.to_owned(), source };
    let mut reader = BufReader::new(File::open(path).map_err(unusable)?);
    let mut text = Vec::new();
    for line in 1.. {
        text.clear();
        reader.read_until(b'\n', &mut text).map_err(unusable)?;
        if text.pop() != Some(b'\n') {
            // The end, or a line whose writer was killed: its record is not committed and will be copied again.
            return Ok(());
        }
        let damaged = |_| Error::SpoolDamaged { path: path.to_owned(), line };
        take(&serde_json::from_slice(&text).map_err(damaged)?, &text, line)?;
    }
    Ok(())
}

fn sorted_piece(entries: &mut Vec<Placed<Box<[u8]>>>, folder: &Path) -> Result<File, Error> {
    let unusable = |source| Error::Spool { path: folder.to_owned(), source };
    entries.sort_unstable();
    let mut out = BufWriter::new(nameless_file(folder).map_err(unusable)?);
    for placed in entries.drain(..) {
        serde_json::to_writer(&mut out, &placed.order)?;
        for part in [b"\n", &*placed.entry, b"\n"] {
            out.write_all(part).map_err(unusable)?;
        }
    }
    let mut file = out.into_inner().map_err(|error| unusable(error.into_error()))?;
    file.rewind().map_err(unusable)?;
    Ok(file)
}

/// A file of this process alone, gone with it.
fn nameless_file(folder: &Path) -> io::Result<File> {
    let path = folder.join("sorting.tmp");
    let file = File::options().read(true).write(true).create(true).truncate(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Reads sorted pieces side by side.
pub(super) struct Runs {
    readers: Vec<BufReader<File>>,
    next: BinaryHeap<Reverse<(Placed<Entry>, usize)>>,
}

impl Runs {
    pub(super) fn of(pieces: Vec<File>) -> io::Result<Self> {
        let readers = pieces.into_iter().map(BufReader::new).collect();
        let mut runs = Self { readers, next: BinaryHeap::new() };
        for at in 0..runs.readers.len() {
            runs.refill(at)?;
        }
        Ok(runs)
    }

    /// The next entry in order.
    pub(super) fn next(&mut self) -> io::Result<Option<Entry>> {
        let Some(Reverse((placed, at))) = self.next.pop() else {
            return Ok(None);
        };
        self.refill(at)?;
        Ok(Some(placed.entry))
    }

    fn refill(&mut self, at: usize) -> io::Result<()> {
        let (mut order, mut entry) = (Vec::new(), Vec::new());
        let reader = &mut self.readers[at];
        if reader.read_until(b'\n', &mut order)? > 0 {
            reader.read_until(b'\n', &mut entry)?;
            let (order, entry) = (serde_json::from_slice(&order)?, serde_json::from_slice(&entry)?);
            self.next.push(Reverse((Placed { order, entry }, at)));
        }
        Ok(())
    }
}
