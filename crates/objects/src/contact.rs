//! Contacts: people. The link to the company stands in a custom field and in `data`, since the destination has no
//! companies. People who share an address share one record: the second one is adopted, never merged.

use atera::FieldTarget;
use protocol::{FailureCode, Link, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use serde_json::{Map, Value, json};

use crate::{
    Found, Mapped, Note, ObjectType, PersonTarget, Presence, Reject, Resolved, Seen, SourcePage,
    SourceReader, Trait, View,
    field_fit::COMPANY,
    field_value,
    identity::external_id,
    person,
    resolved::Parent,
    source_reader::{change_filter, number, source_page},
    text, traits,
};

/// The kind.
#[derive(Debug)]
pub struct Contact;

/// A person with their field values.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactSource {
    /// The person.
    pub row: atera::Contact,
    /// Their custom field values, typed.
    pub values: Vec<atera::CustomFieldValue>,
}

/// The company a person belongs to, as far as it is known.
struct Employer {
    source: SourceId,
    target: TargetId,
    name: String,
}

impl ObjectType for Contact {
    const KIND: ObjectKind = ObjectKind::Contact;
    const PRESENT_AT_ONCE: u32 = person::PRESENT_AT_ONCE;
    type Row = atera::Contact;
    type Source = ContactSource;
    type Target = PersonTarget;

    async fn page(
        source: &SourceReader,
        of: &Window,
        page: u32,
    ) -> Result<SourcePage<atera::Contact>, atera::Error> {
        source.atera.contacts_page(&change_filter(of), page).await.map(source_page)
    }

    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<atera::Contact>, atera::Error> {
        match number(id) {
            Some(id) => source.atera.contact(id).await,
            None => Ok(None),
        }
    }

    fn id(row: &atera::Contact) -> SourceId {
        SourceId::from(row.id)
    }

    fn facets(row: &atera::Contact) -> Vec<(&'static str, String)> {
        let presence = |present| if present { "present" } else { "absent" }.to_owned();
        vec![
            ("company", presence(row.customer_id.is_some())),
            ("email", presence(person::email(row.email.as_deref()).is_some())),
        ]
    }

    async fn hydrate(source: &SourceReader, row: atera::Contact) -> Result<ContactSource, atera::Error> {
        let values = source.atera.custom_field_values(FieldTarget::Contact, row.id).await?;
        Ok(ContactSource { row, values })
    }

    fn links(source: &ContactSource, spec: &MapSpec) -> Vec<Link> {
        let company = source.row.customer_id.map(|id| spec.customer_in_place_of(&id.into()));
        let company = company.map(|id| Link::new(ObjectKind::Customer, id));
        let mut links = field_value::links(&FieldTarget::Contact, &source.values);
        links.push(Link::new(ObjectKind::CustomField, COMPANY));
        links.extend(company);
        links
    }

    fn map(
        source: &ContactSource,
        resolved: &Resolved,
        spec: &MapSpec,
    ) -> Result<Mapped<PersonTarget>, Reject> {
        let row = &source.row;
        let id = Self::id(row);
        let (mut fields, mut notes) =
            field_value::place(&FieldTarget::Contact, &id, &source.values, resolved);
        let employer = employer(row, resolved, spec, &mut notes)?;
        match person::text_field(resolved, COMPANY, ("Contact", &id, &spec.company_field), &employer.name) {
            Ok(value) => fields.push(value),
            Err(note) => notes.push(note),
        }
        let email = person::email(row.email.as_deref());
        if email.is_none() && text::present(row.email.as_deref()).is_some() {
            notes.push(Note::AddressNotMoved { channel: "email" });
        }
        let target = PersonTarget {
            external_id: external_id(spec, Self::KIND, &id),
            name: name(row).or_else(|| email.clone()).unwrap_or_else(|| format!("Contact {id}")),
            email,
            phones: person::phones([row.phone.as_deref(), row.mobile_phone.as_deref()]),
            fields,
            data: json!({ "atera": data(row, &employer, spec) }),
        };
        Mapped::new(target, notes)
    }

    fn traits(row: &atera::Contact) -> Vec<Trait> {
        let mut traits = traits::ages(row.created_on.as_ref());
        let has = |there: bool, name: &str| there.then(|| Trait::has(name));
        traits.extend(has(row.customer_id.is_none(), "orphan"));
        traits.extend(has(person::email(row.email.as_deref()).is_none(), "no_email"));
        traits.extend(has(name(row).is_none(), "no_name"));
        traits.extend(has(row.archived == Some(true), "archived"));
        traits.extend(has(name(row).as_deref().is_some_and(traits::is_other_script), "non_latin"));
        traits.push(Trait::most(
            "most_numbers",
            person::phones([row.phone.as_deref(), row.mobile_phone.as_deref()]).len(),
        ));
        traits
    }

    fn deeper_traits(source: &ContactSource) -> Vec<Trait> {
        let values = Trait::most("most_values", source.values.len());
        traits::field_types(&source.values).chain([values]).collect()
    }

