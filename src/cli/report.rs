//! `seatwise report`: a published run as one HTML file to look at.

use super::exit::Exit;
use super::terminal;
use super::which_run::{WhichRun, refuse};
use crate::answers::Published;
use crate::page;
use crate::run::History;
use clap::{Args, ValueHint};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `report`.
#[derive(Args, Debug)]
#[command(after_help = REPORT_EXAMPLES)]
pub struct ReportArgs {
    /// The file to write, - for stdout
    #[arg(long, value_name = "FILE", default_value = page::FILE, value_hint = ValueHint::FilePath)]
    pub to: PathBuf,
    #[command(flatten)]
    pub which: WhichRun,
}

const REPORT_EXAMPLES: &str = "Examples:
  seatwise report --job jobs/nightly.toml
  seatwise report --job jobs/nightly.toml --as-of 2026-11-22 --to /tmp/november.html
  seatwise report --output out/nightly --to - | gzip > report.html.gz

Every run writes the same file into its folder, unless its job says output.report = false. It is one file, with all that it
shows in it: open it in a browser, send it, print it. It reads what a run published, and nothing else. Exit codes are those
of why; 74 if the file cannot be written.";

/// `seatwise report`.
pub fn report(args: &ReportArgs) -> Exit {
    let run = match args.which.open() {
        Ok(run) => run,
        Err(exit) => return exit,
    };
    let file = &args.to;
    if file.is_dir() {
        let shown = file.display();
        terminal::say_error(&format!("error: {shown} is a folder\n  help: name a file in it, such as {}", file.join(page::FILE).display()));
        return Exit::Usage;
    }
    let bytes = match history(&run).and_then(|history| page::make(&run, &history)) {
        Ok(bytes) => bytes,
        Err(error) => return refuse(&error),
    };
    let written = if file.as_os_str() == "-" { to_stdout(&bytes) } else { to_file(file, &bytes) };
    match written {
        Ok(()) if file.as_os_str() == "-" => Exit::Complete,
        Ok(()) => {
            let (id, as_of, size) = (&run.manifest.run_id, run.manifest.as_of, bytes.len() as f64 / 1000.0);
            terminal::say(&format!("{}: run {id} for {as_of}, {size:.1} kB", file.display()));
            Exit::Complete
        }
        Err(error) => {
            terminal::say_error(&format!(
                "error: {} cannot be written: {error}\n  help: name a file in a folder that is there and may be written to",
                file.display()
            ));
            Exit::Output
        }
    }
}

/// The runs of the OUTPUT that the run lies in: its folder is `OUTPUT/runs/RUN_ID`. One that was copied elsewhere has no history.
fn history(run: &Published) -> Result<History, crate::answers::AnswerError> {
    let runs = run.folder.parent().filter(|runs| runs.ends_with("runs"));
    match runs.and_then(Path::parent) {
        Some(output) => History::read(output).map_err(|error| crate::answers::AnswerError::unreadable(error.to_string())),
        None => Ok(History::default()),
    }
}

/// A reader that goes away early, such as `head`, is no error.
fn to_stdout(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// First beside its place and then into it, so that nobody opens half a file.
fn to_file(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.part", std::process::id()));
    let part = file.with_file_name(name);
    let moved = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, file));
    moved.inspect_err(|_| drop(std::fs::remove_file(&part)))
}
