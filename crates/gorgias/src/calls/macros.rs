//! Macros: counted. Canned answers are rebuilt by people, never written from here.

use serde::de::IgnoredAny;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;

impl Client {
    /// Counts the macros (`GET /macros`, 100 per call).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn macros(&self) -> Result<u64, Error> {
        let rows: Vec<IgnoredAny> = self.all(&Call::get("GET /macros", "/macros")).await?;
        Ok(rows.len() as u64)
    }
}
