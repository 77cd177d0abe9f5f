//! What is due: of one job, from its schedule, what its OUTPUT tells, and the time. Pure: the clock and the files are the caller's.
//!
//! A slot is decided about once, in the first beat at or after it: it becomes a turn, or it is passed over. So it does not matter how
//! often or how seldom there is a beat, and no slot can become two turns, whatever the clock does. A turn is tried until it is complete
//! or given up; until then the job is under way, waits included.

use super::calendar;
use crate::jobs::Schedule;
use crate::jobs::schedule::{CatchUp, Overlap};
use crate::run::Slots;
use crate::run::slots::Tries;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeSet, VecDeque};

/// How late a slot may be taken up without having been missed: `catch_up = "none"` takes it all the same.
pub const ON_TIME: SignedDuration = SignedDuration::from_mins(5);

/// How many decided slots are remembered, against a clock that goes back.
const REMEMBERED: usize = 10_000;

/// The plan of a job.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plan {
    /// Slots up to here are decided.
    decided: Timestamp,
    /// Decided slots, the newest ones.
    handled: BTreeSet<Timestamp>,
    /// Oldest first; the first is the one under way.
    turns: VecDeque<Turn>,
    /// Whether the first one has a try going on.
    running: bool,
}

/// A slot that is to be run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Turn {
    pub slot: Timestamp,
    /// Tries that were made and failed.
    pub tries: u32,
    /// When the next try is due.
    pub start: Timestamp,
}

/// Slots that are not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    pub first: Timestamp,
    pub last: Timestamp,
    pub why: Why,
}

/// Why a slot is not run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// It was missed, and `catch_up` leaves it out.
    Missed,
    /// The job was still at an earlier slot.
    Overlap,
}

/// How a try ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ended {
    /// With an exit code (contract §8).
    Code(i32),
    /// It was ended for taking longer than `timeout`.
    TimedOut,
    /// It was killed by a signal that nobody here sent.
    Killed(i32),
}

/// What a try that ended leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    Complete,
    /// Another try, at that time.
    Again(Timestamp),
    /// It failed in a way that does not pass.
    GivenUp,
    /// It may pass, but all tries are used up.
    UsedUp,
}

impl Ended {
    pub fn is_complete(self) -> bool {
        matches!(self, Ended::Code(0 | 1))
    }

    /// Whether another try may help: a late input (3), a lock (5), a disk (74), a limit of time or memory. What is wrong in the job
    /// (2) or in an extract (4), a defect (70) and somebody's wish (130, 143) stay what they are.
    pub fn may_pass(self) -> bool {
        matches!(self, Ended::Code(3 | 5 | 74) | Ended::TimedOut | Ended::Killed(_))
    }
}

/// The moment to begin a plan at so that the newest slot is due, however long ago it came: for a look that happens only once.
pub fn before_newest(schedule: &Schedule, now: Timestamp) -> Timestamp {
    let newest = calendar::newest(schedule, Timestamp::UNIX_EPOCH, now, 1).last().copied();
    newest.and_then(|slot| slot.checked_sub(SignedDuration::from_secs(1)).ok()).unwrap_or(now)
}

/// Whether the failed tries of a slot were the last ones.
fn is_finished(schedule: &Schedule, tries: &Tries) -> bool {
    tries.count > schedule.retries || !Ended::Code(tries.exit_code).may_pass()
}

impl Plan {
    /// The plan of a job that is looked at for the first time. Nothing is missed before `since`, unless OUTPUT tells of a slot: then
    /// what came after that one is.
    pub fn begin(schedule: &Schedule, job: &str, known: &Slots, since: Timestamp, now: Timestamp) -> (Self, Vec<Passed>) {
        let finished: BTreeSet<Timestamp> = {
            let given_up = known.failed.iter().filter(|(_, tries)| is_finished(schedule, tries)).map(|(slot, _)| *slot);
            known.done.keys().copied().chain(given_up).collect()
        };
        let last = finished.range(..=now).next_back().copied();
        let tried =
            known.failed.keys().find(|slot| !finished.contains(*slot)).and_then(|slot| slot.checked_sub(SignedDuration::from_secs(1)).ok());
        let decided = last.unwrap_or_else(|| tried.map_or(since, |tried| tried.min(since))).min(now);
        let mut plan = Self { decided, handled: finished, turns: VecDeque::new(), running: false };
        let mut passed = Vec::new();
        if let Some(slot) = last.filter(|_| schedule.overlap == Overlap::Skip) {
            passed.extend(plan.pass_what_ran_over(schedule, known, slot, now));
        }
        passed.extend(plan.decide(schedule, job, known, now));
        (plan, passed)
    }

    /// Passes over the slots that came while the last one was run, as the program that ran it did or would have done.
    fn pass_what_ran_over(&mut self, schedule: &Schedule, known: &Slots, last: Timestamp, now: Timestamp) -> Option<Passed> {
        let (began, ended) = match (known.done.get(&last), known.failed.get(&last)) {
            (Some(ran), _) => (ran.started_at, ran.ended_at),
            (None, Some(tries)) => (last, tries.ended_at),
            (None, None) => return None,
        };
        let until = ended.min(now);
        let over: Vec<Timestamp> = calendar::from(schedule, began.max(last)).take_while(|slot| *slot <= until).collect();
        let (first, last) = (*over.first()?, *over.last()?);
        self.handled.extend(over);
        Some(Passed { first, last, why: Why::Overlap })
    }

