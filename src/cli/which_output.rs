//! Which OUTPUT a command is about: `--output DIR`, else that of `--job JOB`, else the only one there is. The one answer for every
//! command that looks at runs and makes none; which of its runs is `which_run`'s and `run_name`'s question. What removes something
//! does not guess: it asks for one of the two with a group of its own.

use super::exit::Exit;
use super::run::output_folder;
use super::{load, terminal};
use crate::jobs::Job;
use clap::{Args, ValueHint};
use std::path::{Path, PathBuf};

/// The OUTPUT that is asked about.
#[derive(Args, Debug, Clone, Default)]
pub struct WhichOutput {
    /// The job whose results are meant; by default the one in this folder or in jobs/, if there is only one
    #[arg(long, value_name = "JOB", value_hint = ValueHint::FilePath, conflicts_with = "output", global = true)]
    pub job: Option<PathBuf>,
    /// The folder of results, instead of a job's; relative to where you are
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath, global = true)]
    pub output: Option<PathBuf>,
}

/// An OUTPUT that is there, and the job that names it.
pub struct Found {
    pub folder: PathBuf,
    pub job: Option<Job>,
}

impl WhichOutput {
    /// The folder; where there is none, says so on stderr.
    pub fn find(&self) -> Result<Found, Exit> {
        let found = match (&self.output, &self.job) {
            (Some(folder), _) => Found { folder: folder.clone(), job: None },
            (None, Some(file)) => {
                let job = load(file)?;
                Found { folder: output_folder(&job, None).ok_or(Exit::Usage)?, job: Some(job) }
            }
            (None, None) => Found { folder: only_output().map_err(|message| refuse(&message))?, job: None },
        };
        if found.folder.join("runs").is_dir() || found.folder.join("failed").is_dir() {
            return Ok(found);
        }
        let (what, help) = match found.folder.is_dir() {
            true => ("no run has ended here yet", "run the job first, or name the folder that holds runs/ and latest"),
            false => ("there is no such folder", "check the path; the first run of a job makes it"),
        };
        terminal::say_error(&format!("error: {}: {what}\n  help: {help}", found.folder.display()));
        Err(Exit::InputFile)
    }
}

fn refuse(message: &str) -> Exit {
    terminal::say_error(&format!("error: {message}\n  help: name a job with --job, or a folder of results with --output"));
    Exit::Usage
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
