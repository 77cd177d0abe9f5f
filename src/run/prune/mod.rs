//! Removing old runs (contract §6, `output.keep`): what is past keep, superseded reruns, old failed runs; never what `latest`
//! leads to. `plan` says what goes; this file lets it go.
//!
//! The order, so that a crash anywhere leaves readers whole runs and the chain without a hole:
//!
//! 1. The links of the dates that go are removed, and that is synced: nobody is led to what will vanish.
//! 2. Of a run that goes from the middle of the chain the manifest is kept in `pruned/`, synced.
//! 3. From the oldest on, each run leaves `runs/` by one rename into the staging folder, synced before the next: what is left
//!    of the beginning of the chain is always one piece.
//! 4. Then they are deleted. What a crash leaves of them in the staging folder the next start removes.

mod plan;

pub use plan::{Keep, Plan, Target, Why};

use super::error::RunError;
use super::history::PublishedRun;
use super::layout::{Layout, MANIFEST};
use super::output::{OutputFolder, make_folders};
use std::path::{Path, PathBuf};

/// What was removed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pruned {
    pub runs: usize,
    pub bytes: u64,
}

/// What would go now. Reads only, and takes no lock.
pub fn plan(output: &Path, keep: Keep) -> Result<Plan, RunError> {
    Plan::read(&Layout::new(output), keep)
}

impl OutputFolder {
    /// Removes the runs of a plan, as far as they would still go now that the lock is held: nothing goes that was not announced.
    pub fn prune(self, announced: &Plan, keep: Keep) -> Result<Pruned, RunError> {
        let mut now = Plan::read(&self.layout, keep)?;
        now.targets.retain(|target| announced.targets.iter().any(|other| other.id == target.id && other.why == target.why));
        let goes = |run: &PublishedRun| now.targets.iter().any(|target| target.id == run.id);
        self.drop_links(&now)?;
        let chain = self.history.chain();
        let begins = chain.iter().position(|run| self.is_there(run) && !goes(run)).unwrap_or(chain.len());
        let (beginning, rest) = chain.split_at(begins);
        self.keep_manifests(rest.iter().filter(|run| self.is_there(run) && goes(run)))?;
        let mut moved = Vec::new();
        for run in beginning {
            if self.is_there(run) {
                moved.push(self.take_out(&self.layout.runs(), run.id.as_str())?);
            } else {
                self.drop_manifest(run)?;
            }
        }
        for run in rest.iter().filter(|run| self.is_there(run) && goes(run)) {
            moved.push(self.take_out(&self.layout.runs(), run.id.as_str())?);
        }
        for target in now.targets.iter().filter(|target| target.why == Why::Failed) {
            moved.push(self.take_out(&self.layout.failed(), target.id.as_str())?);
        }
        for folder in &moved {
            self.files.remove_folder(folder).map_err(RunError::output("remove", folder))?;
        }
        Ok(Pruned { runs: moved.len(), bytes: now.bytes() })
    }

    /// Whether a run of the chain is in `runs/`, and not only its manifest in `pruned/`.
    fn is_there(&self, run: &PublishedRun) -> bool {
        self.history.run(run.id.as_str()).is_some()
    }

    fn drop_links(&self, plan: &Plan) -> Result<(), RunError> {
        let mut dropped = false;
        for link in plan.links() {
            let link = self.layout.root().join(link);
            if link.is_symlink() {
                self.files.remove_file(&link).map_err(RunError::output("remove", &link))?;
                dropped = true;
            }
        }
        let root = self.layout.root();
        if dropped { self.files.sync_folder(root).map_err(RunError::output("sync", root)) } else { Ok(()) }
    }

    /// Copies the manifests of runs that go to where the chain finds them.
    fn keep_manifests<'a>(&self, runs: impl Iterator<Item = &'a PublishedRun>) -> Result<(), RunError> {
        let pruned = self.layout.pruned();
        let mut kept = false;
        for run in runs {
            make_folders(&pruned, &*self.files)?;
            let manifest = run.folder.join(MANIFEST);
            let bytes = std::fs::read(&manifest).map_err(RunError::output("read", &manifest))?;
            let temporary = self.layout.staging().join(format!("pruned-{}.json", run.id));
            let mut file = self.files.create_file(&temporary).map_err(RunError::output("create", &temporary))?;
            file.write_all(&bytes).map_err(RunError::output("write", &temporary))?;
            file.sync().map_err(RunError::output("sync", &temporary))?;
            let place = self.layout.pruned_manifest(run.id.as_str());
            self.files.rename(&temporary, &place).map_err(RunError::output("keep the manifest as", &place))?;
            kept = true;
        }
        if kept { self.files.sync_folder(&pruned).map_err(RunError::output("sync", &pruned)) } else { Ok(()) }
    }

    /// Removes the manifest of a pruned run that the chain no longer begins after.
    fn drop_manifest(&self, run: &PublishedRun) -> Result<(), RunError> {
        let manifest = self.layout.pruned_manifest(run.id.as_str());
        self.files.remove_file(&manifest).map_err(RunError::output("remove", &manifest))?;
        let pruned = self.layout.pruned();
        self.files.sync_folder(&pruned).map_err(RunError::output("sync", &pruned))
    }

    /// Moves a run out of sight, for good.
    fn take_out(&self, from: &Path, id: &str) -> Result<PathBuf, RunError> {
        let (folder, staging) = (from.join(id), self.layout.staging());
        let moved = staging.join(id);
        self.files.rename(&folder, &moved).map_err(RunError::output("take out", &folder))?;
        for ends in [from, &staging] {
            self.files.sync_folder(ends).map_err(RunError::output("sync", ends))?;
        }
        Ok(moved)
    }
}
