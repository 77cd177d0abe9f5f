//! `seatwise run`: once, or once for every date of a range. What a run is, is not here: it comes in as [`RunOnce`].

use super::args::{FailOn, RunArgs};
use super::exit::Exit;
use super::summary::{RunSummary, render};
use super::terminal::Paint;
use super::{load, logging, once, tell, terminal, timings};
use crate::explain::notice::Notice;
use crate::jobs::Job;
use crate::jobs::job::date_of;
use crate::model::date::Date;
use crate::pipeline::two_runs::manifest;
use crate::run::Patience;
use jiff::Timestamp;
use std::path::{Path, PathBuf};

/// What one run is asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunOptions {
    /// The date that it answers for.
    pub as_of: Date,
    /// The folder of all runs: `--output`, else the job's.
    pub output: PathBuf,
    /// The slot of a schedule that it is for.
    pub slot: Option<Timestamp>,
    /// How long it waits for a run that has the lock.
    pub patience: Patience,
    /// Whether nothing but errors is shown.
    pub quiet: bool,
    /// Whether extracts may have changed by more than their `max_change`.
    pub accept_change: bool,
    /// Whether nobody is told how it ended.
    pub no_notify: bool,
}

/// Why a run was not completed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RunFailure {
    /// The exit code.
    pub exit: Exit,
    /// What happened, and what to do about it; several lines if there are several things. Ready to be shown.
    pub message: String,
    /// What the run left under `failed/`.
    pub left: Option<PathBuf>,
    /// The table of rejected rows in it, if there are any.
    pub rejects: Option<PathBuf>,
    /// What people are told of it.
    pub notice: Box<Notice>,
}

/// Runs a job once.
pub type RunOnce<'a> = dyn Fn(&Job, &RunOptions) -> Result<RunSummary, RunFailure> + 'a;

/// `seatwise run`.
pub fn run(args: &RunArgs, run_once: &RunOnce<'_>) -> Exit {
    let job = match load(&args.job) {
        Ok(job) => job,
        Err(exit) => return exit,
    };
    logging::start(args.quiet, args.verbose, job.log.format);
    let Some(output) = output_folder(&job, args.output.clone()) else { return Exit::Usage };
    let dates = match dates(args, &job) {
        Ok(dates) => dates,
        Err(message) => {
            terminal::say_error(&format!("error: {message}"));
            return Exit::Usage;
        }
    };
    warn_of_one_extract(args, &job);
    let mut exits = Vec::new();
    for as_of in dates {
        let exit = one(args, &job, options(args, as_of, &output), run_once);
        exits.push(exit);
        // A bad input of one date says nothing about the next; a lock, a full disk or a signal does.
        if !matches!(exit, Exit::Complete | Exit::FailOn | Exit::InputFile | Exit::InputContent) {
            break;
        }
    }
    Exit::of_several(exits)
}

fn options(args: &RunArgs, as_of: Date, output: &Path) -> RunOptions {
    RunOptions {
        as_of,
        output: output.to_owned(),
        slot: args.slot,
        patience: patience(args),
        quiet: args.quiet,
        accept_change: args.accept_change,
        no_notify: args.no_notify,
    }
}

fn one(args: &RunArgs, job: &Job, options: RunOptions, run_once: &RunOnce<'_>) -> Exit {
    let (exit, notice) = show(args, job, &options, run_once);
    // Where a slot was done before there was no run, and nothing to tell.
    if let Some(notice) = notice {
        tell::after_run(job, &options.output, *notice, exit, args.no_notify);
    }
    exit
}

/// Runs, and shows how it ended; with what people are told of it.
fn show(args: &RunArgs, job: &Job, options: &RunOptions, run_once: &RunOnce<'_>) -> (Exit, Option<Box<Notice>>) {
    let result = match &args.ended {
        Some(why) => Err(once::ended(job, options, why)),
        None => run_once(job, options),
    };
    match result {
        Ok(summary) => {
            if !args.quiet {
                terminal::say(&render(&summary, terminal::stdout_is_terminal(), terminal::stdout_has_color()));
            }
            if args.timings {
                show_timings(&summary);
            }
            let exit = if fails(args.fail_on, &summary) { Exit::FailOn } else { Exit::Complete };
            (exit, Some(summary.notice))
        }
        Err(done) if done.exit == Exit::Complete => {
            if !args.quiet {
                terminal::say_error(&format!("{}: {}", job.name, done.message));
            }
            (Exit::Complete, None)
        }
        Err(failure) => {
            terminal::say_error(&format!("error: {} for {} failed: {}", job.name, options.as_of, failure.message));
            if let Some(left) = failure.left {
                terminal::say_error(&format!("  what it left: {}", left.display()));
            }
            if let Some(rejects) = failure.rejects {
                terminal::say_error(&format!("  rejected rows, with the reason of each: {}", rejects.display()));
            }
            (failure.exit, Some(failure.notice))
        }
    }
}

/// What each stage took, from the manifest that was published.
fn show_timings(summary: &RunSummary) {
    let paint = Paint { on: terminal::stdout_has_color() };
    match manifest(&summary.folder) {
        Ok(manifest) => terminal::say(&format!("\n{}", timings::table(&manifest, summary.pairs, paint))),
        Err(error) => terminal::say_error(&format!("warning: what the stages took cannot be shown: {error}")),
    }
}

fn fails(fail_on: Option<FailOn>, summary: &RunSummary) -> bool {
    match fail_on {
        None => false,
        Some(FailOn::Deficit) => summary.deficits() > 0,
        Some(FailOn::Alert) => summary.alerts.critical + summary.alerts.warning > 0,
    }
}

/// `--output`, else the job's; says so where there is neither.
pub(super) fn output_folder(job: &Job, asked: Option<PathBuf>) -> Option<PathBuf> {
    let folder = asked.or_else(|| job.output.path.clone());
    if folder.is_none() {
        let file = job.file.display();
        terminal::say_error(&format!(
            "error: {file} does not say where results go\n  help: add [output] with path = \"out/{}\", or use --output DIR",
            job.name
        ));
    }
    folder
}

/// A backfill reads the same files for every date, unless a path names the date.
fn warn_of_one_extract(args: &RunArgs, job: &Job) {
    let dated = job.extracts.iter().any(|extract| extract.paths.iter().any(|path| path.contains("{as_of}")));
    if args.from.is_some() && !dated && !args.quiet {
        terminal::say_error(
            "warning: no path of the job holds {as_of}, so that tonight's extracts answer for every date of the range\n  \
             help: keep an extract for each date, and name it as in path = \"extracts/{as_of}/consumptions.parquet\"",
        );
    }
}

fn dates(args: &RunArgs, job: &Job) -> Result<Vec<Date>, String> {
    match (args.from, args.to) {
        (Some(from), Some(to)) if from > to => Err(format!("--from {from} is after --to {to}")),
        (Some(from), Some(to)) => Ok((from.0..=to.0).map(Date).collect()),
        _ => {
            let day = |slot: Timestamp| date_of(&slot.to_zoned(job.time_zone.clone()));
            Ok(vec![job.as_of_date(args.as_of, args.slot.map(day), Timestamp::now())])
        }
    }
}

/// How long a run waits for the one before it.
fn patience(args: &RunArgs) -> Patience {
    match args.wait {
        None => Patience::None,
        Some(None) => Patience::Endless,
        Some(Some(length)) => Patience::For(length),
    }
}
