//! Reads an error body for what may be repeated: field names, a short code, the id of a merge's survivor. The prose is
//! looked at for one thing, whether it names the import flag, and then dropped; no value ever comes out of here.

use serde_json::Value;

/// The longest name or code worth keeping.
const LONGEST_NAME: usize = 64;
/// Enough to see what is wrong with a body.
const MOST_FIELDS: usize = 20;

/// What an error body says, without anything a customer may have written.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Envelope {
    /// Paths of the fields complained of.
    pub(crate) fields: Vec<String>,
    /// A snake_case code such as `ticket_merged`.
    pub(crate) code: Option<String>,
    /// Whether the import flag is complained of.
    pub(crate) names_imported: bool,
    /// The record a merge left, when the body names it.
    pub(crate) merged_into: Option<i64>,
}

impl Envelope {
    /// Reads `{error: {msg, data}}`, `{error: text}` and `{message}`; anything else is an empty envelope.
    pub(crate) fn read(body: Option<&[u8]>) -> Self {
        let Some(body) = body.and_then(|body| serde_json::from_slice::<Value>(body).ok()) else {
            return Self::default();
        };
        let error = body.get("error").unwrap_or(&body);
        let text = [error.get("msg"), error.get("message"), body.get("message"), Some(error)]
            .into_iter()
            .flatten()
            .find_map(Value::as_str);
        let mut fields = Vec::new();
        if let Some(data) = error.get("data") {
            collect_names("", data, &mut fields);
        }
        // Where fields are named the prose is not asked: it may quote a customer.
        let names_imported = match fields.as_slice() {
            [] => text.is_some_and(|text| text.contains("imported")),
            fields => fields.iter().any(|field| field.rsplit('.').next() == Some("imported")),
        };
        Self {
            names_imported,
            code: text.filter(|text| is_code(text)).map(str::to_owned),
            merged_into: merged_into(error).or_else(|| merged_into(&body)),
            fields,
        }
    }
}

fn merged_into(body: &Value) -> Option<i64> {
    let places = ["merged_into", "merged_into_id", "new_id", "id"];
    let found = places.iter().find_map(|key| body.get(key).and_then(Value::as_i64));
    found.or_else(|| body.get("data").and_then(merged_into))
}

/// Names only: a list of reasons ends the path.
fn collect_names(at: &str, data: &Value, fields: &mut Vec<String>) {
    let Value::Object(entries) = data else {
        if !at.is_empty() {
            fields.push(at.to_owned());
        }
        return;
    };
    for (name, inner) in entries {
        if fields.len() >= MOST_FIELDS {
            return;
        }
        let name = if is_name(name) { name.as_str() } else { "?" };
        let path = if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
        collect_names(&path, inner, fields);
    }
}

fn is_name(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
    !text.is_empty() && text.len() <= LONGEST_NAME && text.chars().all(plain)
}

fn is_code(text: &str) -> bool {
    text.contains('_')
        && text.len() <= LONGEST_NAME
        && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Envelope {
        Envelope::read(Some(body.as_bytes()))
    }

    #[test]
    fn names_are_kept_and_values_are_not() {
        let envelope = read(
            r#"{"error":{"msg":"Failed for ada@example.com","data":{
                "messages":{"0":{"sender":["ada@example.com is unknown"]}},"subject":["too long"],"a b@c":["x"]}}}"#,
        );
        assert_eq!(envelope.fields, ["messages.0.sender", "subject", "?"]);
        assert_eq!(envelope.code, None);
        assert!(!format!("{envelope:?}").contains("example"));
    }

    #[test]
    fn every_known_shape_is_read() {
        assert_eq!(read(r#"{"error":{"msg":"ticket_merged"}}"#).code.as_deref(), Some("ticket_merged"));
        assert_eq!(read(r#"{"message":"not_allowed"}"#).code.as_deref(), Some("not_allowed"));
        assert_eq!(read(r#"{"error":"some_code"}"#).code.as_deref(), Some("some_code"));
        assert_eq!(read("<html>"), Envelope::default());
        assert_eq!(Envelope::read(None), Envelope::default());
        assert_eq!(read("[1]"), Envelope::default());
    }

    #[test]
    fn the_import_flag_is_recognised_in_names_and_prose() {
        assert!(read(r#"{"error":{"msg":"Invalid","data":{"imported":["Unknown field."]}}}"#).names_imported);
        assert!(read(r#"{"error":{"msg":"Unknown field: imported"}}"#).names_imported);
        assert!(!read(r#"{"error":{"msg":"Invalid","data":{"subject":["no"]}}}"#).names_imported);
    }
}
