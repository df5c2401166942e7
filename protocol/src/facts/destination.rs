//! The destination as an assessment found it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::TargetId;

/// The destination.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct DestinationFacts {
    /// Whether the account is closed.
    pub closed: bool,
    /// Everybody with a login, bots left out.
    pub users: Vec<UserFacts>,
    /// Active custom fields of tickets and customers.
    pub fields: Vec<TargetFieldFacts>,
    /// Tags.
    pub tags: u64,
    /// Rules, the deactivated ones too.
    pub rules: Vec<RuleFacts>,
    /// Integrations.
    pub hooks: Vec<HookFacts>,
    /// Macros.
    pub macros: u64,
    /// Satisfaction surveys there are.
    pub surveys: u64,
    /// Settings of the account that act on tickets.
    pub switches: Vec<SwitchFacts>,
}

/// Somebody with a login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserFacts {
    /// Their id.
    pub id: TargetId,
    /// Hash of their address.
    pub address: Option<String>,
    /// Their role.
    pub role: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetFieldFacts {
    /// Its id.
    pub id: TargetId,
    /// `Ticket` or `Customer`.
    pub object: String,
    /// Its label.
    pub label: String,
    /// `text`, `dropdown`, `number` or `boolean`.
    pub takes: String,
    /// Whether the vendor itself uses it.
    pub managed: bool,
}

/// A rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleFacts {
    /// Its id.
    pub id: TargetId,
    /// Its name.
    pub name: String,
    /// What sets it off.
    pub events: Vec<String>,
    /// What it does, by the names of its actions.
    pub acts: Vec<String>,
    /// Whether it is on.
    pub active: bool,
}

/// An integration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HookFacts {
    /// Its id.
    pub id: TargetId,
    /// Its type.
    pub kind: String,
    /// What makes it call its address.
    pub triggers: Vec<String>,
    /// Whether it is on.
    pub active: bool,
}

/// A setting of the account: the flags in it that are on or off, and its numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SwitchFacts {
    /// Its id.
    pub id: TargetId,
    /// Its type, such as `satisfaction-surveys`.
    pub kind: String,
    /// Its flags, by their place in it.
    pub flags: BTreeMap<String, bool>,
}
