//! A job that is scheduled: what its file says, where its results go, and its plan.

use super::calendar;
use super::plan::{Passed, Plan, Turn, Why, before_newest};
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
    /// Slots that came while the job was at an earlier one, since that was told first: the rest is told together, at its end.
    untold: Option<Passed>,
    /// The slot that was told to wait, and needs no second telling.
    told_to_wait: Option<Timestamp>,
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
        let member = Self {
            name: job.name.clone(),
            file: job.file.clone(),
            output,
            schedule: schedule.clone(),
            plan,
            untold: None,
            told_to_wait: None,
        };
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

    /// The decisions that are due. Gives what was passed over, as far as it is to be told now.
    pub fn beat(&mut self, now: Timestamp) -> Option<Passed> {
        let passed = self.plan.beat(&self.schedule, &self.name, now)?;
        match &mut self.untold {
            Some(untold) if passed.why == Why::Overlap => {
                (untold.first, untold.last) = (untold.first.min(passed.first), untold.last.max(passed.last));
                None
            }
            None if passed.why == Why::Overlap => {
                let after = passed.last;
                self.untold = Some(Passed { first: Timestamp::MAX, last: after, ..passed });
                Some(passed)
            }
            _ => Some(passed),
        }
    }

    /// What of it was not told yet, once the turn is over.
    pub fn take_untold(&mut self) -> Option<Passed> {
        self.untold.take().filter(|untold| untold.first <= untold.last)
    }

    /// Whether it is news that this slot has to wait.
    pub fn is_news(&mut self, slot: Timestamp) -> bool {
        self.told_to_wait.replace(slot) != Some(slot)
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
