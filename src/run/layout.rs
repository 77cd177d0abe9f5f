//! Where things lie in OUTPUT (contract §6). Names only; nothing is read or made here.

use crate::model::date::Date;
use std::path::{Path, PathBuf};

/// The manifest of a run, in its folder.
pub const MANIFEST: &str = "manifest.json";
/// The link to the complete run with the greatest as_of.
pub const LATEST: &str = "latest";
/// What the link of a date starts with.
pub const AS_OF_PREFIX: &str = "as_of=";
/// All that a failed run leaves, beside its manifest.
pub const KEPT_OF_FAILED: [&str; 3] = ["rejects.parquet", "batch.log", "batch.log.zst"];

/// The folder that a job publishes into.
#[derive(Clone, Debug)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn lock(&self) -> PathBuf {
        self.root.join(".lock")
    }

    /// Complete runs.
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs")
    }

    pub fn run(&self, id: &str) -> PathBuf {
        self.runs().join(id)
    }

    pub fn failed(&self) -> PathBuf {
        self.root.join("failed")
    }

    /// Manifests of pruned runs that the chain still needs: `RUN_ID.json`.
    pub fn pruned(&self) -> PathBuf {
        self.root.join("pruned")
    }

    /// The manifest that is left of a pruned run.
    pub fn pruned_manifest(&self, id: &str) -> PathBuf {
        self.pruned().join(format!("{id}.json"))
    }

    /// Runs that are being built, and links on their way. It starts with a dot: no reader looks into it.
    pub fn staging(&self) -> PathBuf {
        self.root.join(".staging")
    }

    /// What a link to a run says: relative, so that OUTPUT can be moved.
    pub fn link_target(id: &str) -> PathBuf {
        Path::new("runs").join(id)
    }

    /// The name of the link of a date.
    pub fn as_of_link(as_of: Date) -> String {
        format!("{AS_OF_PREFIX}{as_of}")
    }
}
