//! Custom fields: who may see which, by the operator's supplement, and which there are of every scope.

use atera::{CustomFieldDefinition, FieldTarget, FieldType};
use documents::{
    Drafts, Origin, Row,
    fields::{FieldRow, FieldVisibility, scopes},
    integrations::others,
};

use super::{begin, issue, told, unwritten};
use crate::{Context, Held, Trouble};

const ENDPOINT: &str = "/customvalues/customfields";

pub(super) async fn write(cx: &Context, held: &Held) -> Result<(), Trouble> {
    let read = cx.unless_stopped(cx.source.atera.custom_field_definitions()).await?;
    let definitions = read.map_err(|error| Trouble::source(&error))?;
    let restricted = cx.source.supplements.field_visibility.as_ref();
    let mut fields: Vec<FieldRow> = definitions.iter().map(row).collect();
    let mut visibility = Vec::new();
    for one in restricted.iter().flat_map(|all| all.rows()) {
        let same = |field: &&mut FieldRow| {
            field.scope.eq_ignore_ascii_case(&one.scope)
                && field.field.to_lowercase() == one.field.to_lowercase()
        };
        let found = fields.iter_mut().find(same);
        let is_there = found.is_some();
        if let Some(field) = found {
            field.visible_to.clone_from(&one.visible_to);
        }
        visibility.push(FieldVisibility {
            scope: one.scope.clone(),
            field: one.field.clone(),
            visible_to: one.visible_to.clone(),
            found: documents::row::yes_or_no(Some(is_there)),
            other: others(&one.other),
        });
    }
    let of_visibility = match restricted {
        Some(rows) => Origin::of("supplement field_visibility.csv").counted(rows.rows().len() as u64),
        None => {
            Origin::of("none: not exposed by the source, and no supplement field_visibility.csv was given")
        }
    };
    let (mut drafts, out) = begin(cx, held)?;
    let counted = fields.len() as u64;
    table(&mut drafts, &visibility, of_visibility)
        .and_then(|()| table(&mut drafts, &scopes(&fields), Origin::of(ENDPOINT)))
        .and_then(|()| table(&mut drafts, &fields, Origin::of(ENDPOINT).counted(counted)))
        .map_err(|error| unwritten(&error))?;
    issue(held, drafts, &out).await
}

fn table<R: Row>(drafts: &mut Drafts, rows: &[R], origin: Origin) -> Result<(), documents::Error> {
    let mut sheet = drafts.sheet()?;
    for row in rows {
        sheet.row(row)?;
    }
    drafts.keep(sheet, origin)?;
    Ok(())
}

fn row(field: &CustomFieldDefinition) -> FieldRow {
    let choices = field.possible_values.iter().filter_map(|value| value.label());
    FieldRow {
        scope: scope(&field.target).to_owned(),
        field: field.name.clone(),
        field_type: type_of(&field.data_type).to_owned(),
        choices: choices.collect::<Vec<_>>().join("; "),
        depends_on: told::text(field.parent_attribute_name.as_ref()),
        visible_to: String::new(),
    }
}

/// A target as the source spells it; in a document a missing one is said in words.
fn scope(target: &FieldTarget) -> &str {
    match target {
        FieldTarget::Unnamed => "not named",
        named => objects::scope(named),
    }
}

fn type_of(kind: &FieldType) -> &str {
    match kind {
        FieldType::Text => "Text",
        FieldType::Bool => "Boolean",
        FieldType::Number => "Numeric",
        FieldType::Date => "Date",
        FieldType::Options => "Options",
        FieldType::DependentOptions => "OptionsWithDependencies",
        FieldType::Other(name) => name,
        FieldType::Unnamed => "not named",
    }
}
