//! The links of OUTPUT (contract §6): `as_of=DATE` and `latest`, derived from the history alone and swapped by rename, so that a
//! reader finds the old run or the new one. Only links are touched: a file or folder of such a name is somebody else's.

use super::error::RunError;
use super::files::FileWork;
use super::history::{History, PublishedRun};
use super::layout::{AS_OF_PREFIX, LATEST, Layout};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// A link that could not be moved.
pub struct LinkError {
    pub link: PathBuf,
    pub source: io::Error,
}

impl LinkError {
    /// As an error of a start, where nothing new is published yet.
    pub fn at_start(self) -> RunError {
        RunError::Output { action: "repair the link", path: self.link, source: self.source }
    }
}

/// Every link that there must be with these runs, which are in the order of publishing, and what it says.
pub(super) fn wanted(runs: &[PublishedRun]) -> BTreeMap<String, PathBuf> {
    let mut links = BTreeMap::new();
    // Of one date the newest stays.
    for run in runs {
        links.insert(Layout::as_of_link(run.as_of), Layout::link_target(run.id.as_str()));
    }
    if let Some(run) = runs.iter().max_by_key(|run| run.as_of) {
        links.insert(LATEST.to_owned(), Layout::link_target(run.id.as_str()));
    }
    links
}

/// Every link that there is, of those that are ours by name.
fn present(layout: &Layout, files: &dyn FileWork) -> Result<BTreeMap<String, PathBuf>, LinkError> {
    let failed = |path: &Path| {
        let link = path.to_owned();
        move |source| LinkError { link, source }
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(layout.root()).map_err(failed(layout.root()))? {
        let entry = entry.map_err(failed(layout.root()))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let is_link = entry.file_type().map_err(failed(&entry.path()))?.is_symlink();
        if is_link && (name == LATEST || name.starts_with(AS_OF_PREFIX)) {
            found.push(name);
        }
    }
    // Equal runs make equal calls, in whatever order the folder lists its names.
    found.sort_unstable();
    let mut links = BTreeMap::new();
    for name in found {
        let path = layout.root().join(&name);
        links.insert(name, files.read_link(&path).map_err(failed(&path))?);
    }
    Ok(links)
}

/// Makes the links what the history says: swaps those that differ, removes those that no run stands behind. Does nothing where
/// nothing is to do.
pub fn repair(layout: &Layout, files: &dyn FileWork, history: &History) -> Result<(), LinkError> {
    let wanted = wanted(history.runs());
    let present = present(layout, files)?;
    let mut changed = false;
    for (name, target) in &wanted {
        if present.get(name) != Some(target) {
            swap(layout, files, name, target).map_err(|source| LinkError { link: layout.root().join(name), source })?;
            changed = true;
        }
    }
    for name in present.keys().filter(|name| !wanted.contains_key(*name)) {
        let link = layout.root().join(name);
        files.remove_file(&link).map_err(|source| LinkError { link, source })?;
        changed = true;
    }
    if changed {
        files.sync_folder(layout.root()).map_err(|source| LinkError { link: layout.root().to_owned(), source })?;
    }
    Ok(())
}

/// Puts a link in the place of another in one step. It is made in the staging folder, where a crash leaves it to the next start;
/// what it says is relative to OUTPUT, and holds once it is there.
fn swap(layout: &Layout, files: &dyn FileWork, name: &str, target: &Path) -> io::Result<()> {
    let link = layout.root().join(name);
    let temporary = layout.staging().join(format!("link-{name}"));
    files.symlink(target, &temporary)?;
    if let Err(error) = files.rename(&temporary, &link) {
        // Best effort: the next start removes it, too.
        let _ = files.remove_file(&temporary);
        return Err(error);
    }
    Ok(())
}
