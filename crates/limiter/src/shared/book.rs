//! What one process knows of the shared book: who of its own waits, what it has to tell, and the last answer.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::{LimiterSnapshot, Rate};

/// An answer older than the last by less than this was overtaken.
const OVERTAKING_US: i64 = 5_000_000;

/// Time in which every process learns of a change by itself.
const LEARNING: Duration = Duration::from_secs(5);
/// Two clocks that differ by less than this tell the same time.
const JUMP: Duration = Duration::from_millis(20);

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
    /// How long the answer took.
    pub(super) lateness: Duration,
    /// Whether the server's clock can be relied on.
    pub(super) sound: bool,
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
        let (lateness, sound) = (Duration::ZERO, true);
        Some(Self { now_us, outcome, place, era, lateness, sound, interval, foreign, blocked, rate, stamp })
    }
}

/// What one process knows.
#[derive(Debug)]
pub(super) struct Book {
    rate: Rate,
    stamp: i64,
    /// The rate this process last asked for.
    asked_rate: Option<Rate>,
    /// When another process's word on the rate was heard.
    overruled_at: Option<Instant>,
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
    /// Callers who heard late of their permit.
    pub(super) late: Vec<String>,
    /// Whether the server's clock jumped ahead, so that its record of the last window says nothing.
    pub(super) jumped: bool,
    /// Whether the rate changed.
    pub(super) rate: bool,
}

impl News {
    /// Whether there is nothing to tell.
    pub(super) fn is_empty(&self) -> bool {
        let nothing_said = self.block.is_none() && self.feedback.is_none() && !self.rate && !self.jumped;
        nothing_said && self.left.is_empty() && self.late.is_empty()
    }
}

impl Book {
    /// A book at this rate; the server's clock showed so many microseconds at that instant.
    pub(super) fn new(rate: Rate, clock: (Instant, i64)) -> Self {
        Self {
            rate,
            stamp: 0,
            asked_rate: None,
            overruled_at: None,
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

    /// Notes a rate somebody here asks for; false when there is nothing to tell. Who asks again for what a newer word
    /// has replaced is not heard until it had time to learn of that word itself.
    pub(super) fn set_rate(&mut self, rate: Rate, now: Instant) -> bool {
        let overruled = self.overruled_at.is_some_and(|at| now < at + LEARNING);
        let again = self.asked_rate.replace(rate).is_some_and(|before| is_same(before, rate));
        if is_same(self.rate, rate) && self.stamp > 0 {
            self.rate = rate;
            return false;
        }
        if again && overruled {
            return false;
        }
        let (at, us) = self.clock;
        self.stamp = (us + micros_of(now.saturating_duration_since(at))).max(self.stamp + 1);
        self.rate = rate;
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

    /// The news without which a turn must not be asked for.
    pub(super) fn take_urgent_news(&mut self) -> News {
        let left = std::mem::take(&mut self.news.left);
        News { left, jumped: std::mem::take(&mut self.news.jumped), ..News::default() }
    }

    /// Notes whether the fleet knows these news now; what still matters stays in the book.
    pub(super) fn told(&mut self, news: &News, told: bool, now: Instant) {
        if (told && news.block.is_some() && self.news.block == news.block) || self.untold_block(now).is_none()
        {
            self.news.block = None;
        }
        self.news.rate |= news.rate && !told;
        self.news.jumped |= news.jumped && !told;
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

    /// Takes over what an answer says to a question asked then. False when the server's clock jumped ahead meanwhile.
    pub(super) fn heard(&mut self, answer: &Answer, asked_at: Instant, now: Instant) -> bool {
        if answer.stamp > self.stamp || (self.stamp == 0 && !is_same(answer.rate, self.rate)) {
            let asked = self.asked_rate.filter(|asked| is_same(*asked, answer.rate));
            (self.rate, self.stamp) = (asked.unwrap_or(answer.rate), answer.stamp);
            self.overruled_at = Some(now);
        }
        // Answers overtake each other; a clock that was set back does not.
        if answer.now_us < self.clock.1 && self.clock.1 - answer.now_us < OVERTAKING_US {
            return true;
        }
        let (before, us) = self.clock;
        let passed = now.saturating_duration_since(before);
        let slack = JUMP + self.rate.window() / 100 + passed / 1000;
        let jumped = answer.now_us - us > micros_of(passed + slack);
        self.clock = (asked_at, answer.now_us);
        self.foreign = answer.foreign;
        self.interval = answer.interval;
        let blocked_until = Some(now + answer.blocked).filter(|_| !answer.blocked.is_zero());
        self.blocked_until = self.news.block.max(blocked_until);
        self.news.jumped |= jumped;
        !jumped
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

/// Whether two rates are one to the fleet, which keeps a reserve to a millionth.
fn is_same(one: Rate, other: Rate) -> bool {
    (one.limit, one.window()) == (other.limit, other.window()) && (one.kept() - other.kept()).abs() < 2e-6
}

fn micros(us: i64) -> Duration {
    Duration::from_micros(u64::try_from(us).unwrap_or(0))
}

/// A span in whole microseconds.
pub(super) fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}
