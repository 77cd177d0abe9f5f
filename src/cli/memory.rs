//! The end of a run that goes beyond its bound on memory and does not get as far as a place where it could end in order. The bound,
//! and how it is watched, are `run::memory`'s.

use super::exit::Exit;
use super::terminal;
use crate::jobs::Job;
use crate::run::memory::{self, Bound, there};

/// Watches over the memory of this process, as long as it lives.
pub fn watch(job: &Job) {
    let bound = Bound::of(job.limits.memory);
    if let (Some(limit), Some(available)) = (job.limits.memory, there::available())
        && limit > available
    {
        let (limit, available) = (memory::show(limit), memory::show(available));
        tracing::warn!("limits.memory = {limit}, and only {available} are free: the system may end the run before it says why");
    }
    let watching = memory::watch(bound, |excess| {
        terminal::say_error(&format!("error: {excess}\n  it was ended where it stood; what it staged is cleared away by the next run"));
        std::process::exit(i32::from(Exit::InputContent.code()));
    });
    if let Err(error) = watching {
        tracing::warn!("memory cannot be watched: {error}");
    }
}
