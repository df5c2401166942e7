//! Tags. Names are case-sensitive: `VIP` and `vip` are two (reference section 2.4).

use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};

/// A tag to create. Write only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewTag {
    /// 1 to 256 characters, case kept.
    pub name: String,
    /// At most 1024 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Colour as `#rrggbb`.
    #[serde(
        rename = "decoration",
        skip_serializing_if = "Option::is_none",
        serialize_with = "as_decoration"
    )]
    pub color: Option<String>,
}

impl NewTag {
    /// A tag with nothing but a name.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), description: None, color: None }
    }
}

/// A tag as read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct TagRow {
    /// The Gorgias id.
    pub id: i64,
    /// The name, case kept.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// On how many tickets it is.
    #[serde(default)]
    pub usage: Option<i64>,
    /// Set when the tag is deleted.
    #[serde(default)]
    pub deleted_datetime: Option<String>,
}

fn as_decoration<S: Serializer>(color: &Option<String>, output: S) -> Result<S::Ok, S::Error> {
    let mut map = output.serialize_map(Some(1))?;
    map.serialize_entry("color", color)?;
    map.end()
}
