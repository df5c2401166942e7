//! Invoices with their lines, each held against the sum of its lines.

use atera::{Invoice as Source, InvoiceLine as SourceLine};
use documents::{
    Drafts, Origin, Sheet,
    invoices::{self, Amounts, Invoice, InvoiceLine, InvoiceMismatch, InvoiceTotal},
    money::{self, Sums},
    row::yes_or_no,
};
use protocol::ObjectKind;

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, Walked, walk},
};
use crate::{Context, Held, Trouble};

const ENDPOINT: &str = "/billing/invoices";

/// The tables of one walk.
struct Books {
    invoices: Sheet<Invoice>,
    lines: Sheet<InvoiceLine>,
    mismatches: Sheet<InvoiceMismatch>,
    sums: Sums,
}

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut drafts, out) = begin(cx, held)?;
    let mut tries = Tries::of(ObjectKind::Invoice);
    loop {
        let mut books = Books::begin(&drafts).map_err(|error| unwritten(&error))?;
        let page = |number| cx.source.atera.invoices_page(number);
        let walked = walk(cx, held, page, |invoice: Source| books.enter(&invoice)).await?;
        if tries.came_out(walked)? {
            books.close(&mut drafts, walked).map_err(|error| unwritten(&error))?;
            return issue(held, drafts, &out).await;
        }
    }
}

impl Books {
    fn begin(drafts: &Drafts) -> Result<Self, documents::Error> {
        let (invoices, lines, mismatches) = (drafts.sheet()?, drafts.sheet()?, drafts.sheet()?);
        Ok(Self { invoices, lines, mismatches, sums: Sums::default() })
    }

    fn enter(&mut self, invoice: &Source) -> Result<(), documents::Error> {
        let mut row = row(invoice);
        let mut sum = Amounts::default();
        for (at, line) in invoice.line_items.iter().enumerate() {
            sum = sum.plus(amounts(line.total.as_ref(), line.subtotal.as_ref(), line.tax.as_ref()));
            self.lines.row(&line_row(&row, at + 1, line))?;
        }
        let stated = amounts(invoice.total.as_ref(), invoice.subtotal.as_ref(), invoice.tax.as_ref());
        (row.lines_total, row.difference) = (money::told(sum.total), money::told(stated.total - sum.total));
        for mismatch in invoices::hold(&row, stated, sum, &mut self.sums) {
            self.mismatches.row(&mismatch)?;
        }
        self.invoices.row(&row)
    }

    fn close(self, drafts: &mut Drafts, walked: Walked) -> Result<(), documents::Error> {
        let source = walked.source(ENDPOINT);
        let counted = Origin::of(source.clone()).counted(walked.counted).totals(self.sums.totals());
        drafts.keep(self.invoices, counted)?;
        drafts.keep(self.lines, Origin::of(source.clone()))?;
        drafts.keep(self.mismatches, Origin::of(source.clone()))?;
        let mut totals = drafts.sheet::<InvoiceTotal>()?;
        for row in invoices::totals(&self.sums) {
            totals.row(&row)?;
        }
        drafts.keep(totals, Origin::of(source))?;
        Ok(())
    }
}

fn amounts(
    total: Option<&atera::Decimal>,
    subtotal: Option<&atera::Decimal>,
    tax: Option<&atera::Decimal>,
) -> Amounts {
    let text = |amount: Option<&atera::Decimal>| amount.map(ToString::to_string);
    Amounts::read(text(total).as_deref(), text(subtotal).as_deref(), text(tax).as_deref())
}

fn row(invoice: &Source) -> Invoice {
    let to = invoice.to.as_ref();
    Invoice {
        invoice_id: told::text(invoice.id.as_ref()),
        number: told::id(invoice.number),
        printed_number: told::text(invoice.printed_number.as_ref()),
        issued: told::day(invoice.invoice_date.as_ref()),
        period_starts: told::day(invoice.period_start_date.as_ref()),
        period_ends: told::day(invoice.period_end_date.as_ref()),
        contract: told::text(invoice.contract_name.as_ref()),
        customer: told::text(to.and_then(|to| to.company_name.as_ref())),
        contact: told::text(to.and_then(|to| to.contact_full_name.as_ref())),
        email: told::text(to.and_then(|to| to.email.as_ref())),
        ad_hoc: yes_or_no(invoice.is_adhoc),
        currency: told::text(invoice.currency.as_ref()),
        subtotal: told::decimal(invoice.subtotal.as_ref()),
        tax: told::decimal(invoice.tax.as_ref()),
        tax_percentage: told::decimal(invoice.tax_percentage.as_ref()),
        total: told::decimal(invoice.total.as_ref()),
        lines: invoice.line_items.len().to_string(),
        ..Invoice::default()
    }
}

fn line_row(invoice: &Invoice, number: usize, line: &SourceLine) -> InvoiceLine {
    InvoiceLine {
        invoice_id: invoice.invoice_id.clone(),
        number: invoice.number.clone(),
        line: number.to_string(),
        product: told::text(line.product.as_ref()),
        description: told::text(line.description.as_ref()),
        quantity: told::decimal(line.quantity.as_ref()),
        rate: told::decimal(line.rate.as_ref()),
        discount_percentage: told::decimal(line.discount_percentage.as_ref()),
        subtotal: told::decimal(line.subtotal.as_ref()),
        tax: told::decimal(line.tax.as_ref()),
        total: told::decimal(line.total.as_ref()),
        currency: invoice.currency.clone(),
    }
}
