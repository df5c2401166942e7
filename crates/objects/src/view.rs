//! A record as it can be compared: what we mean to stand at the destination, or what stands there, field by field in one
//! form. Of a view only a print is kept (hashes that can be added up, so that a ticket's messages may come in any order
//! and from another listing); the words themselves stay in memory.

use std::collections::BTreeMap;

use protocol::{Fingerprint, TargetId, UnixMs};
use serde_json::Value;

/// A sum of hashes: equal for equal fields and parts, in whatever order they are added.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Print(u64);

impl Print {
    fn of(bytes: &[u8]) -> Self {
        let Fingerprint(bytes) = Fingerprint::of(bytes);
        let mut low = [0; 8];
        low.copy_from_slice(&bytes[..8]);
        Self(u64::from_be_bytes(low))
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.wrapping_add(other.0))
    }

    /// This one, with `part` taken out of it.
    #[must_use]
    pub fn without(self, part: Self) -> Self {
        Self(self.0.wrapping_sub(part.0))
    }

    /// Sixteen hexadecimal digits.
    #[must_use]
    pub fn to_hex(self) -> String {
        format!("{:016x}", self.0)
    }

    /// The print these digits name.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        u64::from_str_radix(text, 16).ok().map(Self)
    }
}

/// Fields of one thing, by name.
pub type Fields = BTreeMap<&'static str, Value>;

/// A record, field by field: its own, and those of its parts (a ticket's messages, field values) by the part's name.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct View {
    /// The record's own fields.
    pub fields: Fields,
    /// Its parts. `message:{external id}`, `custom_field:{id}`.
    pub parts: BTreeMap<String, Fields>,
    /// Fields the destination may keep otherwise than it was told, for a reason of its own.
    pub loose: &'static [&'static str],
}

/// The prints of a view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prints {
    /// Over everything.
    pub exact: Print,
    /// Over everything but the loose fields.
    pub loose: Print,
}

impl Prints {
    /// Those of a record and a part of it together.
    #[must_use]
    pub fn and(self, part: Print) -> Self {
        Self { exact: self.exact.and(part), loose: self.loose.and(part) }
    }

    /// Those of a record without a part of it.
    #[must_use]
    pub fn without(self, part: Print) -> Self {
        Self { exact: self.exact.without(part), loose: self.loose.without(part) }
    }
}

impl View {
    /// The prints of everything in it.
    #[must_use]
    pub fn prints(&self) -> Prints {
        let own = |without: &[&str]| {
            let kept: BTreeMap<_, _> =
                self.fields.iter().filter(|(name, _)| !without.contains(name)).collect();
            Print::of(serde_json::json!(kept).to_string().as_bytes())
        };
        let prints = Prints { exact: own(&[]), loose: own(self.loose) };
        self.parts.iter().map(|(name, fields)| part_print(name, fields)).fold(prints, Prints::and)
    }

    /// The print of its field values alone; `None` when it has none.
    #[must_use]
    pub fn values_print(&self) -> Option<Print> {
        let values = self.parts.iter().filter(|(name, _)| name.starts_with("custom_field:"));
        values.map(|(name, fields)| part_print(name, fields)).reduce(Print::and)
    }

    /// The fields in which another view differs from this one, by path (`status`, `message:…/sent_datetime`). What only
    /// one of them has is named whole.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut paths = differing(&self.fields, &other.fields, "");
        for (name, fields) in &self.parts {
            match other.parts.get(name) {
                None => paths.push(format!("{name} missing")),
                Some(found) => paths.extend(differing(fields, found, &format!("{name}/"))),
            }
        }
        let more = other.parts.keys().filter(|name| !self.parts.contains_key(*name));
        paths.extend(more.map(|name| format!("{name} added")));
        paths
    }
}

/// The print of one part.
#[must_use]
pub fn part_print(name: &str, fields: &Fields) -> Print {
    Print::of(serde_json::json!([name, fields]).to_string().as_bytes())
}

fn differing(ours: &Fields, theirs: &Fields, at: &str) -> Vec<String> {
    let mut names: Vec<&str> = ours.keys().chain(theirs.keys()).copied().collect();
    names.sort_unstable();
    names.dedup();
    let differs = |name: &&str| ours.get(name) != theirs.get(name);
    names.into_iter().filter(differs).map(|name| format!("{at}{name}")).collect()
}

/// A record of the destination as it was read back.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// Its id.
    pub target: TargetId,
    /// The external id it carries, for kinds that have one.
    pub external_id: Option<String>,
    /// What it says.
    pub view: View,
    /// Whether a difference in the loose fields alone is the destination's own doing. `None`: only if most records of
    /// the kind show it.
    pub loose_is_fair: Option<bool>,
    /// Parts it has by its own count; `None` where it does not count them.
    pub parts: Option<u64>,
    /// When the destination says it was last changed.
    pub updated_at: Option<UnixMs>,
}

/// A record that is there, of which nothing is compared.
impl From<crate::Presence> for Seen {
    fn from(present: crate::Presence) -> Self {
        Self {
            target: present.target,
            external_id: present.external_id,
            view: View::default(),
            loose_is_fair: Some(false),
            parts: present.messages,
            updated_at: None,
        }
    }
}

/// A page of parts of any records.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PartsPage {
    /// The record each belongs to, and its print.
    pub parts: Vec<(TargetId, Print)>,
    /// Where the next page begins.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view(status: &str, updated: &str, messages: &[(&str, &str)]) -> View {
        let part =
            |(id, text): &(&str, &str)| (format!("message:{id}"), Fields::from([("text", json!(text))]));
        View {
            fields: Fields::from([("status", json!(status)), ("updated", json!(updated))]),
            parts: messages.iter().map(part).collect(),
            loose: &["updated"],
        }
    }

    #[test]
    fn prints_add_up_in_any_order() {
        let whole = view("open", "1", &[("a", "x"), ("b", "y")]);
        let bare = view("open", "1", &[]);
        let prints: Vec<Print> = whole.parts.iter().map(|(name, part)| part_print(name, part)).collect();
        assert_eq!(bare.prints().and(prints[1]).and(prints[0]), whole.prints());
        assert_ne!(bare.prints().and(prints[1]), whole.prints());
        assert_eq!(whole.prints().without(prints[0]).without(prints[1]), bare.prints());
    }

    #[test]
    fn a_loose_field_changes_the_exact_print_alone() {
        let (one, other) = (view("open", "1", &[]).prints(), view("open", "2", &[]).prints());
        assert_ne!(one.exact, other.exact);
        assert_eq!(one.loose, other.loose);
        assert_ne!(one.loose, view("closed", "1", &[]).prints().loose);
    }

    #[test]
    fn differences_are_named_by_path() {
        let ours = view("open", "1", &[("a", "x"), ("b", "y")]);
        let theirs = view("closed", "1", &[("a", "z"), ("c", "y")]);
        assert_eq!(
            ours.differences(&theirs),
            ["status", "message:a/text", "message:b missing", "message:c added"]
        );
        assert_eq!(ours.differences(&ours), [""; 0]);
    }

    #[test]
    fn prints_are_kept_as_digits() {
        let prints = view("open", "1", &[]).prints();
        assert_eq!(prints.exact.to_hex().len(), 16);
        assert_eq!(Print::from_hex(&prints.exact.to_hex()), Some(prints.exact));
        assert_eq!(Print::from_hex("no print"), None);
    }
}
