//! `seatwise schedule --list`: the next times of every job, so that one sees what an expression means, also where clocks change.

use crate::cli::args::ScheduleArgs;
use crate::cli::exit::Exit;
use crate::cli::{show_job_error, terminal};
use crate::jobs::{Job, Schedule};
use crate::run::Slots;
use crate::schedule::plan::Plan;
use crate::schedule::{Shelf, Standing, calendar};
use jiff::Timestamp;
use std::fmt::Write;

/// How many times of a job are shown.
const TIMES: usize = 5;

/// Prints the next times of every job; 2 if a job file is broken.
pub fn list(args: &ScheduleArgs) -> Exit {
    let from = args.from.unwrap_or_else(Timestamp::now);
    let (found, errors) = Shelf::new(args.jobs.clone()).look();
    let mut exit = Exit::Complete;
    let mut text = String::new();
    for (place, error) in errors {
        terminal::say_error(&format!("error: cannot read {}: {error}", place.display()));
        exit = Exit::Usage;
    }
    for found in found {
        match found.standing {
            Standing::Good(job) => text.push_str(&of_job(&job, from, args.from.is_none())),
            Standing::Broken(error) => {
                show_job_error(&error);
                exit = Exit::Usage;
            }
            Standing::Gone => {}
        }
    }
    if text.is_empty() && exit == Exit::Complete {
        text.push_str("no job files\n");
    }
    terminal::say(&text);
    exit
}

fn of_job(job: &Job, from: Timestamp, with_standing: bool) -> String {
    let head = format!("{}  ({})", job.name, job.file.display());
    let Some(schedule) = &job.schedule else { return format!("{head}\n  no [schedule]\n") };
    let zone = schedule.time_zone.iana_name().unwrap_or("UTC");
    let mut text = format!("{head}\n  {} in {zone}\n", schedule.cron_text);
    if let Some(standing) = with_standing.then(|| standing(job, schedule, from)).flatten() {
        let _ = writeln!(text, "  {standing}");
    }
    for slot in calendar::from(schedule, from).take(TIMES) {
        let _ = writeln!(text, "  {}  {}{}", local(schedule, slot), slot, spread(schedule, &job.name, slot));
    }
    text
}

/// What the job's output tells: the last slot done, and what a schedule that starts now would run at once.
fn standing(job: &Job, schedule: &Schedule, now: Timestamp) -> Option<String> {
    let output = job.output.path.clone()?;
    let slots = match Slots::read(&output, &job.name) {
        Ok(slots) => slots,
        Err(error) => return Some(error.to_string()),
    };
    let done = slots.done.keys().next_back().map_or_else(|| "no slot done yet".to_owned(), |slot| format!("last slot done {slot}"));
    let (plan, _) = Plan::begin(schedule, &job.name, &slots, now, now);
    let due: Vec<String> = plan.turns().map(|turn| turn.slot.to_string()).collect();
    Some(if due.is_empty() { done } else { format!("{done}; due: {}", due.join(", ")) })
}

fn local(schedule: &Schedule, slot: Timestamp) -> String {
    slot.to_zoned(schedule.time_zone.clone()).strftime("%a %Y-%m-%d %H:%M:%S %:z").to_string()
}

fn spread(schedule: &Schedule, job: &str, slot: Timestamp) -> String {
    let start = calendar::start(schedule, job, slot);
    if start == slot { String::new() } else { format!("  starts {}", start.to_zoned(schedule.time_zone.clone()).strftime("%H:%M:%S")) }
}
