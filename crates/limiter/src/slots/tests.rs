//! The book of slots under late wake-ups, blocks, changes of rate and people who leave, by seed. No clock is used.

use super::*;
use crate::conformance::holds_in_any_window;

const FAR: Duration = Duration::from_secs(36_000);

/// A small deterministic source of numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// Lets `callers` take `count` permits in all, each waking up to `late_ms` late, and gives the instants.
fn run(
    slots: &mut Slots,
    start: Instant,
    callers: usize,
    count: usize,
    late_ms: u64,
    dice: &mut Dice,
) -> Vec<Instant> {
    let mut now = start;
    let mut waiting: Vec<(Instant, u64)> = Vec::new();
    let mut granted = Vec::new();
    while granted.len() < count {
        while waiting.len() < callers {
            let Ok(id) = slots.reserve(now, now + FAR) else { panic!("a far deadline is never beyond") };
            waiting.push((now, id));
        }
        waiting.sort();
        let (wake_at, id) = waiting.remove(0);
        now = now.max(wake_at);
        match slots.take(id, now, now + FAR) {
            Turn::Granted => granted.push(now),
            Turn::WaitUntil(slot) => {
                let late = Duration::from_millis(dice.below(late_ms + 1));
                waiting.push((slot + late, id));
            }
            Turn::Beyond(_) => panic!("a far deadline is never beyond"),
        }
    }
    for (_, id) in waiting {
        slots.release(id);
    }
    granted
}

#[test]
fn any_window_holds_at_most_the_limit_however_late_callers_wake() {
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let limit = 1 + dice.below(50) as u32;
        let rate = Rate::new(limit, 1_000);
        let (callers, late_ms) = (1 + dice.below(12) as usize, dice.below(900));
        let mut slots = Slots::new(rate);
        let start = Instant::now();
        let granted = run(&mut slots, start, callers, limit as usize * 6, late_ms, &mut dice);
        assert!(
            holds_in_any_window(&granted, limit as usize, rate.window()),
            "seed {seed}: limit {limit}, {callers} callers, up to {late_ms} ms late"
        );
    }
}

#[test]
fn punctual_callers_use_all_but_one_of_the_limit() {
    for (limit, callers) in [(2, 2), (10, 1), (40, 4), (80, 16)] {
        let rate = Rate::new(limit, 20_000);
        let count = limit as usize * 5;
        let granted = run(&mut Slots::new(rate), Instant::now(), callers, count, 0, &mut Dice(7));
        let seconds = (granted[count - 1] - granted[0]).as_secs_f64();
        let used = (count - 1) as f64 / seconds / (f64::from(limit) / 20.0);
        let promised = f64::from(limit - 1) / f64::from(limit);
        assert!(used > promised - 1e-6 && used <= 1.0, "limit {limit}: used {used}, promised {promised}");
    }
}

#[test]
fn late_wake_ups_within_an_interval_lose_no_slot() {
    let rate = Rate::new(11, 1_000);
    let count = 200;
    let punctual = run(&mut Slots::new(rate), Instant::now(), 4, count, 0, &mut Dice(1));
    let late = run(&mut Slots::new(rate), Instant::now(), 4, count, 90, &mut Dice(1));
    let (punctual, late) = (punctual[count - 1] - punctual[0], late[count - 1] - late[0]);
    assert!(late <= punctual + Duration::from_millis(100), "late {late:?}, punctual {punctual:?}");
}

#[test]
fn a_block_pushes_reservations_behind_it_in_their_order() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let now = Instant::now();
    let ids: Vec<u64> = (0..3).filter_map(|_| slots.reserve(now, now + FAR).ok()).collect();
    slots.block(now, Duration::from_secs(5));
    let turns: Vec<Turn> = ids.iter().map(|id| slots.take(*id, now, now + FAR)).collect();
    let behind = |n: u32| Turn::WaitUntil(now + Duration::from_secs(5) + Duration::from_millis(100) * n);
    assert_eq!(turns, [behind(0), behind(1), behind(2)]);
    assert_eq!(slots.snapshot(now).blocked_until, Some(now + Duration::from_secs(5)));
}

#[test]
fn a_shorter_block_does_not_end_a_longer_one() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let now = Instant::now();
    slots.block(now, Duration::from_secs(5));
    slots.block(now, Duration::from_secs(1));
    assert_eq!(slots.snapshot(now).blocked_until, Some(now + Duration::from_secs(5)));
}

#[test]
fn a_reservation_pushed_beyond_its_deadline_is_given_up() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let now = Instant::now();
    let deadline = now + Duration::from_secs(1);
    let Ok(id) = slots.reserve(now, deadline) else { panic!("the first slot is now") };
    slots.block(now, Duration::from_secs(5));
    assert_eq!(slots.take(id, now, deadline), Turn::Beyond(now + Duration::from_secs(5)));
    assert_eq!(slots.snapshot(now).waiting, 0);
}

#[test]
fn those_behind_a_caller_who_leaves_move_up() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let now = Instant::now();
    let ids: Vec<u64> = (0..4).filter_map(|_| slots.reserve(now, now + FAR).ok()).collect();
    assert_eq!(slots.take(ids[0], now, now + FAR), Turn::Granted);
    assert!(slots.release(ids[1]));
    let second = now + Duration::from_millis(100);
    assert_eq!(slots.take(ids[2], now, now + FAR), Turn::WaitUntil(second));
    assert_eq!(slots.take(ids[3], now, now + FAR), Turn::WaitUntil(second + Duration::from_millis(100)));
    assert!(!slots.release(ids[3]), "nobody is behind the last");
}

#[test]
fn unused_slots_are_not_saved_up() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let start = Instant::now();
    let granted = run(&mut slots, start, 1, 1, 0, &mut Dice(1));
    let later = granted[0] + Duration::from_secs(60);
    let granted = run(&mut slots, later, 3, 3, 0, &mut Dice(1));
    assert_eq!(granted[0], later);
    assert_eq!(granted[2] - granted[0], Duration::from_millis(200));
}

#[test]
fn the_waiting_time_is_counted() {
    let mut slots = Slots::new(Rate::new(11, 1_000));
    let granted = run(&mut slots, Instant::now(), 1, 11, 0, &mut Dice(1));
    let figures = slots.snapshot(granted[10]);
    assert_eq!((figures.granted, figures.waited_ms_total), (11, 1_000));
}
