//! The one account: its size, its credentials, the edits made to it and the counters about its readers.
//! Everything else is computed from [`Scale`]; no record is ever stored here except an edit.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::behaviour::Behaviour;
use super::edits::Edits;
use super::gate::{SourceRate, Window};
use super::prng::{Draw, Stream};
use super::ticket_plan::{self, TicketPlan};

/// Where the account gets the time from: stamps edits, expires file URLs, and is "today" of the change feed.
#[derive(Clone)]
pub(crate) struct Now(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Now {
    /// Takes the time from the simulator's clock.
    pub(crate) fn from(clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(clock))
    }
}

impl fmt::Debug for Now {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Now")
    }
}

/// How an account is set up.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    /// The same seed gives the same account.
    pub(crate) seed: u64,
    /// Tickets in the account before any edit.
    pub(crate) tickets: u32,
    /// The source's own rate limit; none by default.
    pub(crate) rate: Option<SourceRate>,
    /// The simulator's clock.
    pub(crate) now: Now,
}

/// What every generated record depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) seed: u64,
    pub(crate) tickets: i64,
    pub(crate) customers: i64,
    pub(crate) contacts: i64,
}

/// The Atera account that is read.
#[derive(Debug)]
pub(crate) struct Account {
    scale: Scale,
    token: String,
    api_key: String,
    now: Now,
    behaviour: RwLock<Behaviour>,
    edits: RwLock<Edits>,
    pub(super) window: Option<Mutex<Window>>,
    token_sent_to_files: AtomicU64,
    files_served: AtomicU64,
    listings: AtomicU64,
}

impl Account {
    /// Sets an account up; no record is made before it is asked for.
    pub(crate) fn new(setup: &Setup) -> Self {
        let tickets = i64::from(setup.tickets);
        let scale = Scale {
            seed: setup.seed,
            tickets,
            customers: (tickets / 12).max(8),
            contacts: (tickets / 4).max(24),
        };
        let mut draw = Draw::new(setup.seed, Stream::Signature, 0);
        let header = URL_SAFE_NO_PAD.encode(br#"{"alg":"HS256","typ":"JWT"}"#);
        let claims = URL_SAFE_NO_PAD.encode(format!(r#"{{"sub":"simulator","jti":"{}"}}"#, draw.uuid()));
        let seal = URL_SAFE_NO_PAD
            .encode([draw.bits(), draw.bits(), draw.bits(), draw.bits()].map(u64::to_be_bytes).concat());
        Self {
            scale,
            token: format!("{header}.{claims}.{seal}"),
            api_key: format!("{:016x}{:016x}", draw.bits(), draw.bits()),
            now: setup.now.clone(),
            behaviour: RwLock::new(Behaviour::default()),
            edits: RwLock::new(Edits::default()),
            window: setup.rate.map(|rate| Mutex::new(Window::new(rate))),
            token_sent_to_files: AtomicU64::new(0),
            files_served: AtomicU64::new(0),
            listings: AtomicU64::new(0),
        }
    }

    /// The token for `Authorization: Bearer`; three dot-separated parts.
    pub(crate) fn token(&self) -> &str {
        &self.token
    }

    /// The legacy key for `X-API-KEY`.
    pub(crate) fn api_key(&self) -> &str {
        &self.api_key
    }

    /// E-mails the destination should already know: those of the contacts 1, 2 and 3, one written in another case.
    pub(crate) fn existing_emails(&self) -> Vec<String> {
        let of = |number| super::contacts::plan(self.scale, number).email.unwrap_or_default();
        vec![of(1), of(2), of(3).replace("contact", "Contact").replace("client", "Client")]
    }

    /// How often somebody sent the API token to a file host; must stay 0.
    pub(crate) fn token_sent_to_files(&self) -> u64 {
        self.token_sent_to_files.load(Ordering::Relaxed)
    }

    /// Files handed out so far.
    pub(crate) fn files_served(&self) -> u64 {
        self.files_served.load(Ordering::Relaxed)
    }

    pub(super) fn count_token_at_files(&self) {
        self.token_sent_to_files.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count_file(&self) {
        self.files_served.fetch_add(1, Ordering::Relaxed);
    }

    /// A number no earlier listing of file URLs had.
    pub(super) fn next_listing(&self) -> u64 {
        self.listings.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn scale(&self) -> Scale {
        self.scale
    }

    pub(super) fn now_ms(&self) -> i64 {
        (self.now.0)().as_millisecond()
    }

    pub(super) fn behaviour(&self) -> Behaviour {
        self.behaviour.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn set_behaviour(&self, behaviour: Behaviour) {
        *self.behaviour.write().unwrap_or_else(PoisonError::into_inner) = behaviour;
    }

    pub(super) fn edits(&self) -> RwLockReadGuard<'_, Edits> {
        self.edits.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn edits_mut(&self) -> RwLockWriteGuard<'_, Edits> {
        self.edits.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ticket as it stands now; `None` if there is none, or it was removed for good.
    pub(super) fn ticket(&self, id: i64) -> Option<TicketPlan> {
        self.edits().ticket(self.scale, id)
    }

    /// Every ticket that can be listed, newest first, without its texts.
    pub(super) fn tickets(&self) -> impl Iterator<Item = TicketPlan> + '_ {
        let highest = self.scale.tickets + self.edits().added();
        (1..=highest).rev().filter_map(|id| self.ticket(id))
    }

    /// How many tickets can be listed.
    pub(super) fn ticket_count(&self) -> i64 {
        let edits = self.edits();
        self.scale.tickets + edits.added() - edits.removed()
    }

    /// The ticket at a place of the unfiltered listing, newest first.
    pub(super) fn ticket_at(&self, index: i64) -> Option<TicketPlan> {
        let edits = self.edits();
        let mut id = self.scale.tickets + edits.added() - index;
        for removed in edits.removed_newest_first() {
            if removed < id {
                break;
            }
            id -= 1;
        }
        if id < 1 { None } else { edits.ticket(self.scale, id) }
    }

    /// Whether a ticket costs the destination exactly one request: no file, no inline image, at most 500 comments,
    /// and not deleted, spam or merged.
    pub(crate) fn is_plain(&self, ticket: i64) -> bool {
        self.ticket(ticket).is_some_and(|plan| {
            !ticket_plan::is_out_of_play(&plan.status)
                && plan.inline == ticket_plan::Inline::None
                && plan.comment_count() <= 500
                && super::file_plan::files(self.scale, plan.id).is_empty()
        })
    }
}
