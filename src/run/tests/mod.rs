//! What the tests of a run share: a small run, and the question whether an OUTPUT is whole.

mod access;
mod chain;
mod faults;
mod memory;
mod power;

mod pruning;
mod publishing;
mod stopping;
mod verifying;

use super::error::RunError;
use super::history::{History, hex};
use super::manifest::{JobMark, Manifest, Status};
use super::output::OutputFolder;
use super::publish::Published;
use super::staging::StagedRun;
use crate::model::date::Date;
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

fn date(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn manifest(run: &StagedRun, as_of: &str, started: Timestamp) -> Manifest {
    let job = JobMark { name: "nightly".to_owned(), digest: "00".repeat(32) };
    Manifest::begin(run.id().as_str(), job, date(as_of), started)
}

/// Writes the files of a small run.
fn fill(run: &StagedRun, names: &[&str]) -> Result<(), RunError> {
    for name in names {
        let mut file = run.create(name)?;
        // An error comes out of `finish`.
        let _ = write!(file, "{name} of {}", run.id());
        file.finish(Some(1))?;
    }
    Ok(())
}

/// A small run from open to publish.
fn publish(folder: OutputFolder, as_of: &str, started: &str) -> Result<Published, RunError> {
    let started = time(started);
    let run = folder.begin(started)?;
    fill(&run, &["usage.parquet", "rejects.parquet", "batch.log"])?;
    let manifest = manifest(&run, as_of, started);
    run.publish(manifest)
}

fn publish_at(output: &Path, as_of: &str, started: &str) -> String {
    publish(OutputFolder::open(output).unwrap(), as_of, started).unwrap().id.to_string()
}

/// The run that a link of OUTPUT leads to.
fn link(output: &Path, name: &str) -> Option<String> {
    let target = std::fs::read_link(output.join(name)).ok()?;
    assert_eq!(target.parent(), Some(Path::new("runs")), "links are relative");
    Some(target.file_name()?.to_str()?.to_owned())
}

fn names(folder: &Path) -> BTreeSet<String> {
    match std::fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect(),
        Err(_) => BTreeSet::new(),
    }
}

/// That a folder holds what its manifest says, byte for byte, and nothing else.
fn assert_whole(folder: &Path, status: Status) -> Manifest {
    let manifest = Manifest::from_bytes(&std::fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest.status, status);
    let mut expected: BTreeSet<String> = manifest.outputs.iter().map(|file| file.name.clone()).collect();
    for file in &manifest.outputs {
        let bytes = std::fs::read(folder.join(&file.name)).unwrap();
        assert_eq!((bytes.len() as u64, hex(&Sha256::digest(&bytes))), (file.bytes, file.sha256.clone()), "{}", file.name);
    }
    expected.insert("manifest.json".to_owned());
    assert_eq!(names(folder), expected);
    manifest
}

/// That every run and every link of an OUTPUT is whole; gives the ids of the complete runs.
fn assert_legal(output: &Path) -> BTreeSet<String> {
    let runs = names(&output.join("runs"));
    for run in &runs {
        assert_whole(&output.join("runs").join(run), Status::Complete);
    }
    for run in names(&output.join("failed")) {
        assert_whole(&output.join("failed").join(run), Status::Failed);
    }
    for name in names(output).iter().filter(|name| *name == "latest" || name.starts_with("as_of=")) {
        let run = link(output, name).unwrap();
        assert!(runs.contains(&run), "{name} leads to {run}, which is not there");
    }
    runs
}

/// That the links are what the history says, and nothing is left in the staging folder.
fn assert_settled(output: &Path) {
    let history = History::read(output).unwrap();
    assert_eq!(link(output, "latest"), history.latest().map(|run| run.id.to_string()));
    for run in history.runs() {
        assert_eq!(link(output, &format!("as_of={}", run.as_of)), history.newest_of(run.as_of).map(|run| run.id.to_string()));
    }
    assert_eq!(names(&output.join(".staging")), BTreeSet::new());
}
