//! `time_entries.csv`: time worked, with rates and amounts, for whoever keeps the books; nothing of it is imported. The
//! source states no totals, so the rows are summed, the written file is read back and summed again, and both stand beside
//! the document. Hours are rounded to four places; an amount is made of the exact seconds and rounded to the cent.

use std::path::Path;

use rust_decimal::Decimal;

use crate::{
    error::Error,
    money::{self, Sums},
    row::row,
};

/// What stands for a currency the source does not name.
pub const ACCOUNT_CURRENCY: &str = "account currency";

row! {
    /// A time entry.
    TimeEntry in "time_entries.csv" {
        /// Its id.
        entry_id,
        /// The ticket's id.
        ticket_id,
        /// The customer's id.
        customer_id,
        /// The contact's id.
        contact_id,
        /// The technician's id.
        technician_id,
        /// The technician's name.
        technician,
        /// The technician's address.
        technician_email,
        /// When it began.
        starts,
        /// When it ended; empty where the source does not say.
        ends,
        /// Hours.
        hours,
        /// Whether it is billed.
        billable,
        /// Whether it was worked on site.
        on_site,
        /// The rate's id.
        rate_id,
        /// Amount per hour.
        rate,
        /// What it costs; 0.00 when it is not billed, empty when hours or rate are missing.
        amount,
        /// Of rate and amount.
        currency,
        /// What was done.
        description,
    }
}

row! {
    /// A sum over all entries.
    TimeEntryTotal in "time_entry_totals.csv" {
        /// `billable` or `not billable`.
        which,
        /// Entries.
        entries,
        /// Of them, those without hours.
        without_hours,
        /// Their hours.
        hours,
        /// What they cost.
        amount,
        /// Of the amount.
        currency,
    }
}

/// Hours and amount of an entry: from its seconds, its rate, and whether it is billed.
#[must_use]
pub fn reckon(seconds: Option<i64>, rate: Option<&str>, billable: bool) -> (String, String) {
    let hours = seconds.map(money::hours).unwrap_or_default();
    let amount = match (seconds, rate.and_then(money::parse)) {
        _ if !billable => "0.00".to_owned(),
        (Some(seconds), Some(rate)) => money::cost(seconds, rate).map(money::told).unwrap_or_default(),
        _ => String::new(),
    };
    (hours, amount)
}

/// Sums while rows are written.
#[derive(Debug, Clone, Default)]
pub struct TimeSums {
    sums: Sums,
    entries: [u64; 2],
    without_hours: [u64; 2],
}

impl TimeSums {
    /// Adds a row as it was written.
    pub fn add(&mut self, row: &TimeEntry) {
        let billed = row.billable == "yes";
        let at = usize::from(!billed);
        self.entries[at] += 1;
        self.without_hours[at] += u64::from(row.hours.is_empty());
        let number = |text: &str| money::parse(text).unwrap_or_default();
        self.sums.add("hours", which(billed), number(&row.hours), None);
        self.sums.add("amount", which(billed), number(&row.amount), None);
    }

    /// The rows of the totals.
    #[must_use]
    pub fn rows(&self) -> Vec<TimeEntryTotal> {
        let row = |(at, billed): (usize, bool)| TimeEntryTotal {
            which: which(billed).to_owned(),
            entries: self.entries[at].to_string(),
            without_hours: self.without_hours[at].to_string(),
            hours: self.sums.of("hours", which(billed)).normalize().to_string(),
            amount: money::told(self.sums.of("amount", which(billed))),
            currency: ACCOUNT_CURRENCY.to_owned(),
        };
        [(0, true), (1, false)].into_iter().map(row).collect()
    }

    /// The amounts, beside those that stand in the written file: it is read back and added again.
    ///
    /// # Errors
    /// [`Error::Form`] when the file cannot be read.
    pub fn added_again(&self, file: &Path) -> Result<Sums, Error> {
        let mut again = Sums::default();
        let mut reader = csv::Reader::from_path(file)?;
        let header = reader.headers()?.clone();
        let at = |name: &str| header.iter().position(|column| column == name).unwrap_or(usize::MAX);
        let (amount, hours, billable) = (at("amount"), at("hours"), at("billable"));
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record)? {
            let number = |at: usize| record.get(at).and_then(money::parse).unwrap_or_default();
            let billed = record.get(billable) == Some("yes");
            again.add("amount", which(billed), number(amount), None);
            again.add("hours", which(billed), number(hours), None);
        }
        let mut held = Sums::default();
        for (what, billed) in [("amount", true), ("amount", false), ("hours", true), ("hours", false)] {
            let (sum, stated): (Decimal, Decimal) =
                (again.of(what, which(billed)), self.sums.of(what, which(billed)));
            held.add(what, which(billed), sum, Some(stated));
        }
        Ok(held)
    }
}

fn which(billed: bool) -> &'static str {
    if billed { "billable" } else { "not billable" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{row::Row as _, sheet::Sheet};

    #[test]
    fn the_columns_stand() {
        assert_eq!(
            TimeEntry::HEADER.join(","),
            "entry_id,ticket_id,customer_id,contact_id,technician_id,technician,technician_email,starts,ends,hours,\
             billable,on_site,rate_id,rate,amount,currency,description"
        );
        assert_eq!(TimeEntryTotal::HEADER.join(","), "which,entries,without_hours,hours,amount,currency");
    }

    #[test]
    fn totals_are_the_rows_to_the_cent_also_when_the_file_is_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let mut sheet = Sheet::begin(folder.path()).unwrap();
        let mut sums = TimeSums::default();
        for (seconds, rate, billable) in [
            (Some(5_400), "95.01", true),
            (Some(900), "0.10", true),
            (Some(3_600), "80", false),
            (None, "80", true),
        ] {
            let (hours, amount) = reckon(seconds, Some(rate), billable);
            let row = TimeEntry {
                hours,
                amount,
                billable: if billable { "yes" } else { "no" }.to_owned(),
                description: "=1+1, \"quoted\"".to_owned(),
                ..TimeEntry::default()
            };
            sums.add(&row);
            sheet.row(&row).unwrap();
        }
        let draft = sheet.end().unwrap();
        let rows = sums.rows();
        assert_eq!(
            (rows[0].entries.as_str(), rows[0].without_hours.as_str(), rows[0].amount.as_str()),
            ("3", "1", "142.55")
        );
        assert_eq!((rows[0].hours.as_str(), rows[1].hours.as_str()), ("1.75", "1"));
        let again = sums.added_again(&draft.path).unwrap();
        assert_eq!(again.of("amount", "billable"), money::parse("142.55").unwrap());
        assert!(again.totals().iter().all(|total| total.difference.as_deref() == Some("0.00")));
    }
}
