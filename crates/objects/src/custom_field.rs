//! Custom field definitions: made (or found) at the destination before any record needs them, never a required one.
//! Gorgias cannot delete a definition; undoing one archives it.

use std::sync::Arc;

use atera::{CustomFieldDefinition, FieldTarget};
use gorgias::{Definition, NewCustomField, ObjectType as Belongs};
use protocol::{FailureCode, Link, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use serde::Serialize;
use serde_json::json;

use crate::{
    Destination, Fields, Fit, Found, Mapped, ObjectType, Presence, Reject, Resolved, Seen, SourcePage,
    SourceReader, View,
    field_fit::{COMPANY, definition_id, fits},
    identity::external_id,
    resolved::Parent,
    source_reader::instant,
};

/// The kind.
#[derive(Debug)]
pub struct CustomField;

/// One definition among all of them, since which ones fit is decided for all at once.
#[derive(Debug, Clone)]
pub struct FieldRow {
    /// The definition; `None` for the field that links a person to the company.
    pub definition: Option<CustomFieldDefinition>,
    /// All definitions of the source.
    pub all: Arc<[CustomFieldDefinition]>,
}

/// A field to be made, or one to be used.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CustomFieldTarget {
    /// The field as it would be made.
    #[serde(flatten)]
    pub new: NewCustomField,
    /// The field that is used instead.
    #[serde(skip)]
    pub existing: Option<TargetId>,
}

impl ObjectType for CustomField {
    const KIND: ObjectKind = ObjectKind::CustomField;
    type Row = FieldRow;
    type Source = FieldRow;
    type Target = CustomFieldTarget;

    /// Two pages of one call each: the definitions of contacts stand on the second, because they may share the field
    /// of one on the first.
    async fn page(
        source: &SourceReader,
        _of: &Window,
        page: u32,
    ) -> Result<SourcePage<FieldRow>, atera::Error> {
        let all = rows(source).await?;
        let declared = u64::try_from(all.len()).ok();
        let is_last =
            |row: &FieldRow| row.definition.as_ref().is_some_and(|d| d.target == FieldTarget::Contact);
        let rows = all.into_iter().filter(|row| page <= 2 && is_last(row) == (page == 2)).collect();
        Ok(SourcePage { rows, pages: Some(2), declared, last: page >= 2 })
    }

    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<FieldRow>, atera::Error> {
        Ok(rows(source).await?.into_iter().find(|row| Self::id(row) == *id))
    }

    fn id(row: &FieldRow) -> SourceId {
        match &row.definition {
            Some(definition) => definition_id(&definition.target, &definition.name),
            None => SourceId::from(COMPANY),
        }
    }

    fn facets(row: &FieldRow) -> Vec<(&'static str, String)> {
        let scope = row.definition.as_ref().map_or("Customer", |d| crate::field_fit::scope(&d.target));
        let data_type = row.definition.as_ref().map_or("Link".to_owned(), |d| format!("{:?}", d.data_type));
        vec![("scope", scope.to_owned()), ("type", data_type)]
    }

    async fn hydrate(_source: &SourceReader, row: FieldRow) -> Result<FieldRow, atera::Error> {
        Ok(row)
    }

    /// The customers' field of the same name, which a contact's may share.
    fn links(source: &FieldRow, _spec: &MapSpec) -> Vec<Link> {
        match &source.definition {
            Some(d) if d.target == FieldTarget::Contact => source
                .all
                .iter()
                .filter(|other| other.target == FieldTarget::Customer)
                .map(|other| Link::new(Self::KIND, definition_id(&other.target, &other.name)))
                .chain([Link::new(Self::KIND, COMPANY)])
                .collect(),
            _ => Vec::new(),
        }
    }

    fn map(
        source: &FieldRow,
        resolved: &Resolved,
        spec: &MapSpec,
    ) -> Result<Mapped<CustomFieldTarget>, Reject> {
        let id = Self::id(source);
        let decided = fits(&source.all, &resolved.destination.fields, spec);
        let fit = decided.into_iter().find(|(other, _)| *other == id).map(|(_, fit)| fit);
        let plan = match fit {
            Some(Fit::Field(plan)) => plan,
            Some(Fit::Companion(cause)) => {
                return Err(Reject::skip(cause, "its values go to the companion file"));
            }
            None => {
                return Err(Reject::new(FailureCode::SourceGone, "the definition is not listed any more"));
            }
        };
        let existing = match &plan.shared_with {
            None => plan.existing,
            Some(owner) => match resolved.parent(Self::KIND, owner.clone()) {
                Parent::Landed(field) => Some(field),
                Parent::Failed(_) | Parent::Unknown => {
                    return Err(Reject::new(
                        FailureCode::ParentFailed,
                        "the field it would share did not land",
                    ));
                }
            },
        };
        let mut new = NewCustomField::new(plan.object_type, plan.label, plan.definition);
        new.external_id = Some(external_id(spec, Self::KIND, &id));
        Mapped::new(CustomFieldTarget { new, existing }, Vec::new())
    }

