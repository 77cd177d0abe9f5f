//! The slots of a schedule: the moments that its cron expression means in its time zone. Pure; the clock is the caller's.
//!
//! Where clocks change: an expression with one fixed time of day runs once a day. If that time is skipped in spring, its slot is the
//! first moment after the gap; if it comes twice in autumn, its slot is the first of the two. An expression with more than one time
//! of day (`*`, lists, ranges, steps in second, minute or hour) means the clock as it is shown: nothing in a gap, both of an hour
//! that comes twice.

use crate::jobs::Schedule;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};

/// How far back is looked for the newest slots, in hours: little by little, so that a schedule of every second costs no more than
/// one of every year.
const WINDOWS: [i64; 5] = [1, 24, 32 * 24, 400 * 24, 40 * 400 * 24];

/// The first slot after a moment, if there is one.
pub fn next(schedule: &Schedule, after: Timestamp) -> Option<Timestamp> {
    // One search is enough, but where a place left out a whole day: it went to the other side of the date line.
    (0..=2).find_map(|days| {
        let later = SignedDuration::from_secs(days * (86_400 - 1));
        let from = after.checked_add(later).ok()?.to_zoned(schedule.time_zone.clone());
        let found = schedule.cron.find_next_occurrence(&from, false).ok()?.timestamp();
        (found > after).then_some(found)
    })
}

/// The slots after a moment, one by one.
pub fn from(schedule: &Schedule, after: Timestamp) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(next(schedule, after), |slot| next(schedule, *slot))
}

/// The newest slots after one moment and not after another, ascending: so many at least, if there are so many. Those before them
/// need not be looked at.
pub fn newest(schedule: &Schedule, after: Timestamp, until: Timestamp, least: usize) -> Vec<Timestamp> {
    for hours in WINDOWS {
        let start = until.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(after).max(after);
        let slots: Vec<Timestamp> = from(schedule, start).take_while(|slot| *slot <= until).collect();
        if slots.len() >= least || start == after {
            return slots;
        }
    }
    Vec::new()
}

/// When the run of a slot starts: spread over `jitter`, in whole seconds, always alike for one job and slot.
pub fn start(schedule: &Schedule, job: &str, slot: Timestamp) -> Timestamp {
    let spread = schedule.jitter.as_secs();
    if spread == 0 {
        return slot;
    }
    let digest = Sha256::digest(format!("{job}\n{slot}"));
    let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    // Lengths of time are bounded by their parser, and a slot is some centuries away from the end of time.
    slot.checked_add(SignedDuration::from_secs((number % (spread + 1)) as i64)).unwrap_or(slot)
}
