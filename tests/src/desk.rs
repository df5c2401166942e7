//! The destination as people at their desks use it: an agent looks at a ticket and changes it by hand, an admin brings users
//! in and switches them off and on.

use reqwest::Method;
use serde_json::{Value, json};

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

    /// Brings a user in as an admin would, and answers their id.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn admin_brings_in(&self, name: &str, email: &str) -> i64 {
        let user = json!({ "name": name, "email": email, "role": { "name": "agent" } });
        self.desk(Method::POST, "/users", &user).await["id"].as_i64().unwrap()
    }

    /// Disables a user or enables them again, as an admin does in the settings: no call does it.
    pub async fn admin_switches(&self, user: i64, on: bool) {
        let change =
            json!({ "kind": "user", "external_id": user.to_string(), "path": "active", "value": on });
        self.admin_post("corrupt", &change).await;
    }

    /// People who may sign in now; bots are none.
    ///
    /// # Panics
    /// When the stand-in shows no users.
    #[must_use]
    pub fn active_users(&self) -> u64 {
        let snapshot = self.snapshot(false);
        let users = snapshot["users"].as_object().unwrap().values();
        users.filter(|user| user["active"] == true && user["role"]["name"] != "bot").count() as u64
    }

    async fn desk(&self, method: Method, path: &str, body: &Value) -> Value {
        let gorgias = &self.endpoints().gorgias;
        let who = (gorgias.email.as_str(), gorgias.api_key.as_str());
        self.admin.desk(method, &format!("{}{path}", gorgias.url), who, body).await
    }
}
