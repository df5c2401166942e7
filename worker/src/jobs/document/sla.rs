//! SLAs: the policies of the operator's supplement, what is proposed for each, and which ticket stood under which as far as
//! due dates and contracts tell.

use std::collections::BTreeMap;

use atera::{SlaPolicy as Source, Ticket, TicketFilter};
use documents::{
    Drafts, Origin, Row, Sheet,
    integrations::others,
    sla_checklist,
    sla_policies::SlaPolicy,
    sla_rules::propose,
    sla_tickets::{Assignments, Observed, SlaTicket},
};
use protocol::ObjectKind;

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, Walked, walk},
};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut drafts, out) = begin(cx, held)?;
    let policies: Vec<SlaPolicy> = cx.source.supplements.sla_policies.rows().iter().map(policy).collect();
    let known = Assignments::of(&policies, &contracts(cx, held, &policies).await?);
    let mut tries = Tries::of(ObjectKind::SlaPolicy);
    loop {
        let mut sheet = drafts.sheet::<SlaTicket>().map_err(|error| unwritten(&error))?;
        let mut observed = Observed::default();
        let page = |number| async move { cx.source.atera.tickets_page(&TicketFilter::All, number).await };
        let take = |ticket: Ticket| match row(&ticket, &known) {
            Some(row) => {
                observed.add(&row);
                sheet.row(&row)
            }
            None => Ok(()),
        };
        let walked = walk(cx, held, page, take).await?;
        if tries.came_out(walked)? {
            let told = cx.source.supplements.tells_sla_policies;
            conclude(&mut drafts, &policies, told, (sheet, &observed), walked)
                .map_err(|error| unwritten(&error))?;
            return issue(held, drafts, &out).await;
        }
    }
}

fn conclude(
    drafts: &mut Drafts,
    policies: &[SlaPolicy],
    supplied: bool,
    (tickets, observed): (Sheet<SlaTicket>, &Observed),
    walked: Walked,
) -> Result<(), documents::Error> {
    let observed = observed.most_frequent();
    let seen: Vec<SlaPolicy> = observed.iter().map(|(policy, _)| policy.clone()).collect();
    let rules = match policies {
        [] => propose(&seen, "observed due dates"),
        policies => propose(policies, "supplement"),
    };
    let supplement = if supplied {
        "supplement sla_policies.csv"
    } else {
        "none: not exposed by the source, and no supplement sla_policies.csv was given"
    };
    let of_rules =
        if policies.is_empty() { walked.source("/tickets (due dates)") } else { supplement.to_owned() };
    let kept = drafts.keep(tickets, Origin::of(walked.source("/tickets (due dates, contract)")))?;
    table(drafts, policies, Origin::of(supplement).counted(policies.len() as u64))?;
    table(drafts, &rules, Origin::of(of_rules.clone()))?;
    let text = sla_checklist::text(policies, &rules, &observed, kept.rows.unwrap_or_default());
    drafts.write(sla_checklist::FILE, &text, Origin::of(of_rules))
}

fn table<R: Row>(drafts: &mut Drafts, rows: &[R], origin: Origin) -> Result<(), documents::Error> {
    let mut sheet = drafts.sheet()?;
    for row in rows {
        sheet.row(row)?;
    }
    drafts.keep(sheet, origin)?;
    Ok(())
}

/// The ids of contracts by name, read only where a policy names a contract.
async fn contracts(
    cx: &Context,
    held: &Held,
    policies: &[SlaPolicy],
) -> Result<BTreeMap<String, Vec<String>>, Trouble> {
    let mut ids: BTreeMap<String, Vec<String>> = BTreeMap::new();
    if policies.iter().all(|policy| policy.contract.is_empty()) {
        return Ok(ids);
    }
    let page = |number| cx.source.atera.contracts_page(number);
    let take = |contract: atera::Contract| {
        ids.entry(told::text(contract.name.as_ref())).or_default().push(contract.id.to_string());
        Ok(())
    };
    walk(cx, held, page, take).await?;
    Ok(ids)
}

fn policy(source: &Source) -> SlaPolicy {
    SlaPolicy {
        policy: source.name.clone(),
        priority: told::text(source.priority.as_ref()),
        first_response: told::text(source.first_response.as_ref()),
        resolution: told::text(source.resolution.as_ref()),
        contract: told::text(source.contract.as_ref()),
        other: others(&source.other),
    }
}

/// A ticket with a due date or a known policy; none for any other.
fn row(ticket: &Ticket, known: &Assignments) -> Option<SlaTicket> {
    let minutes = |due: Option<&atera::Stamp>| {
        told::seconds(ticket.created.as_ref(), due).map(|seconds| (seconds / 60).to_string())
    };
    let (first, last) = (ticket.first_response_due_date.as_ref(), ticket.closed_ticket_due_date.as_ref());
    let mut row = SlaTicket {
        ticket_id: ticket.id.to_string(),
        ticket_number: told::text(ticket.number.as_ref()),
        contract_id: told::id(ticket.contract_id),
        priority: told::text(ticket.priority.as_ref()),
        first_response_due: told::moment(first),
        resolution_due: told::moment(last),
        first_response_minutes: minutes(first).unwrap_or_default(),
        resolution_minutes: minutes(last).unwrap_or_default(),
        ..SlaTicket::default()
    };
    known.assign(&mut row);
    let due = !row.first_response_due.is_empty() || !row.resolution_due.is_empty();
    (due || !row.policy.is_empty()).then_some(row)
}
