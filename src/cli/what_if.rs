//! `seatwise what-if`: a job tried with some things set otherwise, shown as `diff` shows two runs, and not published.

use super::diff::args::WhatIfArgs;
use super::diff::{scope, show};
use super::progress::Progress;
use super::run::output_folder;
use super::which_run::refuse;
use super::{Exit, load, memory, run_name, show_job_error, terminal};
use crate::jobs::{AsOf, Job};
use crate::pipeline::two_runs::manifest;
use crate::pipeline::what_if::{Against, try_out};
use crate::run::signals;

/// `seatwise what-if`.
pub fn what_if(args: &WhatIfArgs) -> Exit {
    tried(args).unwrap_or_else(|exit| exit)
}

fn tried(args: &WhatIfArgs) -> Result<Exit, Exit> {
    let job = load(&args.job)?;
    let output = output_folder(&job, args.output.clone()).ok_or(Exit::Usage)?;
    let folder = run_name::folder(&output, &args.against).map_err(|error| refuse(&error))?;
    let published = manifest(&folder).map_err(|error| super::diff::fail(&error))?;
    let file = args.with.as_ref().unwrap_or(&args.job);
    let trial = Job::load_trial(file, &args.set).map_err(|error| {
        show_job_error(&error);
        Exit::Usage
    })?;
    let set = match trial.job.as_of {
        AsOf::On(date) if trial.dated => Some(date),
        _ => None,
    };
    let as_of = args.as_of.or(set).unwrap_or(published.as_of);
    memory::watch(&trial.job, None);
    if let Err(error) = signals::install() {
        tracing::warn!("signals cannot be caught: {error}");
    }
    let asked = asked(args);
    let progress = Progress::new(false);
    let same_job = args.with.is_none().then_some(&job);
    let comparison = try_out(&trial, as_of, Against { folder: &folder, job: same_job, asked: &asked }, scope(&args.show), &progress);
    drop(progress);
    match comparison {
        Ok(comparison) => Ok(show(&comparison, &args.show)),
        Err(refusal) => {
            let exit = Exit::from_code(refusal.exit_code);
            let failed = if exit == Exit::Usage { "" } else { "the trial failed: " };
            terminal::say_error(&format!("error: {failed}{}", refusal.message));
            Err(exit)
        }
    }
}

/// What is asked for, as it was typed.
fn asked(args: &WhatIfArgs) -> Vec<String> {
    let with = args.with.as_ref().map(|file| format!("the job were {}", file.display()));
    let as_of = args.as_of.map(|date| format!("as_of = {date}"));
    with.into_iter().chain(as_of).chain(args.set.iter().cloned()).collect()
}
