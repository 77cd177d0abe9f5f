//! `seatwise init`: a project to begin with, and what to type next.

use super::exit::Exit;
use super::terminal::{say, say_error};
use crate::intake::typed;
use crate::run::files::RealFiles;
use crate::starter::{self, JOB_FILE, StarterError};
use clap::{Args, ValueHint};
use std::path::PathBuf;

/// `init`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct InitArgs {
    /// The folder to make it in; a new or an empty one
    #[arg(value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
}

const EXAMPLES: &str = "Examples:
  seatwise init licenses && seatwise run licenses/job.toml
  seatwise init .

It makes a job file with a line on everything, small sample extracts that it runs on, and a README. A folder that is not empty is left alone.";

/// `seatwise init`.
pub fn init(args: &InitArgs) -> Exit {
    match starter::make(&args.dir, &RealFiles) {
        Ok(made) => {
            let lines: Vec<String> = made.iter().map(|file| format!("  {:26} {}", file.name, file.about)).collect();
            let job = typed(&args.dir.join(JOB_FILE).display().to_string());
            say(&format!("A project in {}\n{}\n\n{}", args.dir.display(), lines.join("\n"), next_steps(&job)));
            Exit::Complete
        }
        Err(error) => {
            say_error(&format!("error: {error}"));
            match error {
                StarterError::NotEmpty(..) | StarterError::NoFolder(_) => Exit::Usage,
                StarterError::Io { .. } => Exit::Output,
            }
        }
    }
}

fn next_steps(job: &str) -> String {
    steps(&[
        (format!("seatwise check {job}"), "what a run would read, and what is wrong with it"),
        (format!("seatwise run {job}"), "who is covered by which license, and why"),
        (format!("seatwise why PC-42 --job {job}"), "why is this machine not covered?"),
        (format!("seatwise rules test {job}"), "whether the rules do what their author expects"),
        ("seatwise import FILE".to_owned(), "what an export of yours is, whatever its headings"),
    ])
}

/// What to type next, with what it tells.
pub fn steps(steps: &[(String, &str)]) -> String {
    let width = steps.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    let lines: Vec<String> = steps.iter().map(|(command, about)| format!("  {command:width$}  {about}")).collect();
    format!("Next\n{}", lines.join("\n"))
}
