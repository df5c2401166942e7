//! Where two pictures differ, as paths. Pure.

use serde_json::Value;

/// The paths at which `one` and `other` differ, at most `max` of them.
pub(crate) fn differences(one: &Value, other: &Value, max: usize) -> Vec<String> {
    let mut found = Vec::new();
    walk(one, other, "", max, &mut found);
    found
}

fn walk(one: &Value, other: &Value, path: &str, max: usize, found: &mut Vec<String>) {
    if max <= found.len() || one == other {
        return;
    }
    match (one, other) {
        (Value::Object(left), Value::Object(right)) => {
            for (name, value) in left {
                match right.get(name) {
                    Some(same) => walk(value, same, &format!("{path}/{name}"), max, found),
                    None => note(format!("{path}/{name} is gone"), max, found),
                }
            }
            for name in right.keys().filter(|name| !left.contains_key(*name)) {
                note(format!("{path}/{name} is new"), max, found);
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (place, (left, right)) in left.iter().zip(right).enumerate() {
                walk(left, right, &format!("{path}/{place}"), max, found);
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            note(format!("{path} had {} items and has {}", left.len(), right.len()), max, found);
        }
        _ => note(format!("{path} differs"), max, found),
    }
}

fn note(text: String, max: usize, found: &mut Vec<String>) {
    if found.len() < max {
        found.push(text);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::differences;

    #[test]
    fn every_kind_of_difference_is_named() {
        let one = json!({"a": 1, "b": [1, 2], "c": {"d": 1}, "e": [1]});
        let other = json!({"a": 2, "b": [1, 3], "c": {}, "e": [1, 2], "f": 0});
        let found = differences(&one, &other, 50);
        assert_eq!(
            found,
            ["/a differs", "/b/1 differs", "/c/d is gone", "/e had 1 items and has 2", "/f is new"]
        );
        assert!(differences(&one, &one, 50).is_empty());
        assert_eq!(differences(&one, &other, 2).len(), 2);
    }
}
