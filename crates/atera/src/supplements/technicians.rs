//! `technicians.csv`: the people who work tickets, which no call of the source lists. A row without name and
//! address names nobody and is refused.

use std::collections::BTreeMap;
use std::path::Path;

use super::error::SupplementError;
use super::look::SupplementLook;
use super::reader::{Field, Table};

const ID: usize = 0;
const NAME: usize = 1;
const FIRST_NAME: usize = 2;
const LAST_NAME: usize = 3;
const EMAIL: usize = 4;
const ROLE: usize = 5;
const ACTIVE: usize = 6;

pub(super) const FIELDS: &[Field] = &[
    Field { key: "id", names: &["technicianid", "techniciancontactid", "userid", "id"], required: false },
    Field {
        key: "name",
        names: &["name", "fullname", "technician", "technicianname", "technicianfullname"],
        required: false,
    },
    Field { key: "first_name", names: &["firstname"], required: false },
    Field { key: "last_name", names: &["lastname", "surname"], required: false },
    Field {
        key: "email",
        names: &["email", "emailaddress", "mail", "technicianemail", "username"],
        required: false,
    },
    Field { key: "role", names: &["role", "accessrole", "permission", "permissions"], required: false },
    Field { key: "active", names: &["active", "isactive", "enabled", "status"], required: false },
];

/// A technician.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technician {
    /// Id in the source (`TechnicianContactID` of tickets).
    pub id: Option<i64>,
    /// Full name.
    pub name: Option<String>,
    /// Address.
    pub email: Option<String>,
    /// Role's name.
    pub role: Option<String>,
    /// May sign in; true when the file does not say.
    pub active: bool,
}

/// The technicians, in the file's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Technicians(Vec<Technician>);

impl Technicians {
    pub(super) fn load(
        path: &Path,
        columns: &BTreeMap<String, String>,
        look: &mut SupplementLook,
    ) -> Result<Self, SupplementError> {
        let table = Table::open(path, "technicians", FIELDS, columns)?;
        look.take(&table);
        if !table.has(NAME) && !table.has(EMAIL) && !table.has(LAST_NAME) {
            let usual = "expected a column for name or email (usual headers: name, email)";
            return Err(table.fail(Some(table.header_place()), usual.to_owned()));
        }
        let mut technicians = Vec::new();
        table.rows(|row| {
            look.rows += 1;
            let own = |field| row.text(field).map(str::to_owned);
            let parts = || {
                let parts: Vec<&str> =
                    [row.text(FIRST_NAME), row.text(LAST_NAME)].into_iter().flatten().collect();
                (!parts.is_empty()).then(|| parts.join(" "))
            };
            let active = match row.text(ACTIVE).map(str::to_lowercase).as_deref() {
                None | Some("true" | "yes" | "y" | "1" | "active" | "enabled") => true,
                Some("false" | "no" | "n" | "0" | "inactive" | "disabled" | "deleted") => false,
                Some(_) => {
                    return Err(row.wrong(ACTIVE, "yes or no, active or inactive, enabled or disabled"));
                }
            };
            let (name, email) = (own(NAME).or_else(parts), own(EMAIL));
            if name.is_none() && email.is_none() {
                let field = if table.has(EMAIL) { EMAIL } else { NAME };
                return Err(row.wrong(field, "a name or an address"));
            }
            technicians.push(Technician { id: row.id(ID)?, name, email, role: own(ROLE), active });
            Ok(())
        })?;
        Ok(Self(technicians))
    }

    /// The rows.
    #[must_use]
    pub fn rows(&self) -> &[Technician] {
        &self.0
    }
}
