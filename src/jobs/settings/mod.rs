//! A job with some of its keys set otherwise, for a trial: `calculation.partial_cover=true`, `affinity.big-box.points=700`,
//! `requirement.environment=off`. What is set goes into the file's tables before they are read, so that the job reader's own
//! checks judge it, with their own messages. `license.ID.FIELD=VALUE` is no key of a job: it is only taken apart here.
//!
//! [`key`] a setting as it was typed · [`target`] which key it means · [`value`] its value as TOML · [`merge`] into the tables.

mod key;
mod merge;
mod target;
#[cfg(test)]
mod tests;
mod value;

use super::error::{JobError, Problem};
use super::interpolate::Environment;
use super::job::Job;
use super::{build, reader};
use crate::rules::nearest;
use key::Typed;
use sha2::{Digest, Sha256};
use std::ops::Range;
use std::path::Path;
use toml::de::DeTable;

/// The name that messages give to what was set.
const SHOWN: &str = "--set";

/// A field of a license, to be set in a trial.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LicenseSetting {
    pub license_id: String,
    pub field: String,
    /// As text, to be read as a cell of an extract is.
    pub value: String,
    /// As it was typed.
    pub typed: String,
}

/// A job as it is to be tried.
#[derive(Clone, Debug)]
pub struct Trial {
    pub job: Job,
    pub licenses: Vec<LicenseSetting>,
    /// Whether the date of the job was set.
    pub dated: bool,
}

impl Job {
    /// Reads and checks a job file with some keys set otherwise. What is wrong with the file itself comes first.
    pub fn load_trial(file: &Path, settings: &[String]) -> Result<Trial, JobError> {
        let job = Self::load(file)?;
        Self::trial_with(job, settings, &|name| std::env::var_os(name))
    }

    /// The same for a job that is loaded.
    pub fn trial_with(job: Job, settings: &[String], environment: &Environment<'_>) -> Result<Trial, JobError> {
        let mut trial = Trial { job, licenses: Vec::new(), dated: false };
        let mut lines = Lines::new(&trial.job.source);
        for setting in settings {
            match key::typed(setting) {
                Ok(Typed::License(license)) => trial.licenses.push(license),
                Ok(Typed::Key { path, value }) => {
                    trial.dated |= path == ["calculation", "as_of"];
                    lines.add(setting, &path, &value);
                }
                Err(message) => lines.refuse(setting, message),
            }
        }
        if !lines.set.is_empty() || !lines.problems.is_empty() {
            trial.job = lines.job(&trial.job, environment)?;
        }
        Ok(trial)
    }
}

/// What is set, below the text of the file: one text, so that every place has a span in it.
struct Lines {
    source: String,
    /// Where the settings begin.
    from: usize,
    set: Vec<Set>,
    problems: Vec<Problem>,
}

/// One setting that means a key.
struct Set {
    target: target::Target,
    key: Range<usize>,
    /// Where its value stands as TOML; none for `off`.
    value: Option<Range<usize>>,
}

impl Lines {
    fn new(source: &str) -> Self {
        let source = format!("{source}\n");
        Self { from: source.len(), source, set: Vec::new(), problems: Vec::new() }
    }

    /// Writes a line, and gives the places of its key and of its value.
    fn write(&mut self, key: &str, value: &str) -> (Range<usize>, Range<usize>) {
        let start = self.source.len();
        self.source.push_str(&format!("{key} = {value}\n"));
        let end = self.source.len() - 1;
        (start..start + key.len(), end - value.len()..end)
    }

    fn refuse(&mut self, setting: &str, message: String) {
        let start = self.source.len();
        self.source.push_str(&setting.replace(['\n', '\r'], " "));
        self.problems.push(Problem::at(start..self.source.len(), message).expected("KEY=VALUE, such as calculation.partial_cover=true"));
        self.source.push('\n');
    }

    fn add(&mut self, setting: &str, path: &[String], text: &str) {
        let key = setting.split_once('=').map_or(setting, |(key, _)| key.trim());
        let start = self.source.len();
        match target::resolve(path, start..start + key.len(), text == "off") {
            Ok(target) => {
                let off = target.is_off();
                let (key, value) = self.write(key, &if off { "off".to_owned() } else { value::as_toml(target.kind(), text) });
                self.set.push(Set { target, key, value: (!off).then_some(value) });
            }
            Err(problem) => {
                self.write(key, &text.replace(['\n', '\r'], " "));
                self.problems.push(*problem);
            }
        }
    }

    /// The job with everything that is set.
    fn job(mut self, base: &Job, environment: &Environment<'_>) -> Result<Job, JobError> {
        // A value is parsed behind as many blanks as there are bytes before it, so that its spans are those of the whole text.
        let padded = |value: &Range<usize>| format!("{}v={}", " ".repeat(value.start - 2), &self.source[value.clone()]);
        let texts: Vec<Option<String>> = self.set.iter().map(|set| set.value.as_ref().map(padded)).collect();
        let (mut table, _) = DeTable::parse_recoverable(&self.source[..self.from]);
        let mut merge = merge::Merge { top: table.get_mut(), standard: base.rules.standard, problems: Vec::new() };
        for (set, text) in self.set.iter().zip(&texts) {
            let value = text.as_deref().and_then(|text| DeTable::parse_recoverable(text).0.into_inner().remove("v"));
            merge.set(&set.target, set.key.clone(), value);
        }
        merge.finish();
        self.problems.append(&mut merge.problems);
        let (section, problems) = reader::read_table(&self.source, table.get_ref(), environment);
        self.problems.extend(problems);
        let (mut job, problems) = build::build(&base.file, &section, self.problems, &self.source);
        if !problems.is_empty() {
            return Err(of_settings(JobError::new(&base.file, &self.source, problems), self.from));
        }
        job.digest = Sha256::digest(self.source.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        job.settings_from = Some(self.from);
        Ok(job)
    }
}

/// An error as one of the settings alone, if all that is wrong stands there.
pub(super) fn of_settings(error: JobError, from: usize) -> JobError {
    let inside = |span: &Range<usize>| span.start >= from;
    if !error.problems.iter().all(|problem| problem.span.as_ref().is_some_and(inside)) {
        return error;
    }
    let shift = |span: Range<usize>| span.start - from..span.end.saturating_sub(from);
    let problems = error.problems.into_iter().map(|problem| Problem {
        span: problem.span.map(shift),
        // The first of two of one name stands in the file, where the message cannot point.
        also: problem.also.filter(|also| inside(&also.0)).map(|also| Box::new((shift(also.0), also.1))),
        ..problem
    });
    JobError::new(Path::new(SHOWN), &error.source[from..], problems.collect())
}

/// `did you mean 'x'?`, for a problem that has a nearest name.
fn with_nearest<'a>(problem: Problem, wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Problem {
    match nearest(wanted, names) {
        Some(near) => problem.help(format!("did you mean '{near}'?")),
        None => problem,
    }
}
