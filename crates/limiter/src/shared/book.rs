//! What one process knows of the shared book: who of its own waits, what it has to tell, and the last answer.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::{LimiterSnapshot, Rate};

/// An answer older than the last by less than this was overtaken.
const OVERTAKING_US: i64 = 5_000_000;

/// The figures a script's answer carries, in the order it gives them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answer {
    /// The server's time, microseconds.
    pub(super) now_us: i64,
    /// What became of the call.
    pub(super) outcome: Outcome,
    /// The place in the queue, to be shown again.
    pub(super) place: i64,
    /// The age of the queue the place belongs to.
    pub(super) era: i64,
    interval: Duration,
    foreign: u32,
    blocked: Duration,
    rate: Rate,
    stamp: i64,
}

/// What became of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The permit is given.
    Granted,
    /// Ask again after this time.
    Wait(Duration),
    /// The slot is so far away, and that is beyond the deadline.
    Beyond(Duration),
}

impl Answer {
    /// Reads an answer; none when it is not one.
    pub(super) fn read(figures: &[i64]) -> Option<Self> {
        let &[now_us, outcome, wait, place, era, interval, foreign, blocked, limit, window, reserve, stamp] =
            figures
        else {
            return None;
        };
        let outcome = match outcome {
            0 => Outcome::Granted,
            1 => Outcome::Wait(micros(wait)),
            _ => Outcome::Beyond(micros(wait)),
        };
        let limit = u32::try_from(limit).unwrap_or(u32::MAX);
        let rate = Rate::new(limit, (window / 1000).unsigned_abs()).with_reserve(reserve as f64 / 1e6);
        let foreign = u32::try_from(foreign).unwrap_or(0);
        let (interval, blocked) = (micros(interval), micros(blocked));
        Some(Self { now_us, outcome, place, era, interval, foreign, blocked, rate, stamp })
    }
}

/// What one process knows.
#[derive(Debug)]
pub(super) struct Book {
    rate: Rate,
    stamp: i64,
    /// The rate this process last asked for.
    asked_rate: Option<Rate>,
    clock: (Instant, i64),
    next_id: u64,
    waiting: BTreeMap<u64, Instant>,
    granted: u64,
    waited: Duration,
    blocks: u64,
    blocked: Duration,
    blocked_until: Option<Instant>,
    foreign: u32,
    interval: Duration,
    pub(super) news: News,
}

/// What is still to be told to the fleet.
#[derive(Debug, Default)]
pub(super) struct News {
    /// The end of a block nobody else knows of yet.
    pub(super) block: Option<Instant>,
    /// The vendor's last count.
    pub(super) feedback: Option<(u32, u32)>,
    /// Callers who left.
    pub(super) left: Vec<String>,
    /// Whether the rate changed.
    pub(super) rate: bool,
}

impl News {
    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        self.block.is_none() && self.feedback.is_none() && self.left.is_empty() && !self.rate
    }
}

impl Book {
    /// A book at this rate; the server's clock showed so many microseconds at that instant.
    pub(super) fn new(rate: Rate, clock: (Instant, i64)) -> Self {
        Self {
            rate,
            stamp: 0,
            asked_rate: None,
            clock,
            next_id: 0,
            waiting: BTreeMap::new(),
            granted: 0,
            waited: Duration::ZERO,
            blocks: 0,
            blocked: Duration::ZERO,
            blocked_until: None,
            foreign: 0,
            interval: rate.interval(rate.pace(0, None)),
            news: News::default(),
        }
    }

    /// The rate and when it was said, by the server's clock.
    pub(super) fn rate(&self) -> (Rate, i64) {
        (self.rate, self.stamp)
    }

    /// Notes a rate somebody here asks for; false when it was asked for before.
    pub(super) fn set_rate(&mut self, rate: Rate, now: Instant) -> bool {
        if self.asked_rate == Some(rate) {
            return false;
        }
        let (at, us) = self.clock;
        self.stamp = (us + micros_of(now.saturating_duration_since(at))).max(self.stamp + 1);
        self.rate = rate;
        self.asked_rate = Some(rate);
        self.news.rate = true;
        true
    }

    pub(super) fn block(&mut self, now: Instant, pause: Duration) {
        let until = now + pause;
        self.blocked_until = self.blocked_until.max(Some(until));
        self.news.block = self.news.block.max(Some(until));
        self.blocks += 1;
        self.blocked += pause;
    }

    /// The news to be told now. A block stays in the book until the fleet knows of it.
    pub(super) fn take_news(&mut self) -> News {
        let block = self.news.block;
        let news = std::mem::take(&mut self.news);
        self.news.block = block;
        news
    }

    /// Notes whether the fleet knows these news now; what still matters stays in the book.
    pub(super) fn told(&mut self, news: &News, told: bool, now: Instant) {
        if (told && self.news.block == news.block) || self.untold_block(now).is_none() {
            self.news.block = None;
        }
        self.news.rate |= news.rate && !told;
    }

    /// The end of a block that the fleet perhaps does not know of.
    pub(super) fn untold_block(&self, now: Instant) -> Option<Instant> {
        self.news.block.filter(|until| *until > now)
    }

    /// Whether nobody may call.
    pub(super) fn is_blocked(&self, now: Instant) -> bool {
        self.blocked_until.max(self.news.block).is_some_and(|until| until > now)
    }

    pub(super) fn begin(&mut self, now: Instant) -> u64 {
        self.next_id += 1;
        self.waiting.insert(self.next_id, now);
        self.next_id
    }

    pub(super) fn end(&mut self, id: u64) {
        self.waiting.remove(&id);
    }

    pub(super) fn count_grant(&mut self, waited: Duration) {
        self.granted += 1;
        self.waited += waited;
    }

    /// Takes over what an answer says.
    pub(super) fn heard(&mut self, answer: &Answer, at: Instant) {
        if answer.stamp > self.stamp {
            (self.rate, self.stamp) = (answer.rate, answer.stamp);
        }
        // Answers overtake each other; a clock that was set back does not.
        if answer.now_us < self.clock.1 && self.clock.1 - answer.now_us < OVERTAKING_US {
            return;
        }
        self.clock = (at, answer.now_us);
        self.foreign = answer.foreign;
        self.interval = answer.interval;
        self.blocked_until =
            self.news.block.max(Some(at + answer.blocked).filter(|_| !answer.blocked.is_zero()));
    }

    pub(super) fn snapshot(&self, now: Instant, unavailable_since: Option<Instant>) -> LimiterSnapshot {
        LimiterSnapshot {
            granted: self.granted,
            waiting: self.waiting.len(),
            waiting_since: self.waiting.values().min().copied(),
            waited_ms_total: u64::try_from(self.waited.as_millis()).unwrap_or(u64::MAX),
            blocks: self.blocks,
            blocked_ms_total: u64::try_from(self.blocked.as_millis()).unwrap_or(u64::MAX),
            blocked_until: self.blocked_until.filter(|until| *until > now),
            foreign: self.foreign,
            rate: self.rate,
            interval: self.interval,
            unavailable_since,
        }
    }
}

fn micros(us: i64) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

/// A span in whole microseconds.
pub(super) fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
