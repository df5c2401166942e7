//! What makes a record worth a look: the traits by which the records of a sample are picked. Codes and numbers, never a
//! customer's text.

use atera::{CustomFieldValue, FieldValue, Stamp};

/// A trait of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trait {
    /// The record with the most of it is worth a look.
    Most {
        /// What it has much of.
        name: &'static str,
        /// How much. Nothing to speak of at 0 and below.
        score: i64,
    },
    /// One record that has it is worth a look.
    Has {
        /// What it has: a code, for values of the source with the value behind a colon (`status:Open`).
        name: String,
    },
}

impl Trait {
    /// Much of something.
    #[must_use]
    pub fn most(name: &'static str, of: usize) -> Self {
        Self::Most { name, score: i64::try_from(of).unwrap_or(i64::MAX) }
    }

    /// Something it has.
    #[must_use]
    pub fn has(name: impl Into<String>) -> Self {
        Self::Has { name: name.into() }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Most { name, .. } => name,
            Self::Has { name } => name,
        }
    }
}

/// A time after everything a helpdesk holds, in seconds: what is older is further from it.
const FAR: i64 = 8_000_000_000;

/// How old and how new a record is, where it says when it was made.
pub(crate) fn ages(created: Option<&Stamp>) -> Vec<Trait> {
    let Some(at) = created.and_then(|stamp| stamp.at).map(jiff::Timestamp::as_second) else {
        return vec![Trait::has("no_date")];
    };
    let score = FAR.saturating_sub(at);
    vec![Trait::Most { name: "oldest", score }, Trait::Most { name: "newest", score: at }]
}

/// Whether a text is written in another script than Latin.
pub(crate) fn is_other_script(text: &str) -> bool {
    text.chars().any(|c| c.is_alphabetic() && c > '\u{24f}')
}

/// Types of field values, one record of each.
pub(crate) fn field_types(values: &[CustomFieldValue]) -> impl Iterator<Item = Trait> {
    values.iter().map(|value| {
        Trait::has(match value.value {
            FieldValue::Text(_) => "field:text",
            FieldValue::Number(_) => "field:number",
            FieldValue::Bool(_) => "field:checkbox",
            FieldValue::Date(_) => "field:date",
            FieldValue::Option(_) => "field:option",
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_told_apart() {
        assert!(!is_other_script("Grüße, Ångström, 42 €!"));
        assert!(is_other_script("Привет") && is_other_script("日本") && is_other_script("a שלום"));
    }

    #[test]
    fn the_older_one_scores_higher_at_being_old() {
        let score = |text: &str, name: &str| {
            let stamp = Stamp::read(text, &jiff::tz::TimeZone::UTC);
            let found = ages(Some(&stamp)).into_iter().find(|one| one.name() == name);
            match found {
                Some(Trait::Most { score, .. }) => score,
                other => panic!("{name} of {text} is {other:?}"),
            }
        };
        let (old, new) = ("2012-01-01T00:00:00Z", "2026-01-01T00:00:00Z");
        assert!(score(old, "oldest") > score(new, "oldest"));
        assert!(score(new, "newest") > score(old, "newest"));
        assert_eq!(ages(None), [Trait::has("no_date")]);
    }
}
