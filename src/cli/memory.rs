//! The end of a run that goes beyond its bound on memory and does not get as far as a place where it could end in order. The bound,
//! and how it is watched, are `run::memory`'s.
//!
//! To leave something under `failed/` and to tell people takes memory, too, of which there is none. So the process begins anew, as the
//! same process with none of its memory and none of its locks, as `seatwise run --ended WHY`, which does that and nothing else.

use super::exit::Exit;
use super::run::RunOptions;
use super::terminal;
use crate::jobs::Job;
use crate::pipeline::STAGES;
use crate::run::memory::{self, Bound, Excess, there};
use std::ffi::OsString;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::sync::{Mutex, PoisonError};

/// The program of this process, even where its file was replaced meanwhile.
const MYSELF: &str = "/proc/self/exe";

/// With what this process begins anew, at this moment.
static AGAIN: Mutex<Option<Vec<OsString>>> = Mutex::new(None);

/// Watches over the memory of this process, as long as it lives. `options` are those of the run that it is at; a trial has none.
pub fn watch(job: &Job, options: Option<&RunOptions>) {
    *AGAIN.lock().unwrap_or_else(PoisonError::into_inner) = options.map(|options| arguments(job, options));
    watch_until(job, end);
}

/// The same while only inputs are read, which a run would take as much for; [`within_bound`] tells whether that was too much.
pub fn watch_reading(job: &Job) {
    watch_until(job, |excess| {
        terminal::say_error(&format!("error: {}", reading_took(excess)));
        std::process::exit(i32::from(Exit::InputContent.code()));
    });
    memory::begin(STAGES[0]);
}

/// Whether reading has taken no more than a run may.
pub fn within_bound() -> Result<(), String> {
    memory::look();
    memory::excess().map_or(Ok(()), |excess| Err(reading_took(&excess)))
}

fn reading_took(excess: &Excess) -> String {
    format!("reading takes {}, and so it would in a run\n  {}", excess.amount(), excess.help())
}

fn watch_until(job: &Job, end: impl Fn(&Excess) + Send + 'static) {
    let bound = Bound::of(job.limits.memory);
    if let (Some(limit), Some(available)) = (job.limits.memory, there::available())
        && limit > available
    {
        let (limit, available) = (memory::show(limit), memory::show(available));
        tracing::warn!("limits.memory = {limit}, and only {available} are free: the system may end the run before it says why");
    }
    let watching = memory::watch(bound, end);
    if let Err(error) = watching {
        tracing::warn!("memory cannot be watched: {error}");
    }
}

/// What the process begins anew with: the run of the date that it is at.
fn arguments(job: &Job, options: &RunOptions) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = vec!["run".into(), job.file.clone().into(), "--output".into(), options.output.clone().into()];
    arguments.extend(["--as-of".into(), options.as_of.to_string().into()]);
    arguments.extend(options.slot.into_iter().flat_map(|slot| ["--slot".into(), slot.to_string().into()]));
    arguments.extend(options.no_notify.then(|| "--no-notify".into()));
    arguments
}

fn end(excess: &Excess) {
    let why = format!("{excess}\n  it was ended where it stood");
    if let Some(arguments) = AGAIN.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // It comes back only with an error.
        let error = Command::new(MYSELF).arg0("seatwise").args(arguments).arg(format!("--ended={why}")).exec();
        tracing::warn!("what the run leaves cannot be written: {error}");
    }
    terminal::say_error(&format!("error: {why}; what it staged is cleared away by the next run"));
    std::process::exit(i32::from(Exit::InputContent.code()));
}
