//! Which custom fields of the source become fields of the destination and which stay in the companion file. Decided for
//! all definitions at once, since the destination allows only so many active fields; the decision depends on nothing
//! but the definitions, the destination's fields and the spec, so a second look decides the same.

use std::collections::BTreeMap;

use atera::{CustomFieldDefinition, FieldTarget, FieldType};
use gorgias::{Definition, ObjectType};
use protocol::{FailureCode, MapSpec, ObjectKind, SourceId, TargetId, map_spec::FieldDestination};

use crate::{destination::TargetField, identity::external_id, text};

/// The id of the field that links a person to the company; it is nobody's at the source.
pub(crate) const COMPANY: &str = "flotilla/Customer/company";

/// Longest label Gorgias takes, in characters.
const MAX_LABEL: usize = 255;

/// What becomes of one definition.
#[derive(Debug, Clone, PartialEq)]
pub enum Fit {
    /// A field of the destination.
    Field(FieldPlan),
    /// The companion file, and why.
    Companion(FailureCode),
}

/// A field as it should be at the destination.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldPlan {
    /// Whether it belongs to tickets or customers.
    pub object_type: ObjectType,
    /// Its label.
    pub label: String,
    /// What values it takes.
    pub definition: Definition,
    /// A field that is there already and is used.
    pub existing: Option<TargetId>,
    /// The definition whose new field is used too; a contact's field shares the customer's of the same name.
    pub shared_with: Option<SourceId>,
}

/// The id of a definition: `{target}/{name}`. The source has no other.
pub(crate) fn definition_id(target: &FieldTarget, name: &str) -> SourceId {
    SourceId(format!("{}/{name}", scope(target)))
}

/// A target as the source spells it.
#[must_use]
pub fn scope(target: &FieldTarget) -> &str {
    match target {
        FieldTarget::Ticket => "Ticket",
        FieldTarget::Customer => "Customer",
        FieldTarget::Contact => "Contact",
        FieldTarget::Contract => "Contract",
        FieldTarget::Sla => "SLA",
        FieldTarget::Agent => "Agent",
        FieldTarget::SnmpDevice => "SNMPDevice",
        FieldTarget::TcpDevice => "TCPDevice",
        FieldTarget::HttpDevice => "HTTPDevice",
        FieldTarget::GenericDevice => "GenericDevice",
        FieldTarget::Other(name) => name,
        FieldTarget::Unnamed => "Unnamed",
    }
}

/// Decides about the link field, then the definitions in the source's order, those of contacts last. A field that is
/// there already (ours, or one of the same label and type) takes no further slot; any other takes one while the limit
/// of its object type lasts.
#[must_use]
pub fn fits(
    definitions: &[CustomFieldDefinition],
    existing: &[TargetField],
    spec: &MapSpec,
) -> Vec<(SourceId, Fit)> {
    let mut desk = Desk::new(definitions, existing, spec);
    let company = Wish {
        id: SourceId::from(COMPANY),
        scope: "Customer",
        object_type: ObjectType::Customer,
        label: label(&spec.company_field),
        definition: Definition::Text,
        may_share: false,
    };
    let mut fits = vec![(SourceId::from(COMPANY), desk.seat(company))];
    let of_contacts = |d: &&CustomFieldDefinition| d.target == FieldTarget::Contact;
    let others = definitions.iter().filter(|d| !of_contacts(d));
    for definition in others.chain(definitions.iter().filter(of_contacts)) {
        let id = definition_id(&definition.target, &definition.name);
        if fits.iter().any(|(decided, _)| *decided == id) {
            continue;
        }
        let fit = match desk.wish(definition) {
            Ok(wish) => desk.seat(wish),
            Err(cause) => Fit::Companion(cause),
        };
        fits.push((id, fit));
    }
    fits
}

/// One definition, as it would be if there were room.
struct Wish<'a> {
    id: SourceId,
    scope: &'a str,
    object_type: ObjectType,
    label: String,
    definition: Definition,
    may_share: bool,
}

/// Who has a seat so far.
struct Desk<'a> {
    definitions: &'a [CustomFieldDefinition],
    existing: &'a [TargetField],
    spec: &'a MapSpec,
    free: BTreeMap<&'static str, usize>,
    seated: Vec<(SourceId, FieldPlan)>,
}

impl<'a> Desk<'a> {
    fn new(definitions: &'a [CustomFieldDefinition], existing: &'a [TargetField], spec: &'a MapSpec) -> Self {
        let free = [
            (ObjectType::Ticket, spec.ticket_field_limit),
            (ObjectType::Customer, spec.customer_field_limit),
        ]
        .map(|(object_type, limit)| {
            let taken = existing.iter().filter(|field| field.object_type == object_type).count();
            (object_type.as_str(), limit.saturating_sub(taken))
        });
        Self { definitions, existing, spec, free: BTreeMap::from(free), seated: Vec::new() }
    }

