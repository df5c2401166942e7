//! How alike two names of fields are: the same, synonyms of each other, or sharing words.

use std::collections::BTreeSet;

use protocol::map_spec::fold;

/// Names that say the same in helpdesks.
const SYNONYMS: [&[&str]; 12] = [
    &["order number", "order id", "order no", "order", "order ref"],
    &["contact reason", "reason", "category", "issue type", "topic", "ticket reason"],
    &["subcategory", "sub category", "subtopic", "sub reason"],
    &["product", "product line", "product name", "item"],
    &["resolution", "outcome", "solution", "root cause"],
    &["company", "organisation", "organization", "account", "client", "customer name"],
    &["language", "preferred language", "locale"],
    &["region", "country", "area", "territory"],
    &["serial number", "serial", "serial no", "asset tag"],
    &["tier", "account tier", "plan", "level", "segment"],
    &["vip", "vip caller", "priority customer"],
    &["cost", "price", "amount", "value"],
];

/// How alike two names are, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Likeness {
    /// 0 to 1.
    pub(crate) degree: f64,
    /// In words.
    pub(crate) why: &'static str,
}

/// Compares two names.
pub(crate) fn likeness(one: &str, other: &str) -> Likeness {
    let (one, other) = (plain(one), plain(other));
    if one.is_empty() || other.is_empty() {
        return Likeness { degree: 0.0, why: "no letters to compare" };
    }
    if one == other {
        return Likeness { degree: 1.0, why: "the same name" };
    }
    let synonyms = |group: &&&[&str]| group.contains(&one.as_str()) && group.contains(&other.as_str());
    if SYNONYMS.iter().any(|group| synonyms(&group)) {
        return Likeness { degree: 0.8, why: "a usual other name for it" };
    }
    let (one, other): (BTreeSet<&str>, BTreeSet<&str>) =
        (one.split(' ').collect(), other.split(' ').collect());
    let (both, either) = (one.intersection(&other).count(), one.union(&other).count());
    let degree = 0.7 * both as f64 / either.max(1) as f64;
    Likeness { degree, why: if both > 0 { "words in common" } else { "no word in common" } }
}

/// Letters, digits and single spaces, in lower case.
fn plain(name: &str) -> String {
    let spaced: String = fold(name).chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_is_more_alike_than_a_synonym_and_that_more_than_a_shared_word() {
        let degrees = [
            likeness("Order Number", "order-number"),
            likeness("Order ID", "Order number"),
            likeness("Order date", "Order number"),
            likeness("Room", "Order number"),
        ]
        .map(|found| found.degree);
        assert!(degrees.windows(2).all(|pair| pair[0] > pair[1]), "{degrees:?}");
        assert_eq!(degrees[0], 1.0);
        assert_eq!(likeness("!!", "??").degree, 0.0);
        assert_eq!(likeness("מספר לקוח", "מספר  לקוח").degree, 1.0);
    }
}
