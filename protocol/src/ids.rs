//! The ids that cross a program boundary, each its own type so that none is taken for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Name of one customer's migration: a slug of `a-z`, `0-9` and `-`, 1 to 63 characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MigrationId(String);

/// A migration id that is not a slug.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "migration id {0:?} is not a slug: use 1 to 63 of a-z, 0-9 and '-', beginning with a letter or digit"
)]
pub struct BadMigrationId(pub String);

impl MigrationId {
    /// Checks and wraps a slug.
    ///
    /// # Errors
    /// [`BadMigrationId`] when the text is not a slug.
    pub fn new(slug: impl Into<String>) -> Result<Self, BadMigrationId> {
        let slug = slug.into();
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let ok = (1..=63).contains(&slug.len()) && slug.chars().all(legal) && !slug.starts_with('-');
        if ok { Ok(Self(slug)) } else { Err(BadMigrationId(slug)) }
    }

    /// The slug itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for MigrationId {
    type Error = BadMigrationId;
    fn try_from(slug: String) -> Result<Self, Self::Error> {
        Self::new(slug)
    }
}

impl From<MigrationId> for String {
    fn from(id: MigrationId) -> Self {
        id.0
    }
}

impl fmt::Display for MigrationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Id of a record at the source, as text: Atera has integers, but a tag is known by its name alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(pub String);

impl From<i64> for SourceId {
    fn from(id: i64) -> Self {
        Self(id.to_string())
    }
}

impl From<&str> for SourceId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// Id of a record at the destination, given by Gorgias.
    TargetId,
    i64
);
number!(
    /// Id of a batch, given by the ledger.
    BatchId,
    i64
);
number!(
    /// Grows with every claim of a batch; a write that carries an older one is refused.
    FenceToken,
    i64
);
number!(
    /// One walk through a whole migration: the first is 1, each later run or delta is the next.
    Pass,
    i64
);

/// Hash of what Flotilla meant to write: the first 16 bytes of a SHA-256, written as 32 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fingerprint(pub [u8; 16]);

impl Fingerprint {
    /// Hashes the bytes of a canonical form.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        let digest = Sha256::digest(bytes);
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Self(short)
    }

    /// The 32 hex digits.
    #[must_use]
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl From<Fingerprint> for String {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.to_hex()
    }
}

impl TryFrom<String> for Fingerprint {
    type Error = String;
    fn try_from(hex: String) -> Result<Self, String> {
        let mut bytes = [0; 16];
        if hex.len() != 32 || !hex.is_ascii() {
            return Err(format!("fingerprint {hex:?} is not 32 hex digits"));
        }
        for (slot, at) in bytes.iter_mut().zip((0..32).step_by(2)) {
            *slot = u8::from_str_radix(&hex[at..at + 2], 16)
                .map_err(|_| format!("fingerprint {hex:?} is not hex"))?;
        }
        Ok(Self(bytes))
    }
}
