//! The command line: what was asked, done by the modules below, told on the terminal, ended with an exit code.
//! One file a subcommand. Nothing is calculated here; results go to stdout, everything else to stderr.
//!
//! [`args`], `question_args` the clap types · [`exit`] the exit codes · [`mod@init`], [`mod@import`], [`run`], [`mod@schedule`], [`check`], [`mod@why`],
//! [`mod@show`], [`mod@report`], [`mod@diff`], [`mod@what_if`], [`rules_test`], [`mod@log`], [`mod@schema`], [`mod@export`], [`history`], [`verify`], [`prune`], [`notify`],
//! [`mod@generate`], [`job_schema`], [`completions`] the subcommands · `which_run`, `which_output`, `run_name` the runs or the output that
//! they look at · [`summary`] the end of a run for people, `tell` for those who are not there · `memory` the hard end of a run that
//! takes too much · `timings` what its stages took · `delimited` CSV that does no harm · [`logging`] tracing on stderr · [`terminal`] what a stream can
//! show.

pub mod args;
mod bench;
pub mod check;
pub mod completions;
mod delimited;
pub mod diff;
pub mod exit;
pub mod export;
pub mod generate;
pub mod history;
pub mod import;
pub mod init;
pub mod job_schema;
pub mod log;
pub mod logging;
mod memory;
pub mod notify;
pub mod once;
pub mod progress;
pub mod prune;
pub mod question_args;
pub mod report;
mod rulebook;
pub mod rules_test;
pub mod run;
mod run_name;
pub mod schedule;
pub mod schema;
pub mod show;
pub mod summary;
mod tell;
pub mod terminal;
mod timings;
pub mod verify;
pub mod what_if;
mod which_output;
mod which_run;
pub mod why;

use crate::jobs::{Job, JobError, render};
use args::{Cli, Command, NotifyCommand, RulesCommand};
use clap::Parser;
pub use exit::Exit;
pub use run::{RunFailure, RunOnce, RunOptions};
use std::path::Path;

/// Parses the command line of this process, does what it says, and gives the code to exit with. What a run is comes from
/// outside, so that the command line can be tested without one.
pub fn start(run_once: &RunOnce<'_>) -> Exit {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are asked for, and are no errors to clap either.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Complete };
            let _ = error.print();
            return exit;
        }
    };
    let exit = dispatch(&cli, run_once);
    // What a run published is there, whether its summary arrived or not; of any other command what it says is all there is.
    let tells = !matches!(cli.command, Command::Run(_) | Command::Schedule(_));
    if exit == Exit::Complete && tells && terminal::lost() {
        terminal::say_error("error: stdout cannot be written: what was to be said is not all there\n  help: look whether the disk is full");
        return Exit::Output;
    }
    exit
}

fn dispatch(cli: &Cli, run_once: &RunOnce<'_>) -> Exit {
    match &cli.command {
        Command::Init(args) => init::init(args),
        Command::Import(args) => import::import(args),
        Command::Run(args) => run::run(args, run_once),
        Command::Schedule(args) => schedule::schedule(args),
        Command::Check(args) => check::check(args),
        Command::Why(args) => why::why(args),
        Command::Show(args) => show::show(args),
        Command::Report(args) => report::report(args),
        Command::Export(args) => export::export(args),
        Command::Schema(args) => schema::schema(args),
        Command::Rules { command: RulesCommand::Test(args) } => rules_test::rules_test(args),
        Command::Log(args) => log::log(args),
        Command::History(args) => history::history(args),
        Command::Verify(args) => verify::verify(args),
        Command::Prune(args) => prune::prune(args),
        Command::Notify { command: NotifyCommand::Test(args) } => notify::test(args),
        Command::Notify { command: NotifyCommand::Overdue(args) } => notify::overdue(args),
        Command::Diff(args) => diff::diff(args),
        Command::WhatIf(args) => what_if::what_if(args),
        Command::Generate(args) => generate::generate(args),
        Command::JobSchema => job_schema::job_schema(),
        Command::Completions(args) => completions::completions(args.shell),
    }
}

/// The job, or its errors on stderr.
fn load(file: &Path) -> Result<Job, Exit> {
    Job::load(file).map_err(|error| {
        show_job_error(&error);
        Exit::Usage
    })
}

/// Everything that is wrong with a job file, on stderr: drawn for a terminal, plain for anything else.
pub(crate) fn show_job_error(error: &JobError) {
    let text = if terminal::stderr_is_terminal() {
        render::graphical(error, terminal::stderr_has_color(), terminal::width())
    } else {
        render::plain(error)
    };
    terminal::say_error(text.trim_end());
}
