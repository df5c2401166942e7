//! Rules: listed, and switched off and on again where an operator asks for it. Never made, changed or deleted.

use serde_json::json;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::RuleRow;

impl Client {
    /// Lists all rules (`GET /rules`, 100 per call).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn rules(&self) -> Result<Vec<RuleRow>, Error> {
        self.all(&Call::get("GET /rules", "/rules")).await
    }

    /// Switches a rule off at a time the caller names, or on again (`PUT /rules/{id}`); all else of it stays.
    ///
    /// # Errors
    /// As any write.
    pub async fn switch_rule(&self, id: i64, off_since: Option<&str>) -> Result<(), Error> {
        let body = json!({ "deactivated_datetime": off_since });
        let call = Call::put("PUT /rules/{id}", format!("/rules/{id}"), &body);
        self.tell(&call.about(format!("rule {id}"))).await
    }
}
