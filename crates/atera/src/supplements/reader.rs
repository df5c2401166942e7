//! A supplement file as rows with named cells. It finds the columns, and knows for every cell the line and
//! column to name when it is wrong.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use csv::{ReaderBuilder, StringRecord};

use super::error::{Place, SupplementError};
use super::text;

/// A column a file may have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field {
    /// Its name in the column mapping.
    pub(super) key: &'static str,
    /// Usual headers, normalised, best first.
    pub(super) names: &'static [&'static str],
    /// A file without it is refused.
    pub(super) required: bool,
}

/// A file's rows.
pub(super) struct Table {
    file: PathBuf,
    text: String,
    encoding: &'static str,
    delimiter: u8,
    header_line: u64,
    /// Byte at which the first row after the header stands.
    body: usize,
    /// Line of that byte, from 1.
    body_line: u64,
    headers: Vec<String>,
    /// For each field, its column from 0.
    found: Vec<Option<usize>>,
    fields: &'static [Field],
}

/// One row.
pub(super) struct Row<'a> {
    table: &'a Table,
    cells: &'a StringRecord,
    line: u64,
}

/// Refuses a mapping that names a file or field that does not exist: a typing error there would otherwise be silent.
pub(super) fn check_columns(
    columns: &BTreeMap<String, String>,
    files: &[(&str, &[Field])],
) -> Result<(), SupplementError> {
    let known = |key: &str| {
        let Some((file, field)) = key.split_once('.') else {
            return false;
        };
        files.iter().any(|(name, fields)| *name == file && fields.iter().any(|f| f.key == field))
    };
    match columns.keys().find(|key| !known(key)) {
        Some(key) => Err(SupplementError {
            file: PathBuf::from("columns"),
            place: None,
            problem: format!("{key:?} names no field of a supplement file"),
            source: None,
        }),
        None => Ok(()),
    }
}

impl Table {
    /// Reads the file and finds its columns. `name` is the file's word in the column mapping.
    pub(super) fn open(
        path: &Path,
        name: &str,
        fields: &'static [Field],
        columns: &BTreeMap<String, String>,
    ) -> Result<Self, SupplementError> {
        let fail = |place, problem: String, source| SupplementError {
            file: path.to_owned(),
            place,
            problem,
            source,
        };
        let bytes = std::fs::read(path).map_err(|e| fail(None, "cannot be read".to_owned(), Some(e)))?;
        let (text, encoding) = text::decoded(bytes).map_err(|bad| {
            let place = Place { line: bad.line, column: 1 };
            fail(Some(place), "expected text in UTF-8 or Windows-1252".to_owned(), None)
        })?;
        let (delimiter, skip) = text::delimiter(&text);
        let mut table = Self {
            file: path.to_owned(),
            body_line: 1 + newlines(text.get(..skip).unwrap_or_default()),
            text,
            encoding,
            delimiter,
            body: skip,
            header_line: 1,
            headers: Vec::new(),
            found: vec![None; fields.len()],
            fields,
        };
        table.read_header(name, columns)?;
        Ok(table)
    }

    fn read_header(&mut self, name: &str, columns: &BTreeMap<String, String>) -> Result<(), SupplementError> {
        let (cells, end) = {
            let mut reader = csv_reader(self.delimiter, self.rest(self.body));
            let mut cells = StringRecord::new();
            if !reader.read_record(&mut cells).unwrap_or(false) {
                return Err(self.fail(None, "expected a header row, found nothing".to_owned()));
            }
            (cells, usize::try_from(reader.position().byte()).unwrap_or(usize::MAX))
        };
        let (_, line) = self.start_of_row(self.body, self.body_line);
        self.header_line = line;
        let normalised: Vec<String> = cells.iter().map(normalise).collect();
        let fields = self.fields;
        for (slot, field) in self.found.iter_mut().zip(fields) {
            let chosen = columns.get(&format!("{name}.{}", field.key)).map(|header| normalise(header));
            let wanted: Vec<&str> = match &chosen {
                Some(header) => vec![header.as_str()],
                None => field.names.to_vec(),
            };
            *slot = wanted.iter().find_map(|w| normalised.iter().position(|h| h == w));
            let place = |column: usize| Some(Place { line, column: column as u64 + 1 });
            let fail =
                |place, problem| SupplementError { file: self.file.clone(), place, problem, source: None };
            if let Some(first) = *slot {
                let header = normalised.get(first);
                if let Some(second) = normalised.iter().skip(first + 1).position(|h| Some(h) == header) {
                    let problem = format!("a second column for {}", field.key);
                    return Err(fail(place(first + 1 + second), problem));
                }
            } else if field.required || chosen.is_some() {
                let usual = field.names.join(", ");
                let problem = match columns.get(&format!("{name}.{}", field.key)) {
                    Some(header) => {
                        format!("expected the column {header:?} which the mapping names for {}", field.key)
                    }
                    None => format!("expected a column for {} (usual headers: {usual})", field.key),
                };
                return Err(fail(place(0), problem));
            }
        }
        self.headers = cells.iter().map(|h| h.trim().to_owned()).collect();
        let consumed = self.text.get(self.body..).map_or(0, |t| end.min(t.len()));
        self.body_line += newlines(self.text.get(self.body..self.body + consumed).unwrap_or_default());
        self.body += consumed;
        Ok(())
    }

    /// Whether the file has a column for this field.
    pub(super) fn has(&self, field: usize) -> bool {
        self.found.get(field).is_some_and(Option::is_some)
    }

