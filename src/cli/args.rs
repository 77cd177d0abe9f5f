//! What can be asked on the command line: clap types, no logic. Every command shows examples under `--help`.

use super::diff::args::{DiffArgs, WhatIfArgs};
use super::exit::Exit;
use super::question_args::{ShowArgs, WhyArgs};
use crate::generate::{MOST_DIRTY, MOST_ROWS, Shape};
use crate::jobs::duration;
use crate::model::date::Date;
use clap::builder::TypedValueParser;
use clap::builder::styling::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use jiff::Timestamp;
use std::path::PathBuf;
use std::time::Duration;

const TOP_EXAMPLES: &str = "Examples:
  seatwise check jobs/nightly.toml        what the job would read, and what is wrong with it
  seatwise schedule jobs/                 runs jobs by the schedules in their files
  seatwise run jobs/nightly.toml          who is covered by which license tonight, and why
  seatwise rules test jobs/nightly.toml   whether the rules do what their author expects

Paths in a job file are relative to that file; NO_COLOR switches colors off.";

/// A license-allocation engine: who is covered by which license, what is in deficit, and why.
#[derive(Parser, Debug)]
#[command(name = "seatwise", version, propagate_version = true, disable_help_subcommand = true, styles = Styles::styled())]
#[command(after_help = TOP_EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Make a project to begin with: a job file that explains itself, and sample extracts
    Init(super::init::InitArgs),
    /// Look at exports of other programs, and write a job that reads them
    Import(super::import::ImportArgs),
    /// Run a job once: read its extracts, allocate, and publish the results
    Run(RunArgs),
    /// Check a job, its rules and its inputs, without running it
    Check(CheckArgs),
    /// Run jobs by the schedules in their files, until it is stopped
    Schedule(ScheduleArgs),
    /// Tell why a demand is covered as it is, or whom a license serves
    Why(WhyArgs),
    /// Show what a run came to: all products, or one license, asset, user or product
    Show(ShowArgs),
    /// Write a run as one HTML file to look at: no server, no network
    Report(super::report::ReportArgs),
    /// Write a table of a run, or its position report, as CSV for a spreadsheet or a program
    Export(super::export::ExportArgs),
    /// Tell the columns of every table and extract: types, units, meaning
    Schema(super::schema::SchemaArgs),
    /// Compare two published runs: what changed, and because of which input
    Diff(DiffArgs),
    /// Try a job with other rules, seats or dates: what would change. Nothing is published
    WhatIf(WhatIfArgs),
    /// Work with the rules of a job
    #[command(after_help = "Examples:\n  seatwise rules test jobs/nightly.toml")]
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        command: RulesCommand,
    },
    /// Print lines of a published run's log
    Log(super::log::LogArgs),
    /// List the runs of an output, the newest first
    History(super::history::HistoryArgs),
    /// Check that every published file is what its manifest says, and that no run is missing
    Verify(super::verify::VerifyArgs),
    /// Remove old runs: past keep, superseded, failed long ago
    Prune(super::prune::PruneArgs),
    /// Tell people, apart from a run
    #[command(after_help = "Examples:\n  seatwise notify test jobs/nightly.toml\n  seatwise notify overdue jobs/nightly.toml")]
    Notify {
        /// What to tell them.
        #[command(subcommand)]
        command: NotifyCommand,
    },
    /// Make an estate up from a seed, of any size, with a job that runs it
    Generate(GenerateArgs),
    /// Print the JSON Schema of the job file, for editors
    #[command(after_help = JOB_SCHEMA_EXAMPLES)]
    JobSchema,
    /// Print a completion script for a shell
    Completions(CompletionsArgs),
}

const JOB_SCHEMA_EXAMPLES: &str = "Examples:
  seatwise job-schema > jobs/job.schema.json

With this as the first line of a job file, editors that know taplo or tombi complete its keys:
  #:schema ./job.schema.json";

/// The subcommands of `rules`.
#[derive(Subcommand, Debug)]
pub enum RulesCommand {
    /// `rules test`.
    #[command(about = "Check the [[example]] tables of a job against its rules")]
    Test(RulesTestArgs),
}

