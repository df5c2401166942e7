//! Customers: created, found, given data and field values, deleted. Never merged, because that cannot be undone.

use serde_json::{Value, json};

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{CustomerRow, FieldValue, NewCustomer};
use crate::paging::CursorPage;

use super::{Deleted, made_id};

impl Client {
    /// Creates a customer and gives the id (`POST /customers`).
    ///
    /// # Errors
    /// As any write; `Conflict` when another customer has the address.
    pub async fn create_customer(&self, customer: &NewCustomer) -> Result<i64, Error> {
        let call = Call::post("POST /customers", "/customers", customer)
            .about(format!("external_id {}", customer.external_id));
        made_id(&call, &self.ask(&call).await?)
    }

    /// Reads one customer with its field values (`GET /customers/{id}`).
    ///
    /// # Errors
    /// As any read; `NotFound`, and `Merged` when the customer was merged away.
    pub async fn customer(&self, id: i64) -> Result<CustomerRow, Error> {
        let call = Call::get("GET /customers/{id}", format!("/customers/{id}"))
            .query("relationships", "custom_fields")
            .about(format!("customer {id}"));
        self.ask(&call).await
    }

    /// Finds customers by our own id; none, one or several, since Gorgias does not keep it unique.
    ///
    /// # Errors
    /// As any read.
    pub async fn customers_by_external_id(&self, external_id: &str) -> Result<Vec<CustomerRow>, Error> {
        let call = Call::get("GET /customers?external_id", "/customers")
            .query("external_id", external_id)
            .about(format!("external_id {external_id}"));
        self.matching(&call, |row: &CustomerRow| row.external_id.as_deref() == Some(external_id)).await
    }

    /// Finds customers by address, whatever the letter case.
    ///
    /// # Errors
    /// As any read.
    pub async fn customers_by_email(&self, email: &str) -> Result<Vec<CustomerRow>, Error> {
        let call =
            Call::get("GET /customers?email", "/customers").query("email", &email.trim().to_lowercase());
        self.matching(&call, |row: &CustomerRow| row.has_email(email)).await
    }

    /// Reads one page of all customers (100), to walk them without keeping them.
    ///
    /// # Errors
    /// As any read. The caller minds the progress: a cursor that comes twice means an endless walk.
    pub async fn customers_page(&self, cursor: Option<&str>) -> Result<CursorPage<CustomerRow>, Error> {
        self.page(&Call::get("GET /customers", "/customers"), cursor).await
    }

    /// Replaces a customer's identifiers, name and channels (`PUT /customers/{id}`).
    ///
    /// # Errors
    /// As any write; `Conflict` when another customer has the address.
    pub async fn update_customer(&self, id: i64, customer: &NewCustomer) -> Result<(), Error> {
        let call = Call::put("PUT /customers/{id}", format!("/customers/{id}"), customer);
        self.tell(&call.about(format!("customer {id}"))).await
    }

    /// Replaces the free data shown beside a customer (`PUT /customers/{id}/data`).
    ///
    /// # Errors
    /// As any write.
    pub async fn put_customer_data(&self, id: i64, data: &Value) -> Result<(), Error> {
        let path = format!("/customers/{id}/data");
        let call = Call::put("PUT /customers/{id}/data", path, &json!({ "data": data }));
        self.tell(&call.about(format!("customer {id}"))).await
    }

    /// Sets field values of a customer (`PUT /customers/{id}/custom-fields`).
    ///
    /// # Errors
    /// As any write; `Rejected` for a value that is not strictly of the field's type.
    pub async fn put_customer_fields(&self, id: i64, values: &[FieldValue]) -> Result<(), Error> {
        let path = format!("/customers/{id}/custom-fields");
        let call = Call::put("PUT /customers/{id}/custom-fields", path, &values);
        self.tell(&call.about(format!("customer {id}"))).await
    }

    /// Deletes a customer (`DELETE /customers/{id}`). Delete the tickets first: what becomes of them is not documented.
    ///
    /// # Errors
    /// As any write; `Merged` when the customer was merged away.
    pub async fn delete_customer(&self, id: i64) -> Result<Deleted, Error> {
        let call = Call::delete("DELETE /customers/{id}", format!("/customers/{id}"));
        self.remove(&call.about(format!("customer {id}"))).await
    }
}