    /// What the bytes were.
    pub(super) fn encoding(&self) -> &'static str {
        self.encoding
    }

    /// Declared columns that are missing, how many columns nobody declared, and whether the declared ones stand in
    /// another order.
    pub(super) fn against_declared(&self) -> (Vec<&'static str>, u64, bool) {
        let columns = self.found.iter().zip(self.fields);
        let missing = columns.filter(|(column, _)| column.is_none()).map(|(_, field)| field.key).collect();
        let taken: Vec<usize> = self.found.iter().copied().flatten().collect();
        let named = self.headers.iter().enumerate().filter(|(_, header)| !header.is_empty());
        let extra = named.filter(|(column, _)| !taken.contains(column)).count() as u64;
        (missing, extra, !taken.is_sorted())
    }

    /// Refuses the file as a whole.
    pub(super) fn fail(&self, place: Option<Place>, problem: String) -> SupplementError {
        SupplementError { file: self.file.clone(), place, problem, source: None }
    }

    /// Where the header stands, to say that it lacks something.
    pub(super) fn header_place(&self) -> Place {
        Place { line: self.header_line, column: 1 }
    }

    /// Gives every row that is not blank to `each`.
    pub(super) fn rows(
        &self,
        mut each: impl FnMut(&Row<'_>) -> Result<(), SupplementError>,
    ) -> Result<(), SupplementError> {
        let mut reader = csv_reader(self.delimiter, self.rest(self.body));
        let mut cells = StringRecord::new();
        let (mut at, mut line) = (self.body, self.body_line);
        loop {
            let (start, start_line) = self.start_of_row(at, line);
            if !reader.read_record(&mut cells).map_err(|_| {
                self.fail(Some(Place { line: start_line, column: 1 }), "expected a row of text".to_owned())
            })? {
                return Ok(());
            }
            let end = self.body + usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
            let slice = self.text.get(start..end).unwrap_or_default();
            if end >= self.text.len()
                && let Some(column) = open_quote(slice, self.delimiter)
            {
                let place = Place { line: start_line, column };
                return Err(self.fail(Some(place), "expected a closing quote".to_owned()));
            }
            (at, line) = (end, start_line + newlines(slice));
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                each(&Row { table: self, cells: &cells, line: start_line })?;
            }
        }
    }

    fn rest(&self, from: usize) -> &[u8] {
        self.text.as_bytes().get(from..).unwrap_or_default()
    }

    /// Skips line ends: the reader leaves a row's own `\n` and blank lines to whoever comes next.
    fn start_of_row(&self, at: usize, line: u64) -> (usize, u64) {
        let gap = self.rest(at).iter().take_while(|b| matches!(b, b'\r' | b'\n')).count();
        (at + gap, line + newlines(self.text.get(at..at + gap).unwrap_or_default()))
    }
}

impl<'a> Row<'a> {
    /// The cell exactly as it stands; none when it is blank or the file has no such column.
    pub(super) fn exact(&self, field: usize) -> Option<&'a str> {
        let column = self.table.found.get(field).copied().flatten()?;
        self.cells.get(column).filter(|cell| !cell.trim().is_empty())
    }

    /// The cell without white space and invisible marks around it.
    pub(super) fn text(&self, field: usize) -> Option<&'a str> {
        self.exact(field).map(tidy).filter(|cell| !cell.is_empty())
    }

    /// The cell as an id above 0; a spreadsheet's `123.0` is read as 123.
    pub(super) fn id(&self, field: usize) -> Result<Option<i64>, SupplementError> {
        let Some(cell) = self.text(field) else {
            return Ok(None);
        };
        let digits = cell.strip_suffix(".0").or_else(|| cell.strip_suffix(",0")).unwrap_or(cell);
        match digits.parse::<i64>() {
            Ok(id) if id > 0 => Ok(Some(id)),
            _ => Err(self.wrong(field, "a whole number above 0")),
        }
    }

    /// The cells of columns no field took, with their headers.
    pub(super) fn other(&self) -> BTreeMap<String, String> {
        let taken = |column: usize| self.table.found.contains(&Some(column));
        let named = self.table.headers.iter().zip(self.cells).enumerate();
        named
            .filter(|(column, (header, cell))| {
                !taken(*column) && !header.is_empty() && !cell.trim().is_empty()
            })
            .map(|(_, (header, cell))| (header.clone(), cell.trim().to_owned()))
            .collect()
    }

    /// Refuses the cell of `field`.
    pub(super) fn wrong(&self, field: usize, expected: &str) -> SupplementError {
        let column = self.table.found.get(field).copied().flatten().unwrap_or(0);
        let key = self.table.fields.get(field).map_or("row", |f| f.key);
        let place = Place { line: self.line, column: column as u64 + 1 };
        self.table.fail(Some(place), format!("expected {expected} as {key}"))
    }
}

fn csv_reader(delimiter: u8, bytes: &[u8]) -> csv::Reader<&[u8]> {
    ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(bytes)
}

/// The column of a quoted cell that never closes. A quote within an unquoted cell is plain text.
fn open_quote(row: &str, delimiter: u8) -> Option<u64> {
    let mut column = 1;
    let mut bytes = row.bytes().peekable();
    let (mut quoted, mut fresh) = (false, true);
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' if quoted && bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            b'"' if quoted => quoted = false,
            b'"' if fresh => quoted = true,
            b if b == delimiter && !quoted => {
                column += 1;
                fresh = true;
                continue;
            }
            _ => {}
        }
        fresh = false;
    }
    quoted.then_some(column)
}

fn newlines(text: &str) -> u64 {
    text.bytes().filter(|b| *b == b'\n').count() as u64
}

fn normalise(header: &str) -> String {
    header.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn tidy(cell: &str) -> &str {
    cell.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{200e}' | '\u{200f}')
    })
}
