//! What can be asked of `diff` and `what-if`: clap types, no logic.

use super::super::args::date;
use super::super::which_output::WhichOutput;
use crate::model::date::Date;
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `diff`.
#[derive(Args, Debug)]
#[command(after_help = DIFF_EXAMPLES)]
pub struct DiffArgs {
    /// The earlier run: latest, previous, a date, a run id or a part of it, or the path of a run's folder
    #[arg(value_name = "A")]
    pub before: String,
    /// The later run, named likewise
    #[arg(value_name = "B")]
    pub after: String,
    /// Whose results.
    #[command(flatten)]
    pub which: WhichOutput,
    /// How the answer is shown.
    #[command(flatten)]
    pub show: ShowArgs,
}

/// How a comparison is shown.
#[derive(Args, Debug)]
pub struct ShowArgs {
    /// Only what concerns this product
    #[arg(long, value_name = "PRODUCT")]
    pub product: Option<String>,
    /// A page for people, one row a change, or everything for programs
    #[arg(long, value_enum, default_value = "table")]
    pub format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub json: bool,
    /// How many lines each part of the answer may have, 0 for all [default: 10 in a table, else all]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Exit with 1 if any result differs, or if a demand lost its cover
    #[arg(long, value_name = "WHAT")]
    pub fail_on: Option<FailOnDiff>,
}

/// `--format`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people: a summary, then details.
    Table,
    /// One row for each value that differs.
    Csv,
    /// Everything, in one document.
    Json,
}

/// What `--fail-on` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FailOnDiff {
    /// Any difference in the results.
    Change,
    /// A demand that was covered and is not any more.
    Loss,
}

impl ShowArgs {
    /// The format that is asked for.
    pub fn format(&self) -> Format {
        if self.json { Format::Json } else { self.format }
    }

    /// How many lines a part may have.
    pub fn limit(&self) -> usize {
        match self.limit {
            Some(0) => usize::MAX,
            Some(limit) => limit,
            None if self.format() == Format::Table => 10,
            None => usize::MAX,
        }
    }
}

const DIFF_EXAMPLES: &str = "Examples:
  seatwise diff previous latest --job jobs/nightly.toml
  seatwise diff 2026-11-21 2026-11-22 --output out/nightly
  seatwise diff 2026-11-21 2026-11-22 --output out/nightly --product SD-DBE --limit 0
  seatwise diff 20261121T023000Z-3fa91c latest --output out/nightly --format csv > changes.csv

`previous` is the run that stands before `latest`: the newest of the greatest earlier date, as in the table movements.";

/// `what-if`.
#[derive(Args, Debug)]
#[command(after_help = WHAT_IF_EXAMPLES)]
pub struct WhatIfArgs {
    /// The job file, with whose published results the trial is compared
    #[arg(value_hint = ValueHint::FilePath)]
    pub job: PathBuf,
    /// A key of the job file by its dotted path, or a field of a license, with another value; may be given several times
    #[arg(long, value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Another job file, tried in this one's place
    #[arg(long, value_name = "OTHER_JOB", value_hint = ValueHint::FilePath)]
    pub with: Option<PathBuf>,
    /// The date to answer for, instead of that of the run compared with
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub as_of: Option<Date>,
    /// The run to compare with: latest, previous, a date, a run id or a part of it, or the path of a run's folder
    #[arg(long, value_name = "RUN", default_value = "latest")]
    pub against: String,
    /// The folder of the published results, instead of the job's
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
    /// How the answer is shown.
    #[command(flatten)]
    pub show: ShowArgs,
}

const WHAT_IF_EXAMPLES: &str = "Examples:
  seatwise what-if jobs/nightly.toml --set affinity.critical-host.points=700
  seatwise what-if jobs/nightly.toml --set requirement.environment=off
  seatwise what-if jobs/nightly.toml --set license.LIC-1019.seats=50 --set license.LIC-1020.ends_on=2027-01-31
  seatwise what-if jobs/nightly.toml --set calculation.partial_cover=true --set calculation.tie_break=lowest_cost
  seatwise what-if jobs/nightly.toml --as-of 2027-01-01
  seatwise what-if jobs/nightly.toml --with jobs/trial.toml

Nothing is published, and a run of the job may go on meanwhile. `off` takes a rule away.";
