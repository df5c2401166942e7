//! Tables as RFC 4180: a header even when there is no row, CRLF line ends, quotes where needed. A cell that a
//! spreadsheet would run as a formula is made harmless. No cell is ever cut or re-ordered.

use std::{borrow::Cow, io};

use crate::error::Error;

/// Writes one table.
#[derive(Debug)]
pub struct CsvTable<W: io::Write> {
    writer: csv::Writer<W>,
    rows: u64,
}

impl<W: io::Write> CsvTable<W> {
    /// Begins a table; the header is written at once.
    ///
    /// # Errors
    /// [`Error::Form`] when the writer refuses.
    pub fn begin(out: W, header: &[&str]) -> Result<Self, Error> {
        let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
        writer.write_record(header)?;
        Ok(Self { writer, rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`Error::Form`] when the row is not as wide as the header, or the writer refuses.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) -> Result<(), Error> {
        for cell in cells {
            self.writer.write_field(harmless(cell).as_bytes())?;
        }
        self.writer.write_record(None::<&[u8]>)?;
        self.rows += 1;
        Ok(())
    }

    /// Ends the table and answers the writer and the number of rows.
    ///
    /// # Errors
    /// [`Error::Form`] when the rest cannot be written.
    pub fn end(self) -> Result<(W, u64), Error> {
        let rows = self.rows;
        let out = self.writer.into_inner().map_err(|error| Error::Form(error.to_string()))?;
        Ok((out, rows))
    }
}

/// Puts an apostrophe before what a spreadsheet would take for a formula: a cell that begins with `=`, `+`, `-`, `@`, a
/// tab or a line break. A plain negative number stays a number.
fn harmless(cell: &str) -> Cow<'_, str> {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) && !is_negative_number(cell);
    if is_formula { Cow::Owned(format!("'{cell}")) } else { Cow::Borrowed(cell) }
}

fn is_negative_number(cell: &str) -> bool {
    let digits = cell.strip_prefix('-').unwrap_or_default();
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && digits.parse::<f64>().is_ok_and(f64::is_finite)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[&[&str]]) -> String {
        let mut table = CsvTable::begin(Vec::new(), &["a", "b"]).unwrap();
        for row in rows {
            table.row(row.iter().copied()).unwrap();
        }
        String::from_utf8(table.end().unwrap().0).unwrap()
    }

    #[test]
    fn an_empty_table_has_its_header() {
        assert_eq!(table(&[]), "a,b\r\n");
    }

    #[test]
    fn a_formula_is_made_harmless_and_everything_else_is_kept() {
        for formula in ["=1+1", "+49 30", "-1+cmd", "@SUM(A1)", "\tx", "\rx", "\nx", "-", "-.", "-1.2.3"] {
            assert_eq!(harmless(formula), format!("'{formula}"));
        }
        for plain in ["", "a=b", "12", "-12", "-1.5", "שלום", "日本", " =1"] {
            assert_eq!(harmless(plain), plain);
        }
    }

    #[test]
    fn quotes_commas_and_line_breaks_come_back_as_they_went() {
        let cells = ["say \"x\", then", "two\r\nlines"];
        let text = table(&[&cells]);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(row.iter().collect::<Vec<_>>(), cells);
    }

    #[test]
    fn a_row_of_another_width_is_refused() {
        let mut table = CsvTable::begin(Vec::new(), &["a", "b"]).unwrap();
        assert!(table.row(["only one"]).is_err());
    }
}
