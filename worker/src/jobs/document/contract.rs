//! Contracts: every one, of any type, with the terms the source shows.

use atera::{Contract as Source, RateItem};
use documents::{
    Origin,
    contracts::{self, Contract},
    row::yes_or_no,
};
use protocol::ObjectKind;

use super::{
    begin, issue, told, unwritten,
    walk::{Tries, walk},
};
use crate::{Context, Held, Trouble};

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let (mut drafts, out) = begin(cx, held)?;
    let mut tries = Tries::of(ObjectKind::Contract);
    loop {
        let mut sheet = drafts.sheet().map_err(|error| unwritten(&error))?;
        let page = |number| cx.source.atera.contracts_page(number);
        let walked = walk(cx, held, page, |contract: Source| sheet.row(&row(&contract))).await?;
        if tries.came_out(walked)? {
            let origin = Origin::of(walked.source("/contracts")).counted(walked.counted);
            drafts.keep(sheet, origin).map_err(|error| unwritten(&error))?;
            return issue(held, drafts, &out).await;
        }
    }
}

fn row(contract: &Source) -> Contract {
    let terms = contract.terms();
    let main = terms.and_then(|terms| terms.main_rate());
    let amount = |rate: Option<&RateItem>| told::decimal(rate.and_then(|rate| rate.amount.as_ref()));
    let kind = told::text(contract.kind.as_ref());
    Contract {
        contract_id: contract.id.to_string(),
        contract: told::text(contract.name.as_ref()),
        type_known: yes_or_no(Some(contracts::is_known(&kind))),
        contract_type: kind,
        rate: amount(main),
        rate_description: told::text(main.and_then(|rate| rate.description.as_ref())),
        additional_rates: terms.map(|terms| rates(&terms.additional_rates)).unwrap_or_default(),
        billing_period: told::text(terms.and_then(|terms| terms.billing_period.as_ref())),
        quantity: told::decimal(terms.and_then(|terms| terms.quantity.as_ref())),
        hours_included: told::decimal(terms.and_then(|terms| terms.hours_included.as_ref())),
        amount_included: told::decimal(terms.and_then(|terms| terms.amount.as_ref())),
        overage_rate: amount(terms.and_then(|terms| terms.overage_rate.as_ref())),
        rollover: yes_or_no(terms.and_then(|terms| terms.commit_rollover)),
        counted_by: told::text(terms.and_then(|terms| terms.count_by.as_ref())),
        customer_id: told::id(contract.customer_id),
        customer: told::text(contract.customer_name.as_ref()),
        is_default: yes_or_no(contract.default),
        taxable: yes_or_no(contract.taxable),
        active: yes_or_no(contract.active),
        starts: told::day(contract.start_date.as_ref()),
        ends: told::day(contract.end_date.as_ref()),
    }
}

fn rates(rates: &[RateItem]) -> String {
    let told = rates.iter().map(|rate| {
        format!("{}: {}", told::text(rate.description.as_ref()), told::decimal(rate.amount.as_ref()))
    });
    told.collect::<Vec<_>>().join("; ")
}
