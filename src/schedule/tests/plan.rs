//! What becomes of slots: missed, late, overlapping, failed. Every row is played in several zones, by the clock of the place.

use super::{local, schedule, shown};
use crate::jobs::Schedule;
use crate::run::Slots;
use crate::run::slots::{Ran, Tries};
use crate::schedule::plan::{After, Ended, Passed, Plan, Why, before_newest};
use jiff::{SignedDuration, Timestamp};

/// Clocks that change by an hour, by half an hour, on the other half of the year, and not at all.
const ZONES: [&str; 5] = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];

/// A job whose runs take so long and are complete, played beat by beat.
struct Play {
    schedule: Schedule,
    plan: Plan,
    takes: SignedDuration,
    until: Option<Timestamp>,
    /// `slot at time` of every start, by the clock of the place; `first..last` of what was passed over.
    said: Vec<String>,
}

impl Play {
    fn begin(schedule: &Schedule, known: &Slots, now: &str, takes: i64) -> Self {
        let now = local(schedule, now);
        let (plan, passed) = Plan::begin(schedule, "nightly", known, now, now);
        let mut play = Self { schedule: schedule.clone(), plan, takes: SignedDuration::from_mins(takes), until: None, said: Vec::new() };
        passed.into_iter().for_each(|passed| play.say(passed));
        play.start(now);
        play
    }

    fn beat(&mut self, now: Timestamp) {
        if self.until.is_some_and(|until| until <= now) {
            self.until = None;
            assert_eq!(self.plan.ended(&self.schedule, Ended::Code(0), now), After::Complete);
        }
        if let Some(passed) = self.plan.beat(&self.schedule, "nightly", now) {
            self.say(passed);
        }
        self.start(now);
    }

    fn start(&mut self, now: Timestamp) {
        if let Some(turn) = self.plan.ready(now) {
            self.plan.started();
            self.until = Some(now + self.takes);
            self.said.push(format!("{} at {}", brief(&self.schedule, turn.slot), brief(&self.schedule, now)));
        }
    }

    fn say(&mut self, passed: Passed) {
        let why = if passed.why == Why::Missed { "missed" } else { "overlap" };
        self.said.push(format!("{why} {}..{}", brief(&self.schedule, passed.first), brief(&self.schedule, passed.last)));
    }
}

/// Day and time of day.
fn brief(schedule: &Schedule, moment: Timestamp) -> String {
    shown(schedule, moment)[8..16].replace('T', " ")
}

/// Plays beats at local times, from a start with nothing known.
fn play(keys: &str, takes: i64, beats: &[&str], expected: &[&str]) {
    for zone in ZONES {
        let schedule = schedule(zone, keys);
        let mut play = Play::begin(&schedule, &Slots::default(), beats[0], takes);
        for beat in &beats[1..] {
            play.beat(local(&schedule, beat));
        }
        assert_eq!(play.said, expected, "{keys} in {zone}");
    }
}

/// Plays a beat every minute from one local time to another.
fn minutes(keys: &str, takes: i64, from: &str, to: &str, expected: &[&str]) {
    for zone in ZONES {
        let schedule = schedule(zone, keys);
        let mut play = Play::begin(&schedule, &Slots::default(), from, takes);
        let (mut now, end) = (local(&schedule, from), local(&schedule, to));
        while now <= end {
            play.beat(now);
            now += SignedDuration::from_mins(1);
        }
        assert_eq!(play.said, expected, "{keys} in {zone}");
    }
}

/// An OUTPUT with complete runs (slot, start, end) and failed ones (slot, tries, last code, end), by the clock of the place.
fn known(schedule: &Schedule, done: &[[&str; 3]], failed: &[(&str, u32, i32, &str)]) -> Slots {
    let time = |text: &str| local(schedule, text);
    let ran = |row: &[&str; 3]| (time(row[0]), Ran { run_id: "R".to_owned(), started_at: time(row[1]), ended_at: time(row[2]) });
    let tries = |row: &(&str, u32, i32, &str)| (time(row.0), Tries { count: row.1, exit_code: row.2, ended_at: time(row.3) });
    Slots { done: done.iter().map(ran).collect(), failed: failed.iter().map(tries).collect() }
}

