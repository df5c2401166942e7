//! Time entries: every one, with what it costs, and the sums of all.

use atera::WorkHours;
use documents::{
    Drafts, Origin,
    row::yes_or_no,
    time_entries::{ACCOUNT_CURRENCY, TimeEntry, TimeEntryTotal, TimeSums, reckon},
};
use protocol::ObjectKind;

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, Walked, walk},
};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut drafts, out) = begin(cx, held)?;
    let mut tries = Tries::of(ObjectKind::TimeEntry);
    loop {
        let mut sheet = drafts.sheet().map_err(|error| unwritten(&error))?;
        let mut sums = TimeSums::default();
        let page = |number| cx.source.atera.work_hours_page(number);
        let take = |entry: WorkHours| {
            let row = row(&entry);
            sums.add(&row);
            sheet.row(&row)
        };
        let walked = walk(cx, held, page, take).await?;
        if tries.came_out(walked)? {
            let draft = Drafts::end(sheet).map_err(|error| unwritten(&error))?;
            conclude(&mut drafts, draft, &sums, walked).map_err(|error| unwritten(&error))?;
            return issue(held, drafts, &out).await;
        }
    }
}

/// The entries with their sums, and the sums as a table.
fn conclude(
    drafts: &mut Drafts,
    draft: documents::Draft,
    sums: &TimeSums,
    walked: Walked,
) -> Result<(), documents::Error> {
    let source = walked.source("/workhours");
    let totals = sums.added_again(&draft.path)?.totals();
    drafts.list(draft, Origin::of(source.clone()).counted(walked.counted).totals(totals));
    let mut sheet = drafts.sheet::<TimeEntryTotal>()?;
    for row in sums.rows() {
        sheet.row(&row)?;
    }
    drafts.keep(sheet, Origin::of(source))?;
    Ok(())
}

fn row(entry: &WorkHours) -> TimeEntry {
    let seconds = told::seconds(entry.start.as_ref(), entry.end.as_ref());
    let rate = told::decimal(entry.rate_amount.as_ref());
    let billable = entry.billable.unwrap_or_default();
    let (hours, amount) = reckon(seconds, Some(&rate), billable);
    TimeEntry {
        entry_id: entry.id.to_string(),
        ticket_id: told::id(entry.ticket_id),
        customer_id: told::id(entry.customer_id),
        contact_id: told::id(entry.contact_id),
        technician_id: told::id(entry.technician_id),
        technician: told::text(entry.technician_name.as_ref()),
        technician_email: told::text(entry.technician_email.as_ref()),
        starts: told::moment(entry.start.as_ref()),
        ends: told::moment(entry.end.as_ref()),
        hours,
        billable: yes_or_no(Some(billable)),
        on_site: yes_or_no(entry.on_customer_site),
        rate_id: told::id(entry.rate_id),
        rate,
        amount,
        currency: ACCOUNT_CURRENCY.to_owned(),
        description: told::text(entry.description.as_ref()),
    }
}
