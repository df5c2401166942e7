//! The kinds of records the account holds, and under which keys each can be found again. Pure.

use serde_json::{Map, Value};

/// A kind of record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    AccountSetting,
    Customer,
    CustomField,
    Event,
    Integration,
    Job,
    Macro,
    Message,
    Rule,
    Survey,
    Tag,
    Team,
    Ticket,
    Upload,
    User,
    View,
    Widget,
}

impl Kind {
    /// Every kind, in the order of the enum.
    pub(crate) const ALL: [Self; 17] = [
        Self::AccountSetting,
        Self::Customer,
        Self::CustomField,
        Self::Event,
        Self::Integration,
        Self::Job,
        Self::Macro,
        Self::Message,
        Self::Rule,
        Self::Survey,
        Self::Tag,
        Self::Team,
        Self::Ticket,
        Self::Upload,
        Self::User,
        Self::View,
        Self::Widget,
    ];

    /// The kind's name in admin routes and snapshots.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AccountSetting => "account_settings",
            Self::Customer => "customers",
            Self::CustomField => "custom_fields",
            Self::Event => "events",
            Self::Integration => "integrations",
            Self::Job => "jobs",
            Self::Macro => "macros",
            Self::Message => "messages",
            Self::Rule => "rules",
            Self::Survey => "satisfaction_surveys",
            Self::Tag => "tags",
            Self::Team => "teams",
            Self::Ticket => "tickets",
            Self::Upload => "uploads",
            Self::User => "users",
            Self::View => "views",
            Self::Widget => "widgets",
        }
    }

    /// The kind of that name; the singular is understood too.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name || kind.name().trim_end_matches('s') == name)
    }

    /// What an error calls one record of the kind.
    pub(crate) fn noun(self) -> &'static str {
        self.name().trim_end_matches('s')
    }

    /// Every key under which a record of this kind is found.
    pub(super) fn keys(self, record: &Map<String, Value>) -> Vec<String> {
        let text = |name: &str| record.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let number = |name: &str| record.get(name).and_then(Value::as_i64);
        let mut keys: Vec<String> = text("external_id").map(external_key).into_iter().collect();
        match self {
            Self::Customer | Self::User => {
                keys.extend(text("email").map(email_key));
                for channel in record.get("channels").and_then(Value::as_array).into_iter().flatten() {
                    let part = |name: &str| channel.get(name).and_then(Value::as_str).unwrap_or_default();
                    keys.push(channel_key(part("type"), part("address")));
                    if part("type") == "email" {
                        keys.push(email_key(part("address")));
                    }
                }
            }
            Self::Tag => keys.extend(text("name").map(name_key)),
            Self::Ticket => {
                keys.extend(number("customer").map(customer_key));
                let tags = record.get("tags").and_then(Value::as_array).into_iter().flatten();
                keys.extend(tags.filter_map(Value::as_i64).map(tag_key));
            }
            Self::Message => keys.extend(number("ticket_id").map(ticket_key)),
            Self::Survey => keys.extend(number("ticket_id").map(ticket_key)),
            Self::Upload => keys.extend(text("path").map(name_key)),
            _ => {}
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// Start of every key made of an `external_id`.
pub(crate) const EXTERNAL: &str = "x:";

pub(crate) fn external_key(id: &str) -> String {
    format!("{EXTERNAL}{id}")
}

/// Letter case is folded; whoever must tell cases apart compares the records themselves.
pub(super) fn email_key(email: &str) -> String {
    format!("e:{}", email.trim().to_lowercase())
}

pub(super) fn channel_key(kind: &str, address: &str) -> String {
    format!("c:{kind}:{}", address.trim().to_lowercase())
}

pub(crate) fn name_key(name: &str) -> String {
    format!("n:{name}")
}

pub(super) fn customer_key(id: i64) -> String {
    format!("u:{id}")
}

pub(crate) fn ticket_key(id: i64) -> String {
    format!("t:{id}")
}

pub(super) fn tag_key(id: i64) -> String {
    format!("g:{id}")
}