/// `run`.
#[derive(Args, Debug)]
#[command(after_help = format!("{RUN_EXAMPLES}\n\n{}", Exit::help()))]
pub struct RunArgs {
    /// The job file
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
    /// The date to answer for, instead of the job's
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The folder for results, instead of the job's; relative to where you are
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// Print nothing but errors
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tell more on stderr: -v the steps, -vv details
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Show what each stage took: seconds, memory, rows and pairs a second
    #[arg(long, conflicts_with = "quiet")]
    pub timings: bool,
    /// Exit with 1 if the run is complete but has a deficit, or an alert (warning or critical)
    #[arg(long, value_name = "WHAT")]
    pub fail_on: Option<FailOn>,
    /// Wait while another run of this output has the lock, so long (such as 30m) or until it is free, instead of ending with 5
    #[arg(long, value_name = "DURATION", num_args = 0..=1, require_equals = true, value_parser = length)]
    pub wait: Option<Option<Duration>>,
    /// The slot of a schedule that this run is for, such as 2026-11-22T02:30:00Z; a slot with a complete run gets no second one
    #[arg(long, value_name = "TIME", conflicts_with_all = ["from", "to"], value_parser = time)]
    pub slot: Option<Timestamp>,
    /// Run once for every date from here …
    #[arg(long, value_name = "DATE", value_parser = date, requires = "to", conflicts_with = "as_of")]
    pub from: Option<Date>,
    /// … to here, both included
    #[arg(long, value_name = "DATE", value_parser = date, requires = "from")]
    pub to: Option<Date>,
    /// Read extracts that changed by more than the job's max_change allows: you have looked, and the change is real
    #[arg(long)]
    pub accept_change: bool,
    /// Tell nobody how it ended, whatever the job says of notices: for trials
    #[arg(long)]
    pub no_notify: bool,
    /// Only leave and tell that a run was ended, and why: what the program calls itself with
    #[arg(long, value_name = "WHY", hide = true)]
    pub ended: Option<String>,
}

const RUN_EXAMPLES: &str = "Examples:
  seatwise run jobs/nightly.toml
  seatwise run jobs/nightly.toml --as-of 2026-11-22 --output /tmp/trial
  seatwise run jobs/nightly.toml --quiet --fail-on deficit
  seatwise run jobs/nightly.toml --wait=30m
  seatwise run jobs/nightly.toml --from 2026-11-01 --to 2026-11-30";

/// What `--fail-on` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOn {
    /// A demand that is not covered.
    Deficit,
    /// An alert of severity warning or critical.
    Alert,
}

