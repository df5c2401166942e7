//! The book of slots: who may call when. A caller reserves a slot and sleeps until it; a late wake-up loses
//! nothing, because the next slot is counted from the slot before and not from the waking. No clock and no
//! waiting in here: every method is told what time it is.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use crate::foreign::Foreign;
use crate::{LimiterSnapshot, Rate};

/// What a waiting caller does next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// The permit is given.
    Granted,
    /// Not before this instant; ask again then, or when the book changed.
    WaitUntil(Instant),
    /// The slot moved beyond the deadline; the reservation is gone.
    Beyond(Instant),
}

#[derive(Debug)]
struct Reservation {
    slot: Instant,
    asked_at: Instant,
}

/// All reservations of one account.
#[derive(Debug)]
pub(crate) struct Slots {
    rate: Rate,
    interval: Duration,
    cap: usize,
    pending: BTreeMap<u64, Reservation>,
    next_id: u64,
    /// The last slot that was used.
    last_slot: Option<Instant>,
    /// Instants of the permits given within the last window.
    recent: VecDeque<Instant>,
    blocked_until: Option<Instant>,
    foreign: Foreign,
    granted: u64,
    waited: Duration,
    blocks: u64,
    blocked: Duration,
}

impl Slots {
    pub(crate) fn new(rate: Rate) -> Self {
        let pace = rate.pace(0, None);
        Self {
            rate,
            interval: rate.interval(pace),
            cap: rate.cap(pace),
            pending: BTreeMap::new(),
            next_id: 0,
            last_slot: None,
            recent: VecDeque::new(),
            blocked_until: None,
            foreign: Foreign::default(),
            granted: 0,
            waited: Duration::ZERO,
            blocks: 0,
            blocked: Duration::ZERO,
        }
    }

    /// Reserves the next slot, or tells which one it would have been when that lies beyond the deadline.
    pub(crate) fn reserve(&mut self, now: Instant, deadline: Instant) -> Result<u64, Instant> {
        let slot = self.slot_after(self.pending.last_key_value().map(|(_, r)| r.slot), now);
        if slot > deadline {
            return Err(slot);
        }
        let id = self.next_id;
        self.next_id += 1;
        self.pending.insert(id, Reservation { slot, asked_at: now });
        Ok(id)
    }

    /// Gives the permit if its slot has come.
    pub(crate) fn take(&mut self, id: u64, now: Instant, deadline: Instant) -> Turn {
        self.forget_before(now);
        let Some(reservation) = self.pending.get(&id) else {
            return Turn::Beyond(now);
        };
        let slot = reservation.slot.max(self.room_at(now));
        if slot > deadline || now > deadline {
            self.release(id);
            return Turn::Beyond(slot);
        }
        if slot > now {
            return Turn::WaitUntil(slot);
        }
        self.grant(id, now);
        Turn::Granted
    }

    /// Gives a reservation back: everybody behind it moves up by one slot. True when somebody did.
    pub(crate) fn release(&mut self, id: u64) -> bool {
        let Some(gone) = self.pending.remove(&id) else {
            return false;
        };
        let mut free = gone.slot;
        let mut moved = false;
        for (_, later) in self.pending.range_mut(id..) {
            std::mem::swap(&mut later.slot, &mut free);
            moved = true;
        }
        moved
    }

    /// Pauses everybody until `now + pause`.
    pub(crate) fn block(&mut self, now: Instant, pause: Duration) {
        let until = now + pause;
        self.blocked_until = Some(self.blocked_until.map_or(until, |at| at.max(until)));
        self.blocks += 1;
        self.blocked += pause;
        self.lay_out(now);
    }

    /// Puts another rate in force.
    pub(crate) fn set_rate(&mut self, now: Instant, rate: Rate) {
        self.rate = rate;
        self.forget_before(now);
        self.lay_out(now);
    }

    /// Takes the vendor's own count; true when the pace changed.
    pub(crate) fn feedback(&mut self, now: Instant, used: u32, limit: u32) -> bool {
        self.forget_before(now);
        let changed = self.foreign.seen((used, limit), &self.recent, now, self.rate.window());
        if changed {
            self.lay_out(now);
        }
        changed
    }

    pub(crate) fn snapshot(&self, now: Instant) -> LimiterSnapshot {
        LimiterSnapshot {
            granted: self.granted,
            waiting: self.pending.len(),
            waiting_since: self.pending.values().map(|r| r.asked_at).min(),
            waited_ms_total: millis(self.waited),
            blocks: self.blocks,
            blocked_ms_total: millis(self.blocked),
            blocked_until: self.blocked_until.filter(|until| *until > now),
            foreign: self.foreign.calls(),
            rate: self.rate,
            interval: self.interval,
            unavailable_since: None,
        }
    }

    fn grant(&mut self, id: u64, now: Instant) {
        let Some(reservation) = self.pending.remove(&id) else {
            return;
        };
        self.last_slot = Some(self.last_slot.map_or(reservation.slot, |at| at.max(reservation.slot)));
        self.recent.push_back(now);
        self.foreign.granted(now, f64::from(self.rate.limit.max(1)), self.rate.window());
        self.granted += 1;
        self.waited += now.saturating_duration_since(reservation.asked_at);
    }

    /// The earliest instant at which one more permit keeps every sliding window within the cap, and no block.
    fn room_at(&self, now: Instant) -> Instant {
        let room = match self.recent.len().checked_sub(self.cap) {
            Some(index) => self.recent[index] + self.rate.window(),
            None => now,
        };
        room.max(self.blocked_until.unwrap_or(now))
    }

    fn slot_after(&self, before: Option<Instant>, now: Instant) -> Instant {
        let before = before.into_iter().chain(self.last_slot).max();
        let after = before.map_or(now, |slot| slot + self.interval);
        // A burst of one: slots nobody asked for are gone.
        after.max(now).max(self.blocked_until.unwrap_or(now))
    }

    /// Re-lays all reservations after a block or a change of pace, in the order of their asking.
    fn lay_out(&mut self, now: Instant) {
        let pace = self.rate.pace(self.foreign.calls(), self.foreign.seen_limit());
        self.interval = self.rate.interval(pace);
        self.cap = self.rate.cap(pace);
        let ids: Vec<u64> = self.pending.keys().copied().collect();
        let mut before = None;
        for id in ids {
            let slot = self.slot_after(before, now);
            if let Some(reservation) = self.pending.get_mut(&id) {
                reservation.slot = slot;
            }
            before = Some(slot);
        }
    }

    fn forget_before(&mut self, now: Instant) {
        let window = self.rate.window();
        while self.recent.front().is_some_and(|at| *at + window <= now) {
            self.recent.pop_front();
        }
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
