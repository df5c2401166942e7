//! `field_visibility.csv`, `field_inventory.csv` and `field_scopes.csv`: which custom fields only some may see, for an
//! administrator to look at, since no call of the source tells it and the destination has no such restriction; and which
//! fields there are by what they hang on.

use crate::row::row;

/// What custom fields hang on at the source, and what becomes of theirs.
pub const SCOPES: [(&str, &str); 10] = [
    ("Ticket", "custom field, or companion file"),
    ("Customer", "custom field, or companion file"),
    ("Contact", "custom field, or companion file"),
    ("Contract", "documented"),
    ("SLA", "documented"),
    ("Agent", "documented"),
    ("SNMPDevice", "documented"),
    ("TCPDevice", "documented"),
    ("HTTPDevice", "documented"),
    ("GenericDevice", "documented"),
];

row! {
    /// A field that only some may see.
    FieldVisibility in "field_visibility.csv" {
        /// What it hangs on.
        scope,
        /// Its name.
        field,
        /// Who may see it.
        visible_to,
        /// Whether the source has a field of this scope and name.
        found,
        /// Every other column of the supplement, as `header: value`, separated by `; `.
        other,
    }
}

row! {
    /// A custom field.
    FieldRow in "field_inventory.csv" {
        /// What it hangs on.
        scope,
        /// Its name.
        field,
        /// Type of its values.
        field_type,
        /// Its choices, separated by `; `.
        choices,
        /// The field whose value limits them.
        depends_on,
        /// Who may see it; empty where nobody said so.
        visible_to,
    }
}

row! {
    /// What fields hang on.
    FieldScope in "field_scopes.csv" {
        /// The scope.
        scope,
        /// Its fields.
        fields,
        /// Of them, those only some may see.
        restricted,
        /// What becomes of them.
        becomes,
    }
}

/// The scopes, the documented ones first, with their fields counted.
#[must_use]
pub fn scopes(fields: &[FieldRow]) -> Vec<FieldScope> {
    let mut names: Vec<&str> = SCOPES.map(|(name, _)| name).to_vec();
    for field in fields {
        if !names.contains(&field.scope.as_str()) {
            names.push(&field.scope);
        }
    }
    let scope = |name: &&str| {
        let of = || fields.iter().filter(|field| field.scope == **name);
        let becomes = SCOPES.iter().find(|(scope, _)| scope == name).map(|(_, becomes)| *becomes);
        FieldScope {
            scope: (*name).to_owned(),
            fields: of().count().to_string(),
            restricted: of().filter(|field| !field.visible_to.is_empty()).count().to_string(),
            becomes: becomes.unwrap_or("unknown scope, documented").to_owned(),
        }
    };
    names.iter().map(scope).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Row as _;

    #[test]
    fn the_columns_stand() {
        assert_eq!(FieldVisibility::HEADER.join(","), "scope,field,visible_to,found,other");
        assert_eq!(FieldRow::HEADER.join(","), "scope,field,field_type,choices,depends_on,visible_to");
        assert_eq!(FieldScope::HEADER.join(","), "scope,fields,restricted,becomes");
    }

    #[test]
    fn every_scope_stands_there_also_without_fields_and_an_unknown_one_too() {
        let field = |scope: &str, visible_to: &str| FieldRow {
            scope: scope.into(),
            visible_to: visible_to.into(),
            ..FieldRow::default()
        };
        let rows = scopes(&[field("Ticket", "Admins"), field("Ticket", ""), field("Asset", "")]);
        assert_eq!(rows.len(), 11);
        assert_eq!((&*rows[0].fields, &*rows[0].restricted), ("2", "1"));
        assert_eq!((&*rows[1].scope, &*rows[1].fields), ("Customer", "0"));
        assert_eq!((&*rows[10].scope, &*rows[10].becomes), ("Asset", "unknown scope, documented"));
    }
}