    fn mark(target: &mut PersonTarget) -> bool {
        person::mark(target)
    }

    async fn create(gorgias: &gorgias::Client, target: &PersonTarget) -> Result<TargetId, gorgias::Error> {
        person::create(gorgias, target).await
    }

    async fn complete(
        gorgias: &gorgias::Client,
        id: TargetId,
        target: &PersonTarget,
    ) -> Result<(), gorgias::Error> {
        person::complete(gorgias, id, target).await
    }

    async fn find(gorgias: &gorgias::Client, target: &PersonTarget) -> Result<Found, gorgias::Error> {
        person::find(gorgias, target).await
    }

    async fn adopt(
        gorgias: &gorgias::Client,
        target: &PersonTarget,
    ) -> Result<Option<TargetId>, gorgias::Error> {
        person::adopt(gorgias, target).await
    }

    /// See `person::present` for the number of calls.
    async fn present(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Presence>, gorgias::Error> {
        person::present(gorgias, ids).await
    }

    fn expected(target: &PersonTarget) -> Option<View> {
        Some(person::expected(target))
    }

    /// See `person::present` for the number of calls.
    async fn read_back(gorgias: &gorgias::Client, ids: &[TargetId]) -> Result<Vec<Seen>, gorgias::Error> {
        person::read_back(gorgias, ids).await
    }

    async fn read_whole(gorgias: &gorgias::Client, id: TargetId) -> Result<Option<Seen>, gorgias::Error> {
        person::read_whole(gorgias, id).await
    }

    async fn update(
        gorgias: &gorgias::Client,
        id: TargetId,
        target: &PersonTarget,
        _seen: &Seen,
    ) -> Result<(), gorgias::Error> {
        person::update(gorgias, id, target).await
    }

    async fn delete(gorgias: &gorgias::Client, id: TargetId, _at: UnixMs) -> Result<(), gorgias::Error> {
        person::delete(gorgias, id).await
    }
}

/// The company, or the fallback customer for an orphan.
fn employer(
    row: &atera::Contact,
    resolved: &Resolved,
    spec: &MapSpec,
    notes: &mut Vec<Note>,
) -> Result<Employer, Reject> {
    if let Some(id) = row.customer_id {
        let id = spec.customer_in_place_of(&id.into());
        match resolved.parent(ObjectKind::Customer, id.clone()) {
            Parent::Landed(target) => {
                let name =
                    text::present(row.customer_name.as_deref()).unwrap_or_else(|| format!("Customer {id}"));
                return Ok(Employer { source: id, target, name });
            }
            Parent::Failed(cause) => return Err(person::parent_failed(ObjectKind::Customer, cause)),
            Parent::Unknown => {}
        }
    }
    let fallback = resolved.destination.fallback_customer.as_ref();
    let fallback = fallback.ok_or_else(|| {
        Reject::new(FailureCode::NoFallback, "a contact without a company needs map.fallback_customer")
    })?;
    notes.push(Note::OrphanLinked { to: fallback.source.clone() });
    Ok(Employer { source: fallback.source.clone(), target: fallback.target, name: fallback.name.clone() })
}

/// First and last name, whichever there are.
fn name(row: &atera::Contact) -> Option<String> {
    let parts = [text::present(row.first_name.as_deref()), text::present(row.last_name.as_deref())];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// Everything the source knows of a person and a customer has no field for. Absent values are left out.
fn data(row: &atera::Contact, employer: &Employer, spec: &MapSpec) -> Map<String, Value> {
    let own = row.customer_id.map(SourceId::from);
    let wanted = own.as_ref().map(|id| spec.customer_in_place_of(id));
    let mut data = Map::new();
    data.insert("kind".to_owned(), json!("person"));
    data.insert("id".to_owned(), json!(row.id));
    let mut company = json!({
        "id": employer.source,
        "gorgias_id": employer.target,
        "name": employer.name,
        "fallback": wanted.as_ref() != Some(&employer.source),
    });
    if wanted != own {
        // The company of the same name that the source had for them.
        company["merged_from"] = json!(own);
    }
    data.insert("company".to_owned(), company);
    let texts = [
        ("email", &row.email),
        ("job_title", &row.job_title),
        ("phone", &row.phone),
        ("mobile_phone", &row.mobile_phone),
        ("department", &row.department_name),
    ];
    for (key, value) in texts {
        if let Some(value) = text::present(value.as_deref()) {
            data.insert(key.to_owned(), json!(value));
        }
    }
    let flags = [
        ("contact_person", row.is_contact_person),
        ("archived", row.archived),
        ("ignored", row.in_ignore_mode),
    ];
    for (key, flag) in flags {
        if let Some(flag) = flag {
            data.insert(key.to_owned(), json!(flag));
        }
    }
    if let Some(created) = &row.created_on {
        data.insert("created".to_owned(), json!(text::when(created)));
    }
    data
}
