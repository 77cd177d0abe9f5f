//! Which published run a command is about: which of the runs of an OUTPUT. Which OUTPUT that is, `which_output` answers; how a run is
//! named, `run_name`.

use super::exit::Exit;
use super::run_name;
use super::terminal;
use super::which_output::WhichOutput;
use crate::answers::{AnswerError, Published};
use crate::model::date::Date;
use crate::run::layout::LATEST;
use clap::Args;
use std::path::PathBuf;

/// What is said about the run on the command line.
#[derive(Args, Debug, Clone, Default)]
#[command(next_help_heading = "Which run")]
pub struct WhichRun {
    /// Of which OUTPUT.
    #[command(flatten)]
    pub results: WhichOutput,
    /// The run of this date, instead of the latest; the same as --run DATE
    #[arg(long, value_name = "DATE", value_parser = super::args::date, conflicts_with = "run", global = true)]
    pub as_of: Option<Date>,
    /// The run of this name: latest, previous, a date, a run id or a part of it, or the path of a run's folder
    #[arg(long, value_name = "RUN", global = true)]
    pub run: Option<String>,
}

impl WhichRun {
    /// The folder of the run; or what is wrong, told on stderr.
    pub fn resolve(&self) -> Result<PathBuf, Exit> {
        // A run that is named by its path needs no OUTPUT.
        if let Some(folder) = self.run.as_deref().and_then(run_name::by_path) {
            return Ok(folder);
        }
        let output = self.results.find()?.folder;
        let name = match (&self.run, self.as_of) {
            (Some(run), _) => run.clone(),
            (None, Some(date)) => date.to_string(),
            (None, None) => LATEST.to_owned(),
        };
        run_name::folder(&output, &name).map_err(|error| refuse(&error))
    }

    /// The run, opened; or what is wrong, told on stderr.
    pub fn open(&self) -> Result<Published, Exit> {
        let folder = self.resolve()?;
        Published::open(&folder).map_err(|error| refuse(&error))
    }
}

/// Tells why there is no answer.
pub fn refuse(error: &AnswerError) -> Exit {
    terminal::say_error(&format!("error: {}", error.message));
    Exit::from_code(error.exit_code)
}