/// `schedule`.
#[derive(Args, Debug)]
#[command(after_help = SCHEDULE_EXAMPLES)]
pub struct ScheduleArgs {
    /// Job files, and folders whose *.toml files are jobs
    #[arg(required = true, value_hint = ValueHint::AnyPath)]
    pub jobs: Vec<PathBuf>,
    /// Show the next five times of each job, and do nothing
    #[arg(long, conflicts_with = "once")]
    pub list: bool,
    /// With --list: the times from then on, such as 2027-03-27T00:00:00Z
    #[arg(long, value_name = "TIME", requires = "list", value_parser = time)]
    pub from: Option<Timestamp>,
    /// Run what is due now, further tries included, and end with the worst of the exit codes
    #[arg(long)]
    pub once: bool,
    /// How long runs may go on after SIGTERM or Ctrl-C, in seconds or such as 5m
    #[arg(long, value_name = "SECONDS", default_value = "60s", value_parser = seconds_or_length)]
    pub grace: Duration,
    /// How many jobs may run at a time
    #[arg(long, value_name = "N", default_value = "2", value_parser = clap::value_parser!(u16).range(1..))]
    pub parallel: u16,
    /// Tell nothing but errors
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Tell more on stderr
    #[arg(long, short, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

const SCHEDULE_EXAMPLES: &str = "Examples:
  seatwise schedule jobs/                     runs every job of the folder by its [schedule]
  seatwise schedule --list jobs/              when that would be
  seatwise schedule --list --from 2027-03-27T00:00:00Z jobs/nightly.toml
  seatwise schedule --once jobs/              for cron, systemd timers and Kubernetes

A job file says when, in its zone's time:
  [schedule]
  cron = \"30 2 * * *\"
  time_zone = \"Europe/London\"

Changed, new and removed job files are taken up without a restart. What was done is read from the outputs.";

/// `check`.
#[derive(Args, Debug)]
#[command(after_help = CHECK_EXAMPLES)]
pub struct CheckArgs {
    /// The job file
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
    /// The date to check for, instead of the job's
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The folder that results would go to, instead of the job's
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}

const CHECK_EXAMPLES: &str = "Examples:
  seatwise check jobs/nightly.toml
  seatwise check jobs/nightly.toml --as-of 2026-11-22

Nothing is written. Exit codes are those of run.";

/// `rules test`.
#[derive(Args, Debug)]
#[command(after_help = RULES_TEST_EXAMPLES)]
pub struct RulesTestArgs {
    /// The job file
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
}

const RULES_TEST_EXAMPLES: &str = "Examples:
  seatwise rules test jobs/nightly.toml

An example in a job file is a pair and what you expect of it, points or the requirement that it fails:
  [[example]]
  name = \"own department first\"
  consumption = { department = \"R&D\" }
  license = { department = \"R&D\" }
  points = 4500

Fields that are not given have their default, else are null. The trees are those of the job, if they can be read. Exits with 1 if an example does not hold.";

/// The subcommands of `notify`.
#[derive(Subcommand, Debug)]
pub enum NotifyCommand {
    /// `notify test`.
    #[command(about = "Send a test notice by every [[notify.webhook]] and [[notify.email]] of a job")]
    Test(NotifyTestArgs),
    /// `notify overdue`.
    #[command(about = "Tell that a run is missing, if no complete one began in time")]
    Overdue(NotifyOverdueArgs),
}

/// `notify test`.
#[derive(Args, Debug)]
#[command(after_help = NOTIFY_TEST_EXAMPLES)]
pub struct NotifyTestArgs {
    /// The job file
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
}

const NOTIFY_TEST_EXAMPLES: &str = "Examples:
  seatwise notify test jobs/nightly.toml

Says for each what the server answered, or why the notice was not sent. Exits with 1 if one was not.";

/// `notify overdue`.
#[derive(Args, Debug)]
#[command(after_help = NOTIFY_OVERDUE_EXAMPLES)]
pub struct NotifyOverdueArgs {
    /// The job file
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
    /// The folder of results, instead of the job's; relative to where you are
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}

const NOTIFY_OVERDUE_EXAMPLES: &str = "Examples:
  seatwise notify overdue jobs/nightly.toml

For cron, once a day after the run should be there, best on another machine that sees the results:
  30 6 * * *  seatwise notify overdue /srv/seatwise/jobs/nightly.toml

What is expected stands in [notify] of the job, as within = \"26h\" or late = \"06:00\". Exits with 1 if a run is missing; every entry with \"overdue\" in `on` is told, each time that you ask.";

/// `generate`.
#[derive(Args, Debug)]
#[command(after_help = GENERATE_EXAMPLES)]
pub struct GenerateArgs {
    /// The folder to make it in; a new or an empty one
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// How many consumptions
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = rows())]
    pub consumptions: u64,
    /// How many licenses; what is not given follows from the consumptions and the shape
    #[arg(long, value_name = "N", value_parser = rows())]
    pub licenses: Option<u64>,
    /// How many products
    #[arg(long, value_name = "N", value_parser = rows())]
    pub products: Option<u64>,
    /// How many assets
    #[arg(long, value_name = "N", value_parser = rows())]
    pub assets: Option<u64>,
    /// How many users
    #[arg(long, value_name = "N", value_parser = rows())]
    pub users: Option<u64>,
    /// Another seed gives another estate, the same seed the same bytes
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// How the extracts are written
    #[arg(long, value_enum, default_value = "parquet")]
    pub format: FileFormat,
    /// The share of rows that must be rejected, in consumptions, licenses, assets and users
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = share)]
    pub dirty: u32,
    /// What the estate is like: as in life, or hard in one way
    #[arg(long, default_value = "lifelike", value_parser = shapes())]
    pub shape: Shape,
}

