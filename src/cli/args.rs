//! What can be asked on the command line: clap types, no logic. Every command shows examples under `--help`.

use super::exit::Exit;
use super::which_run::WhichRun;
use crate::model::date::Date;
use clap::builder::styling::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use std::path::PathBuf;

const TOP_EXAMPLES: &str = "Examples:
  seatwise check jobs/nightly.toml        what the job would read, and what is wrong with it
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
    /// Run a job once: read its extracts, allocate, and publish the results
    Run(RunArgs),
    /// Check a job, its rules and its inputs, without running it
    Check(CheckArgs),
    /// Tell why a demand is covered as it is, or whom a license serves
    Why(WhyArgs),
    /// Show what a run came to: all products, or one license, asset, user or product
    Show(ShowArgs),
    /// Work with the rules of a job
    #[command(after_help = "Examples:\n  seatwise rules test jobs/nightly.toml")]
    Rules {
        /// What to do with them.
        #[command(subcommand)]
        command: RulesCommand,
    },
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
    /// Exit with 1 if the run is complete but has a deficit, or an alert (warning or critical)
    #[arg(long, value_name = "WHAT")]
    pub fail_on: Option<FailOn>,
    /// Run once for every date from here …
    #[arg(long, value_name = "DATE", value_parser = date, requires = "to", conflicts_with = "as_of")]
    pub from: Option<Date>,
    /// … to here, both included
    #[arg(long, value_name = "DATE", value_parser = date, requires = "from")]
    pub to: Option<Date>,
}

const RUN_EXAMPLES: &str = "Examples:
  seatwise run jobs/nightly.toml
  seatwise run jobs/nightly.toml --as-of 2026-11-22 --output /tmp/trial
  seatwise run jobs/nightly.toml --quiet --fail-on deficit
  seatwise run jobs/nightly.toml --from 2026-11-01 --to 2026-11-30";

/// What `--fail-on` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOn {
    /// A demand that is not covered.
    Deficit,
    /// An alert of severity warning or critical.
    Alert,
}

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

/// `why`.
#[derive(Args, Debug)]
#[command(after_help = WHY_EXAMPLES)]
pub struct WhyArgs {
    /// An asset, user, consumption, demand or license, by its identifier
    #[arg(value_name = "SUBJECT")]
    pub subject: String,
    /// What the subject is, where several things have its name
    #[arg(long, value_name = "KIND")]
    pub kind: Option<SubjectKind>,
    /// Only what is about this product
    #[arg(long, value_name = "PRODUCT_ID")]
    pub product: Option<String>,
    /// Print JSON, with every license that was weighed
    #[arg(long)]
    pub json: bool,
    /// Show long lists to their end
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub which: WhichRun,
}

/// What `--kind` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SubjectKind {
    /// A license.
    License,
    /// An asset.
    Asset,
    /// A user.
    User,
    /// A demand.
    Demand,
    /// A consumption.
    Consumption,
}

const WHY_EXAMPLES: &str = "Examples:
  seatwise why PC-42 --job jobs/nightly.toml
  seatwise why OFFICE/PC-42 --output out/nightly --as-of 2026-11-22
  seatwise why L-9 --job jobs/nightly.toml --all
  seatwise why u17 --kind user --product OFFICE --json

It reads what a run published, and nothing else. An unknown subject exits with 2, and names what is near; without a
published run it exits with 3.";

/// `show`.
#[derive(Args, Debug)]
#[command(after_help = SHOW_EXAMPLES, args_conflicts_with_subcommands = false, subcommand_precedence_over_arg = true)]
pub struct ShowArgs {
    /// From which angle; without one, the position of all products, the worst first.
    #[command(subcommand)]
    pub angle: Option<Angle>,
    /// The form to show it in
    #[arg(long, value_name = "FORM", default_value = "table", global = true)]
    pub format: SheetFormat,
    /// Only positions of this status: under_licensed, over_licensed, compliant or not_licensable
    #[arg(long, value_name = "STATUS")]
    pub status: Option<String>,
    /// Only rows that this holds for, such as outstanding>0 or name~office; may be given several times
    #[arg(long, value_name = "CONDITION", global = true)]
    pub filter: Vec<String>,
    /// Sort by this column, downwards with a - before it; may be given several times
    #[arg(long, value_name = "COLUMN", allow_hyphen_values = true, global = true)]
    pub sort: Vec<String>,
    /// So many rows at most
    #[arg(long, value_name = "ROWS", global = true)]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub which: WhichRun,
}

/// From where `show` looks.
#[derive(Subcommand, Debug)]
pub enum Angle {
    /// What is allocated to a license
    #[command(after_help = "Examples:\n  seatwise show license L-9 --job jobs/nightly.toml")]
    License {
        /// The license
        id: String,
    },
    /// What covers an asset
    #[command(after_help = "Examples:\n  seatwise show asset PC-42 --job jobs/nightly.toml")]
    Asset {
        /// The asset
        id: String,
    },
    /// What a user holds
    #[command(after_help = "Examples:\n  seatwise show user u17 --job jobs/nightly.toml --format json")]
    User {
        /// The user
        id: String,
    },
    /// What is in deficit for a product
    #[command(after_help = "Examples:\n  seatwise show product OFFICE --job jobs/nightly.toml --sort -best_score")]
    Product {
        /// The product
        id: String,
    },
}

/// What `--format` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SheetFormat {
    /// Columns for people.
    Table,
    /// Every column, with texts that look like formulas made harmless.
    Csv,
    /// Every column, for machines.
    Json,
}

const SHOW_EXAMPLES: &str = "Examples:
  seatwise show --job jobs/nightly.toml
  seatwise show --job jobs/nightly.toml --status under_licensed --sort -outstanding --limit 10
  seatwise show --output out/nightly --filter available>0 --format csv
  seatwise show asset PC-42 --job jobs/nightly.toml

It reads what a run published, and nothing else. Exit codes are those of why.";

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
    }
}