    /// The plan goes on: decides about the slots that came since the last beat.
    pub fn beat(&mut self, schedule: &Schedule, job: &str, now: Timestamp) -> Option<Passed> {
        if now < self.decided {
            // The clock was set back. What was decided stays so; what it skipped on the way forward comes now.
            self.decided = now;
        }
        for turn in self.turns.iter_mut().filter(|turn| turn.tries > 0) {
            let longest = now.checked_add(schedule.wait_after(turn.tries)).unwrap_or(now);
            turn.start = turn.start.min(longest);
        }
        self.decide(schedule, job, &Slots::default(), now)
    }

    /// Decides about the slots from the last decision to now.
    fn decide(&mut self, schedule: &Schedule, job: &str, known: &Slots, now: Timestamp) -> Option<Passed> {
        let most = if schedule.catch_up == CatchUp::All { schedule.catch_up_limit } else { 1 };
        let first = calendar::from(schedule, self.decided).take_while(|slot| *slot <= now).find(|slot| !self.handled.contains(slot))?;
        let mut fresh = calendar::newest(schedule, self.decided, now, most + 1);
        fresh.retain(|slot| !self.handled.contains(slot));
        self.decided = now;
        self.handled.extend(fresh.iter().copied());
        while self.handled.len() > REMEMBERED {
            self.handled.pop_first();
        }
        let turns = fresh.iter().map(|slot| turn(schedule, job, known, *slot));
        let under_way = !self.turns.is_empty();
        // Whoever waits behind the one that is under way gives way to newer slots.
        let waiting = self.turns.split_off(1.min(self.turns.len()));
        let candidates: Vec<Turn> = match (under_way, schedule.overlap, schedule.catch_up) {
            (true, Overlap::Skip, _) => waiting.into(),
            (true, Overlap::Queue, _) => waiting.into_iter().chain(turns).collect(),
            (false, _, CatchUp::None) => turns.filter(|turn| turn.tries > 0 || now <= late(turn.start)).collect(),
            (false, ..) => turns.collect(),
        };
        let dropped = candidates.len().saturating_sub(most);
        self.turns.extend(&candidates[dropped..]);
        let is_kept = |slot: &Timestamp| candidates[dropped..].iter().any(|turn| turn.slot == *slot);
        let gone = candidates[..dropped].iter().map(|turn| turn.slot).chain([first]).chain(fresh).filter(|slot| !is_kept(slot));
        let gone: BTreeSet<Timestamp> = gone.collect();
        let why = if under_way { Why::Overlap } else { Why::Missed };
        Some(Passed { first: *gone.first()?, last: *gone.last()?, why })
    }

    /// The turn that can be started now.
    pub fn ready(&self, now: Timestamp) -> Option<Turn> {
        self.turns.front().copied().filter(|turn| !self.running && turn.start <= now)
    }

    /// The turns that are not complete yet, oldest first.
    pub fn turns(&self) -> impl Iterator<Item = &Turn> {
        self.turns.iter()
    }

    /// A try of the first turn has begun.
    pub fn started(&mut self) {
        self.running = true;
    }

    /// The try has ended.
    pub fn ended(&mut self, schedule: &Schedule, ended: Ended, now: Timestamp) -> After {
        self.running = false;
        let Some(turn) = self.turns.front_mut() else { return After::GivenUp };
        turn.tries += 1;
        if !ended.is_complete() && ended.may_pass() && turn.tries <= schedule.retries {
            turn.start = now.checked_add(schedule.wait_after(turn.tries)).unwrap_or(now);
            return After::Again(turn.start);
        }
        self.turns.pop_front();
        match ended {
            ended if ended.is_complete() => After::Complete,
            ended if ended.may_pass() => After::UsedUp,
            _ => After::GivenUp,
        }
    }

    /// Takes out the first turn, which somebody else has completed.
    pub fn drop_first(&mut self) {
        self.turns.pop_front();
    }

    /// Takes out all turns but one that has a try going on: nothing more is started.
    pub fn stop(&mut self) {
        self.turns.truncate(usize::from(self.running));
    }

    /// The job got other times: what came before now is not missed, and turns of the old times are not begun any more.
    pub fn change_times(&mut self, now: Timestamp) {
        let begun = self.running || self.turns.front().is_some_and(|turn| turn.tries > 0);
        self.turns.truncate(usize::from(begun));
        self.decided = now;
    }
}

fn turn(schedule: &Schedule, job: &str, known: &Slots, slot: Timestamp) -> Turn {
    let start = calendar::start(schedule, job, slot);
    match known.failed.get(&slot) {
        None => Turn { slot, tries: 0, start },
        Some(tries) => {
            let again = tries.ended_at.checked_add(schedule.wait_after(tries.count)).unwrap_or(start);
            Turn { slot, tries: tries.count, start: start.max(again) }
        }
    }
}

fn late(start: Timestamp) -> Timestamp {
    start.checked_add(ON_TIME).unwrap_or(start)
}
