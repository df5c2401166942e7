//! The raw picture: every record of every kind as stored, by id, with sorted keys.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::gorgias::{Kind, State};

/// Everything the account holds and everything it would have sent.
pub(crate) fn raw(state: &State) -> Value {
    let mut kinds = BTreeMap::new();
    for kind in Kind::ALL {
        let records = state.table(kind).records();
        let by_id: BTreeMap<String, Value> =
            records.map(|(id, record)| (format!("{id:012}"), Value::Object(record.fields()))).collect();
        kinds.insert(kind.name(), json!(by_id));
    }
    let outbox = &state.outbox;
    kinds.insert(
        "sent",
        json!({
            "emails": outbox.emails_sent, "invitations": outbox.invitations_sent, "rules": outbox.rules_fired,
            "surveys": outbox.surveys_scheduled, "webhooks": outbox.webhooks_fired,
        }),
    );
    json!(kinds)
}
