//! Fixtures: a record as the source writes it, and the world it is mapped in. A fixture says only what matters to it;
//! the rest of the world is the same for all.

use std::{fs, path::PathBuf, sync::Arc};

use atera::{Comment, CustomFieldDefinition, CustomFieldValue, Decimal, FieldValue, Stamp};
use gorgias::{CustomFieldRow, ObjectType as Belongs, UserRow};
use jiff::tz::TimeZone;
use protocol::{FailureCode, Link, MapSpec, ObjectKind, TargetId};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::{
    AssetFacts, AssetRef, AssetSource, Company, Destination, MovedFile, Resolved, TargetField, TargetUser,
    TicketSource, name_of_bytes, name_of_url,
};

/// One fixture file.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) json: Value,
}

impl Fixture {
    /// Every fixture of a kind, by name.
    pub(crate) fn all(kind: ObjectKind) -> Vec<Self> {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind.name());
        let mut all: Vec<Self> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .map(|path| {
                let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
                let json = serde_json::from_str(&fs::read_to_string(&path).unwrap());
                Self { json: json.unwrap_or_else(|error| panic!("{name}: {error}")), name }
            })
            .collect();
        assert!(!all.is_empty(), "{kind} has no fixtures");
        all.sort_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// One fixture by name.
    pub(crate) fn named(kind: ObjectKind, name: &str) -> Self {
        Self::all(kind).into_iter().find(|fixture| fixture.name == name).unwrap()
    }

    /// The spec: the default with a fallback agent and customer, and what the fixture changes.
    pub(crate) fn spec(&self) -> MapSpec {
        let mut spec = json!(MapSpec {
            fallback_agent: Some("desk@shop.example".to_owned()),
            fallback_customer: Some("1".into()),
            ..MapSpec::default()
        });
        for (key, value) in self.json["spec"].as_object().into_iter().flatten() {
            spec[key] = value.clone();
        }
        serde_json::from_value(spec).unwrap()
    }

    /// The world: users, fields, tags, landed and failed parents, and files.
    pub(crate) fn resolved(&self, assets: &[AssetRef]) -> Resolved {
        let world = &self.json["world"];
        let mut resolved = Resolved { destination: Arc::new(self.destination()), ..Resolved::default() };
        for (key, target) in world["landed"].as_object().into_iter().flatten() {
            resolved.parents.insert(link(key), TargetId(target.as_i64().unwrap()));
        }
        for (key, cause) in world["missing"].as_object().into_iter().flatten() {
            resolved.missing.insert(link(key), cause.as_str().map(|cause| cause.parse().unwrap()));
        }
        resolved.assets =
            assets.iter().map(|asset| (asset.key.clone(), facts(&world["files"], asset))).collect();
        resolved
    }

    fn destination(&self) -> Destination {
        let world = &self.json["world"];
        let mut users = vec![json!({"id": 900, "email": "Desk@Shop.example", "role": {"name": "admin"}})];
        users.extend(world["users"].as_array().cloned().unwrap_or_default());
        let users: Vec<UserRow> = users.into_iter().map(|row| serde_json::from_value(row).unwrap()).collect();
        let users: Vec<_> = users.iter().filter_map(TargetUser::of).collect();
        let fields = world["fields"].as_array().into_iter().flatten().filter_map(|row| {
            let row: CustomFieldRow = serde_json::from_value(row.clone()).unwrap();
            let belongs = row.object_type.as_deref() == Some("Customer");
            TargetField::of(if belongs { Belongs::Customer } else { Belongs::Ticket }, &row)
        });
        let tags = world["tags"].as_object().into_iter().flatten();
        let spec = self.spec();
        let mut destination = Destination {
            fields: fields.collect(),
            users,
            tags: tags.map(|(name, id)| (name.clone(), TargetId(id.as_i64().unwrap()))).collect(),
            fallback_agent: None,
            fallback_customer: spec.fallback_customer.map(|source| Company {
                source,
                target: TargetId(901),
                name: "Fallback Ltd".to_owned(),
            }),
        };
        destination.fallback_agent = destination.user_by_email(spec.fallback_agent.as_deref());
        destination
    }

