//! The slot of the nightly delta: which day's slot is due, and which is next. Pure: the clock is handed in.
//!
//! A schedule is read on the wall clock of its zone, and a day has at most one slot: the first. An hour that the change to
//! summer time skips still has its slot, as much later as the clock jumped; an hour that comes twice has it the first time.

use std::str::FromStr as _;

use croner::Cron;
use jiff::{Span, Timestamp, Zoned, civil::DateTime, tz::TimeZone};
use protocol::{
    UnixMs,
    api::{DeltaSlot, DeltaSlots},
    fleet::DeltaSchedule,
};

/// A schedule that cannot be followed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadSchedule {
    /// Not five fields of a cron expression.
    #[error(
        "delta.cron is not a cron expression of five fields (minute hour day month weekday), such as 30 2 * * *"
    )]
    Cron,
    /// No such time zone.
    #[error("delta.zone is not an IANA time zone, such as Europe/Berlin")]
    Zone,
}

/// A schedule that can be followed.
#[derive(Debug, Clone)]
pub struct Slots {
    cron: Cron,
    zone: TimeZone,
}

impl Slots {
    /// Reads a schedule.
    ///
    /// # Errors
    /// [`BadSchedule`].
    pub fn of(schedule: &DeltaSchedule) -> Result<Self, BadSchedule> {
        if schedule.cron.split_whitespace().count() != 5 {
            return Err(BadSchedule::Cron);
        }
        let cron = Cron::from_str(&schedule.cron).map_err(|_| BadSchedule::Cron)?;
        let zone = TimeZone::get(&schedule.zone).map_err(|_| BadSchedule::Zone)?;
        Ok(Self { cron, zone })
    }

    /// The latest slot due at or before `now` and after `since` (when the migration was created), and the next one.
    #[must_use]
    pub fn around(&self, since: UnixMs, now: UnixMs) -> DeltaSlots {
        let from = self.wall(since).map(DateTime::date);
        let today = self.wall(now).map(DateTime::date);
        let (Some(from), Some(today)) = (from, today) else {
            return DeltaSlots { last: None, next: None };
        };
        let mut next = None;
        let mut day = today.saturating_add(Span::new().days(1));
        // From tomorrow's slot backwards: the first one found that is due is the last; what lies behind it was next.
        let mut last = None;
        while day >= from {
            match self.on_or_before(day) {
                Some(slot) if slot.at > now => {
                    day = slot_day(&slot).unwrap_or(from).saturating_sub(Span::new().days(1));
                    next = Some(slot);
                }
                Some(slot) => {
                    last = Some(slot).filter(|slot| slot.at > since);
                    break;
                }
                None => break,
            }
        }
        let next = next.or_else(|| self.after(today));
        DeltaSlots { last, next }
    }

    /// The slot that is due and was not the last one recorded, if there is one.
    #[must_use]
    pub fn due(&self, since: UnixMs, now: UnixMs, recorded: Option<&str>) -> Option<DeltaSlot> {
        self.around(since, now).last.filter(|slot| recorded.is_none_or(|date| date < slot.date.as_str()))
    }

    fn wall(&self, at: UnixMs) -> Option<DateTime> {
        let at = Timestamp::from_millisecond(at.0).ok()?;
        Some(at.to_zoned(self.zone.clone()).datetime())
    }

    /// The first slot of the latest day up to `day` that has one.
    fn on_or_before(&self, day: jiff::civil::Date) -> Option<DeltaSlot> {
        let end = day.at(23, 59, 59, 0);
        let found: DateTime = self.cron.find_previous_occurrence(&end, true).ok()?;
        self.first_of(found.date())
    }

    /// The first slot of a day after tomorrow.
    fn after(&self, today: jiff::civil::Date) -> Option<DeltaSlot> {
        let end = today.saturating_add(Span::new().days(1)).at(23, 59, 59, 0);
        let found: DateTime = self.cron.find_next_occurrence(&end, false).ok()?;
        self.first_of(found.date())
    }

    fn first_of(&self, date: jiff::civil::Date) -> Option<DeltaSlot> {
        let wall: DateTime = self.cron.find_next_occurrence(&date.at(0, 0, 0, 0), true).ok()?;
        let at: Zoned = self.zone.to_ambiguous_zoned(wall).compatible().ok()?;
        (wall.date() == date)
            .then(|| DeltaSlot { date: date.to_string(), at: UnixMs(at.timestamp().as_millisecond()) })
    }
}

fn slot_day(slot: &DeltaSlot) -> Option<jiff::civil::Date> {
    slot.date.parse().ok()
}