/// What is due and passed over when a schedule starts at a local time and finds an OUTPUT.
fn restart(keys: &str, done: &[[&str; 3]], failed: &[(&str, u32, i32, &str)], now: &str, expected: &[&str]) {
    for zone in ZONES {
        let schedule = schedule(zone, keys);
        let now = local(&schedule, now);
        let (plan, passed) = Plan::begin(&schedule, "nightly", &known(&schedule, done, failed), now, now);
        let mut said: Vec<String> = plan
            .turns()
            .map(|turn| format!("{} try {} at {}", brief(&schedule, turn.slot), turn.tries + 1, brief(&schedule, turn.start)))
            .collect();
        let passed =
            passed.iter().map(|passed| format!("{:?} {}..{}", passed.why, brief(&schedule, passed.first), brief(&schedule, passed.last)));
        said.extend(passed);
        assert_eq!(said, expected, "{keys} in {zone}");
    }
}

const NIGHTLY: &str = "cron = \"30 2 * * *\"";

#[test]
fn two_beats_in_one_minute_and_none_in_the_next() {
    play(
        NIGHTLY,
        1,
        &["2026-11-10T02:29:59", "2026-11-10T02:30:00", "2026-11-10T02:30:01", "2026-11-10T02:30:01", "2026-11-10T02:32"],
        &["10 02:30 at 10 02:30"],
    );
    // The beat of the minute itself is missed.
    play(NIGHTLY, 1, &["2026-11-10T02:29", "2026-11-10T02:33", "2026-11-10T02:34"], &["10 02:30 at 10 02:33"]);
}

#[test]
fn a_first_start_has_missed_nothing() {
    play(NIGHTLY, 1, &["2026-11-10T09:00", "2026-11-10T09:01"], &[]);
    restart(NIGHTLY, &[], &[], "2026-11-10T09:00", &[]);
    for zone in ZONES {
        // A look that happens only once takes the newest slot.
        let schedule = schedule(zone, NIGHTLY);
        let now = local(&schedule, "2026-11-10T01:00");
        let (plan, passed) = Plan::begin(&schedule, "nightly", &Slots::default(), before_newest(&schedule, now), now);
        let slots: Vec<String> = plan.turns().map(|turn| brief(&schedule, turn.slot)).collect();
        assert_eq!((slots, passed), (vec!["09 02:30".to_owned()], Vec::new()), "{zone}");
    }
}

#[test]
fn suspended_for_three_nights() {
    let beats = [
        "2026-11-10T02:00",
        "2026-11-10T02:30",
        "2026-11-10T02:40",
        "2026-11-13T09:00",
        "2026-11-13T09:30",
        "2026-11-13T10:00",
        "2026-11-13T10:30",
    ];
    let first = "10 02:30 at 10 02:30";
    play(NIGHTLY, 10, &beats, &[first, "missed 11 02:30..12 02:30", "13 02:30 at 13 09:00"]);
    let none = format!("{NIGHTLY}\ncatch_up = \"none\"");
    play(&none, 10, &beats, &[first, "missed 11 02:30..13 02:30"]);
    let all = format!("{NIGHTLY}\ncatch_up = \"all\"");
    play(&all, 10, &beats, &[first, "11 02:30 at 13 09:00", "12 02:30 at 13 09:30", "13 02:30 at 13 10:00"]);
    let two = format!("{all}\ncatch_up_limit = 2");
    play(&two, 10, &beats, &[first, "missed 11 02:30..11 02:30", "12 02:30 at 13 09:00", "13 02:30 at 13 09:30"]);
}

#[test]
fn a_little_late_is_not_missed() {
    let none = format!("{NIGHTLY}\ncatch_up = \"none\"");
    play(&none, 1, &["2026-11-10T02:00", "2026-11-10T02:35"], &["10 02:30 at 10 02:35"]);
    play(&none, 1, &["2026-11-10T02:00", "2026-11-10T02:35:01"], &["missed 10 02:30..10 02:30"]);
    // The wait that jitter asks for is no lateness.
    let jitter = format!("{none}\njitter = \"10m\"");
    play(&jitter, 1, &["2026-11-10T02:00", "2026-11-10T02:30", "2026-11-10T02:41"], &["10 02:30 at 10 02:41"]);
}

