//! The reconciliation of a pass as text for a person, JSON for a program and CSV for a spreadsheet. The figures come
//! from whoever counted; nothing is counted here.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, Table, presets};
use protocol::{
    ObjectKind, Outcome,
    report::{Reconciliation, Row},
};

use crate::{csv::CsvTable, error::Error};

/// For a person: a verdict, the table, the causes, and every id that no column accounts for.
#[must_use]
pub fn text(report: &Reconciliation) -> String {
    let mut text = format!("migration {}, pass {}, {}", report.migration, report.pass, report.state);
    if let Some(cause) = report.cause {
        text += &format!(": {cause}. {}", cause.advice());
    }
    let nothing_counted = report.records.values().all(|row| row.tally.source == 0);
    text += match (nothing_counted, report.closes()) {
        (true, true) => "\nNo record of the source is counted yet.\n\n",
        (false, true) => "\nEvery record of the source is accounted for.\n\n",
        (_, false) => "\nNOT every record of the source is accounted for.\n\n",
    };
    text += &table_of(&report.records);
    if !report.causes.is_empty() {
        text += "\n\nCauses of what was skipped, rejected or failed:\n";
        for (cause, count) in &report.causes {
            text += &format!("  {count:>8}  {cause}: {}\n", cause.advice());
        }
    }
    if !report.unaccounted.is_empty() {
        text += "\nUnaccounted for (the first hundred):\n";
        for key in &report.unaccounted {
            text += &format!("  {key}\n");
        }
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// The table alone.
#[must_use]
pub fn table_of(records: &BTreeMap<ObjectKind, Row>) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(header());
    for (kind, row) in records {
        table.add_row(cells(kind.name(), row));
    }
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    let lines: Vec<String> = table.to_string().lines().map(|line| line.trim_end().to_owned()).collect();
    lines.join("\n")
}

/// For a program.
///
/// # Errors
/// [`Error::Form`] when it has no JSON form.
pub fn json(report: &Reconciliation) -> Result<Vec<u8>, Error> {
    let mut json = serde_json::to_vec_pretty(report)?;
    json.push(b'\n');
    Ok(json)
}

/// For a spreadsheet: one row per kind.
///
/// # Errors
/// [`Error::Form`] when the table cannot be written.
pub fn csv(report: &Reconciliation) -> Result<Vec<u8>, Error> {
    let header = header();
    let mut table = CsvTable::begin(Vec::new(), &header)?;
    for (kind, row) in &report.records {
        let cells = cells(kind.name(), row);
        table.row(cells.iter().map(String::as_str))?;
    }
    Ok(table.end()?.0)
}

fn header() -> Vec<&'static str> {
    let outcomes = Outcome::ALL.map(Outcome::name);
    ["kind", "source"].into_iter().chain(outcomes).chain(["difference", "verified"]).collect()
}

fn cells(kind: &str, row: &Row) -> Vec<String> {
    let outcomes = Outcome::ALL.map(|outcome| row.tally.of(outcome).to_string());
    [kind.to_owned(), row.tally.source.to_string()]
        .into_iter()
        .chain(outcomes)
        .chain([row.difference.to_string(), row.verified.to_string()])
        .collect()
}

#[cfg(test)]
mod tests {
    use protocol::{FailureCode, Key, MigrationId, MigrationState, Pass, Tally};

    use super::*;

    fn report(created: u64, unaccounted: Vec<Key>) -> Reconciliation {
        let tally = Tally { source: 12, created, rejected: 2, ..Tally::default() };
        Reconciliation {
            migration: MigrationId::new("acme").unwrap(),
            pass: Pass(1),
            state: MigrationState::Ready,
            cause: None,
            records: BTreeMap::from([(ObjectKind::Ticket, Row { verified: created, ..tally.into() })]),
            unaccounted,
            causes: BTreeMap::from([(FailureCode::UnmappedValue, 2)]),
        }
    }

    #[test]
    fn a_table_that_closes_says_so() {
        let text = text(&report(10, vec![]));
        assert!(text.contains("\nEvery record of the source is accounted for.\n"), "{text}");
        assert!(text.contains("2  unmapped_value: "));
        assert!(text.ends_with('\n') && !text.contains("Unaccounted"));
    }

    #[test]
    fn a_pass_that_has_counted_nothing_does_not_boast() {
        let empty = Reconciliation { records: BTreeMap::new(), ..report(0, vec![]) };
        assert!(text(&empty).contains("No record of the source is counted yet."));
    }

    #[test]
    fn a_missing_record_is_named_by_its_id() {
        let text = text(&report(9, vec![Key::new(ObjectKind::Ticket, 4711)]));
        assert!(text.contains("NOT every record"));
        assert!(text.contains("ticket 4711"));
    }

    #[test]
    fn the_csv_holds_every_column_and_negative_differences_stay_numbers() {
        let csv = String::from_utf8(csv(&report(11, vec![])).unwrap()).unwrap();
        assert_eq!(
            csv,
            "kind,source,created,adopted,updated,unchanged,skipped,rejected,failed,excluded,undone,difference,verified\r\n\
             ticket,12,11,0,0,0,0,2,0,0,0,-1,11\r\n"
        );
    }

    #[test]
    fn the_table_is_aligned_without_trailing_blanks() {
        let table = table_of(&report(10, vec![]).records);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| !line.ends_with(' ')));
        assert_eq!(
            lines[0].find("created").map(|at| at + "created".len()),
            lines[1].find("10").map(|at| at + 2)
        );
    }

    #[test]
    fn the_json_comes_back_as_it_went() {
        let report = report(10, vec![]);
        let back: Reconciliation = serde_json::from_slice(&json(&report).unwrap()).unwrap();
        assert_eq!(back, report);
    }
}