    /// What a definition would be, or why it stays behind whatever the room.
    fn wish(&self, definition: &'a CustomFieldDefinition) -> Result<Wish<'a>, FailureCode> {
        let object_type = match definition.target {
            FieldTarget::Ticket => ObjectType::Ticket,
            FieldTarget::Customer | FieldTarget::Contact => ObjectType::Customer,
            _ => return Err(FailureCode::FieldUnsupported),
        };
        let scope = scope(&definition.target);
        let wanted = match self.spec.field(scope, &definition.name) {
            Some(FieldDestination::Companion) => return Err(FailureCode::FieldUnsupported),
            Some(FieldDestination::Field { label }) => label,
            None => &definition.name,
        };
        let label = label(wanted);
        if label.is_empty() {
            return Err(FailureCode::BadValue);
        }
        Ok(Wish {
            id: definition_id(&definition.target, &definition.name),
            scope,
            object_type,
            label,
            definition: self.shape(definition),
            may_share: definition.target == FieldTarget::Contact,
        })
    }

    fn seat(&mut self, mut wish: Wish<'a>) -> Fit {
        if let Some((owner, plan)) = self.holder_of(&wish) {
            if wish.may_share && same_type(&plan.definition, &wish.definition) {
                return Fit::Field(FieldPlan { shared_with: Some(owner.clone()), ..plan.clone() });
            }
            // The label is another definition's: this one is told apart by its scope, once.
            wish.label = label(&format!("{} ({})", wish.label, wish.scope));
            if self.holder_of(&wish).is_some() {
                return Fit::Companion(FailureCode::BadValue);
            }
        }
        let existing = self.existing_for(&wish);
        if existing.is_none() {
            let free = self.free.entry(wish.object_type.as_str()).or_default();
            let Some(left) = free.checked_sub(1) else {
                return Fit::Companion(FailureCode::FieldLimit);
            };
            *free = left;
        }
        let plan = FieldPlan {
            object_type: wish.object_type,
            label: wish.label,
            definition: wish.definition,
            existing,
            shared_with: None,
        };
        self.seated.push((wish.id, plan.clone()));
        Fit::Field(plan)
    }

    /// Who has the label already.
    fn holder_of(&self, wish: &Wish<'_>) -> Option<&(SourceId, FieldPlan)> {
        self.seated.iter().find(|(_, plan)| plan.object_type == wish.object_type && plan.label == wish.label)
    }

    /// Ours by external id, else one of the same label and type that nobody manages and no other definition has.
    fn existing_for(&self, wish: &Wish<'_>) -> Option<TargetId> {
        let ours = external_id(self.spec, ObjectKind::CustomField, &wish.id);
        let of_type = || self.existing.iter().filter(|field| field.object_type == wish.object_type);
        let is_ours = |field: &&TargetField| field.external_id.as_deref() == Some(ours.as_str());
        let fits = |field: &&TargetField| {
            let free = self.seated.iter().all(|(_, plan)| plan.existing != Some(field.id));
            !field.managed && free && field.label == wish.label && field.takes(&wish.definition)
        };
        of_type().find(is_ours).or_else(|| of_type().find(fits)).map(|field| field.id)
    }

    /// The destination's type for a definition. Dates are texts there; a choice field without choices would refuse every
    /// value, so it becomes a text.
    fn shape(&self, definition: &CustomFieldDefinition) -> Definition {
        match definition.data_type {
            FieldType::Text | FieldType::Date | FieldType::Other(_) | FieldType::Unnamed => Definition::Text,
            FieldType::Number => Definition::Number { min: None, max: None },
            FieldType::Bool => Definition::Boolean,
            FieldType::Options | FieldType::DependentOptions => {
                let choices = self.choices(definition);
                if choices.is_empty() { Definition::Text } else { Definition::Dropdown { choices } }
            }
        }
    }

    /// The choices in order, each once; those of the contacts' field of the same name are added to the customers'.
    fn choices(&self, definition: &CustomFieldDefinition) -> Vec<String> {
        let is_choice = |d: &&CustomFieldDefinition| {
            matches!(d.data_type, FieldType::Options | FieldType::DependentOptions)
        };
        let twin = match definition.target {
            FieldTarget::Customer => Some(FieldTarget::Contact),
            FieldTarget::Contact => Some(FieldTarget::Customer),
            _ => None,
        };
        let twins =
            self.definitions.iter().filter(|d| Some(&d.target) == twin.as_ref() && d.name == definition.name);
        let mut choices: Vec<String> = Vec::new();
        for source in std::iter::once(definition).chain(twins.filter(is_choice)) {
            for choice in source.possible_values.iter().filter_map(|value| text::present(value.label())) {
                if !choices.contains(&choice) {
                    choices.push(choice);
                }
            }
        }
        choices
    }
}

fn same_type(one: &Definition, other: &Definition) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

fn label(text: &str) -> String {
    text::cut(text::clean(text).trim(), MAX_LABEL).0
}
