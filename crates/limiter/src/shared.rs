//! The limiter of a fleet: every process asks the same book, kept in Redis by one script (`shared/account.lua`), and
//! sleeps until its turn. The book decides everything by Redis' own clock; here is only asking, waiting and telling.

mod book;
mod figures;
mod link;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use async_trait::async_trait;
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::Instant;

use self::book::{Answer, Book, News, Outcome, micros_of};
use self::link::{Arg, Link};
use crate::{Limiter, LimiterError, LimiterSnapshot, Permit, Rate};

pub use figures::AccountFigures;

const SCRIPT: &str = include_str!("shared/account.lua");
/// The book's keys of one account; the braces keep them together on one server of a cluster.
const PARTS: [&str; 6] = ["state", "grants", "queue", "alive", "rates", "turns"];
/// An answer that took longer than this share (one of so many) of a window is told to the book: the call leaves later
/// than the book believes.
const LATE_SHARE: u32 = 200;
/// Time between two tries to tell what could not be told.
const TELL_AGAIN: Duration = Duration::from_millis(100);

/// The shared limiters of all accounts, through one connection. Clones share everything.
#[derive(Debug, Clone)]
pub struct RedisLimiters {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    link: Arc<Link>,
    /// This process, among all that ask.
    name: String,
    clock: (Instant, i64),
    runtime: Handle,
    made: Mutex<BTreeMap<(String, String), Arc<RedisLimiter>>>,
}

impl RedisLimiters {
    /// Connects to the Redis at `url` (`redis://...`), which must answer; later it may come and go.
    ///
    /// # Errors
    /// [`LimiterError::Unavailable`] when the address cannot be read or nobody answers there.
    pub async fn connect(url: &str) -> Result<Self, LimiterError> {
        let link = Arc::new(Link::new(url, SCRIPT)?);
        let name = link.name().await?;
        let clock = (Instant::now(), link.time_us().await?);
        let shared = Shared { link, name, clock, runtime: Handle::current(), made: Mutex::default() };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The limiter of one migration on one account, named by the account's host; the same object whenever it is asked
    /// for again. `rate` is where to begin if the fleet knows no rate of this migration yet; it changes nothing
    /// otherwise: for that there is [`Limiter::set_rate`]. The account goes as fast as its fastest migration may, each
    /// migration at most as fast as its own rate.
    ///
    /// An account the server knows nothing of is taken for one whose window is full: its first permit comes one
    /// window later.
    #[must_use]
    pub fn of(&self, account: &str, migration: &str, rate: Rate) -> Arc<dyn Limiter> {
        self.limiter(account, migration, rate)
    }

    /// The account's figures, as the whole fleet sees them.
    ///
    /// # Errors
    /// [`LimiterError::Unavailable`] when Redis cannot be reached.
    pub async fn figures(&self, account: &str) -> Result<AccountFigures, LimiterError> {
        let args = [Arg::Text("")];
        let answer = self.shared.link.call(&keys(account), "figures", &args).await?;
        AccountFigures::read(&answer).ok_or_else(strange)
    }

    fn limiter(&self, account: &str, migration: &str, rate: Rate) -> Arc<RedisLimiter> {
        let mut made = self.shared.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account.to_owned(), migration.to_owned());
        Arc::clone(made.entry(key).or_insert_with(|| {
            let limiter = Arc::new(RedisLimiter {
                link: Arc::clone(&self.shared.link),
                keys: keys(account),
                migration: migration.to_owned(),
                prefix: format!("{migration}|{}.", self.shared.name),
                book: Mutex::new(Book::new(rate, self.shared.clock)),
                changed: Notify::new(),
                news: Arc::new(Notify::new()),
                #[cfg(test)]
                times: Mutex::default(),
            });
            self.shared.runtime.spawn(tell(Arc::downgrade(&limiter), Arc::clone(&limiter.news)));
            limiter
        }))
    }
}

fn keys(account: &str) -> Vec<String> {
    PARTS.iter().map(|part| format!("flotilla:{{limiter:{account}}}:{part}")).collect()
}

