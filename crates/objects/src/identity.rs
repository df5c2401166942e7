//! The names our records carry at the destination, by which they are found again. A name depends on the source record
//! alone: never on a page, a run, a clock or an address.

use protocol::{MapSpec, ObjectKind, SourceId};
use sha2::{Digest as _, Sha256};

/// Longest external id Gorgias takes, in characters.
const MAX_EXTERNAL_ID: usize = 255;

/// The external id of a record: `{prefix}:{kind}:{source id}`. A source id too long for it is replaced by its hash.
#[must_use]
pub fn external_id(spec: &MapSpec, kind: ObjectKind, id: &SourceId) -> String {
    within_limit(&spec.prefix, format!("{}:{kind}:{id}", spec.prefix))
}

/// The external id of a message: `{prefix}:{ticket}:{key}`, the key being made of what the comment says.
pub(crate) fn message_external_id(spec: &MapSpec, ticket: i64, key: &str) -> String {
    within_limit(&spec.prefix, format!("{}:{ticket}:{key}", spec.prefix))
}

fn within_limit(prefix: &str, id: String) -> String {
    if id.chars().count() <= MAX_EXTERNAL_ID {
        return id;
    }
    let prefix: String = prefix.chars().take(100).collect();
    format!("{prefix}:{}", hash16(&[&id]))
}

/// 32 hex digits of a hash over texts, each with its length, so that no two lists run together.
pub(crate) fn hash16(texts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    }
    hex16(&hash.finalize())
}

/// 32 hex digits of a hash over bytes.
pub(crate) fn hash16_of(bytes: &[u8]) -> String {
    hex16(&Sha256::digest(bytes))
}

fn hex16(digest: &[u8]) -> String {
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
