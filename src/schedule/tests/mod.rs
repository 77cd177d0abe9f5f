//! What is due when, as tables: `calendar` which moments a cron expression means where clocks change, `plan` what becomes of them when
//! nobody was there, the clock is wrong, or runs are slow; `laws` what holds for all of it.

mod calendar;
mod laws;
mod plan;

use crate::jobs::{Job, Schedule};
use jiff::Timestamp;
use jiff::civil::DateTime;
use std::path::Path;

/// A schedule as a job file has it.
fn schedule(zone: &str, keys: &str) -> Schedule {
    let text = format!(
        "name = \"nightly\"\n[extracts]\nconsumptions.path = \"c.csv\"\nlicenses.path = \"l.csv\"\n[schedule]\ntime_zone = \"{zone}\"\n{keys}\n"
    );
    let job = Job::from_bytes(Path::new("job.toml"), text.as_bytes(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
    job.schedule.unwrap()
}

fn utc(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A moment by the clock of the schedule's place; of two equal ones the first.
fn local(schedule: &Schedule, text: &str) -> Timestamp {
    let time: DateTime = text.parse().unwrap();
    time.to_zoned(schedule.time_zone.clone()).unwrap().timestamp()
}

/// The clock of the schedule's place at a moment, to the second.
fn shown(schedule: &Schedule, moment: Timestamp) -> String {
    moment.to_zoned(schedule.time_zone.clone()).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}
