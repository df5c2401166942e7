//! Integrations: listed, and switched off and on again where an operator asks for it. Never made, changed or deleted.

use serde_json::json;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::IntegrationRow;

impl Client {
    /// Lists all integrations (`GET /integrations`, 100 per call).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn integrations(&self) -> Result<Vec<IntegrationRow>, Error> {
        self.all(&Call::get("GET /integrations", "/integrations")).await
    }

    /// Switches an integration off at a time the caller names, or on again (`PUT /integrations/{id}`); all else of it
    /// stays.
    ///
    /// # Errors
    /// As any write.
    pub async fn switch_integration(&self, id: i64, off_since: Option<&str>) -> Result<(), Error> {
        let body = json!({ "deactivated_datetime": off_since });
        let call = Call::put("PUT /integrations/{id}", format!("/integrations/{id}"), &body);
        self.tell(&call.about(format!("integration {id}"))).await
    }
}
