//! A job, checked and ready: everything that a run needs to know before it looks at data.
//! How it is written is `definition`'s, how it gets from there to here `reader`'s and `build`'s.

use super::error::{JobError, Problem};
use super::interpolate::Environment;
use super::keep::Keep;
use super::mask::masked;
use super::notices::{Metrics, Notices};
use super::rule_texts::RuleTexts;
use super::schedule::Schedule;
use super::{build, reader};
use crate::extract::InputLimits;
use crate::extract::spec::ExtractSpec;
use crate::model::date::Date;
use crate::model::decimal::Scaled;
use crate::model::policy::Policy;
use crate::model::tree::Dimension;
use crate::rules::{ProgramError, RuleSource};
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A job file (contract §9), checked, with its defaults filled in.
#[derive(Clone, Debug)]
pub struct Job {
    /// The job's name.
    pub name: String,
    /// The job file, as it was named.
    pub file: PathBuf,
    /// The folder that its paths are relative to.
    pub folder: PathBuf,
    /// The SHA-256 of the file's bytes, in hexadecimal.
    pub digest: String,
    /// What to read, in the order of §2; consumptions and licenses are among them.
    pub extracts: Vec<ExtractSpec>,
    /// The date that the job asks for.
    pub as_of: AsOf,
    /// Whose today it is.
    pub time_zone: TimeZone,
    /// Attributes that hold nodes of a tree.
    pub attributes: BTreeMap<String, Dimension>,
    /// The rules as texts; those of the standard set are not among them.
    pub rules: RuleSource,
    /// Pairs with the result that the author expects, for `seatwise rules test`.
    pub examples: Vec<Example>,
    /// Where results go.
    pub output: Output,
    /// When a schedule runs it; `None` leaves it to others.
    pub schedule: Option<Schedule>,
    /// What the batch log holds.
    pub log: LogSettings,
    /// When a run stops, or writes less.
    pub limits: Limits,
    /// Who is told how a run ended.
    pub notices: Notices,
    /// What metrics.prom holds.
    pub metrics: Metrics,
    /// `[calculation]`, without its date.
    pub(super) policy: Policy,
    /// Where the rules stand in the file.
    pub(super) rule_texts: RuleTexts,
    /// The text of the file, as messages may show it.
    pub(super) source: String,
    /// Where in that text begins what was set for a trial.
    pub(super) settings_from: Option<usize>,
}

/// `calculation.as_of`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AsOf {
    /// The day of the run, in the job's time zone.
    Today,
    /// Always this date.
    On(Date),
}

/// `[output]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Output {
    /// The folder of all runs, joined to the job's folder; `None` leaves it to `--output`.
    pub path: Option<PathBuf>,
    /// How much of the affinity table is written; `None` decides by size (§6).
    pub affinity: Option<TableDepth>,
    /// Whether report.html is written.
    pub report: bool,
    /// What `seatwise prune` leaves.
    pub keep: Option<Keep>,
    /// The mode of files that are written; `None` leaves it to the umask.
    pub mode: Option<u32>,
}

/// `output.affinity`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableDepth {
    /// Every pair.
    Full,
    /// The ranks 1 to 10 of each demand and phase, and the license that it got.
    Top,
    /// No row.
    Off,
}

/// `[log]`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LogSettings {
    /// A line a pair, the best of each demand, or none.
    pub affinity: LogDepth,
    /// Text or JSON lines.
    pub format: LogFormat,
    /// Whether it is compressed; `None` decides by its length (§7).
    pub compress: Option<bool>,
}

/// `log.affinity`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogDepth {
    /// A line for every pair.
    Pairs,
    /// The ranks 1 to 10 of each demand, and a counted line a failure.
    Top,
    /// No affinity lines.
    Off,
}

/// `log.format`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// `key=value` pairs.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[limits]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// The share of an extract's rows that may be rejected; times 10^9.
    pub max_reject_ratio: Scaled,
    /// Above so many pair lines the log takes the largest products as `top`.
    pub max_pairs: u64,
    /// Above so many rows the affinity table is written as `top`.
    pub max_table_pairs: u64,
    /// The bytes of memory that a run may take; `None` leaves it to what is there.
    pub memory: Option<u64>,
    /// How much an input file may hold, and where it may lie.
    pub inputs: InputLimits,
}

