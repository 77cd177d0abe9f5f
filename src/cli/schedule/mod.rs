//! `seatwise schedule`: jobs run by their schedules, for ever or once, or only their next times. What is due and how it is run is
//! `schedule`'s.

mod list;

use super::args::ScheduleArgs;
use super::exit::Exit;
use super::{logging, terminal};
use crate::jobs::LogFormat;
use crate::schedule::{Settings, serve};
use std::path::PathBuf;

/// `seatwise schedule`.
pub fn schedule(args: &ScheduleArgs) -> Exit {
    // A service tells what it does, without being asked to.
    logging::start(args.quiet, args.verbose.saturating_add(1), LogFormat::Text);
    if let Some(place) = args.jobs.iter().find(|place| !place.exists()) {
        terminal::say_error(&format!("error: there is no {}\n  help: name job files, or folders of them", place.display()));
        return Exit::Usage;
    }
    if args.list {
        return list::list(args);
    }
    let program = match std::env::current_exe() {
        Ok(program) => program,
        Err(error) => {
            terminal::say_error(&format!("error: cannot tell where this program is, which runs the jobs: {error}"));
            return Exit::Internal;
        }
    };
    match serve(settings(args, program)) {
        Ok(codes) => Exit::of_several(codes.into_iter().map(Exit::from_code)),
        Err(error) => {
            terminal::say_error(&format!("error: the schedule cannot go on: {error}"));
            Exit::Internal
        }
    }
}

fn settings(args: &ScheduleArgs, program: PathBuf) -> Settings {
    Settings { places: args.jobs.clone(), program, once: args.once, grace: args.grace, parallel: args.parallel.into(), quiet: args.quiet }
}
