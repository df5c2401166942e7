//! Tickets: created with their thread, found, read, changed, deleted.

use std::collections::HashSet;

use serde_json::Value;

use crate::call::Call;
use crate::client::Client;
use crate::error::Error;
use crate::models::{CreatedTicket, NewTicket, Ticket, TicketChanges, TicketRow};
use crate::paging::PAGE_LIMIT;

use super::{Deleted, made_id};

impl Client {
    /// Creates a ticket with its whole thread in one call (`POST /tickets`), flagged as imported where the account
    /// knows the flag.
    ///
    /// # Errors
    /// As any write; `RefusedByWireGate` for a thread that is empty or longer than [`NewTicket::MAX_MESSAGES`].
    pub async fn create_ticket(&self, ticket: &NewTicket) -> Result<CreatedTicket, Error> {
        let call = Call::post("POST /tickets", "/tickets", ticket)
            .about(format!("external_id {}", ticket.external_id));
        let made = self.ask_imported(call.clone()).await?;
        let listed = made.get("messages").and_then(Value::as_array).map(Vec::len);
        let counted = made.get("messages_count").and_then(Value::as_u64).map(|count| count as usize);
        Ok(CreatedTicket {
            id: made_id(&call, &made)?,
            message_count: listed.or(counted).unwrap_or_default(),
        })
    }

    /// Finds tickets by our own id, in the trash too: none, one or several, since Gorgias does not keep it unique.
    ///
    /// # Errors
    /// As any read.
    pub async fn tickets_by_external_id(&self, external_id: &str) -> Result<Vec<TicketRow>, Error> {
        let call = Call::get("GET /tickets?external_id", "/tickets")
            .query("external_id", external_id)
            .about(format!("external_id {external_id}"));
        self.matching(&call, |row: &TicketRow| row.external_id.as_deref() == Some(external_id)).await
    }

    /// Reads these tickets without their messages, 100 per call; those in the trash are marked
    /// ([`TicketRow::is_trashed`]), those that are gone are missing.
    ///
    /// # Errors
    /// As any read.
    pub async fn tickets_by_ids(&self, ids: &[i64]) -> Result<Vec<TicketRow>, Error> {
        let mut rows = Vec::with_capacity(ids.len());
        for ids in ids.chunks(PAGE_LIMIT) {
            let wanted: HashSet<i64> = ids.iter().copied().collect();
            let call = Call::get("GET /tickets?ticket_ids", "/tickets");
            let call = ids.iter().fold(call, |call, id| call.query("ticket_ids", id));
            rows.extend(self.matching(&call, |row: &TicketRow| wanted.contains(&row.id)).await?);
        }
        Ok(rows)
    }

    /// Reads one ticket with its messages and field values (`GET /tickets/{id}`).
    ///
    /// # Errors
    /// As any read; `NotFound`, and `Merged` when the ticket was merged away.
    pub async fn ticket(&self, id: i64) -> Result<Ticket, Error> {
        let call = Call::get("GET /tickets/{id}", format!("/tickets/{id}"))
            .query("relationships", "custom_fields")
            .about(format!("ticket {id}"));
        self.ask(&call).await
    }

    /// Changes fields of a ticket, never its messages (`PUT /tickets/{id}`).
    ///
    /// # Errors
    /// As any write; `Merged` when the ticket was merged away.
    pub async fn update_ticket(&self, id: i64, changes: &TicketChanges) -> Result<(), Error> {
        let call = Call::put("PUT /tickets/{id}", format!("/tickets/{id}"), changes);
        self.tell(&call.about(format!("ticket {id}"))).await
    }

    /// Deletes a ticket with its messages for good (`DELETE /tickets/{id}`).
    ///
    /// # Errors
    /// As any write; `Merged` when the ticket was merged away.
    pub async fn delete_ticket(&self, id: i64) -> Result<Deleted, Error> {
        let call = Call::delete("DELETE /tickets/{id}", format!("/tickets/{id}"));
        self.remove(&call.about(format!("ticket {id}"))).await
    }
}