#[test]
fn the_clock_is_set_back() {
    // Over the slot that was just run.
    let beats = ["2026-11-10T02:29", "2026-11-10T02:30", "2026-11-10T02:40", "2026-11-10T02:00", "2026-11-10T02:30", "2026-11-11T02:30"];
    play(NIGHTLY, 5, &beats, &["10 02:30 at 10 02:30", "11 02:30 at 11 02:30"]);
    // By a day: the night of that day comes, for nobody has run it; the one that was run does not come again.
    let beats = ["2026-11-10T02:29", "2026-11-10T02:30", "2026-11-10T02:40", "2026-11-09T02:00", "2026-11-09T02:30", "2026-11-10T02:30"];
    play(NIGHTLY, 5, &beats, &["10 02:30 at 10 02:30", "09 02:30 at 09 02:30"]);
    // While the run is under way: its slot comes again, and stays the one.
    let beats = ["2026-11-10T02:29", "2026-11-10T02:30", "2026-11-10T02:20", "2026-11-10T02:30", "2026-11-10T02:50", "2026-11-10T02:51"];
    play(NIGHTLY, 15, &beats, &["10 02:30 at 10 02:30"]);
    play(&format!("{NIGHTLY}\noverlap = \"queue\""), 15, &beats, &["10 02:30 at 10 02:30"]);
}

#[test]
fn the_clock_was_wrong_by_years() {
    // Forward and back: the nights in between are run when they come, the one that was run in error is not run again.
    let beats = ["2026-11-10T02:00", "2030-01-01T09:00", "2030-01-01T10:00", "2026-11-10T02:10", "2026-11-10T02:30", "2026-11-11T02:30"];
    play("cron = \"30 2 1 1 *\"\ncatch_up = \"latest\"", 5, &beats, &["missed 01 02:30..01 02:30", "01 02:30 at 01 09:00"]);
    let done = [["2030-01-01T02:30", "2030-01-01T09:00", "2030-01-01T09:01"], ["2026-11-09T02:30", "2026-11-09T02:30", "2026-11-09T02:40"]];
    restart(NIGHTLY, &done, &[], "2026-11-10T02:31", &["10 02:30 try 1 at 10 02:30"]);
}

#[test]
fn a_restart_in_the_middle() {
    let done = [["2026-11-10T02:30", "2026-11-10T02:30", "2026-11-10T02:40"]];
    // At noon, with all done; and during the run of the next night, which a signal ended.
    restart(NIGHTLY, &done, &[], "2026-11-10T12:00", &[]);
    restart(NIGHTLY, &done, &[], "2026-11-11T02:45", &["11 02:30 try 1 at 11 02:30"]);
    // Down for days.
    restart(NIGHTLY, &done, &[], "2026-11-14T12:00", &["14 02:30 try 1 at 14 02:30", "Missed 11 02:30..13 02:30"]);
    let all = format!("{NIGHTLY}\ncatch_up = \"all\"");
    let three = ["11 02:30 try 1 at 11 02:30", "12 02:30 try 1 at 12 02:30", "13 02:30 try 1 at 13 02:30"];
    restart(&all, &done, &[], "2026-11-13T12:00", &three);
    // In the middle of catching up: what is complete is not done again.
    let two = [done[0], ["2026-11-11T02:30", "2026-11-13T12:00", "2026-11-13T12:10"]];
    restart(&all, &two, &[], "2026-11-13T12:20", &three[1..]);
    restart(&format!("{NIGHTLY}\ncatch_up = \"none\""), &done, &[], "2026-11-11T12:00", &["Missed 11 02:30..11 02:30"]);
}

