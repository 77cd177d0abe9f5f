//! `seatwise verify`: whether every published file is what its manifest says, and no run is missing.

use super::exit::Exit;
use super::summary::{bytes, count, plural};
use super::which_output::WhichOutput;
use super::which_run::refuse;
use super::{run_name, terminal};
use crate::run::RunId;
use crate::run::verify::{Check, Fault, Verified, verify as verify_all, verify_run};
use crate::{batch_log, report};
use clap::Args;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::path::{Path, PathBuf};

/// `verify`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub which: WhichOutput,
    /// Only this run: latest, previous, a date, a run id or a part of it, or the path of a run's folder; a failed run by its whole id
    #[arg(long, value_name = "RUN")]
    pub run: Option<String>,
    /// All runs, the links and the chain of manifests; this is what is done without --run
    #[arg(long, conflicts_with = "run")]
    pub all: bool,
    /// Name everything that is wrong, not only the first
    #[arg(long, short)]
    pub verbose: bool,
    /// Print nothing but what is wrong
    #[arg(long, short, conflicts_with = "verbose")]
    pub quiet: bool,
}

const EXAMPLES: &str = "Examples:
  seatwise verify --job jobs/nightly.toml
  seatwise verify --output out/nightly --run 20261122T023000Z-3fa91c

Every file is read again: its size, SHA-256 and rows must be those of its manifest, and each manifest must name the one before it. Nothing is changed, and no lock is taken.

Exit codes: 0 all is as it was published · 2 the command line or the job file is wrong · 3 no runs, or they cannot be read · 4 something is wrong.";

/// The run that is meant and its OUTPUT. Who writes a whole id means that run, published or failed, damaged or not.
fn meant(args: &VerifyArgs, name: &str) -> Result<(PathBuf, RunId), Exit> {
    let unknown = |output: &Path| no_such_run(output, name);
    if let Some(folder) = run_name::by_path(name) {
        let folder = folder.canonicalize().unwrap_or(folder);
        let id = folder.file_name().and_then(|id| RunId::parse(id.to_str()?));
        let output = folder.parent().and_then(Path::parent).unwrap_or(&folder);
        return Ok((output.to_owned(), id.ok_or_else(|| unknown(output))?));
    }
    let output = args.which.find()?.folder;
    if let Some(id) = RunId::parse(name) {
        return Ok((output, id));
    }
    let folder = run_name::folder(&output, name).map_err(|error| refuse(&error))?;
    let id = folder.file_name().and_then(|id| RunId::parse(id.to_str()?)).ok_or_else(|| unknown(&output))?;
    Ok((output, id))
}

fn no_such_run(output: &Path, name: &str) -> Exit {
    terminal::say_error(&format!("error: {} has no run {name}\n  help: `seatwise history` lists the runs", output.display()));
    Exit::Usage
}

/// `seatwise verify`.
pub fn verify(args: &VerifyArgs) -> Exit {
    verified(args).unwrap_or_else(|exit| exit)
}

fn verified(args: &VerifyArgs) -> Result<Exit, Exit> {
    let eyes = Eyes::new(args.quiet);
    let (folder, result) = match &args.run {
        Some(name) => {
            let (output, id) = meant(args, name)?;
            let result = verify_run(&output, &id, &eyes);
            (output, result)
        }
        None => {
            let output = args.which.find()?.folder;
            let result = verify_all(&output, &eyes).map(Some);
            (output, result)
        }
    };
    eyes.bar.finish_and_clear();
    match result {
        Ok(Some(verified)) => Ok(tell(args, &folder, &verified)),
        Ok(None) => Err(no_such_run(&folder, args.run.as_deref().unwrap_or_default())),
        Err(error) => {
            terminal::say_error(&format!("error: {error}"));
            Err(Exit::InputFile)
        }
    }
}

fn tell(args: &VerifyArgs, folder: &Path, verified: &Verified) -> Exit {
    let line = |fault: &Fault| format!("{}/{}: {}", folder.display(), fault.place, fault.what);
    if !args.quiet {
        verified.notes.iter().for_each(|note| terminal::say_error(&format!("note: {}", line(note))));
    }
    let shown = if args.verbose { verified.wrong.len() } else { 1 };
    verified.wrong.iter().take(shown).for_each(|fault| terminal::say_error(&format!("error: {}", line(fault))));
    let more = verified.wrong.len().saturating_sub(shown) as u64;
    if more > 0 {
        let what = if more == 1 { "1 more thing is wrong" } else { &format!("{} more things are wrong", count(more)) };
        terminal::say_error(&format!("  and {what}; --verbose names all"));
    }
    if !args.quiet {
        let failed = plural(verified.failed as u64, "failed run", "failed runs");
        let looked = format!(
            "{}, {failed}, {}, {}",
            plural(verified.complete as u64, "complete run", "complete runs"),
            plural(verified.files as u64, "file", "files"),
            bytes(verified.bytes)
        );
        let verdict = match verified.wrong.len() as u64 {
            0 => "all as published".to_owned(),
            wrong => format!("{} wrong", plural(wrong, "thing", "things")),
        };
        terminal::say(&format!("{}: {looked}: {verdict}", folder.display()));
        if let Some((id, sha256)) = verified.head.as_ref().filter(|_| verified.wrong.is_empty()) {
            let what = if args.run.is_some() { "manifest of" } else { "last manifest:" };
            terminal::say(&format!("  {what} {id}, SHA-256 {sha256}"));
        }
    }
    if verified.wrong.is_empty() { Exit::Complete } else { Exit::InputContent }
}

/// Reads rows, and shows how far the check is.
struct Eyes {
    bar: ProgressBar,
}

impl Eyes {
    fn new(quiet: bool) -> Self {
        let visible = !quiet && terminal::stderr_is_terminal();
        let target = if visible { ProgressDrawTarget::stderr_with_hz(10) } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{spinner} verify [{bar:30}] {bytes}/{total_bytes} {elapsed}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }
}

impl Check for Eyes {
    fn rows(&self, file: &Path) -> Result<Option<u64>, String> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".parquet") {
            report::rows::count(file).map(Some).map_err(|error| error.to_string())
        } else if name.starts_with("batch.log") {
            batch_log::lines::count(file).map(Some).map_err(|error| error.to_string())
        } else {
            Ok(None)
        }
    }

    fn begin(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn read(&self, bytes: u64) {
        self.bar.inc(bytes);
    }
}
