//! The slot of the nightly delta: which day's slot is due, and which is next. Pure: the clock is handed in.
//!
//! A schedule is read on the wall clock of its zone, and a day has at most one slot: the first. An hour that the change to
//! summer time skips still has its slot, as much later as the clock jumped; an hour that comes twice has it the first time.
//! A slot that was missed is due late; of several that were missed, the last. The service meets it: with a delta until the
//! freeze, with a verification while the destination is watched.

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

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(cron: &str, zone: &str) -> Slots {
        Slots::of(&DeltaSchedule { cron: cron.to_owned(), zone: zone.to_owned() }).unwrap()
    }

    fn at(text: &str) -> UnixMs {
        UnixMs(text.parse::<Timestamp>().unwrap().as_millisecond())
    }

    fn told(slot: Option<DeltaSlot>) -> String {
        slot.map_or("none".to_owned(), |slot| {
            format!("{} {}", slot.date, Timestamp::from_millisecond(slot.at.0).unwrap())
        })
    }

    #[test]
    fn the_last_and_the_next_slot_are_told() {
        let nightly = slots("30 2 * * *", "Europe/Berlin");
        let weekly = slots("0 22 * * 1", "America/New_York");
        let yearly = slots("0 0 31 12 *", "UTC");
        let since = "2026-01-01T00:00:00Z";
        let table = [
            (
                "before tonight's",
                &nightly,
                since,
                "2026-06-10T00:29:59Z",
                "2026-06-09 2026-06-09T00:30:00Z",
                "2026-06-10 2026-06-10T00:30:00Z",
            ),
            (
                "at tonight's",
                &nightly,
                since,
                "2026-06-10T00:30:00Z",
                "2026-06-10 2026-06-10T00:30:00Z",
                "2026-06-11 2026-06-11T00:30:00Z",
            ),
            (
                "winter",
                &nightly,
                since,
                "2026-01-10T12:00:00Z",
                "2026-01-10 2026-01-10T01:30:00Z",
                "2026-01-11 2026-01-11T01:30:00Z",
            ),
            (
                "made since",
                &nightly,
                "2026-06-10T00:30:00Z",
                "2026-06-10T12:00:00Z",
                "none",
                "2026-06-11 2026-06-11T00:30:00Z",
            ),
            (
                "weekly",
                &weekly,
                since,
                "2026-06-10T00:00:00Z",
                "2026-06-08 2026-06-09T02:00:00Z",
                "2026-06-15 2026-06-16T02:00:00Z",
            ),
            (
                "yearly, not yet",
                &yearly,
                since,
                "2026-06-10T00:00:00Z",
                "none",
                "2026-12-31 2026-12-31T00:00:00Z",
            ),
        ];
        for (case, slots, since, now, last, next) in table {
            let found = slots.around(at(since), at(now));
            assert_eq!((told(found.last).as_str(), told(found.next).as_str()), (last, next), "{case}");
        }
    }

    #[test]
    fn an_hour_that_is_skipped_has_its_slot_and_one_that_comes_twice_has_it_once() {
        let nightly = slots("30 2 * * *", "Europe/Berlin");
        let since = at("2026-01-01T00:00:00Z");
        // From now to now, every ten minutes over a week: each date is due once, in order, whatever the clock does.
        for (from, dates) in [
            (
                "2026-03-26T12:00:00Z",
                [
                    "2026-03-26",
                    "2026-03-27",
                    "2026-03-28",
                    "2026-03-29",
                    "2026-03-30",
                    "2026-03-31",
                    "2026-04-01",
                    "2026-04-02",
                ],
            ),
            (
                "2026-10-22T12:00:00Z",
                [
                    "2026-10-22",
                    "2026-10-23",
                    "2026-10-24",
                    "2026-10-25",
                    "2026-10-26",
                    "2026-10-27",
                    "2026-10-28",
                    "2026-10-29",
                ],
            ),
        ] {
            let (mut recorded, mut due) = (None, Vec::new());
            for step in 0..7 * 144 {
                let now = at(from).plus_ms(step * 600_000);
                if let Some(slot) = nightly.due(since, now, recorded.as_deref()) {
                    assert!(slot.at <= now && now.since(slot.at) <= 12 * 3_600_000, "{slot:?} at {now}");
                    recorded = Some(slot.date.clone());
                    due.push(slot.date);
                }
            }
            assert_eq!(due, dates);
        }
        let told_at = |now: &str| told(nightly.around(since, at(now)).last);
        assert_eq!(told_at("2026-03-29T12:00:00Z"), "2026-03-29 2026-03-29T01:30:00Z");
        assert_eq!(told_at("2026-10-25T01:40:00Z"), "2026-10-25 2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_day_has_one_slot_however_often_the_schedule_names_it() {
        let often = slots("*/5 * * * *", "UTC");
        let found = often.around(at("2026-01-01T00:00:00Z"), at("2026-06-10T15:02:00Z"));
        assert_eq!(told(found.last), "2026-06-10 2026-06-10T00:00:00Z");
        assert_eq!(told(found.next), "2026-06-11 2026-06-11T00:00:00Z");
    }

    #[test]
    fn a_schedule_that_cannot_be_followed_is_refused() {
        let of = |cron: &str, zone: &str| {
            Slots::of(&DeltaSchedule { cron: cron.to_owned(), zone: zone.to_owned() }).map(|_| ())
        };
        for cron in ["", "never", "30 2 * *", "0 30 2 * * *", "61 2 * * *", "@daily"] {
            assert_eq!(of(cron, "UTC"), Err(BadSchedule::Cron), "{cron}");
        }
        assert_eq!(of("30 2 * * *", "Europe/Atlantis"), Err(BadSchedule::Zone));
        assert_eq!(of("30 2 * * MON-FRI", "Europe/Berlin"), Ok(()));
    }
}
