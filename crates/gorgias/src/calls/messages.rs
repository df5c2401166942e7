//! Messages of a ticket: the ones beyond the first 500, and the reading back. Only history is ever posted.

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{HistoricalMessage, MessageRow};
use crate::paging::CursorPage;

use super::{Deleted, made_id};

impl Client {
    /// Adds a message of the past to a ticket and gives its id (`POST /tickets/{id}/messages`).
    ///
    /// # Errors
    /// As any write. Messages cannot be found by our own id: after `Ambiguous` read the ticket's messages.
    pub async fn create_message(&self, ticket: i64, message: &HistoricalMessage) -> Result<i64, Error> {
        let path = format!("/tickets/{ticket}/messages");
        let record = match message.external_id() {
            Some(external_id) => format!("ticket {ticket}, external_id {external_id}"),
            None => format!("ticket {ticket}"),
        };
        let call = Call::post("POST /tickets/{id}/messages", path, message).about(record);
        let made = self.ask_imported(call.clone()).await?;
        made_id(&call, &made)
    }

    /// Reads all messages of a ticket (`GET /messages?ticket_id=`, 100 per call).
    ///
    /// # Errors
    /// As any read.
    pub async fn messages(&self, ticket: i64) -> Result<Vec<MessageRow>, Error> {
        let call = Call::get("GET /messages?ticket_id", "/messages")
            .query("ticket_id", &ticket)
            .about(format!("ticket {ticket}"));
        self.matching(&call, |row: &MessageRow| row.ticket_id.is_none_or(|id| id == ticket)).await
    }

    /// Reads one page of all messages of the account (100), oldest first, to walk them without keeping them
    /// (`GET /messages`).
    ///
    /// # Errors
    /// As any read. The caller minds the progress: a cursor that comes twice means an endless walk.
    pub async fn messages_page(&self, cursor: Option<&str>) -> Result<CursorPage<MessageRow>, Error> {
        self.page(&Call::get("GET /messages", "/messages"), cursor).await
    }

    /// Replaces what a message of the past says (`PUT /tickets/{id}/messages/{id}`).
    ///
    /// # Errors
    /// As any write.
    pub async fn update_message(
        &self,
        ticket: i64,
        message: i64,
        to: &HistoricalMessage,
    ) -> Result<(), Error> {
        let path = format!("/tickets/{ticket}/messages/{message}");
        let call = Call::put("PUT /tickets/{id}/messages/{id}", path, to);
        self.tell(&call.about(format!("ticket {ticket}, message {message}"))).await
    }

    /// Deletes a message (`DELETE /tickets/{id}/messages/{id}`).
    ///
    /// # Errors
    /// As any write.
    pub async fn delete_message(&self, ticket: i64, message: i64) -> Result<Deleted, Error> {
        let path = format!("/tickets/{ticket}/messages/{message}");
        let call = Call::delete("DELETE /tickets/{id}/messages/{id}", path);
        self.remove(&call.about(format!("ticket {ticket}, message {message}"))).await
    }
}