fn strange() -> LimiterError {
    LimiterError::Unavailable { reason: "the answer cannot be read".to_owned() }
}

/// The limiter of one migration on one account, shared by the fleet.
#[derive(Debug)]
struct RedisLimiter {
    link: Arc<Link>,
    keys: Vec<String>,
    migration: String,
    prefix: String,
    book: Mutex<Book>,
    /// Something changed for those who wait here.
    changed: Notify,
    /// There is something to tell.
    news: Arc<Notify>,
    /// When permits were given, by the server's clock.
    #[cfg(test)]
    times: Mutex<Vec<i64>>,
}

/// One caller's turn as the script is asked for it.
struct Turn<'a> {
    id: &'a str,
    age: Duration,
    left: Duration,
    place: i64,
    era: i64,
}

impl RedisLimiter {
    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the book: tells the news and, if given, asks for a turn.
    async fn ask(&self, news: &News, turn: Option<Turn<'_>>) -> Result<Answer, LimiterError> {
        let (rate, stamp) = self.book().rate();
        let pause = news.block.map_or(0, |until| micros_of(until.saturating_duration_since(Instant::now())));
        let (used, limit) =
            news.feedback.map_or((-1, 0), |(used, limit)| (i64::from(used), i64::from(limit)));
        let mut args = vec![
            Arg::Text(&self.migration),
            Arg::Number(i64::from(rate.limit.max(1))),
            Arg::Number(micros_of(rate.window())),
            Arg::Number((rate.kept() * 1e6).round() as i64),
            Arg::Number(stamp),
            Arg::Number(pause),
            Arg::Number(used),
            Arg::Number(limit),
            Arg::Number(i64::from(news.jumped)),
            Arg::Number(i64::try_from(news.left.len()).unwrap_or(0)),
            Arg::Number(i64::try_from(news.late.len()).unwrap_or(0)),
        ];
        args.extend(news.left.iter().chain(&news.late).map(|id| Arg::Text(id)));
        let op = if turn.is_some() { "take" } else { "tell" };
        if let Some(turn) = &turn {
            args.push(Arg::Text(turn.id));
            args.extend([micros_of(turn.age), micros_of(turn.left), turn.place, turn.era].map(Arg::Number));
        }
        let asked_at = Instant::now();
        let figures = self.link.call(&self.keys, op, &args).await?;
        let mut answer = Answer::read(&figures).ok_or_else(strange)?;
        let now = Instant::now();
        if !self.book().heard(&answer, asked_at, now) {
            tracing::warn!("the limiter's clock jumped ahead: nobody calls for one window");
            self.news.notify_one();
            answer.sound = false;
        }
        answer.lateness = now - asked_at;
        Ok(answer)
    }

    /// Whether a call may leave at this moment, as far as this process knows.
    fn may_call(&self, deadline: Instant) -> bool {
        let now = Instant::now();
        now <= deadline && !self.book().is_blocked(now)
    }

    /// Tells what is to be told; what could not be told stays.
    async fn tell(&self) -> Result<(), LimiterError> {
        let news = self.book().take_news();
        if news.is_empty() {
            return Ok(());
        }
        let told = self.ask(&news, None).await;
        self.book().told(&news, told.is_ok(), Instant::now());
        self.changed.notify_waiters();
        told.map(|_| ())
    }
}

/// Tells the fleet what this process has to say, for as long as the limiter lives.
async fn tell(limiter: Weak<RedisLimiter>, news: Arc<Notify>) {
    loop {
        news.notified().await;
        loop {
            let Some(limiter) = limiter.upgrade() else { return };
            if limiter.tell().await.is_ok() {
                break;
            }
            tokio::time::sleep(TELL_AGAIN).await;
        }
    }
}

