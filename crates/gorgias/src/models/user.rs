//! Users: agents and bots. Creating one invites a person by e-mail and may cost a seat, so nothing here does it
//! by itself (reference section 2.2).

use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::wire::lenient_text;

/// A user to create. Write only. Gorgias sends the invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewUser {
    /// Where the invitation goes.
    pub email: String,
    /// The name agents see.
    pub name: String,
    /// `admin`, `agent`, `basic-agent`, `lite-agent` or `observer-agent`.
    #[serde(serialize_with = "as_role")]
    pub role: String,
    /// Our own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
}

/// A user as read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct UserRow {
    /// The Gorgias id.
    pub id: i64,
    /// The address, letter case as Gorgias keeps it.
    #[serde(default)]
    pub email: Option<String>,
    /// The name.
    #[serde(default)]
    pub name: Option<String>,
    /// Our own id.
    #[serde(default, deserialize_with = "lenient_text")]
    pub external_id: Option<String>,
    /// The role's name; `bot` and `internal-agent` are read too.
    #[serde(default, deserialize_with = "role_name")]
    pub role: Option<String>,
    /// False for a user who cannot log in any more.
    #[serde(default)]
    pub active: Option<bool>,
}

impl UserRow {
    /// True for a machine's user.
    pub fn is_bot(&self) -> bool {
        self.role.as_deref() == Some("bot")
    }
}

fn as_role<S: Serializer>(role: &str, output: S) -> Result<S::Ok, S::Error> {
    let mut map = output.serialize_map(Some(1))?;
    map.serialize_entry("name", role)?;
    map.end()
}

fn role_name<'de, D: Deserializer<'de>>(input: D) -> Result<Option<String>, D::Error> {
    let role = Option::<Value>::deserialize(input)?;
    Ok(role.as_ref().and_then(|role| role.get("name").unwrap_or(role).as_str()).map(str::to_owned))
}
