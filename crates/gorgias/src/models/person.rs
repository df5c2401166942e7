//! How people are named in a body: by id and by nothing else, because any further key beside the id changes that
//! person, and an unknown e-mail creates one (reference section 2.7).

use serde::{Deserialize, Serialize};

/// A customer or a user, by id; the only way to name people in what we write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Person {
    id: i64,
}

impl Person {
    /// The person with this Gorgias id.
    pub const fn new(id: i64) -> Self {
        Self { id }
    }

    /// The Gorgias id.
    pub const fn id(self) -> i64 {
        self.id
    }
}

/// A person as it stands inside a ticket or message that was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct PersonRow {
    /// The Gorgias id.
    pub id: i64,
    /// The address, when Gorgias gives it.
    #[serde(default)]
    pub email: Option<String>,
    /// The name, when Gorgias gives it.
    #[serde(default)]
    pub name: Option<String>,
}
