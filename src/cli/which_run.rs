//! Which published run a command is about: of which OUTPUT, and which of its runs.

use super::exit::Exit;
use super::{load, terminal};
use crate::answers::{AnswerError, Published};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::run::History;
use clap::{Args, ValueHint};
use std::path::{Path, PathBuf};

/// What is said about the run on the command line.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Which run")]
pub struct WhichRun {
    /// The job whose results to read; by default the one in this folder or in jobs/, if there is only one
    #[arg(long, value_name = "JOB", value_hint = ValueHint::FilePath, conflicts_with = "output", global = true)]
    pub job: Option<PathBuf>,
    /// The folder of results to read, instead of a job's
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, global = true)]
    pub output: Option<PathBuf>,
    /// The run of this date, instead of the latest
    #[arg(long, value_name = "DATE", value_parser = super::args::date, conflicts_with = "run", global = true)]
    pub as_of: Option<Date>,
    /// The run of this identifier, or of its beginning
    #[arg(long, value_name = "RUN_ID", global = true)]
    pub run: Option<String>,
}

impl WhichRun {
    /// The folder of the run; or what is wrong, told on stderr.
    pub fn resolve(&self) -> Result<PathBuf, Exit> {
        let output = self.output()?;
        self.folder(&output).map_err(|error| refuse(&error))
    }

    /// The run, opened; or what is wrong, told on stderr.
    pub fn open(&self) -> Result<Published, Exit> {
        let output = self.output()?;
        self.folder(&output).and_then(|folder| Published::open(&folder)).map_err(|error| refuse(&error))
    }

    /// The folder of all runs.
    fn output(&self) -> Result<PathBuf, Exit> {
        if let Some(output) = &self.output {
            return Ok(output.clone());
        }
        let job = match &self.job {
            Some(job) => job.clone(),
            None => match only_output() {
                Ok(output) => return Ok(output),
                Err(message) => {
                    terminal::say_error(&format!("error: {message}\n  help: name a job with --job, or a folder of results with --output"));
                    return Err(Exit::Usage);
                }
            },
        };
        let job = load(&job)?;
        super::run::output_folder(&job, None).ok_or(Exit::Usage)
    }

    /// The folder of the run. The links of OUTPUT tell the usual ones without a look at all runs.
    fn folder(&self, output: &Path) -> Result<PathBuf, AnswerError> {
        let link = match (&self.run, self.as_of) {
            (Some(run), _) => output.join("runs").join(run),
            (None, Some(date)) => output.join(format!("as_of={date}")),
            (None, None) => output.join("latest"),
        };
        if link.join("manifest.json").is_file() {
            return Ok(link);
        }
        let history = History::read(output).map_err(|error| AnswerError::unreadable(error.to_string()))?;
        let found = match (&self.run, self.as_of) {
            (Some(run), _) => {
                let begin: Vec<_> = history.runs().iter().filter(|one| one.id.as_str().starts_with(run.as_str())).collect();
                if let [_, _, ..] = begin[..] {
                    let names: Vec<&str> = begin.iter().map(|one| one.id.as_str()).collect();
                    return Err(AnswerError::usage(format!("{run} is the beginning of several runs: {}", names.join(", "))));
                }
                begin.first().copied()
            }
            (None, Some(date)) => history.newest_of(date),
            (None, None) => history.latest(),
        };
        found.map(|found| found.folder.clone()).ok_or_else(|| self.not_there(output, &history))
    }

    fn not_there(&self, output: &Path, history: &History) -> AnswerError {
        let shown = output.display();
        let Some(latest) = history.latest() else {
            return AnswerError::unreadable(format!("{shown} holds no published run\n  help: run the job first, or name another folder"));
        };
        let what = match (&self.run, self.as_of) {
            (Some(run), _) => format!("no run {run}"),
            (None, Some(date)) => format!("no run for {date}"),
            (None, None) => "no run".to_owned(),
        };
        let count = history.runs().len();
        AnswerError::usage(format!("{shown} holds {what}\n  help: it holds {count}, the latest of them {} for {}", latest.id, latest.as_of))
    }
}

/// Tells why there is no answer.
pub fn refuse(error: &AnswerError) -> Exit {
    terminal::say_error(&format!("error: {}", error.message));
    Exit::from_code(error.exit_code)
}

/// Without a word about it: this folder, if it is an OUTPUT; else the one folder that the jobs here, or in `jobs`, publish into.
fn only_output() -> Result<PathBuf, String> {
    let here = Path::new(".");
    if here.join("runs").is_dir() {
        return Ok(here.to_owned());
    }
    let mut outputs: Vec<PathBuf> = Vec::new();
    for file in job_files(here).into_iter().chain(job_files(Path::new("jobs"))) {
        let output = Job::load(&file).ok().and_then(|job| job.output.path);
        outputs.extend(output.filter(|output| output.join("runs").is_dir()));
    }
    outputs.sort();
    outputs.dedup();
    match outputs.as_slice() {
        [] => Err("no job here, or in jobs/, has published anything".to_owned()),
        [only] => Ok(only.clone()),
        several => {
            let names: Vec<String> = several.iter().map(|output| output.display().to_string()).collect();
            Err(format!("the jobs here publish into several folders: {}", names.join(", ")))
        }
    }
}

fn job_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "toml")).collect();
    files.sort();
    files
}
