//! What companies and people both become: a customer of the destination, which knows no companies. Created with the six
//! fields of the create schema; field values and `data` follow, each by a call that may be repeated.

use std::collections::BTreeSet;

use gorgias::{CustomerChannel, ErrorKind, FieldValue, NewCustomer};
use protocol::{FailureCode, ObjectKind, SourceId, TargetId, UnixMs};
use serde::Serialize;
use serde_json::{Value, json};

use crate::{Fields, Found, Note, Presence, Reject, Resolved, Seen, View, field_value, text};

/// Longest address or number Gorgias takes, in characters.
const MAX_ADDRESS: usize = 320;

/// Ids asked about at once: each round reads the listing from its start, so rounds are few.
pub(crate) const PRESENT_AT_ONCE: u32 = 10_000;

/// Ids above which reading every page of customers costs less than asking for each.
const SINGLE_LOOKUPS: usize = 20;

/// A customer to be made.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PersonTarget {
    /// The external id.
    pub external_id: String,
    /// The name agents see.
    pub name: String,
    /// The address, lower case.
    pub email: Option<String>,
    /// Numbers, the preferred one first.
    pub phones: Vec<String>,
    /// Field values, put after the first write.
    pub fields: Vec<FieldValue>,
    /// What has no field, put after the first write.
    pub data: Value,
}

impl PersonTarget {
    /// The body of the first write.
    #[must_use]
    pub fn wire(&self) -> NewCustomer {
        let mut customer = NewCustomer::new(&self.external_id);
        customer.email.clone_from(&self.email);
        customer.name = Some(self.name.clone());
        let channel = |kind: &str, address: &str, preferred| CustomerChannel {
            kind: kind.to_owned(),
            address: address.to_owned(),
            preferred,
        };
        customer.channels.extend(self.email.iter().map(|email| channel("email", email, true)));
        let phones = self.phones.iter().enumerate();
        customer.channels.extend(phones.map(|(at, phone)| channel("phone", phone, at == 0)));
        customer
    }
}

/// An address in the form it is sent in; `None` when it is none.
pub(crate) fn email(text: Option<&str>) -> Option<String> {
    let email = protocol::map_spec::fold(text?);
    let (local, domain) = email.split_once('@')?;
    let sound = !local.is_empty()
        && !domain.is_empty()
        && !domain.contains('@')
        && !email.chars().any(|c| c.is_whitespace() || c.is_control())
        && email.chars().count() <= MAX_ADDRESS;
    sound.then_some(email)
}

/// Numbers worth keeping as channels, each once.
pub(crate) fn phones<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Vec<String> {
    let mut phones: Vec<String> = Vec::new();
    for phone in texts.into_iter().filter_map(text::present) {
        let sound = phone.chars().any(|c| c.is_ascii_digit()) && phone.chars().count() <= MAX_ADDRESS;
        if sound && !phones.contains(&phone) {
            phones.push(phone);
        }
    }
    phones
}

/// The text value of the field with this definition, or the note that keeps it.
pub(crate) fn text_field(
    resolved: &Resolved,
    definition: &str,
    (scope, record, label): (&str, &SourceId, &str),
    value: &str,
) -> Result<FieldValue, Note> {
    let field = field_value::landed(resolved, &SourceId::from(definition));
    let value_in = |field| field_value::text_for(field, value);
    field.and_then(value_in).map_err(|cause| Note::CompanionValue {
        scope: scope.to_owned(),
        record: record.clone(),
        field: label.to_owned(),
        value: value.to_owned(),
        cause,
    })
}

/// A parent that was tried and did not land takes its child along; one the source does not have does not.
pub(crate) fn parent_failed(kind: ObjectKind, cause: FailureCode) -> Reject {
    Reject::new(FailureCode::ParentFailed, format!("its {kind} did not land: {cause}"))
}

/// Marks one of the sample in `data`: customers have no tags of their own.
pub(crate) fn mark(target: &mut PersonTarget) -> bool {
    let Some(Value::Object(data)) = target.data.get_mut("atera") else { return false };
    data.insert("sample".to_owned(), json!(true));
    true
}

/// One call; a second one, without the numbers, when one of them is another customer's already: people share numbers,
/// and each stays in `data`.
pub(crate) async fn create(
    gorgias: &gorgias::Client,
    target: &PersonTarget,
) -> Result<TargetId, gorgias::Error> {
    let wire = target.wire();
    let error = match gorgias.create_customer(&wire).await {
        Ok(id) => return Ok(TargetId(id)),
        Err(error) => error,
    };
    if target.phones.is_empty() || !may_be_a_number(&error) {
        return Err(error);
    }
    let mut without = wire;
    without.channels.retain(|channel| channel.kind != "phone");
    gorgias.create_customer(&without).await.map(TargetId)
}

/// Whether an identifier is in use that is not, by the answer's own words, the address.
fn may_be_a_number(error: &gorgias::Error) -> bool {
    let fields = error.fields();
    error.kind() == ErrorKind::Conflict && (fields.is_empty() || fields.iter().any(|field| field != "email"))
}

pub(crate) async fn complete(
    gorgias: &gorgias::Client,
    id: TargetId,
    target: &PersonTarget,
) -> Result<(), gorgias::Error> {
    if !target.fields.is_empty() {
        gorgias.put_customer_fields(id.0, &target.fields).await?;
    }
    gorgias.put_customer_data(id.0, &target.data).await
}