#[test]
fn a_restart_between_tries() {
    let done = [["2026-11-10T02:30", "2026-11-10T02:30", "2026-11-10T02:40"]];
    let tried = |count, code| [("2026-11-11T02:30", count, code, "2026-11-11T02:37")];
    // The waits are 1m, 5m, 15m.
    restart(NIGHTLY, &done, &tried(1, 3), "2026-11-11T02:37:10", &["11 02:30 try 2 at 11 02:38"]);
    restart(NIGHTLY, &done, &tried(2, 3), "2026-11-11T02:37:10", &["11 02:30 try 3 at 11 02:42"]);
    restart(NIGHTLY, &done, &tried(3, 5), "2026-11-11T02:37:10", &["11 02:30 try 4 at 11 02:52"]);
    // Used up; and an extract that is refused stays refused.
    restart(NIGHTLY, &done, &tried(4, 3), "2026-11-11T12:00", &[]);
    restart(NIGHTLY, &done, &tried(1, 4), "2026-11-11T12:00", &[]);
    // The first slot ever was tried, and nothing is complete yet.
    restart(NIGHTLY, &[], &tried(1, 3), "2026-11-11T02:37:10", &["11 02:30 try 2 at 11 02:38"]);
    // A slot that was tried is not missed, even where missed slots are not caught up.
    restart(&format!("{NIGHTLY}\ncatch_up = \"none\""), &done, &tried(1, 3), "2026-11-11T03:00", &["11 02:30 try 2 at 11 02:38"]);
}

#[test]
fn a_run_longer_than_its_period() {
    let hourly = "cron = \"0 * * * *\"";
    let skipped = [
        "01 01:00 at 01 01:00",
        "overlap 01 02:00..01 02:00",
        "overlap 01 03:00..01 03:00",
        "01 04:00 at 01 04:00",
        "overlap 01 05:00..01 05:00",
    ];
    minutes(hourly, 150, "2026-06-01T00:30", "2026-06-01T05:30", &skipped);
    // The newest waits, those before it do not.
    let queue = format!("{hourly}\noverlap = \"queue\"");
    let queued = ["01 01:00 at 01 01:00", "overlap 01 02:00..01 02:00", "01 03:00 at 01 03:30", "overlap 01 04:00..01 04:00"];
    minutes(&queue, 150, "2026-06-01T00:30", "2026-06-01T05:30", &queued);
    let every = format!("{queue}\ncatch_up = \"all\"");
    let each = ["01 01:00 at 01 01:00", "01 02:00 at 01 03:30", "01 03:00 at 01 06:00"];
    minutes(&every, 150, "2026-06-01T00:30", "2026-06-01T06:30", &each);
    // A restart after such a run: what came while it ran stays passed over.
    let long = [["2026-06-01T01:00", "2026-06-01T01:00", "2026-06-01T03:30"]];
    restart(
        hourly,
        &long,
        &[],
        "2026-06-01T03:40",
        &["Overlap 02:00..03:00"].map(|text| if text.contains("..") { "Overlap 01 02:00..01 03:00" } else { text }),
    );
    restart(&queue, &long, &[], "2026-06-01T03:40", &["01 03:00 try 1 at 01 03:00", "Missed 01 02:00..01 02:00"]);
}

#[test]
fn a_slot_that_comes_while_others_are_caught_up() {
    let all = format!("{NIGHTLY}\ncatch_up = \"all\"");
    let beats = ["2026-11-10T02:00", "2026-11-12T22:00", "2026-11-13T02:30", "2026-11-13T05:00", "2026-11-13T12:00", "2026-11-13T20:00"];
    let first = ["10 02:30 at 12 22:00", "overlap 13 02:30..13 02:30", "11 02:30 at 13 05:00", "12 02:30 at 13 12:00"];
    play(&all, 6 * 60, &beats, &first);
    let queued = ["10 02:30 at 12 22:00", "11 02:30 at 13 05:00", "12 02:30 at 13 12:00", "13 02:30 at 13 20:00"];
    play(&format!("{all}\noverlap = \"queue\""), 6 * 60, &beats, &queued);
}

#[test]
fn every_second_for_three_nights_is_soon_decided() {
    let often = "cron = \"* * * * * *\"";
    let beats = ["2026-11-10T02:00:00", "2026-11-13T09:00:00", "2026-11-13T09:02:00"];
    play(often, 1, &beats, &["missed 10 02:00..13 08:59", "13 09:00 at 13 09:00", "missed 13 09:00..13 09:01", "13 09:02 at 13 09:02"]);
}