    /// A record of the source.
    pub(crate) fn record<T: atera::Row>(&self, key: &str) -> T {
        atera::read(&self.json[key].to_string(), &zone())
            .unwrap_or_else(|place| panic!("{}: {place}", self.name))
    }

    /// Typed custom field values.
    pub(crate) fn values(&self) -> Vec<CustomFieldValue> {
        self.json["values"].as_array().into_iter().flatten().map(value).collect()
    }

    /// Definitions of custom fields.
    pub(crate) fn definitions(&self) -> Vec<CustomFieldDefinition> {
        serde_json::from_value(self.json["definitions"].clone()).unwrap()
    }
}

/// A ticket with its thread; `repeat` multiplies the comments, each with its own minute.
pub(crate) fn ticket_source(fixture: &Fixture) -> TicketSource {
    let json = &fixture.json;
    let repeat = json["repeat"].as_u64().unwrap_or(1);
    let mut comments: Vec<Comment> = Vec::new();
    for round in 0..repeat {
        for comment in json["comments"].as_array().into_iter().flatten() {
            let mut text = comment.to_string();
            if repeat > 1 {
                text = text.replace("{round}", &round.to_string());
                text = text
                    .replace("{hh}", &format!("{:02}", round / 60))
                    .replace("{mm}", &format!("{:02}", round % 60));
            }
            comments.push(atera::read(&text, &zone()).unwrap());
        }
    }
    Comment::number(&mut comments);
    let texts = |key: &str| -> Vec<String> {
        json[key].as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    TicketSource {
        row: fixture.record("ticket"),
        comments,
        files: texts("attachments").iter().map(|url| url.parse().unwrap()).collect(),
        values: fixture.values(),
        tags: texts("tags"),
    }
}

/// The account's zone.
pub(crate) fn zone() -> TimeZone {
    TimeZone::get("Asia/Jerusalem").unwrap()
}

fn link(key: &str) -> Link {
    let (kind, id) = key.split_once('/').unwrap();
    Link::new(kind.parse().unwrap(), id)
}

fn value(json: &Value) -> CustomFieldValue {
    let text = |key: &str| json[key].as_str().map(str::to_owned);
    let value = text("text")
        .map(FieldValue::Text)
        .or_else(|| text("option").map(FieldValue::Option))
        .or_else(|| text("number").map(|number| FieldValue::Number(Decimal::parse(&number).unwrap())))
        .or_else(|| text("date").map(|date| FieldValue::Date(Stamp::read(&date, &zone()))))
        .or_else(|| json["bool"].as_bool().map(FieldValue::Bool));
    CustomFieldValue { field: json["field"].as_str().unwrap().to_owned(), value: value.unwrap() }
}

/// Facts of a file: what stands in the text is hashed, what has an address is looked up by its last segment.
fn facts(files: &Value, asset: &AssetRef) -> AssetFacts {
    let moved = |name: Option<String>, content_type: &str, bytes: &[u8]| {
        let sha256: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        AssetFacts::Moved(MovedFile {
            name: name.unwrap_or_else(|| name_of_bytes(&sha256, content_type)),
            content_type: content_type.to_owned(),
            size: u64::try_from(bytes.len()).unwrap(),
            sha256,
        })
    };
    if let Some(cause) = asset.unfetchable() {
        return AssetFacts::NotMoved(cause);
    }
    match &asset.from {
        AssetSource::Data { content_type, bytes } => moved(None, content_type, bytes),
        AssetSource::Url(url) => {
            let name = name_of_url(url).unwrap_or_default();
            let file = &files[&name];
            match file["cause"].as_str() {
                Some(cause) => AssetFacts::NotMoved(cause.parse().unwrap()),
                None => moved(
                    Some(file["name"].as_str().map_or(name, str::to_owned)),
                    file["type"].as_str().unwrap_or("application/octet-stream"),
                    file["content"].as_str().unwrap_or_else(|| url.path()).as_bytes(),
                ),
            }
        }
        AssetSource::Cid(_) | AssetSource::Unreadable => AssetFacts::NotMoved(FailureCode::FileMissing),
    }
}
