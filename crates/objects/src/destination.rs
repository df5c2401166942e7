//! The destination as it stands before a batch: its custom fields, users and tags, and who stands in for the missing.
//! Read once and shared; a mapping asks it and never the network.

use std::collections::HashMap;

use gorgias::{Definition, ObjectType};
use protocol::{
    MapSpec, SourceId, TargetId,
    map_spec::{address_hash, fold},
};

/// The customer who stands in for a missing company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Company {
    /// Its id at the source.
    pub source: SourceId,
    /// Its id at the destination.
    pub target: TargetId,
    /// Its name.
    pub name: String,
}

/// A custom field of the destination that is not archived.
#[derive(Debug, Clone, PartialEq)]
pub struct TargetField {
    /// Its id.
    pub id: TargetId,
    /// Whether it belongs to tickets or customers.
    pub object_type: ObjectType,
    /// The label agents see.
    pub label: String,
    /// Ours, if we made it.
    pub external_id: Option<String>,
    /// What values it takes.
    pub definition: Definition,
    /// Whether Gorgias itself uses it; such a field is never adopted.
    pub managed: bool,
}

/// A user of the destination who can be given work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetUser {
    /// Their id.
    pub id: TargetId,
    /// Their address, folded.
    pub email: String,
}

/// The destination as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Destination {
    /// Active custom fields of tickets and customers.
    pub fields: Vec<TargetField>,
    /// People who can be given work; no bots and nobody deactivated.
    pub users: Vec<TargetUser>,
    /// Tags by exact name.
    pub tags: HashMap<String, TargetId>,
    /// The user the spec nominates as fallback agent, if there is one.
    pub fallback_agent: Option<TargetId>,
    /// The customer the spec nominates as fallback, once it landed.
    pub fallback_customer: Option<Company>,
}

impl Destination {
    /// Reads it: four listings, one call per hundred rows of each.
    ///
    /// # Errors
    /// The client's.
    pub async fn read(
        gorgias: &gorgias::Client,
        spec: &MapSpec,
        fallback_customer: Option<Company>,
    ) -> Result<Self, gorgias::Error> {
        let mut rows = gorgias.custom_fields(ObjectType::Ticket).await?;
        let of_tickets = rows.len();
        rows.extend(gorgias.custom_fields(ObjectType::Customer).await?);
        let object_type = |at| {
            if at < of_tickets { ObjectType::Ticket } else { ObjectType::Customer }
        };
        let fields = rows.iter().enumerate().filter_map(|(at, row)| TargetField::of(object_type(at), row));
        let fields = fields.collect();
        let users: Vec<_> = gorgias.users().await?.iter().filter_map(TargetUser::of).collect();
        let live = |tag: &gorgias::TagRow| tag.deleted_datetime.is_none();
        let tags = gorgias.tags().await?;
        let tags = tags.into_iter().filter(live).map(|tag| (tag.name, TargetId(tag.id))).collect();
        let mut destination = Self { fields, users, tags, fallback_agent: None, fallback_customer };
        destination.fallback_agent = destination.user_by_email(spec.fallback_agent.as_deref());
        Ok(destination)
    }

    /// The user with this address, or with an address of this hash ([`address_hash`]), without regard to case and
    /// space; the lowest id if several have it.
    #[must_use]
    pub fn user_by_email(&self, email: Option<&str>) -> Option<TargetId> {
        let wanted = fold(email?);
        if wanted.is_empty() {
            return None;
        }
        let has = |user: &&TargetUser| user.email == wanted || address_hash(&user.email) == wanted;
        self.users.iter().filter(has).map(|user| user.id).min()
    }

    /// The active field with this id.
    #[must_use]
    pub fn field(&self, id: TargetId) -> Option<&TargetField> {
        self.fields.iter().find(|field| field.id == id)
    }
}

impl TargetField {
    /// Reads a row; `None` for an archived field.
    #[must_use]
    pub fn of(object_type: ObjectType, row: &gorgias::CustomFieldRow) -> Option<Self> {
        row.is_active().then(|| Self {
            id: TargetId(row.id),
            object_type,
            label: row.label.clone().unwrap_or_default(),
            external_id: row.external_id.clone(),
            definition: definition_of(row),
            managed: row.managed_type.is_some(),
        })
    }

    /// Whether values of the other definition fit this field's type.
    #[must_use]
    pub fn takes(&self, definition: &Definition) -> bool {
        matches!(
            (&self.definition, definition),
            (Definition::Text, Definition::Text)
                | (Definition::Dropdown { .. }, Definition::Dropdown { .. })
                | (Definition::Number { .. }, Definition::Number { .. })
                | (Definition::Boolean, Definition::Boolean)
        )
    }
}

/// A field that is a dropdown without choices refuses every value; it is read as such, not as free text.
fn definition_of(row: &gorgias::CustomFieldRow) -> Definition {
    let setting = |key| row.definition.get("input_settings").and_then(|settings| settings.get(key));
    match row.data_type() {
        Some("number") => {
            // Gorgias gives bounds back as texts.
            let bound = |key| setting(key).and_then(|b| b.as_f64().or_else(|| b.as_str()?.parse().ok()));
            Definition::Number { min: bound("min"), max: bound("max") }
        }
        Some("boolean") => Definition::Boolean,
        _ if setting("input_type").and_then(|kind| kind.as_str()) == Some("dropdown") => {
            Definition::Dropdown { choices: row.choices().unwrap_or_default() }
        }
        _ => Definition::Text,
    }
}

impl TargetUser {
    /// Reads a row; `None` for a bot, for somebody deactivated and for somebody without an address.
    #[must_use]
    pub fn of(row: &gorgias::UserRow) -> Option<Self> {
        let email = fold(row.email.as_deref()?);
        let usable = !row.is_bot() && row.active != Some(false) && !email.is_empty();
        usable.then_some(Self { id: TargetId(row.id), email })
    }
}
