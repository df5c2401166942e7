//! Tags: listed, created, deleted. There is no exact-name filter, so list all once and index by name; a merge of tags
//! cannot be undone and is not offered.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{NewTag, TagRow};

use super::Deleted;

impl Client {
    /// Lists all tags (`GET /tags`, 100 per call).
    ///
    /// # Errors
    /// As any read: see [`ErrorKind`](crate::ErrorKind).
    pub async fn tags(&self) -> Result<Vec<TagRow>, Error> {
        self.all(&Call::get("GET /tags", "/tags")).await
    }

    /// Creates a tag (`POST /tags`).
    ///
    /// # Errors
    /// As any write; `Conflict` is expected, though not documented, for a name in use.
    pub async fn create_tag(&self, tag: &NewTag) -> Result<TagRow, Error> {
        self.ask(&Call::post("POST /tags", "/tags", tag)).await
    }

    /// Deletes a tag (`DELETE /tags/{id}`); one that macros or rules use is refused.
    ///
    /// # Errors
    /// As any write.
    pub async fn delete_tag(&self, id: i64) -> Result<Deleted, Error> {
        let call = Call::delete("DELETE /tags/{id}", format!("/tags/{id}")).about(format!("tag {id}"));
        self.remove(&call).await
    }
}
