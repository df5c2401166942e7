//! Accounts at the vendors, known by name. What stands here may be shown to anybody: the secret lies with the workers,
//! under the credential's name.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Name of an account or of a credential: a slug of `a-z`, `0-9` and `-`, 1 to 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Name(String);

/// A name that is not a slug.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("name {0:?} is not a slug: use 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit")]
pub struct BadName(pub String);

impl Name {
    /// Checks and wraps a slug.
    ///
    /// # Errors
    /// [`BadName`] when the text is not a slug.
    pub fn new(slug: impl Into<String>) -> Result<Self, BadName> {
        let slug = slug.into();
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let ok = (1..=63).contains(&slug.len()) && slug.chars().all(legal) && !slug.starts_with('-');
        if ok { Ok(Self(slug)) } else { Err(BadName(slug)) }
    }

    /// The slug itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Name {
    type Error = BadName;
    fn try_from(slug: String) -> Result<Self, Self::Error> {
        Self::new(slug)
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A vendor, and what its accounts need.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "vendor", deny_unknown_fields)]
pub enum At {
    /// The source.
    Atera {
        /// IANA name of the time zone of timestamps that carry none; none given: UTC.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        zone: Option<String>,
    },
    /// The destination.
    Gorgias {
        /// What the account allows.
        rate: AccountRate,
    },
}

/// What an account allows, and what is left to its other users.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountRate {
    /// Requests the account allows per window.
    pub limit: u32,
    /// Length of the window in milliseconds.
    pub window_ms: u64,
    /// Share of the limit left to other users of the account, 0.0 to 0.9.
    #[serde(default)]
    pub reserve: f64,
    /// Hours in which less is used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quiet: Vec<QuietHours>,
}

/// Hours of the day in which more is left to others, such as the shop's busy hours.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// IANA name of the time zone.
    pub zone: String,
    /// From this minute of the day on, 0 to 1439.
    pub from_minute: u16,
    /// Until before this minute of the day; smaller than `from_minute`: over midnight.
    pub to_minute: u16,
    /// Share of the limit left to others meanwhile, 0.0 to 0.99.
    pub reserve: f64,
}

/// An account at a vendor.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Its name.
    pub name: Name,
    /// Address of its API, without any secret in it.
    pub base_url: String,
    /// Name of the credential; the workers hold what it names.
    pub credential: Name,
    /// The vendor, and what it needs.
    #[serde(flatten)]
    pub at: At,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_reads_back_as_it_was_written() {
        let rate = AccountRate { limit: 40, window_ms: 20_000, reserve: 0.1, quiet: Vec::new() };
        let account = Account {
            name: Name::new("acme-gorgias").unwrap(),
            base_url: "https://acme.gorgias.com/api".to_owned(),
            credential: Name::new("acme").unwrap(),
            at: At::Gorgias { rate },
        };
        let json = serde_json::to_string(&account).unwrap();
        assert_eq!(serde_json::from_str::<Account>(&json).unwrap(), account);
    }

    #[test]
    fn a_name_is_a_slug() {
        assert!(Name::new("acme-1").is_ok());
        for bad in ["", "-a", "A", "a b", "a/b", "..", &"a".repeat(64)] {
            assert_eq!(Name::new(bad), Err(BadName(bad.to_owned())));
        }
    }
}