/// One `[[example]]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The demand's fields.
    pub consumption: Vec<(String, ExampleValue)>,
    /// The license's fields.
    pub license: Vec<(String, ExampleValue)>,
    /// What the author expects.
    pub expected: Expected,
    /// The line of the job file that it begins on.
    pub line: usize,
}

/// What an example's author expects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expected {
    /// The pair is eligible, with so many points.
    Points(i64),
    /// The pair is ineligible, and this requirement is the first that it fails.
    Fails(String),
}

/// A value of an example, typed as it is written.
#[derive(Clone, PartialEq, Debug)]
pub enum ExampleValue {
    /// In quotes.
    Text(String),
    /// Digits.
    Integer(i64),
    /// Digits with a point; times 10^9.
    Decimal(Scaled),
    /// true or false.
    Boolean(bool),
    /// A TOML date.
    Date(Date),
    /// A list of texts.
    List(Vec<String>),
}

impl Job {
    /// Reads and checks a job file, with the variables of the process's environment.
    pub fn load(file: &Path) -> Result<Job, JobError> {
        Self::load_with(file, &|name| std::env::var_os(name))
    }

    /// Reads and checks a job file.
    pub fn load_with(file: &Path, environment: &Environment<'_>) -> Result<Job, JobError> {
        let bytes = std::fs::read(file).map_err(|error| {
            let problem = Problem::somewhere(format!("cannot read the job file: {error}"));
            let remedy =
                if file.is_dir() { "name the .toml file itself, not its folder" } else { "check the path, and that you may read it" };
            JobError::new(file, "", vec![problem.help(remedy)])
        })?;
        Self::from_bytes(file, &bytes, environment)
    }

    /// Checks the bytes of a job file. Nothing is read from disk; `file` only says where paths start, and names the file in
    /// messages.
    pub fn from_bytes(file: &Path, bytes: &[u8], environment: &Environment<'_>) -> Result<Job, JobError> {
        let source = std::str::from_utf8(bytes).map_err(|error| not_utf8(file, bytes, error.valid_up_to()))?;
        let (section, problems) = reader::read(source, environment);
        let digest = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let (mut job, problems) = build::build(file, &section, problems, source);
        if !problems.is_empty() {
            return Err(JobError::new(file, &masked(source), problems));
        }
        job.digest = digest;
        Ok(job)
    }

    /// The date that a run answers for (contract, head): what the command line says, else the job, else the slot that a
    /// schedule runs it for, else today in the job's time zone.
    pub fn as_of_date(&self, asked: Option<Date>, slot: Option<Date>, now: Timestamp) -> Date {
        let of_job = match self.as_of {
            AsOf::On(date) => Some(date),
            AsOf::Today => None,
        };
        asked.or(of_job).or(slot).unwrap_or_else(|| self.today(now))
    }

    /// The day that it is in the job's time zone.
    pub fn today(&self, now: Timestamp) -> Date {
        date_of(&now.to_zoned(self.time_zone.clone()))
    }

    /// The choices of `[calculation]`, for a date.
    pub fn policy(&self, as_of: Date) -> Policy {
        Policy { as_of, ..self.policy.clone() }
    }

    /// What is wrong with the job's rules, placed in the job file: for errors that only the fields of tonight's data show.
    pub fn rule_errors(&self, errors: &[ProgramError]) -> JobError {
        let problems = errors.iter().flat_map(|error| self.rule_texts.problems(error)).collect();
        let error = JobError::new(&self.file, &self.source, problems);
        self.settings_from.into_iter().fold(error, super::settings::of_settings)
    }
}

/// The day of a moment in its zone.
pub fn date_of(moment: &Zoned) -> Date {
    let day = moment.date();
    // A timestamp's year lies within ±9999; the clock of a computer shows none before the year 1.
    Date::from_ymd(i32::from(day.year()), day.month() as u32, day.day() as u32).unwrap_or(Date(0))
}

fn not_utf8(file: &Path, bytes: &[u8], valid_up_to: usize) -> JobError {
    let source = String::from_utf8_lossy(bytes).into_owned();
    let problem = Problem::at(valid_up_to..valid_up_to + 1, "the job file is not valid UTF-8 from here on");
    JobError::new(file, &source, vec![problem.help("save it as UTF-8")])
}
