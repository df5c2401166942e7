//! The client: one per account, cheap to clone, all clones sharing one pace. This file opens the door; pages,
//! single records, threads, custom fields and files each have their own room.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::{Timestamp, tz::TimeZone};
use tokio::sync::RwLock;

use crate::config::Config;
use crate::error::Error;
use crate::models::CustomFieldDefinition;
use crate::pace::PaceReading;
use crate::progress::Progress;
use crate::token;
use crate::transport::Transport;

/// Reads one account of the source. Clones share connection, pace and counters.
#[derive(Clone)]
pub struct Client {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) transport: Transport,
    pub(crate) zone: TimeZone,
    pub(crate) account_zone: TimeZone,
    pub(crate) token_expires: Option<Timestamp>,
    pub(crate) page_size: u32,
    pub(crate) max_file_bytes: u64,
    pub(crate) progress: Progress,
    pub(crate) definitions: RwLock<Option<Arc<Vec<CustomFieldDefinition>>>>,
    /// Whether the call for all values of a record was ever answered; old stacks lack it.
    pub(crate) all_values_known: AtomicBool,
}

impl Client {
    /// Builds a client; sends nothing yet.
    ///
    /// The process must have installed a rustls crypto provider before (the binary does).
    ///
    /// # Errors
    /// `Configuration` when a setting cannot work.
    pub fn new(config: Config) -> Result<Self, Error> {
        let inner = Inner {
            transport: Transport::new(&config)?,
            token_expires: token::expires(&config.token),
            zone: config.zone,
            account_zone: config.account_zone,
            page_size: config.page_size,
            max_file_bytes: config.max_file_bytes,
            progress: Progress::default(),
            definitions: RwLock::new(None),
            all_values_known: AtomicBool::new(false),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// HTTP requests sent so far, retries and files included.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.inner.transport.requests.load(Ordering::Relaxed)
    }

    /// The pace right now: learned rate, cap, and whether everybody waits after a 429.
    #[must_use]
    pub fn pace(&self) -> PaceReading {
        self.inner.transport.pace.reading()
    }

    /// When the token ends, where it says so itself; whether it is accepted is another matter.
    #[must_use]
    pub fn token_expires(&self) -> Option<Timestamp> {
        self.inner.token_expires
    }

    /// The zone in which zone-less values are read.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.inner.zone
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("requests", &self.requests()).field("pace", &self.pace()).finish()
    }
}
