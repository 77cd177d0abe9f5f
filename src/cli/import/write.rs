//! The proposals as a job: a new one, or a part of one that is there. The whole text is held against the rules of job files before
//! a byte is written, and an extract that the job has already is left alone.

use crate::cli::exit::Exit;
use crate::cli::init::steps;
use crate::cli::show_job_error;
use crate::cli::summary::plural;
use crate::cli::terminal::{say, say_error};
use crate::intake::section::{quoted, section};
use crate::intake::{Proposal, typed};
use crate::jobs::Job;
use crate::model::words::ExtractKind;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// Writes the job, if everything is decided.
pub fn write(job: &Path, proposals: &[Proposal]) -> Exit {
    let refused = |exit: Exit, message: String| {
        say_error(&format!("error: {message}; nothing was written"));
        exit
    };
    if let Some(problem) = twice(proposals) {
        return refused(Exit::Usage, problem);
    }
    let open: Vec<String> =
        proposals.iter().flat_map(|proposal| proposal.open().into_iter().map(|open| format!("{}: {open}", proposal.path))).collect();
    if let Some(first) = open.first() {
        let missing = proposals.iter().any(|proposal| !proposal.missing.is_empty());
        return refused(if missing { Exit::InputContent } else { Exit::Usage }, format!("something is to be decided first: {first}"));
    }
    if let Some(error) = proposals.iter().flat_map(|proposal| &proposal.trial.errors).next() {
        return refused(Exit::InputContent, format!("a run would stop: {error}"));
    }
    let there = match fs::read_to_string(job) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return refused(Exit::Usage, format!("{} cannot be read: {error}", job.display())),
    };
    let folder = job.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let sections = match sections(folder, proposals) {
        Ok(sections) => sections,
        Err(error) => return refused(Exit::Output, format!("{} cannot be written to: {error}", folder.display())),
    };
    let (text, added) = match &there {
        None => match new_job(job, proposals, &sections) {
            Ok(text) => (text, false),
            Err(problem) => return refused(Exit::Usage, problem),
        },
        Some(text) => match proposals.iter().find(|proposal| has(text, proposal.kind)) {
            Some(proposal) => {
                let kind = proposal.kind.code();
                return refused(
                    Exit::Usage,
                    format!(
                        "{} has [extracts.{kind}] already: change it by hand, with what --map prints, or write another job",
                        job.display()
                    ),
                );
            }
            None => (format!("{}\n\n{sections}", text.trim_end()), true),
        },
    };
    if let Err(error) = Job::from_bytes(job, text.as_bytes(), &|name| std::env::var_os(name)) {
        show_job_error(&error);
        return refused(Exit::Usage, format!("{} would be no job", job.display()));
    }
    match put(job, &text, added) {
        Ok(()) => {
            let waiting = sections.matches("DECIDE").count();
            let waiting = match waiting {
                0 => String::new(),
                lines => format!("; {} with DECIDE in it for you", plural(lines as u64, "line waits", "lines wait")),
            };
            say(&format!("\n{} {}{waiting}\n\n{}", if added { "Added to" } else { "Wrote" }, job.display(), next(job)));
            Exit::Complete
        }
        Err(error) => refused(Exit::Output, format!("{} cannot be written: {error}", job.display())),
    }
}

/// Two files that are the same extract: a job has one section for it.
pub fn twice(proposals: &[Proposal]) -> Option<String> {
    proposals.iter().enumerate().find_map(|(place, proposal)| {
        let other = proposals[..place].iter().find(|other| other.kind == proposal.kind)?;
        Some(format!(
            "{} and {} are both {}: say of one what else it is, such as assets={}, or put files of one form into a folder and name one of them",
            other.path,
            proposal.path,
            proposal.kind.code(),
            proposal.path
        ))
    })
}

/// Whether a job file speaks of an extract, on or off.
fn has(job: &str, kind: ExtractKind) -> bool {
    let table = format!("extracts.{}", kind.code());
    job.lines().map(str::trim_start).any(|line| {
        let line = line.trim_start_matches('[').trim_start();
        line.strip_prefix(&table).is_some_and(|rest| rest.trim_start().starts_with([']', '.', '=']))
    })
}

