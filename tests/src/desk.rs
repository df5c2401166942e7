//! The destination as an agent at their desk uses it: they look at a ticket, and change it by hand.

use reqwest::Method;
use serde_json::Value;

use crate::StandIn;

impl StandIn {
    /// A ticket with its messages, by its external id.
    ///
    /// # Panics
    /// When there is none.
    pub async fn ticket(&self, external_id: &str) -> Value {
        let path = format!("/tickets?external_id={external_id}");
        let found = self.desk(Method::GET, &path, &Value::Null).await;
        let id = found["data"][0]["id"].as_i64().unwrap_or_else(|| panic!("no ticket {external_id}"));
        self.desk(Method::GET, &format!("/tickets/{id}"), &Value::Null).await
    }

    /// Changes fields of a ticket as an agent would.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn agent_changes(&self, external_id: &str, fields: &Value) {
        let id = self.ticket(external_id).await["id"].clone();
        self.desk(Method::PUT, &format!("/tickets/{id}"), fields).await;
    }

    /// Everything of a kind that this migration made, by external id.
    #[must_use]
    pub fn made(&self, kind: &str, prefix: &str) -> Vec<String> {
        let snapshot = self.snapshot(true);
        let names = snapshot[kind].as_object().map(|rows| rows.keys().cloned().collect::<Vec<_>>());
        names.unwrap_or_default().into_iter().filter(|name| name.starts_with(prefix)).collect()
    }

    async fn desk(&self, method: Method, path: &str, body: &Value) -> Value {
        let gorgias = &self.endpoints().gorgias;
        let who = (gorgias.email.as_str(), gorgias.api_key.as_str());
        self.admin.desk(method, &format!("{}{path}", gorgias.url), who, body).await
    }
}
