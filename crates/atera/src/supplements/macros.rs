//! `macros.csv`: canned replies, which no call of the source shows, for the list of what to rebuild.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::reader::{Field, Table};

const NAME: usize = 0;
const TEXT: usize = 1;
const ACTIONS: usize = 2;
const CATEGORY: usize = 3;

pub(super) const FIELDS: &[Field] = &[
    Field { key: "name", names: &["name", "macro", "template", "title", "templatename"], required: true },
    Field { key: "text", names: &["text", "body", "reply", "content", "message"], required: false },
    Field { key: "actions", names: &["actions", "action"], required: false },
    Field { key: "category", names: &["category", "folder", "group"], required: false },
];

/// A canned reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Macro {
    /// Name.
    pub name: String,
    /// Text.
    pub text: Option<String>,
    /// What it does beside.
    pub actions: Option<String>,
    /// Category.
    pub category: Option<String>,
    /// Every other column, by its header.
    pub other: BTreeMap<String, String>,
}

/// The replies, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Macros(Vec<Macro>);

impl Macros {
    pub(super) fn load(path: &Path, columns: &BTreeMap<String, String>) -> Result<Self, SupplementError> {
        let table = Table::open(path, "macros", FIELDS, columns)?;
        let mut replies = Vec::new();
        table.rows(|row| {
            let own = |field| row.text(field).map(str::to_owned);
            replies.push(Macro {
                name: own(NAME).ok_or_else(|| row.wrong(NAME, "a macro's name"))?,
                text: own(TEXT),
                actions: own(ACTIONS),
                category: own(CATEGORY),
                other: row.other(),
            });
            Ok(())
        })?;
        Ok(Self(replies))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Macro] {
        &self.0
    }
}
