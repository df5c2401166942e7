//! Satisfaction surveys: looked for. None is ever made from here, since one may be sent to a customer.

use serde::de::IgnoredAny;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;

impl Client {
    /// How many satisfaction surveys the first page of them holds (`GET /satisfaction-surveys`): whether the account uses
    /// them at all is worth one call, their number is not worth more.
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn some_surveys(&self) -> Result<u64, Error> {
        let call = Call::get("GET /satisfaction-surveys", "/satisfaction-surveys");
        let page = self.page::<IgnoredAny>(&call, None).await?;
        Ok(page.items.len() as u64)
    }
}
