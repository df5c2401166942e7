//! The destination: who is there, which fields and tags, and what would act on imported tickets by itself.

use gorgias::{Definition, ObjectType};
use objects::TargetField;
use protocol::{
    TargetId,
    facts::{DestinationFacts, HookFacts, RuleFacts, SwitchFacts, TargetFieldFacts, UserFacts},
    map_spec::address_hash,
};

use super::Desk;
use crate::Trouble;

pub(super) async fn look(desk: &Desk<'_>) -> Result<DestinationFacts, Trouble> {
    let gorgias = &desk.cx.gorgias;
    let account = desk.target(gorgias.account()).await?;
    let mut fields = Vec::new();
    for object in [ObjectType::Ticket, ObjectType::Customer] {
        let rows = desk.target(gorgias.custom_fields(object)).await?;
        fields.extend(rows.iter().filter_map(|row| TargetField::of(object, row)).map(|field| {
            TargetFieldFacts {
                id: field.id,
                object: object.as_str().to_owned(),
                takes: takes(&field.definition).to_owned(),
                label: field.label,
                managed: field.managed,
            }
        }));
    }
    let people = desk.target(gorgias.users()).await?;
    let users = people.iter().filter(|user| !user.is_bot()).map(|user| UserFacts {
        id: TargetId(user.id),
        address: user.email.as_deref().map(address_hash),
        role: user.role.clone(),
        active: user.active != Some(false),
    });
    let tags = desk.target(gorgias.tags()).await?;
    let rules = desk.target(gorgias.rules()).await?.into_iter().map(|rule| RuleFacts {
        id: TargetId(rule.id),
        active: rule.is_active(),
        name: rule.name.unwrap_or_default(),
        events: rule.event_types,
        acts: rule.acts,
    });
    let hooks = desk.target(gorgias.integrations()).await?.into_iter().map(|hook| HookFacts {
        id: TargetId(hook.id),
        active: hook.is_active(),
        kind: hook.kind.unwrap_or_default(),
        triggers: hook.triggers,
    });
    let switches = desk.target(gorgias.account_settings()).await?.into_iter().map(|setting| SwitchFacts {
        id: TargetId(setting.id),
        kind: setting.kind.unwrap_or_default(),
        flags: setting.flags,
    });
    Ok(DestinationFacts {
        closed: account.deactivated_datetime.is_some(),
        fields,
        users: users.collect(),
        tags: tags.iter().filter(|tag| tag.deleted_datetime.is_none()).count() as u64,
        rules: rules.collect(),
        hooks: hooks.collect(),
        switches: switches.collect(),
        macros: desk.target(gorgias.macros()).await?,
        surveys: desk.target(gorgias.some_surveys()).await?,
    })
}

fn takes(definition: &Definition) -> &'static str {
    match definition {
        Definition::Text => "text",
        Definition::Dropdown { .. } => "dropdown",
        Definition::Number { .. } => "number",
        Definition::Boolean => "boolean",
    }
}
