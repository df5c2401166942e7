//! What an exact migration must find, counted from the generator and the edits rather than from any answer.
//! Counting walks every ticket, so it is done when asked for and never on a request of the API.

use std::collections::BTreeMap;

use serde::Serialize;

use super::account::Account;
use super::account_routes::DEPARTMENTS;
use super::custom_fields;
use super::file_plan;
use super::inventory::{self, AGENTS};
use super::supplements;
use super::technicians;
use super::thread;
use super::ticket_plan::Inline;
use super::traps::Trap;
use super::{alerts, articles, billing, contracts, rates, work_hours};

/// The account in figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Truth {
    /// Records per kind.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// Tickets per status, every status written as the API writes it.
    pub(crate) statuses: BTreeMap<String, u64>,
    /// Comments that are internal, exact copies counted as often as they stand.
    pub(crate) internal_comments: u64,
    /// Tickets that cost the destination one request (see [`Account::is_plain`]).
    pub(crate) plain_tickets: u64,
    /// Tickets with more than 500 comments.
    pub(crate) long_threads: u64,
    /// Tickets with an image inside a comment.
    pub(crate) inline_images: u64,
    /// Attachments whose URL has always expired.
    pub(crate) expired_files: u64,
    /// Attachments over the destination's size limit.
    pub(crate) huge_files: u64,
    /// Attachments on the foreign host.
    pub(crate) foreign_files: u64,
    /// Tickets that show when they are due.
    pub(crate) due_tickets: u64,
    /// Contacts without a customer.
    pub(crate) orphan_contacts: u64,
    /// E-mails the destination should already know.
    pub(crate) existing_emails: Vec<String>,
}

impl Truth {
    /// Counts the account as it stands now.
    pub(crate) fn of(account: &Account) -> Self {
        let scale = account.scale();
        let mut truth = Self {
            counts: fixed_counts(account),
            statuses: BTreeMap::new(),
            internal_comments: 0,
            plain_tickets: 0,
            long_threads: 0,
            inline_images: 0,
            expired_files: 0,
            huge_files: 0,
            foreign_files: 0,
            due_tickets: 0,
            orphan_contacts: 0,
            existing_emails: account.existing_emails(),
        };
        let (mut tickets, mut comments, mut attachments, mut tag_links) = (0, 0, 0, 0);
        for plan in account.tickets() {
            let files = file_plan::files(scale, plan.id);
            let marked = |keep: fn(&file_plan::FilePlan) -> bool| {
                files.iter().filter(|file| keep(file)).count() as u64
            };
            tickets += 1;
            comments += u64::from(plan.comment_count());
            attachments += files.len() as u64;
            tag_links += supplements::tags(scale, plan.id).len() as u64;
            truth.internal_comments += thread::internal_count(account, &plan);
            truth.plain_tickets += u64::from(account.is_plain(plan.id));
            truth.long_threads += u64::from(500 < plan.comment_count());
            truth.due_tickets += u64::from(plan.trap != Trap::BlankDates);
            truth.inline_images += u64::from(plan.inline != Inline::None);
            truth.expired_files += marked(|file| file.expired);
            truth.huge_files += marked(|file| file.content == file_plan::Content::Huge);
            truth.foreign_files += marked(|file| file.foreign);
            *truth.statuses.entry(plan.status.into_owned()).or_default() += 1;
        }
        let orphan = |number: &i64| super::contacts::customer_of(scale, *number).is_none();
        truth.orphan_contacts = (1..=scale.contacts).filter(orphan).count() as u64;
        truth.counts.extend([
            ("tickets", tickets),
            ("comments", comments),
            ("attachments", attachments),
            ("ticket_tags", tag_links),
        ]);
        truth
    }
}

fn fixed_counts(account: &Account) -> BTreeMap<&'static str, u64> {
    let scale = account.scale();
    let of = |number: i64| u64::try_from(number).unwrap_or(0);
    BTreeMap::from([
        ("customers", of(scale.customers)),
        ("contacts", of(scale.contacts)),
        ("technicians", of(technicians::COUNT)),
        ("custom_fields", custom_fields::all().count() as u64),
        ("work_hours", of(work_hours::count(scale))),
        ("contracts", of(contracts::count(scale))),
        ("articles", articles::COUNT as u64),
        ("flagged_articles", articles::FLAGGED),
        ("invoices", of(billing::COUNT)),
        ("invoice_lines", of(billing::LINES)),
        ("sla_policies", supplements::SLA_POLICIES),
        ("integrations", supplements::INTEGRATIONS),
        ("products", of(rates::PRODUCTS)),
        ("expenses", of(rates::EXPENSES)),
        ("departments", of(DEPARTMENTS)),
        ("agents", of(AGENTS)),
        ("devices", inventory::DEVICES.iter().map(|(_, count)| of(*count)).sum()),
        ("alerts", of(alerts::COUNT)),
        ("tags", supplements::distinct_tags(scale).len() as u64),
    ])
}
