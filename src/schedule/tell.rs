//! What the service says in its log: one line for each thing that becomes of a slot.

use super::child::Running;
use super::member::Member;
use super::plan::{After, Ended, Passed, Turn, Why};
use crate::jobs::schedule::CatchUp;
use crate::jobs::{JobError, Schedule, duration};
use jiff::Timestamp;
use std::path::Path;
use std::time::Duration;

/// A job is new or changed.
pub fn taken_up(member: &Member, how: &str, now: Timestamp) {
    let zone = member.schedule.time_zone.iana_name().unwrap_or("UTC");
    let next = member.next(now).map_or_else(|| "never".to_owned(), |slot| slot.to_string());
    tracing::info!("{}: {how}, {} at \"{}\" in {zone}; next slot {next}", member.name, member.file.display(), member.schedule.cron_text);
    for turn in member.plan.turns() {
        tracing::info!("{}: slot {} is due", member.name, turn.slot);
    }
}

/// A job file cannot be used. Its problems stand below each other, as `seatwise check` shows them.
pub fn broken(file: &Path, error: &JobError) {
    tracing::error!("schedule: {} is broken, and is not scheduled until it is changed:\n{error}", file.display());
}

/// A turn begins later, because of its jitter.
pub fn jitter(job: &str, turn: Turn, now: Timestamp) {
    let wait = Duration::try_from(turn.start.duration_since(now)).unwrap_or_default();
    tracing::info!("{job}: slot {} is due, and starts in {} (jitter)", turn.slot, duration::show(wait));
}

/// A turn has to wait for another run.
pub fn waits(job: &str, turn: Turn, same_output: Option<&str>) {
    match same_output {
        Some(other) if other != job => {
            tracing::info!("{job}: slot {} is due, and waits for {other}, which writes to the same output", turn.slot)
        }
        Some(_) => tracing::info!("{job}: slot {} is due, and waits for the run before it", turn.slot),
        None => tracing::info!("{job}: slot {} is due, and waits for a run to end; see --parallel", turn.slot),
    }
}

/// A try has begun.
pub fn started(run: &Running, schedule: &Schedule) {
    let tries = if schedule.retries == 0 { String::new() } else { format!(", try {} of {}", run.turn.tries + 1, schedule.retries + 1) };
    tracing::info!("{}: slot {} started{tries}, process {}", run.job, run.turn.slot, run.process());
}

/// A try has ended.
pub fn ended(run: &Running, ended: Ended, after: After, schedule: &Schedule, now: Timestamp) {
    let (job, slot, how) = (&run.job, run.turn.slot, how(ended));
    let took = format!("{:.1} s", run.took().as_secs_f64());
    match after {
        After::Complete => tracing::info!("{job}: slot {slot} is complete, in {took}"),
        After::Again(start) => {
            let wait = Duration::try_from(start.duration_since(now)).unwrap_or_default();
            tracing::warn!("{job}: slot {slot} {how} after {took}; another try in {}", duration::show(wait));
        }
        After::GivenUp => tracing::error!("{job}: slot {slot} {how} after {took}; another try would not help, the slot is given up"),
        After::UsedUp => {
            let tries = schedule.retries + 1;
            tracing::error!("{job}: slot {slot} {how} after {took}; that was try {tries} of {tries}, the slot is given up");
        }
    }
}

/// How a try ended, as a part of a sentence.
pub fn how(ended: Ended) -> String {
    match ended {
        Ended::Code(0 | 1) => "is complete".to_owned(),
        Ended::Code(code) => format!("failed with code {code}"),
        Ended::TimedOut => "took longer than its timeout, and was ended".to_owned(),
        Ended::Killed(signal) => format!("was killed by signal {signal}"),
    }
}

/// Slots that are not run.
pub fn passed(job: &str, schedule: &Schedule, passed: Passed) {
    let slots =
        if passed.first == passed.last { format!("slot {}", passed.first) } else { format!("slots {} to {}", passed.first, passed.last) };
    let why = match (passed.why, schedule.catch_up) {
        (Why::Overlap, _) => "the job was still at an earlier slot".to_owned(),
        (Why::Missed, CatchUp::None) => "missed, and catch_up = \"none\"".to_owned(),
        (Why::Missed, CatchUp::Latest) => "missed, and catch_up = \"latest\" takes the newest slot only".to_owned(),
        (Why::Missed, CatchUp::All) => format!("missed, and catch_up_limit is {}", schedule.catch_up_limit),
    };
    tracing::warn!("{job}: {slots} passed over: {why}");
}
