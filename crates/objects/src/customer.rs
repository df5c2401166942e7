//! Customers: companies (or sites) of the source. A company becomes a customer without an e-mail, so that nothing can
//! be sent to it; what a customer has no place for is kept in `data`.

use atera::FieldTarget;
use protocol::{Link, MapSpec, ObjectKind, SourceId, TargetId, UnixMs, Window};
use serde_json::{Map, Value, json};

use crate::{
    Found, Mapped, ObjectType, PersonTarget, Presence, Reject, Resolved, Seen, SourcePage, SourceReader,
    Trait, View, field_value,
    identity::external_id,
    person,
    source_reader::{change_filter, number, source_page},
    text, traits,
};

/// The kind.
#[derive(Debug)]
pub struct Customer;

/// A company with its field values.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerSource {
    /// The company.
    pub row: atera::Customer,
    /// Its custom field values, typed.
    pub values: Vec<atera::CustomFieldValue>,
}

impl ObjectType for Customer {
    const KIND: ObjectKind = ObjectKind::Customer;
    const PRESENT_AT_ONCE: u32 = person::PRESENT_AT_ONCE;
    type Row = atera::Customer;
    type Source = CustomerSource;
    type Target = PersonTarget;

    async fn page(
        source: &SourceReader,
        of: &Window,
        page: u32,
    ) -> Result<SourcePage<atera::Customer>, atera::Error> {
        source.atera.customers_page(&change_filter(of), page).await.map(source_page)
    }

    async fn one(source: &SourceReader, id: &SourceId) -> Result<Option<atera::Customer>, atera::Error> {
        match number(id) {
            Some(id) => source.atera.customer(id).await,
            None => Ok(None),
        }
    }

    fn id(row: &atera::Customer) -> SourceId {
        SourceId::from(row.id)
    }

    /// Left out when another customer of the same name stands in this one's place.
    fn excluded(row: &atera::Customer, spec: &MapSpec) -> bool {
        let id = Self::id(row);
        spec.customer_in_place_of(&id) != id
    }

    async fn hydrate(source: &SourceReader, row: atera::Customer) -> Result<CustomerSource, atera::Error> {
        let values = source.atera.custom_field_values(FieldTarget::Customer, row.id).await?;
        Ok(CustomerSource { row, values })
    }

    fn links(source: &CustomerSource, _spec: &MapSpec) -> Vec<Link> {
        field_value::links(&FieldTarget::Customer, &source.values)
    }

    fn map(
        source: &CustomerSource,
        resolved: &Resolved,
        spec: &MapSpec,
    ) -> Result<Mapped<PersonTarget>, Reject> {
        let row = &source.row;
        let id = Self::id(row);
        let (fields, notes) = field_value::place(&FieldTarget::Customer, &id, &source.values, resolved);
        let target = PersonTarget {
            external_id: external_id(spec, Self::KIND, &id),
            name: text::present(row.name.as_deref()).unwrap_or_else(|| format!("Customer {id}")),
            email: None,
            phones: person::phones([row.phone.as_deref()]),
            fields,
            data: json!({ "atera": data(row) }),
        };
        Mapped::new(target, notes)
    }

    fn traits(row: &atera::Customer) -> Vec<Trait> {
        let mut traits = traits::ages(row.created_on.as_ref());
        let name = row.name.as_deref().unwrap_or_default();
        let has = |there: bool, name: &str| there.then(|| Trait::has(name));
        traits.extend(has(name.trim().is_empty(), "no_name"));
        traits.extend(has(traits::is_other_script(name), "non_latin"));
        traits.extend(has(row.domain.is_none(), "no_domain"));
        traits.extend(has(row.business_number.is_some(), "business_number"));
        traits.push(Trait::most("longest_notes", row.notes.as_deref().map_or(0, str::len)));
        traits
    }

    fn deeper_traits(source: &CustomerSource) -> Vec<Trait> {
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

/// Everything the source knows of a company and a customer has no field for. Absent values are left out.
fn data(row: &atera::Customer) -> Map<String, Value> {
    let texts = [
        ("domain", &row.domain),
        ("business_number", &row.business_number),
        ("address", &row.address),
        ("city", &row.city),
        ("state", &row.state),
        ("zip_code", &row.zip_code),
        ("country", &row.country),
        ("phone", &row.phone),
        ("fax", &row.fax),
        ("notes", &row.notes),
        ("links", &row.links),
        ("logo", &row.logo),
    ];
    let mut data = Map::new();
    data.insert("kind".to_owned(), json!("company"));
    data.insert("id".to_owned(), json!(row.id));
    for (key, value) in texts {
        if let Some(value) = text::present(value.as_deref()) {
            data.insert(key.to_owned(), json!(value));
        }
    }
    if let Some(created) = &row.created_on {
        data.insert("created".to_owned(), json!(text::when(created)));
    }
    data
}
