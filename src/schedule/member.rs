//! A job that is scheduled: what its file says, where its results go, and its plan.

use super::calendar;
use super::plan::{Passed, Plan, Turn, before_newest};
use crate::jobs::{Job, Schedule};
use crate::run::{RunError, Slots};
use jiff::Timestamp;
use std::path::PathBuf;

/// A scheduled job.
pub struct Member {
    pub name: String,
    /// The job file, as it was named.
    pub file: PathBuf,
    /// The folder of its runs, without links and `..` where it exists: two jobs with the same one take turns.
    pub output: PathBuf,
    pub schedule: Schedule,
    pub plan: Plan,
}

/// From when on a job that OUTPUT tells nothing of has missed slots.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// From now on.
    Now,
    /// From its newest slot on: that one is due.
    NewestSlot,
}

impl Member {
    /// A job with a schedule and an output, and what was passed over while nobody was there.
    pub fn begin(job: &Job, schedule: &Schedule, output: PathBuf, since: Since, now: Timestamp) -> Result<(Self, Vec<Passed>), RunError> {
        let known = Slots::read(&output, &job.name)?;
        let since = match since {
            Since::Now => now,
            Since::NewestSlot => before_newest(schedule, now),
        };
        let (plan, passed) = Plan::begin(schedule, &job.name, &known, since, now);
        let member = Self { name: job.name.clone(), file: job.file.clone(), output, schedule: schedule.clone(), plan };
        Ok((member, passed))
    }

    /// The job's file was changed; its plan goes on.
    pub fn change(&mut self, job: &Job, schedule: &Schedule, now: Timestamp) {
        if !self.schedule.same_times(schedule) {
            self.plan.change_times(now);
        }
        self.schedule = schedule.clone();
        self.file = job.file.clone();
    }

    /// The decisions that are due.
    pub fn beat(&mut self, now: Timestamp) -> Option<Passed> {
        self.plan.beat(&self.schedule, &self.name, now)
    }

    /// The turn that can be started now.
    pub fn ready(&self, now: Timestamp) -> Option<Turn> {
        self.plan.ready(now)
    }

    /// The next slot after a moment.
    pub fn next(&self, after: Timestamp) -> Option<Timestamp> {
        calendar::next(&self.schedule, after)
    }
}
