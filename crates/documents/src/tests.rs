//! What every document keeps to: a formula in any cell of it comes out as text, and one without rows has its header.

use std::fs;

use crate::{
    automations::{Automation, Macro},
    contracts::Contract,
    devices::Device,
    fields::{FieldRow, FieldScope, FieldVisibility},
    integrations::Integration,
    invoices::{Invoice, InvoiceLine, InvoiceMismatch, InvoiceTotal},
    kb::Review,
    row::Row,
    sheet::Sheet,
    sla_policies::SlaPolicy,
    sla_rules::SlaRule,
    sla_tickets::SlaTicket,
    time_entries::{TimeEntry, TimeEntryTotal},
};

/// What a spreadsheet would run.
const FORMULAS: [&str; 9] =
    ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", "=cmd|' /C calc'!A0", "-2+3+cmd"];

/// One row per formula, each cell of it that formula; then a table without rows.
fn stays_inert<R: Row>(filled: impl Fn(&str) -> R) {
    let folder = tempfile::tempdir().unwrap();
    let mut sheet = Sheet::<R>::begin(folder.path()).unwrap();
    for formula in FORMULAS {
        sheet.row(&filled(formula)).unwrap();
    }
    let draft = sheet.end().unwrap();
    assert_eq!(draft.rows, Some(FORMULAS.len() as u64), "{}", R::FILE);
    let mut reader = csv::Reader::from_path(&draft.path).unwrap();
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), R::HEADER, "{}", R::FILE);
    for (formula, record) in FORMULAS.iter().zip(reader.records()) {
        for cell in &record.unwrap() {
            assert_eq!(cell, format!("'{formula}"), "{}", R::FILE);
        }
    }
    let empty = Sheet::<R>::begin(folder.path()).unwrap().end().unwrap();
    assert_eq!(fs::read_to_string(empty.path).unwrap(), format!("{}\r\n", R::HEADER.join(",")));
    assert_eq!(empty.rows, Some(0));
}

#[test]
fn a_formula_is_inert_in_every_column_of_every_document_and_an_empty_one_has_its_header() {
    stays_inert(Contract::filled);
    stays_inert(Device::filled);
    stays_inert(TimeEntry::filled);
    stays_inert(TimeEntryTotal::filled);
    stays_inert(Invoice::filled);
    stays_inert(InvoiceLine::filled);
    stays_inert(InvoiceMismatch::filled);
    stays_inert(InvoiceTotal::filled);
    stays_inert(SlaPolicy::filled);
    stays_inert(SlaRule::filled);
    stays_inert(SlaTicket::filled);
    stays_inert(Integration::filled);
    stays_inert(Automation::filled);
    stays_inert(Macro::filled);
    stays_inert(FieldVisibility::filled);
    stays_inert(FieldRow::filled);
    stays_inert(FieldScope::filled);
    stays_inert(Review::filled);
}

#[test]
fn no_column_of_any_document_is_made_for_a_secret() {
    let headers = [
        Contract::HEADER,
        Device::HEADER,
        TimeEntry::HEADER,
        Invoice::HEADER,
        InvoiceLine::HEADER,
        Integration::HEADER,
        Automation::HEADER,
        Macro::HEADER,
        FieldRow::HEADER,
    ];
    for column in headers.concat() {
        assert!(!crate::secrets::is_secret_name(column), "{column}");
    }
}
