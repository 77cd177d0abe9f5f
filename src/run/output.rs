//! OUTPUT of a job (contract §6): opened by one run at a time. Every start takes the lock, removes what dead runs left in the
//! staging folder, and repairs the links; then it begins its own run.

use super::error::RunError;
use super::files::{FileWork, RealFiles};
use super::history::History;
use super::id::RunId;
use super::layout::Layout;
use super::links;
use super::lock::{Lock, Patience};
use super::staging::StagedRun;
use jiff::Timestamp;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An OUTPUT that this process holds the lock of, until it or the run that it began is dropped.
pub struct OutputFolder {
    pub(super) layout: Layout,
    pub(super) files: Arc<dyn FileWork>,
    pub(super) history: History,
    pub(super) _lock: Lock,
}

impl OutputFolder {
    /// Opens OUTPUT, and makes it if it is not there.
    pub fn open(path: &Path) -> Result<Self, RunError> {
        Self::open_with(path, Arc::new(RealFiles))
    }

    /// The same through another file layer.
    pub fn open_with(path: &Path, files: Arc<dyn FileWork>) -> Result<Self, RunError> {
        Self::open_after(path, files, Patience::None)
    }

    /// The same, after waiting for the run that has it open.
    pub fn open_after(path: &Path, files: Arc<dyn FileWork>, patience: Patience) -> Result<Self, RunError> {
        let root = std::path::absolute(path).map_err(RunError::output("use", path))?;
        make_folders(&root, &*files)?;
        // Without `..` and links in it, so that what a run prints is the place itself.
        let root = std::fs::canonicalize(&root).map_err(RunError::output("use", &root))?;
        let layout = Layout::new(&root);
        let lock = Lock::take_after(&layout.lock(), patience)?;
        make_folders(&layout.runs(), &*files)?;
        make_folders(&layout.staging(), &*files)?;
        clean_staging(&layout, &*files)?;
        let history = History::read(&root)?;
        for (folder, reason) in &history.damaged {
            tracing::warn!("runs/{folder} is not used, because it is damaged: {reason}");
        }
        links::repair(&layout, &*files, &history).map_err(links::LinkError::at_start)?;
        Ok(Self { layout, files, history, _lock: lock })
    }

    /// OUTPUT as an absolute path.
    pub fn path(&self) -> &Path {
        self.layout.root()
    }

    /// The complete runs so far.
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Begins the one run that this opening is for.
    pub fn begin(self, started: Timestamp) -> Result<StagedRun, RunError> {
        let taken = |id: &RunId| {
            [self.layout.runs(), self.layout.failed(), self.layout.staging()].iter().any(|folder| folder.join(id.as_str()).exists())
        };
        let mut id = RunId::new(started);
        while taken(&id) {
            id = RunId::new(started);
        }
        let folder = self.layout.staging().join(id.as_str());
        self.files.create_folder(&folder).map_err(RunError::output("make the folder", &folder))?;
        Ok(StagedRun::new(self, id, folder))
    }
}

/// Makes a folder and those above it, each durable in the one above.
pub(super) fn make_folders(path: &Path, files: &dyn FileWork) -> Result<(), RunError> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => return Err(RunError::NotOurs { path: path.to_owned(), found: "it is not a folder" }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(RunError::output("use", path)(error)),
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    make_folders(parent, files)?;
    match files.create_folder(path) {
        // Another start was faster; who of the two goes on is for the lock to say.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(RunError::output("make the folder", path)(error)),
        Ok(()) => files.sync_folder(parent).map_err(RunError::output("sync", parent)),
    }
}

/// Removes what dead runs left. The caller holds the lock, so nothing in there belongs to a living run.
fn clean_staging(layout: &Layout, files: &dyn FileWork) -> Result<(), RunError> {
    let staging = layout.staging();
    let mut leftovers: Vec<(PathBuf, bool)> = Vec::new();
    for entry in std::fs::read_dir(&staging).map_err(RunError::output("read", &staging))? {
        let entry = entry.map_err(RunError::output("read", &staging))?;
        let is_folder = entry.file_type().map_err(RunError::output("read", &entry.path()))?.is_dir();
        leftovers.push((entry.path(), is_folder));
    }
    leftovers.sort();
    for (path, is_folder) in leftovers {
        let removed = if is_folder { files.remove_folder(&path) } else { files.remove_file(&path) };
        removed.map_err(RunError::output("remove", &path))?;
    }
    Ok(())
}
