//! Which OUTPUT a command is about: `--job JOB` or `--output DIR`. For commands that look at runs, and make none.

use super::exit::Exit;
use super::run::output_folder;
use super::{load, terminal};
use crate::jobs::Job;
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// The OUTPUT that is asked about.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
pub struct WhichOutput {
    /// The job whose results are meant
    #[arg(long, value_name = "JOB", value_hint = ValueHint::FilePath)]
    pub job: Option<PathBuf>,
    /// The folder of results, where there is no job file; relative to where you are
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}

/// An OUTPUT that is there, and the job that names it.
pub struct Found {
    pub folder: PathBuf,
    pub job: Option<Job>,
}

impl WhichOutput {
    /// The folder; where there is none, says so.
    pub fn find(&self) -> Result<Found, Exit> {
        let (folder, job) = match (&self.job, &self.output) {
            (Some(file), _) => {
                let job = load(file)?;
                (output_folder(&job, None).ok_or(Exit::Usage)?, Some(job))
            }
            (None, Some(folder)) => (folder.clone(), None),
            // clap has asked for one of them.
            (None, None) => return Err(Exit::Usage),
        };
        if folder.join("runs").is_dir() || folder.join("failed").is_dir() {
            return Ok(Found { folder, job });
        }
        let (what, help) = match folder.is_dir() {
            true => ("no run has ended here yet", "name the folder that holds runs/ and latest"),
            false => ("there is no such folder", "check the path; the first run of a job makes it"),
        };
        terminal::say_error(&format!("error: {}: {what}\n  help: {help}", folder.display()));
        Err(Exit::InputFile)
    }
}