#[test]
fn a_leap_day_is_a_day() {
    let beats = ["2028-02-28T02:00", "2028-02-28T02:30", "2028-02-29T02:30", "2028-03-01T02:30"];
    play(NIGHTLY, 1, &beats, &["28 02:30 at 28 02:30", "29 02:30 at 29 02:30", "01 02:30 at 01 02:30"]);
    play("cron = \"30 2 29 2 *\"", 1, &beats, &["29 02:30 at 29 02:30"]);
}

#[test]
fn tries_follow_each_other_with_waits() {
    let schedule = schedule("Europe/London", &format!("{NIGHTLY}\nretries = 2\nretry_waits = [\"1m\", \"5m\"]"));
    let at = |text: &str| local(&schedule, text);
    let begin = || {
        let (mut plan, _) = Plan::begin(&schedule, "nightly", &Slots::default(), at("2026-11-10T02:00"), at("2026-11-10T02:00"));
        plan.beat(&schedule, "nightly", at("2026-11-10T02:30"));
        plan.started();
        plan
    };
    for failure in [Ended::Code(3), Ended::Code(5), Ended::Code(74), Ended::TimedOut, Ended::Killed(9)] {
        let mut plan = begin();
        assert_eq!(plan.ready(at("2026-11-10T02:31")), None, "it is running");
        assert_eq!(plan.ended(&schedule, failure, at("2026-11-10T02:40")), After::Again(at("2026-11-10T02:41")));
        assert_eq!(plan.ready(at("2026-11-10T02:40:59")), None);
        assert_eq!(plan.ready(at("2026-11-10T02:41")).map(|turn| turn.tries), Some(1));
        // A slot that comes between two tries is passed over like one that comes during a run.
        let between = plan.clone().beat(&schedule, "nightly", at("2026-11-11T02:30"));
        assert_eq!(between.map(|passed| passed.why), Some(Why::Overlap));
        plan.started();
        assert_eq!(plan.ended(&schedule, failure, at("2026-11-10T02:50")), After::Again(at("2026-11-10T02:55")));
        plan.started();
        assert_eq!(plan.ended(&schedule, failure, at("2026-11-10T03:00")), After::UsedUp);
        assert_eq!(plan.turns().count(), 0);
    }
    for failure in [2, 4, 70, 130, 143].map(Ended::Code) {
        assert_eq!(begin().ended(&schedule, failure, at("2026-11-10T02:40")), After::GivenUp, "{failure:?}");
    }
    for success in [0, 1].map(Ended::Code) {
        assert_eq!(begin().ended(&schedule, success, at("2026-11-10T02:40")), After::Complete);
    }
}

#[test]
fn a_wait_is_no_longer_than_it_was_when_the_clock_is_set_back() {
    let schedule = schedule("Europe/London", NIGHTLY);
    let at = |text: &str| local(&schedule, text);
    let (mut plan, _) = Plan::begin(&schedule, "nightly", &Slots::default(), at("2026-11-10T02:00"), at("2026-11-10T02:00"));
    plan.beat(&schedule, "nightly", at("2026-11-10T02:30"));
    plan.started();
    plan.ended(&schedule, Ended::Code(3), at("2026-11-10T02:31"));
    plan.beat(&schedule, "nightly", at("2026-11-09T12:00"));
    assert!(plan.ready(at("2026-11-09T12:01")).is_some());
}

#[test]
fn a_job_with_other_times_has_missed_none_of_them() {
    for zone in ZONES {
        let (old, new) = (schedule(zone, NIGHTLY), schedule(zone, "cron = \"0 4 * * *\""));
        let at = |text: &str| local(&old, text);
        let (mut plan, _) = Plan::begin(&old, "nightly", &Slots::default(), at("2026-11-10T02:00"), at("2026-11-10T02:00"));
        plan.beat(&old, "nightly", at("2026-11-10T02:30"));
        // Not begun yet, so that nothing of the old times is left.
        plan.change_times(at("2026-11-10T09:00"));
        assert_eq!(plan.beat(&new, "nightly", at("2026-11-10T09:01")), None);
        assert_eq!(plan.turns().count(), 0, "{zone}");
        plan.beat(&new, "nightly", at("2026-11-11T04:00"));
        assert_eq!(plan.turns().map(|turn| turn.slot).collect::<Vec<_>>(), [at("2026-11-11T04:00")]);
    }
}
