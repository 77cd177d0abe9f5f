//! Which published run a command is about: which of the runs of an OUTPUT. Which OUTPUT that is, `which_output` answers.

use super::exit::Exit;
use super::terminal;
use super::which_output::WhichOutput;
use crate::answers::{AnswerError, Published};
use crate::model::date::Date;
use crate::run::History;
use clap::Args;
use std::path::{Path, PathBuf};

/// What is said about the run on the command line.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Which run")]
pub struct WhichRun {
    /// Of which OUTPUT.
    #[command(flatten)]
    pub results: WhichOutput,
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
        let output = self.results.find()?.folder;
        self.folder(&output).map_err(|error| refuse(&error))
    }

    /// The run, opened; or what is wrong, told on stderr.
    pub fn open(&self) -> Result<Published, Exit> {
        let output = self.results.find()?.folder;
        self.folder(&output).and_then(|folder| Published::open(&folder)).map_err(|error| refuse(&error))
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
