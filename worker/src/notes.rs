//! Notes about what did not move as it was, on their way to the companion files. Kept before the commit of the record
//! they are about, so that a killed attempt loses none; said again by the next attempt, so that none is doubled.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use documents::{Line, Spool};
use objects::Note;
use protocol::{BatchId, FailureCode, FenceToken, Key, SourceId};

use crate::{Held, Trouble};

/// The open spool files, one per attempt under way.
#[derive(Debug)]
pub struct Notes {
    folder: PathBuf,
    open: Arc<Mutex<HashMap<Attempt, Spool>>>,
}

/// The batch, and the token no other attempt at it has.
type Attempt = (BatchId, FenceToken);

impl Notes {
    /// Keeps notes in this folder.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, open: Arc::default() }
    }

    /// Keeps the notes of a record; a record without any leaves no trace.
    pub(crate) async fn keep(&self, held: &Held, key: &Key, notes: &[Note]) -> Result<(), Trouble> {
        if notes.is_empty() {
            return Ok(());
        }
        let lines: Vec<Line> = notes.iter().map(|note| line(key, note)).collect();
        let (folder, open, key) = (self.folder.clone(), Arc::clone(&self.open), key.clone());
        let attempt = held.attempt();
        let write = move || {
            let mut open = open.lock().unwrap_or_else(PoisonError::into_inner);
            let spool = match open.entry(attempt) {
                std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(Spool::for_attempt(&folder, attempt.0, attempt.1)?)
                }
            };
            spool.keep(&key, &lines)
        };
        let written = tokio::task::spawn_blocking(write).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(failed(&error)),
            Err(error) => Err(failed(&error)),
        }
    }

    /// Closes the spool file of an attempt that has ended.
    pub(crate) fn close(&self, held: &Held) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&held.attempt());
    }
}

fn failed(error: &dyn std::error::Error) -> Trouble {
    Trouble::Failure {
        code: FailureCode::LedgerUnavailable,
        at: "companion files".to_owned(),
        detail: error.to_string(),
    }
}

fn line(key: &Key, note: &Note) -> Line {
    let fallback = |detail: String| Line::Fallback {
        kind: key.kind,
        source_id: key.id.clone(),
        what: note.name().to_owned(),
        detail,
    };
    match note {
        Note::CompanionValue { scope, record, field, value, cause } => Line::Value {
            scope: scope.clone(),
            source_id: record.clone(),
            field: field.clone(),
            value: value.clone(),
            reason: *cause,
        },
        Note::AssetNotMoved { asset, cause } => {
            Line::File { ticket: key.id.clone(), file: asset.clone(), name: String::new(), reason: *cause }
        }
        Note::AgentWithoutUser { name, email, cause } => Line::Agent {
            source_id: key.id.clone(),
            name: name.clone(),
            email: email.clone(),
            reason: *cause,
        },
        Note::UnassignedToFallback | Note::FallbackCustomerUsed => fallback(String::new()),
        Note::FallbackAgentUsed { technician } => {
            fallback(technician.as_ref().map(SourceId::to_string).unwrap_or_default())
        }
        Note::AuthorKeptInBody { messages } => fallback(messages.to_string()),
        Note::OrphanLinked { to } => fallback(to.to_string()),
        Note::TagNotMoved { cause } => fallback(cause.to_string()),
        Note::TextCut { field } => fallback((*field).to_owned()),
        Note::TimeSubstituted { count } => fallback(count.to_string()),
        Note::AddressNotMoved { channel } => fallback((*channel).to_owned()),
    }
}