const GENERATE_EXAMPLES: &str = "Examples:
  seatwise generate /tmp/estate && seatwise run /tmp/estate/job.toml
  seatwise generate /tmp/estate --consumptions 900000 --dirty 0.01
  seatwise generate /tmp/estate --consumptions 50000 --shape own-machine --format csv

Shapes:
  lifelike       many products with a long tail, something of everything
  one-product    everything is of one product
  own-machine    one product; a license for each machine or user, which may use no other
  alike          no rule can tell the demands apart
  all-different  no two demands agree in any attribute that a rule reads
  equal-scores   licenses that no rule and no tie break can tell apart, of few seats
  deep-trees     trees of 30 levels
  assignments    an explicit assignment for every consumption
  rules-200      200 rules over 40 attributes";

/// How extracts are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FileFormat {
    Parquet,
    Csv,
}

fn rows() -> impl TypedValueParser<Value = u64> {
    clap::value_parser!(u64).range(1..=MOST_ROWS)
}

fn shapes() -> impl TypedValueParser<Value = Shape> {
    let words = clap::builder::PossibleValuesParser::new(Shape::ALL.map(Shape::word));
    words.map(|word| Shape::ALL.into_iter().find(|shape| shape.word() == word).unwrap_or(Shape::Lifelike))
}

/// A share from 0 to 0.5, in millionths.
fn share(text: &str) -> Result<u32, String> {
    let most = f64::from(MOST_DIRTY) / 1e6;
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=most).contains(share));
    share.map(|share| (share * 1e6).round() as u32).ok_or_else(|| format!("a share is a number from 0 to {most}, such as 0.01"))
}

/// `completions`.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  seatwise completions bash > ~/.local/share/bash-completion/completions/seatwise")]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    Date::parse_iso(text).ok_or_else(|| "a date is written YYYY-MM-DD, such as 2026-11-22".to_owned())
}

fn length(text: &str) -> Result<Duration, String> {
    duration::parse(text).map_err(|error| error.to_string())
}

fn seconds_or_length(text: &str) -> Result<Duration, String> {
    text.parse().map(Duration::from_secs).or_else(|_| length(text))
}

fn time(text: &str) -> Result<Timestamp, String> {
    text.parse().map_err(|_| "a time is written with its offset, such as 2026-11-22T02:30:00Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn clap_finds_no_fault_and_every_command_has_examples() {
        Cli::command().debug_assert();
        fn walk(command: &clap::Command) {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Examples:"), "{}", command.get_name());
            command.get_subcommands().for_each(walk);
        }
        walk(&Cli::command());
    }

    #[test]
    fn backfills_and_dates_exclude_each_other() {
        let parse = |line: &str| Cli::try_parse_from(line.split(' '));
        assert!(parse("seatwise run j.toml --from 2026-01-01 --to 2026-01-02").is_ok());
        assert!(parse("seatwise run j.toml --from 2026-01-01").is_err());
        assert!(parse("seatwise run j.toml --from 2026-01-01 --to 2026-01-02 --as-of 2026-01-01").is_err());
        assert!(parse("seatwise run j.toml --as-of 22.11.2026").is_err());
        assert!(parse("seatwise run j.toml -q -v").is_err());
        assert!(parse("seatwise run j.toml --fail-on deficit -vv").is_ok());
        assert!(parse("seatwise run --wait j.toml --slot 2026-11-22T02:30:00Z").is_ok());
        assert!(parse("seatwise run --wait=30m j.toml").is_ok());
        assert!(parse("seatwise run --wait=30 j.toml").is_err());
        assert!(parse("seatwise run j.toml --slot 2026-11-22").is_err());
    }
}