fn sections(folder: &Path, proposals: &[Proposal]) -> io::Result<String> {
    let mut sections = Vec::new();
    for proposal in proposals {
        let path = from_folder(folder, Path::new(&proposal.path))?;
        let rows = format!("# {} rows, {} of them accepted when this was written.\n", proposal.trial.rows, proposal.trial.accepted());
        sections.push(format!("{rows}{}", section(proposal, &path)));
    }
    Ok(sections.join("\n"))
}

/// A path as a job in a folder writes it: relative, wherever that is possible without guessing.
fn from_folder(folder: &Path, file: &Path) -> io::Result<String> {
    let (folder, file) = (fs::canonicalize(folder)?, absolute(file)?);
    let parts = |path: &Path| -> Vec<String> {
        path.components()
            .filter(|part| matches!(part, Component::Normal(_)))
            .map(|part| part.as_os_str().to_string_lossy().into_owned())
            .collect()
    };
    let (folder, file) = (parts(&folder), parts(&file));
    let common = folder.iter().zip(&file).take_while(|(left, right)| left == right).count();
    if common == 0 {
        return Ok(format!("/{}", file.join("/")));
    }
    let up = folder[common..].iter().map(|_| "..".to_owned());
    Ok(up.chain(file[common..].iter().cloned()).collect::<Vec<_>>().join("/"))
}

/// The file with the links of its folder followed, and not its own: an export may be a link that moves on.
fn absolute(file: &Path) -> io::Result<PathBuf> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(fs::canonicalize(folder)?.join(file.file_name().unwrap_or_default()))
}

fn new_job(job: &Path, proposals: &[Proposal], sections: &str) -> Result<String, String> {
    for kind in [ExtractKind::Consumptions, ExtractKind::Licenses] {
        if !proposals.iter().any(|proposal| proposal.kind == kind) {
            return Err(format!(
                "a job needs {}, and none of the files is that: name it too, such as {}=FILE, or --write to a job that is there",
                kind.code(),
                kind.code()
            ));
        }
    }
    let stem = job.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let files: Vec<&str> = proposals.iter().map(|proposal| proposal.path.as_str()).collect();
    let mut text = format!("# Made by `seatwise import` from {}. Look it over: it is yours from here on.\n", files.join(", "));
    text.push_str("# Lines with DECIDE wait for you; all that a job may say is in the job of `seatwise init`.\n\n");
    text.push_str(&format!("name = {}\n\n{sections}\n", quoted(&stem)));
    // Two jobs side by side have two outputs.
    let output = if stem == "job" { "out".to_owned() } else { format!("out-{stem}") };
    text.push_str(&format!("[calculation]\nas_of = \"today\"\n\n[output]\npath = {}\n", quoted(&output)));
    if let Some(proposal) = proposals.iter().find(|proposal| proposal.trial.rejected * 20 > proposal.trial.rows) {
        let (rejected, rows) = (proposal.trial.rejected, proposal.trial.rows);
        let share = rejected * 100 / rows.max(1) + 1;
        text.push_str(&format!(
            "\n[limits]\n# {rejected} of {rows} rows of {} would be refused, and a run stops above 5 %. Correct the export, or raise this knowingly:\n\
            # max_reject_ratio = {}.{:02}\n",
            proposal.path,
            share / 100,
            share % 100
        ));
    }
    Ok(text)
}

/// A new file beside what may be there by now; one that is there is replaced whole, with the rights that it had.
fn put(job: &Path, text: &str, replace: bool) -> io::Result<()> {
    let write = |path: &Path| {
        let mut file = File::create_new(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    if !replace {
        return write(job).inspect_err(|error| {
            if error.kind() != io::ErrorKind::AlreadyExists {
                let _ = fs::remove_file(job);
            }
        });
    }
    let job = fs::canonicalize(job)?;
    let new = job.with_extension(format!("toml.{}", std::process::id()));
    let outcome =
        write(&new).and_then(|()| fs::set_permissions(&new, fs::metadata(&job)?.permissions())).and_then(|()| fs::rename(&new, &job));
    if outcome.is_err() {
        let _ = fs::remove_file(&new);
    }
    outcome
}

fn next(job: &Path) -> String {
    let job = typed(&job.display().to_string());
    steps(&[
        (format!("seatwise check {job}"), "what a run would read, and what is wrong with it"),
        (format!("seatwise run {job}"), "who is covered by which license, and why"),
        (format!("seatwise why ASSET --job {job}"), "why is this machine not covered?"),
    ])
}
