//! Custom field definitions: listed, created, deactivated. They cannot be deleted (reference section 2.5).

use jiff::Timestamp;
use serde_json::json;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{CustomFieldRow, NewCustomField, ObjectType};

impl Client {
    /// Lists the definitions of one object type (`GET /custom-fields`), as Gorgias lists them by default.
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn custom_fields(&self, object_type: ObjectType) -> Result<Vec<CustomFieldRow>, Error> {
        self.all(&list_of(object_type)).await
    }

    /// Lists the archived definitions of one object type (`GET /custom-fields?archived=true`).
    ///
    /// # Errors
    /// As any read.
    pub async fn archived_custom_fields(
        &self,
        object_type: ObjectType,
    ) -> Result<Vec<CustomFieldRow>, Error> {
        let rows: Vec<CustomFieldRow> = self.all(&list_of(object_type).query("archived", &true)).await?;
        Ok(rows.into_iter().filter(|row| !row.is_active()).collect())
    }

    /// Creates a definition (`POST /custom-fields`).
    ///
    /// # Errors
    /// As any write; what a definition over the limit (25 for tickets) is answered with is not documented.
    pub async fn create_custom_field(&self, field: &NewCustomField) -> Result<CustomFieldRow, Error> {
        let call = Call::post("POST /custom-fields", "/custom-fields", field);
        let call = match &field.external_id {
            Some(external_id) => call.about(format!("external_id {external_id}")),
            None => call,
        };
        self.ask(&call).await
    }

    /// Archives a definition (`PUT /custom-fields/{id}`); its values stay. The time is the caller's.
    ///
    /// # Errors
    /// As any write.
    pub async fn deactivate_custom_field(&self, id: i64, at: Timestamp) -> Result<(), Error> {
        let body = json!({ "deactivated_datetime": at });
        let call = Call::put("PUT /custom-fields/{id}", format!("/custom-fields/{id}"), &body);
        self.tell(&call.about(format!("custom field {id}"))).await
    }
}

fn list_of(object_type: ObjectType) -> Call {
    Call::get("GET /custom-fields", "/custom-fields").query("object_type", object_type.as_str())
}
