//! One entry of a ticket's thread. The source gives a comment no id; a key is made here from what the
//! comment says, never from its place in a page.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::Row;
use crate::lenient;
use crate::stamp::Stamp;

/// A comment. Texts are none when null or empty.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub struct Comment {
    /// Made by [`Comment::number`]: 32 hex digits of a hash, `-` and the ordinal among true duplicates.
    #[serde(skip)]
    pub key: String,
    /// When it was written.
    #[serde(rename = "Date", deserialize_with = "lenient::stamp")]
    pub date: Option<Stamp>,
    /// Text form.
    #[serde(rename = "Comment", deserialize_with = "lenient::text")]
    pub text: Option<String>,
    /// HTML form; old comments may have none.
    #[serde(rename = "CommentHtml", deserialize_with = "lenient::text")]
    pub html: Option<String>,
    /// Set for a contact's comment.
    #[serde(rename = "EndUserID", deserialize_with = "lenient::id")]
    pub contact_id: Option<i64>,
    /// Set for a technician's comment.
    #[serde(rename = "TechnicianContactID", deserialize_with = "lenient::id")]
    pub technician_id: Option<i64>,
    /// Author's address.
    #[serde(deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// Author's first name.
    #[serde(deserialize_with = "lenient::text")]
    pub first_name: Option<String>,
    /// Author's last name.
    #[serde(deserialize_with = "lenient::text")]
    pub last_name: Option<String>,
    /// True for an internal note. Absent or null reads as true: a comment is never made public by a gap.
    #[serde(rename = "IsInternal", deserialize_with = "internal")]
    pub is_internal: bool,
}

impl Default for Comment {
    /// An empty comment, internal: whatever is not said must not become public.
    fn default() -> Self {
        Self {
            key: String::new(),
            date: None,
            text: None,
            html: None,
            contact_id: None,
            technician_id: None,
            email: None,
            first_name: None,
            last_name: None,
            is_internal: true,
        }
    }
}

/// Who wrote a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    /// A contact, by its id.
    Contact(i64),
    /// A technician, by its id.
    Technician(i64),
    /// Neither id is set: the system or an automation.
    System,
}

impl Comment {
    /// Who wrote it. A technician's id wins where both are set.
    #[must_use]
    pub fn author(&self) -> Author {
        match (self.technician_id, self.contact_id) {
            (Some(id), _) => Author::Technician(id),
            (None, Some(id)) => Author::Contact(id),
            (None, None) => Author::System,
        }
    }

    /// Sorts a whole thread by date (undated last, equal dates in the given order) and gives each comment its key.
    pub fn number(thread: &mut [Self]) {
        thread.sort_by_key(|c| {
            let at = c.date.as_ref().and_then(|d| d.at);
            (at.is_none(), at)
        });
        let mut seen: HashMap<String, u32> = HashMap::new();
        for comment in thread {
            let hash = comment.content_hash();
            let ordinal = seen.entry(hash.clone()).and_modify(|n| *n += 1).or_insert(1);
            comment.key = format!("{hash}-{ordinal}");
        }
    }

    /// Privacy is part of the hash, so that two comments alike but for it can never swap their keys.
    fn content_hash(&self) -> String {
        let date = match &self.date {
            Some(Stamp { at: Some(at), .. }) => at.to_string(),
            Some(Stamp { raw, .. }) => raw.clone(),
            None => String::new(),
        };
        let author = format!("{:?}/{:?}", self.technician_id, self.contact_id);
        let parts = [
            date.as_str(),
            &author,
            self.email.as_deref().unwrap_or_default(),
            self.text.as_deref().unwrap_or_default(),
            self.html.as_deref().unwrap_or_default(),
            if self.is_internal { "internal" } else { "public" },
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_le_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().iter().take(16).fold(String::with_capacity(32), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

fn internal<'de, D: serde::Deserializer<'de>>(source: D) -> Result<bool, D::Error> {
    Ok(lenient::flag(source)?.unwrap_or(true))
}

impl Row for Comment {
    fn key(&self) -> Option<String> {
        Some(self.content_hash())
    }

    fn stamps(&mut self) -> Vec<&mut Option<Stamp>> {
        vec![&mut self.date]
    }
}
