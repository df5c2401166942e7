//! What of the source is only counted: the account, its field definitions, and every listing that becomes a document. A
//! listing the plan or the token refuses is named and no trouble.

use atera::{DeviceKind, ErrorKind, FieldType, Listing, zone_by_name};
use protocol::{
    Fingerprint, UnixMs,
    facts::{FieldFacts, SourceFacts},
};
use serde_json::json;

use super::Desk;
use crate::Trouble;

pub(super) async fn count(desk: &Desk<'_>, facts: &mut SourceFacts) -> Result<(), Trouble> {
    let atera = &desk.cx.source.atera;
    let account = desk.source(atera.account()).await?;
    facts.zone_known = account.time_zone_name.as_deref().is_some_and(|zone| zone_by_name(zone).is_ok());
    (facts.plan, facts.zone) = (account.plan, account.time_zone_name);
    facts.token_expires = atera.token_expires().map(|at| UnixMs(at.as_millisecond()));

    let definitions = desk.source(atera.custom_field_definitions()).await?;
    facts.fields = definitions
        .iter()
        .map(|definition| FieldFacts {
            scope: objects::scope(&definition.target).to_owned(),
            name: definition.name.clone(),
            data_type: data_type(&definition.data_type),
            choices: definition.possible_values.iter().filter(|value| value.label().is_some()).count() as u64,
            profile: None,
        })
        .collect();
    // The choices are part of the schema, so they are hashed with it.
    let shapes: Vec<_> = definitions
        .iter()
        .map(|one| {
            let choices: Vec<_> = one.possible_values.iter().map(atera::PossibleValue::label).collect();
            json!([
                objects::scope(&one.target).to_owned(),
                one.name,
                data_type(&one.data_type),
                choices,
                one.parent_attribute_name
            ])
        })
        .collect();
    facts.schema_hash = Fingerprint::of(json!(shapes).to_string().as_bytes()).to_hex();

    let mut listings = vec![
        ("contracts", Listing::Contracts),
        ("articles", Listing::Articles),
        ("work_hours", Listing::WorkHours),
        ("invoices", Listing::Invoices),
        ("departments", Listing::Departments),
        ("agents", Listing::Agents),
        ("products", Listing::Products),
        ("expenses", Listing::Expenses),
    ];
    listings.extend(DeviceKind::ALL.map(|kind| ("devices", Listing::Devices(kind))));
    for (name, listing) in listings {
        if let Some(count) = given(desk, facts, name, atera.count(&listing)).await? {
            *facts.counts.entry(name.to_owned()).or_default() += count;
        }
    }
    contract_types(desk, facts).await
}

async fn contract_types(desk: &Desk<'_>, facts: &mut SourceFacts) -> Result<(), Trouble> {
    if facts.counts.get("contracts").copied().unwrap_or(0) == 0 {
        return Ok(());
    }
    for page in 1.. {
        desk.held.check()?;
        let read = desk.cx.unless_stopped(desk.cx.source.atera.contracts_page(page)).await?;
        // One that cannot be read, or is refused, is the inventory's matter: here types are only counted.
        let Ok(contracts) = read else { return Ok(()) };
        for contract in contracts.items {
            let kind = contract.kind.unwrap_or_else(|| "unknown".to_owned());
            *facts.contract_types.entry(kind).or_default() += 1;
        }
        if contracts.last {
            break;
        }
    }
    Ok(())
}

/// An answer, or none where the source refuses to give it.
async fn given<T>(
    desk: &Desk<'_>,
    facts: &mut SourceFacts,
    name: &str,
    read: impl Future<Output = Result<T, atera::Error>>,
) -> Result<Option<T>, Trouble> {
    desk.held.check()?;
    match desk.cx.unless_stopped(read).await? {
        Ok(answer) => Ok(Some(answer)),
        Err(error)
            if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound | ErrorKind::Refused) =>
        {
            if !facts.unavailable.iter().any(|known| known == name) {
                facts.unavailable.push(name.to_owned());
            }
            Ok(None)
        }
        Err(error) => Err(Trouble::source(&error)),
    }
}

fn data_type(of: &FieldType) -> String {
    let name = match of {
        FieldType::Text => "Text",
        FieldType::Bool => "Boolean",
        FieldType::Number => "Numeric",
        FieldType::Date => "Date",
        FieldType::Options => "Options",
        FieldType::DependentOptions => "OptionsWithDependencies",
        FieldType::Other(name) => name,
        FieldType::Unnamed => "Unnamed",
    };
    name.to_owned()
}
