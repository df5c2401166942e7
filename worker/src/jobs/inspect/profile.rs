//! Profiles of field values: how many there are, how many differ, how long they are, whether they are of the field's type.
//! A value is hashed and forgotten.

use std::collections::{HashMap, HashSet};

use atera::{CustomFieldValue, FieldValue};
use protocol::{
    Fingerprint,
    facts::{FieldFacts, Profile},
};

/// The hashes of values seen so far.
type Distinct = HashSet<[u8; 16]>;

/// Profiles by scope and field, as far as they have come.
#[derive(Default)]
pub(super) struct Profiles {
    fields: HashMap<(String, String), (Profile, Distinct)>,
    sampled: HashMap<String, u64>,
}

impl Profiles {
    /// Takes one record's values in.
    pub(super) fn take(&mut self, scope: &str, values: &[CustomFieldValue]) {
        *self.sampled.entry(scope.to_owned()).or_default() += 1;
        for CustomFieldValue { field, value } in values {
            let (profile, distinct) = self.fields.entry((scope.to_owned(), field.clone())).or_default();
            let (text, fits) = shown(value);
            let length = text.chars().count() as u64;
            profile.shortest = if profile.present == 0 { length } else { profile.shortest.min(length) };
            profile.longest = profile.longest.max(length);
            profile.present += 1;
            profile.fitting += u64::from(fits);
            distinct.insert(Fingerprint::of(text.as_bytes()).0);
        }
    }

    /// Gives every field of a sampled scope its profile, also one that was never set.
    pub(super) fn give(mut self, fields: &mut [FieldFacts]) {
        for field in fields {
            let Some(sampled) = self.sampled.get(&field.scope) else { continue };
            let found = self.fields.remove(&(field.scope.clone(), field.name.clone())).unwrap_or_default();
            let (profile, distinct) = found;
            field.profile = Some(Profile { sampled: *sampled, distinct: distinct.len() as u64, ..profile });
        }
    }
}

/// A value as text, and whether it is of its field's own type: one that is not reads as plain text there.
fn shown(value: &FieldValue) -> (String, bool) {
    match value {
        FieldValue::Text(text) | FieldValue::Option(text) => (text.clone(), true),
        FieldValue::Number(number) => (number.to_string(), number.as_str().parse::<f64>().is_ok()),
        FieldValue::Bool(flag) => (flag.to_string(), true),
        FieldValue::Date(stamp) => (stamp.raw.clone(), stamp.at.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_counts_and_keeps_no_value() {
        let value = |text: &str| CustomFieldValue {
            field: "Room".to_owned(),
            value: FieldValue::Text(text.to_owned()),
        };
        let mut profiles = Profiles::default();
        for values in [vec![value("secret one")], vec![value("secret one")], vec![], vec![value("x")]] {
            profiles.take("Ticket", &values);
        }
        let field = |scope: &str, name: &str| FieldFacts {
            scope: scope.to_owned(),
            name: name.to_owned(),
            data_type: "Text".to_owned(),
            choices: 0,
            profile: None,
        };
        let mut fields = [field("Ticket", "Room"), field("Ticket", "Never"), field("Contract", "Room")];
        profiles.give(&mut fields);
        let room = Profile { sampled: 4, present: 3, distinct: 2, shortest: 1, longest: 10, fitting: 3 };
        assert_eq!(fields[0].profile, Some(room));
        assert_eq!(fields[1].profile, Some(Profile { sampled: 4, ..Profile::default() }));
        assert_eq!(fields[2].profile, None);
        assert!(!serde_json::json!(fields).to_string().contains("secret"));
    }
}
