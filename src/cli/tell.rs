//! After a run: `metrics.prom`, and notices to those who want one. Nothing here changes how the run ended; what fails is a warning.

use super::exit::Exit;
use super::terminal;
use crate::explain::notice::Notice;
use crate::jobs::Job;
use crate::notify::{self, PATIENCE, PATIENCE_AFTER_SIGNAL, Told, metrics};
use crate::pipeline::freeing;
use std::path::Path;

/// Tells how a run ended. `silent` leaves the notices out, not the metrics.
pub fn after_run(job: &Job, output: &Path, notice: Notice, exit: Exit, silent: bool) {
    let notice = Notice { exit: Some((i32::from(exit.code()), exit.meaning())), ..notice };
    // Who finds the lock taken was no run: the file belongs to the one that holds it.
    let written = if exit == Exit::Locked { Ok(()) } else { metrics::write(job.metrics, &notice, output, job.output.mode) };
    // Of an output that cannot be written everything was said already.
    if let Err(error) = written
        && exit != Exit::Output
    {
        terminal::say_error(&format!("warning: {} is not up to date: {error}", metrics::FILE));
    }
    let notice = if silent {
        notice
    } else {
        let notice = notify::news::with_earlier(&job.notices, notice, output);
        let stopped = matches!(exit, Exit::Interrupted | Exit::Terminated);
        warn(&notify::tell(&job.notices, &notice, if stopped { PATIENCE_AFTER_SIGNAL } else { PATIENCE }));
        notice
    };
    // It has all alerts of the run.
    freeing::free(notice);
}

/// A line for each notice that nobody got. It is shown with `--quiet` too: silence would pass for success.
pub fn warn(told: &[Told]) {
    for Told { entry, result } in told {
        if let Err(why) = result {
            terminal::say_error(&format!("warning: the notice by {entry} was not sent: {why}"));
        }
    }
}