#[async_trait]
impl Limiter for RedisLimiter {
    async fn acquire(&self, deadline: Instant) -> Result<Permit, LimiterError> {
        let asked_at = Instant::now();
        let mut waiting = Waiting::new(self, asked_at);
        let (mut place, mut era) = (0, 0);
        loop {
            // Registered before the look, so that no change between look and sleep is missed.
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let now = Instant::now();
            if now > deadline {
                return Err(LimiterError::Deadline { wait_ms: 0 });
            }
            let untold = self.book().untold_block(now);
            let sleep = if let Some(until) = untold {
                if until > deadline {
                    return Err(beyond(until - now));
                }
                until - now
            } else {
                let news = self.book().take_urgent_news();
                let (age, left) = (now - asked_at, deadline - now);
                waiting.asked = true;
                let asked = self.ask(&news, Some(Turn { id: &waiting.id, age, left, place, era })).await;
                self.book().told(&news, asked.is_ok(), now);
                let answer = asked?;
                match answer.outcome {
                    Outcome::Granted if !answer.sound || !self.may_call(deadline) => {
                        // It may not be used any more, and is given back.
                        waiting.give_back();
                        Duration::ZERO
                    }
                    Outcome::Granted => {
                        waiting.asked = false;
                        if answer.lateness > self.book().rate().0.window() / LATE_SHARE {
                            self.book().news.late.push(waiting.id.clone());
                            self.news.notify_one();
                        }
                        #[cfg(test)]
                        self.times.lock().unwrap_or_else(PoisonError::into_inner).push(answer.now_us);
                        let waited = asked_at.elapsed();
                        self.book().count_grant(waited);
                        metrics::histogram!("flotilla_limiter_wait_seconds").record(waited.as_secs_f64());
                        return Ok(Permit::new(deadline));
                    }
                    Outcome::Beyond(wait) => {
                        waiting.asked = false;
                        return Err(beyond(wait));
                    }
                    Outcome::Wait(wait) => {
                        (place, era) = (answer.place, answer.era);
                        wait
                    }
                }
            };
            tokio::select! {
                () = tokio::time::sleep(sleep) => {}
                () = changed => {}
            }
        }
    }

    fn feedback(&self, used: u32, limit: u32) {
        self.book().news.feedback = Some((used, limit));
        self.news.notify_one();
    }

    fn block_for(&self, pause: Duration) {
        self.book().block(Instant::now(), pause);
        self.news.notify_one();
        metrics::counter!("flotilla_limiter_blocks_total").increment(1);
        tracing::info!(pause_ms = pause.as_millis(), "the vendor asked for a pause, everybody waits");
        self.changed.notify_waiters();
    }

    fn set_rate(&self, rate: Rate) {
        if self.book().set_rate(rate, Instant::now()) {
            self.news.notify_one();
            self.changed.notify_waiters();
        }
    }

    fn snapshot(&self) -> LimiterSnapshot {
        self.book().snapshot(Instant::now(), self.link.unavailable_since())
    }
}

fn beyond(wait: Duration) -> LimiterError {
    LimiterError::Deadline { wait_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX) }
}

/// A caller who waits; the fleet is told when it leaves.
struct Waiting<'a> {
    limiter: &'a RedisLimiter,
    number: u64,
    id: String,
    /// Whether the book may know of it.
    asked: bool,
}

impl<'a> Waiting<'a> {
    fn new(limiter: &'a RedisLimiter, now: Instant) -> Self {
        metrics::gauge!("flotilla_limiter_waiting").increment(1.0);
        let number = limiter.book().begin(now);
        Self { limiter, number, id: format!("{}{number}", limiter.prefix), asked: false }
    }

    fn give_back(&mut self) {
        // What is said of a caller may overtake what it asks; so it asks under another name from here on.
        let gone = std::mem::take(&mut self.id);
        self.id = format!("{gone}'");
        self.limiter.book().news.left.push(gone);
        self.limiter.news.notify_one();
        self.asked = false;
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        metrics::gauge!("flotilla_limiter_waiting").decrement(1.0);
        self.limiter.book().end(self.number);
        if self.asked {
            self.give_back();
        }
    }
}
