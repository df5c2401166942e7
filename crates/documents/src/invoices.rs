//! `invoices.csv` and `invoice_lines.csv`: what was billed, for whoever keeps the books; nothing of it is imported. The
//! lines of each invoice are added again and held against what the invoice states, to the cent; what differs is listed in
//! `invoice_mismatches.csv`, and `invoice_totals.csv` has the sums by currency.

use rust_decimal::Decimal;

use crate::{
    money::{self, Sums},
    row::row,
};

row! {
    /// An invoice. Money is decimal text as the source wrote it.
    Invoice in "invoices.csv" {
        /// Its id.
        invoice_id,
        /// Its number.
        number,
        /// Its number as printed.
        printed_number,
        /// When it was issued.
        issued,
        /// First day billed.
        period_starts,
        /// Last day billed.
        period_ends,
        /// The contract's name.
        contract,
        /// Company it goes to; the source names no customer's id.
        customer,
        /// Person it goes to.
        contact,
        /// Their address.
        email,
        /// Whether it was made outside of a contract.
        ad_hoc,
        /// Currency.
        currency,
        /// Total without tax.
        subtotal,
        /// Tax.
        tax,
        /// Tax in percent.
        tax_percentage,
        /// Total with tax.
        total,
        /// Lines.
        lines,
        /// Sum of the lines' totals.
        lines_total,
        /// Total minus that sum.
        difference,
    }
}

row! {
    /// A line of an invoice.
    InvoiceLine in "invoice_lines.csv" {
        /// The invoice's id.
        invoice_id,
        /// The invoice's number.
        number,
        /// Its place, from 1.
        line,
        /// Product.
        product,
        /// Description.
        description,
        /// How many.
        quantity,
        /// Price of one.
        rate,
        /// Discount in percent.
        discount_percentage,
        /// Total without tax.
        subtotal,
        /// Tax.
        tax,
        /// Total with tax.
        total,
        /// Currency.
        currency,
    }
}

row! {
    /// A sum that is not what the invoice states.
    InvoiceMismatch in "invoice_mismatches.csv" {
        /// The invoice's id.
        invoice_id,
        /// The invoice's number.
        number,
        /// `total`, `subtotal`, `tax`, or `subtotal + tax`.
        what,
        /// What the invoice states.
        stated,
        /// What its lines (or its parts) add up to.
        sum,
        /// Stated minus sum.
        difference,
        /// Currency.
        currency,
    }
}

row! {
    /// A sum over all invoices of a currency.
    InvoiceTotal in "invoice_totals.csv" {
        /// `total`, `subtotal` or `tax`.
        what,
        /// Currency.
        currency,
        /// What the invoices state together.
        stated,
        /// What their lines add up to.
        lines_sum,
        /// Stated minus sum.
        difference,
    }
}

/// Three amounts: total, subtotal and tax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amounts {
    /// With tax.
    pub total: Decimal,
    /// Without.
    pub subtotal: Decimal,
    /// The tax.
    pub tax: Decimal,
}

impl Amounts {
    /// Reads them from decimal text; what is missing counts as nothing.
    #[must_use]
    pub fn read(total: Option<&str>, subtotal: Option<&str>, tax: Option<&str>) -> Self {
        let number = |text: Option<&str>| text.and_then(money::parse).unwrap_or_default();
        Self { total: number(total), subtotal: number(subtotal), tax: number(tax) }
    }

    /// These and others together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            total: self.total + other.total,
            subtotal: self.subtotal + other.subtotal,
            tax: self.tax + other.tax,
        }
    }
}

/// Holds what an invoice states against the sum of its lines, and its total against its own parts. Answers what differs
/// by a cent or more, and adds both to the sums.
#[must_use]
pub fn hold(row: &Invoice, stated: Amounts, lines: Amounts, sums: &mut Sums) -> Vec<InvoiceMismatch> {
    let checks = [
        ("total", stated.total, lines.total),
        ("subtotal", stated.subtotal, lines.subtotal),
        ("tax", stated.tax, lines.tax),
        ("subtotal + tax", stated.total, stated.subtotal + stated.tax),
    ];
    for (what, stated, sum) in &checks[..3] {
        sums.add(what, &row.currency, *sum, Some(*stated));
    }
    let differs = checks.into_iter().filter(|(_, stated, sum)| money::cents(*stated) != money::cents(*sum));
    differs
        .map(|(what, stated, sum)| InvoiceMismatch {
            invoice_id: row.invoice_id.clone(),
            number: row.number.clone(),
            what: what.to_owned(),
            stated: money::told(stated),
            sum: money::told(sum),
            difference: money::told(stated - sum),
            currency: row.currency.clone(),
        })
        .collect()
}

/// The rows of the totals.
#[must_use]
pub fn totals(sums: &Sums) -> Vec<InvoiceTotal> {
    let row = |total: protocol::DocumentTotal| InvoiceTotal {
        what: total.what,
        currency: total.unit,
        stated: total.stated.unwrap_or_default(),
        lines_sum: total.sum,
        difference: total.difference.unwrap_or_default(),
    };
    sums.totals().into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    fn amounts(total: &str, subtotal: &str, tax: &str) -> Amounts {
        Amounts::read(Some(total), Some(subtotal), Some(tax))
    }

    #[test]
    fn the_columns_stand() {
        assert_eq!(
            Invoice::HEADER.join(","),
            "invoice_id,number,printed_number,issued,period_starts,period_ends,contract,customer,contact,email,ad_hoc,\
             currency,subtotal,tax,tax_percentage,total,lines,lines_total,difference"
        );
        assert_eq!(
            InvoiceLine::HEADER.join(","),
            "invoice_id,number,line,product,description,quantity,rate,discount_percentage,subtotal,tax,total,currency"
        );
        assert_eq!(
            InvoiceMismatch::HEADER.join(","),
            "invoice_id,number,what,stated,sum,difference,currency"
        );
        assert_eq!(InvoiceTotal::HEADER.join(","), "what,currency,stated,lines_sum,difference");
    }

    #[test]
    fn lines_that_add_up_leave_no_mismatch() {
        let mut sums = Sums::default();
        let row = Invoice { currency: "USD".into(), ..Invoice::default() };
        let lines = amounts("166.73", "142.5", "24.23").plus(amounts("126.97", "108.52", "18.45"));
        assert_eq!(hold(&row, amounts("293.7", "251.02", "42.68"), lines, &mut sums), []);
        let total = &totals(&sums)[2];
        assert_eq!(
            (&*total.what, &*total.stated, &*total.lines_sum, &*total.difference),
            ("total", "293.70", "293.70", "0.00")
        );
    }

    #[test]
    fn a_cent_is_a_mismatch_and_less_is_not() {
        let mut sums = Sums::default();
        let row = Invoice { number: "7".into(), currency: "USD".into(), ..Invoice::default() };
        let found = hold(&row, amounts("10.00", "8.00", "2.00"), amounts("9.99", "8.004", "2.00"), &mut sums);
        assert_eq!(found.len(), 1);
        assert_eq!((&*found[0].what, &*found[0].difference), ("total", "0.01"));
        let found = hold(&row, amounts("10.00", "8.00", "1.50"), amounts("10.00", "8.00", "1.50"), &mut sums);
        assert_eq!((&*found[0].what, &*found[0].difference), ("subtotal + tax", "0.50"));
        let found = hold(&row, amounts("10.00", "8.00", "2.00"), amounts("10.00", "8.00", "1.90"), &mut sums);
        assert_eq!((&*found[0].what, &*found[0].difference), ("tax", "0.10"));
    }
}
