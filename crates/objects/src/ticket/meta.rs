//! What the source knows of a ticket and the destination has no slot for, kept under one key of its `meta`: the values
//! behind every map, and ids by which people can look things up at the source. No texts and no addresses.

use serde_json::{Map, Value, json};

use crate::text;

/// The ticket's `meta`. Absent values are left out.
pub(super) fn meta(row: &atera::Ticket) -> Map<String, Value> {
    let mut kept = Map::new();
    kept.insert("id".to_owned(), json!(row.id));
    let texts = [
        ("number", &row.number),
        ("status", &row.status),
        ("priority", &row.priority),
        ("impact", &row.impact),
        ("type", &row.kind),
        ("source", &row.source),
    ];
    for (key, value) in texts {
        if let Some(value) = text::present(value.as_deref()) {
            kept.insert(key.to_owned(), json!(value));
        }
    }
    let relation = text::present(row.relation_type.as_deref()).filter(|relation| relation != "None");
    if let Some(relation) = relation {
        kept.insert("relation".to_owned(), json!(relation));
    }
    let ids = [
        ("customer_id", row.customer_id),
        ("contact_id", row.contact_id),
        ("technician_id", row.technician_id),
        ("contract_id", row.contract_id),
        ("related_ticket_id", row.related_ticket_id),
    ];
    for (key, id) in ids {
        if let Some(id) = id {
            kept.insert(key.to_owned(), json!(id));
        }
    }
    let stamps = [
        ("resolved", &row.resolved),
        ("first_technician_comment", &row.technician_first_comment_date),
        ("first_response_due", &row.first_response_due_date),
        ("closing_due", &row.closed_ticket_due_date),
    ];
    for (key, stamp) in stamps {
        if let Some(stamp) = stamp {
            kept.insert(key.to_owned(), json!(text::when(stamp)));
        }
    }
    let mut meta = Map::new();
    meta.insert("atera".to_owned(), Value::Object(kept));
    meta
}