    fn known(target: &CustomFieldTarget, _destination: &Destination) -> Option<TargetId> {
        target.existing
    }

    async fn create(
        gorgias: &gorgias::Client,
        target: &CustomFieldTarget,
    ) -> Result<TargetId, gorgias::Error> {
        gorgias.create_custom_field(&target.new).await.map(|row| TargetId(row.id))
    }

    async fn find(gorgias: &gorgias::Client, target: &CustomFieldTarget) -> Result<Found, gorgias::Error> {
        let rows = gorgias.custom_fields(target.new.object_type).await?;
        let ours =
            |row: &&gorgias::CustomFieldRow| row.is_active() && row.external_id == target.new.external_id;
        Ok(Found::from_ids(rows.iter().filter(ours).map(|row| row.id)))
    }

    /// One of the same label and type.
    async fn adopt(
        gorgias: &gorgias::Client,
        target: &CustomFieldTarget,
    ) -> Result<Option<TargetId>, gorgias::Error> {
        let new = &target.new;
        let rows = gorgias.custom_fields(new.object_type).await?;
        let fields = rows.iter().filter_map(|row| crate::TargetField::of(new.object_type, row));
        let mut same =
            fields.filter(|field| !field.managed && field.label == new.label && field.takes(&new.definition));
        Ok(same.next().map(|field| field.id))
    }

    /// Two listings, whatever the number of ids.
    async fn present(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        let mut rows = gorgias.custom_fields(Belongs::Ticket).await?;
        rows.extend(gorgias.custom_fields(Belongs::Customer).await?);
        let wanted = |row: &gorgias::CustomFieldRow| row.is_active() && ids.contains(&TargetId(row.id));
        let present = |row: gorgias::CustomFieldRow| Presence {
            target: TargetId(row.id),
            external_id: row.external_id,
            messages: None,
        };
        Ok(rows.into_iter().filter(wanted).map(present).collect())
    }

    /// A field that was there before is only looked for.
    fn expected(target: &CustomFieldTarget) -> Option<View> {
        let new = &target.new;
        Some(view(new.object_type, &new.label, new.external_id.as_deref(), &new.definition))
    }

    /// Two listings, whatever the number of ids.
    async fn read_back(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Seen>, gorgias::Error> {
        let mut found = Vec::new();
        for object_type in [Belongs::Ticket, Belongs::Customer] {
            let rows = gorgias.custom_fields(object_type).await?;
            let fields = rows.iter().filter_map(|row| crate::TargetField::of(object_type, row));
            found.extend(fields.filter(|field| ids.contains(&field.id)).map(|field| Seen {
                target: field.id,
                view: view(object_type, &field.label, field.external_id.as_deref(), &field.definition),
                external_id: field.external_id,
                loose_is_fair: Some(false),
                parts: None,
                updated_at: None,
            }));
        }
        Ok(found)
    }

    /// Archives the definition: the destination has no way to delete one.
    async fn delete(gorgias: &gorgias::Client, id: TargetId, at: UnixMs) -> Result<(), gorgias::Error> {
        match gorgias.deactivate_custom_field(id.0, instant(at)).await {
            Err(error) if error.kind() == gorgias::ErrorKind::NotFound => Ok(()),
            other => other,
        }
    }
}

fn view(object_type: Belongs, label: &str, external_id: Option<&str>, definition: &Definition) -> View {
    let definition = match definition {
        Definition::Text => json!("text"),
        Definition::Boolean => json!("boolean"),
        Definition::Number { .. } => json!("number"),
        Definition::Dropdown { choices } => {
            let mut choices = choices.clone();
            choices.sort_unstable();
            json!({ "dropdown": choices })
        }
    };
    let fields = Fields::from([
        ("object_type", json!(object_type)),
        ("label", json!(label)),
        ("external_id", json!(external_id)),
        ("definition", definition),
    ]);
    View { fields, ..View::default() }
}

async fn rows(source: &SourceReader) -> Result<Vec<FieldRow>, atera::Error> {
    let all: Arc<[_]> = source.atera.custom_field_definitions().await?.into();
    let mut rows = vec![FieldRow { definition: None, all: Arc::clone(&all) }];
    rows.extend(all.iter().map(|d| FieldRow { definition: Some(d.clone()), all: Arc::clone(&all) }));
    Ok(rows)
}