pub(crate) async fn find(gorgias: &gorgias::Client, target: &PersonTarget) -> Result<Found, gorgias::Error> {
    let rows = gorgias.customers_by_external_id(&target.external_id).await?;
    Ok(Found::from_ids(rows.iter().map(|row| row.id)))
}

/// The customer who has the address, the oldest if several claim it.
pub(crate) async fn adopt(
    gorgias: &gorgias::Client,
    target: &PersonTarget,
) -> Result<Option<TargetId>, gorgias::Error> {
    let Some(email) = &target.email else {
        return Ok(None);
    };
    let rows = gorgias.customers_by_email(email).await?;
    Ok(rows.iter().filter(|row| row.has_email(email)).map(|row| TargetId(row.id)).min())
}

/// One call per id for up to 20 ids; for more, one call per hundred customers of the account until all are found, and
/// the ids still missing after as many pages as there are ids one by one. So never more than two calls per id.
pub(crate) async fn present(
    gorgias: &gorgias::Client,
    ids: &[TargetId],
) -> Result<Vec<Presence>, gorgias::Error> {
    Ok(rows(gorgias, ids).await?.into_iter().map(presence).collect())
}

async fn rows(
    gorgias: &gorgias::Client,
    ids: &[TargetId],
) -> Result<Vec<gorgias::CustomerRow>, gorgias::Error> {
    let mut left: BTreeSet<TargetId> = ids.iter().copied().collect();
    let mut found = Vec::with_capacity(left.len());
    if left.len() > SINGLE_LOOKUPS {
        let mut cursor: Option<String> = None;
        for _ in 0..ids.len() {
            let page = gorgias.customers_page(cursor.as_deref()).await?;
            found.extend(page.items.into_iter().filter(|row| left.remove(&TargetId(row.id))));
            cursor = page.next;
            if cursor.is_none() || left.is_empty() {
                break;
            }
        }
    }
    for id in left {
        match gorgias.customer(id.0).await {
            Ok(row) => found.push(row),
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Kept in `data` alone when one of them is another customer's.
const LOOSE: [&str; 1] = ["phones"];

/// What is expected of a customer as it was meant.
pub(crate) fn expected(target: &PersonTarget) -> View {
    let mut phones = target.phones.clone();
    phones.sort_unstable();
    let fields = Fields::from([
        ("external_id", json!(target.external_id)),
        ("name", json!(target.name)),
        ("email", json!(target.email)),
        ("phones", json!(phones)),
        ("data", target.data.get("atera").cloned().unwrap_or_default()),
    ]);
    View { fields, parts: target.fields.iter().map(field_value::part).collect(), loose: &LOOSE }
}

/// A customer as a listing shows it, without field values.
fn row(row: gorgias::CustomerRow) -> Seen {
    let addresses = |kind: &str| {
        let of_kind = row.channels.iter().filter(|channel| channel.kind == kind);
        let mut addresses: Vec<String> = of_kind.map(|channel| channel.address.clone()).collect();
        addresses.sort_unstable();
        addresses
    };
    let phones = addresses("phone");
    let email = row.email.as_deref().map(protocol::map_spec::fold);
    let fields = Fields::from([
        ("external_id", json!(row.external_id)),
        ("name", json!(row.name.clone().unwrap_or_default())),
        ("email", json!(email.filter(|email| !email.is_empty()))),
        ("phones", json!(phones)),
        ("data", row.data.as_ref().and_then(|data| data.get("atera")).cloned().unwrap_or_default()),
    ]);
    Seen {
        target: TargetId(row.id),
        external_id: row.external_id,
        view: View {
            fields,
            parts: row.custom_fields.iter().map(field_value::part).collect(),
            loose: &LOOSE,
        },
        loose_is_fair: Some(phones.is_empty()),
        parts: None,
        updated_at: row.updated_datetime.map(|at| UnixMs(at.as_millisecond())),
    }
}

/// The calls of [`present`], with what each record says, without field values.
pub(crate) async fn read_back(
    gorgias: &gorgias::Client,
    ids: &[TargetId],
) -> Result<Vec<Seen>, gorgias::Error> {
    Ok(rows(gorgias, ids).await?.into_iter().map(row).collect())
}

/// One call, with field values.
pub(crate) async fn read_whole(
    gorgias: &gorgias::Client,
    id: TargetId,
) -> Result<Option<Seen>, gorgias::Error> {
    match gorgias.customer(id.0).await {
        Ok(found) => Ok(Some(row(found))),
        Err(error) if is_gone(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Identifiers, name and channels by one call, then what [`complete`] does.
pub(crate) async fn update(
    gorgias: &gorgias::Client,
    id: TargetId,
    target: &PersonTarget,
) -> Result<(), gorgias::Error> {
    let wire = target.wire();
    if let Err(error) = gorgias.update_customer(id.0, &wire).await {
        if target.phones.is_empty() || !may_be_a_number(&error) {
            return Err(error);
        }
        let mut without = wire;
        without.channels.retain(|channel| channel.kind != "phone");
        gorgias.update_customer(id.0, &without).await?;
    }
    complete(gorgias, id, target).await
}

fn is_gone(error: &gorgias::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Merged { .. })
}

fn presence(row: gorgias::CustomerRow) -> Presence {
    Presence { target: TargetId(row.id), external_id: row.external_id, messages: None }
}

pub(crate) async fn delete(gorgias: &gorgias::Client, id: TargetId) -> Result<(), gorgias::Error> {
    gorgias.delete_customer(id.0).await.map(|_| ())
}
