//! Whether what is published is what was published (contract §6): every file of every run against its manifest, the manifests
//! against each other, the links against the runs, and nothing there that does not belong. Reads only, and takes no lock: a run
//! or a pruning that goes on beside it is not disturbed, and not taken for damage.
//!
//! `folder` one run's folder · `chain` the chain of manifests · `links` where links lead · `strays` what else lies about.
//!
//! What a crash may leave, and the next start repairs, is a *note*. What no crash leaves is *wrong*.

mod chain;
mod folder;
mod links;
mod strays;

use super::error::RunError;
use super::history::{History, names};
use super::id::RunId;
use super::layout::Layout;
use folder::Folder;
use std::path::Path;

/// What a check needs from outside.
pub trait Check: Sync {
    /// The rows of a table or the lines of a log, counted again; none for a file that has no rows. The error says why the file
    /// cannot be read as what its name says.
    fn rows(&self, file: &Path) -> Result<Option<u64>, String>;

    /// How many bytes there are to read.
    fn begin(&self, bytes: u64);

    /// So many more were read; called from several threads.
    fn read(&self, bytes: u64);
}

/// Something that is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Below OUTPUT, or OUTPUT's own link: `runs/RUN_ID/usage.parquet`.
    pub place: String,
    pub what: String,
}

impl Fault {
    fn new(place: impl Into<String>, what: impl Into<String>) -> Self {
        Self { place: place.into(), what: what.into() }
    }
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Verified {
    pub complete: usize,
    pub failed: usize,
    pub files: usize,
    pub bytes: u64,
    /// In a fixed order: runs from the oldest, then failed runs, the chain, links, strays.
    pub wrong: Vec<Fault>,
    /// What is odd, but may be so.
    pub notes: Vec<Fault>,
    /// The last run of the chain and the SHA-256 of its manifest: who keeps it elsewhere can prove the whole chain by it.
    pub head: Option<(RunId, String)>,
}

/// Checks all runs of an OUTPUT.
pub fn verify(output: &Path, check: &dyn Check) -> Result<Verified, RunError> {
    let layout = Layout::new(output);
    // Before the runs, so that a run that is published meanwhile has no link that leads nowhere.
    let links = links::present(&layout)?;
    let history = History::read(output)?;
    let mut folders = complete_runs(&layout, &history);
    folders.extend(failed_runs(&layout)?);
    let mut verified = check_folders(folders, check);
    verified.head = history.last_published().map(|run| (run.id.clone(), run.manifest_sha256.clone()));
    chain::check(&layout, &history, &mut verified)?;
    links::check(&history, &links, &mut verified);
    strays::check(&layout, &mut verified)?;
    Ok(verified)
}

/// Checks one run, complete or failed, and its place in the chain; none if there is no such run.
pub fn verify_run(output: &Path, id: &RunId, check: &dyn Check) -> Result<Option<Verified>, RunError> {
    let layout = Layout::new(output);
    let history = History::read(output)?;
    let mut folders = complete_runs(&layout, &history);
    folders.extend(failed_runs(&layout)?);
    folders.retain(|folder| folder.id == *id);
    if folders.is_empty() {
        return Ok(None);
    }
    let mut verified = check_folders(folders, check);
    let mut chain = Verified::default();
    chain::check(&layout, &history, &mut chain)?;
    verified.wrong.extend(chain.wrong.into_iter().filter(|fault| fault.place.contains(id.as_str())));
    verified.head = history.run(id.as_str()).map(|run| (run.id.clone(), run.manifest_sha256.clone()));
    Ok(Some(verified))
}

/// The folders of `runs/`, from the oldest run on; damaged ones last.
fn complete_runs(layout: &Layout, history: &History) -> Vec<Folder> {
    let whole = history.runs().iter().map(|run| run.id.clone());
    let damaged = history.damaged.iter().filter_map(|(name, _)| RunId::parse(name));
    whole.chain(damaged).map(|id| Folder::complete(layout, id)).collect()
}

fn failed_runs(layout: &Layout) -> Result<Vec<Folder>, RunError> {
    let failed = names(&layout.failed())?;
    Ok(failed.into_iter().filter_map(|name| RunId::parse(&name)).map(|id| Folder::failed(layout, id)).collect())
}

fn check_folders(folders: Vec<Folder>, check: &dyn Check) -> Verified {
    let mut verified = Verified::default();
    verified.complete = folders.iter().filter(|folder| folder.is_complete()).count();
    verified.failed = folders.len() - verified.complete;
    let (files, bytes) = folder::check(&folders, check, &mut verified);
    (verified.files, verified.bytes) = (files, bytes);
    verified
}
