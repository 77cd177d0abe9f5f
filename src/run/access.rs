//! Whether a run could publish into an OUTPUT, as far as that can be seen without changing anything: what [`super::output`] and
//! [`super::publish`] would make, open and rename is looked at, and the system is asked for the permission. A job is checked with it before
//! the night. The lock is not asked for: whoever has it at noon will have ended by the night.

use super::error::RunError;
use super::history::History;
use super::layout::{LATEST, Layout};
use super::links;
use crate::model::date::Date;
use rustix::fs::{Access, AtFlags, CWD, accessat, statvfs};
use std::fs;
use std::io;
use std::path::Path;

/// To make a file or a folder in a folder, or to rename something into it.
const CHANGE: Access = Access::WRITE_OK.union(Access::EXEC_OK);

/// What certainly stands in the way of a run for this date: the error that it would end with. No error is no promise: what a disk
/// does tonight nobody knows.
pub fn refusal(output: &Path, as_of: Date) -> Result<(), RunError> {
    let root = std::path::absolute(output).map_err(RunError::output("use", output))?;
    if !would_be_made(&root)? {
        let root = fs::canonicalize(&root).map_err(RunError::output("use", &root))?;
        within(&Layout::new(&root), as_of)?;
    }
    Ok(())
}

/// Whether a folder is missing and could be made with those above it that are missing, too; an error if it could not.
fn would_be_made(path: &Path) -> Result<bool, RunError> {
    match fs::metadata(path) {
        Ok(found) if found.is_dir() => return Ok(false),
        Ok(_) => return Err(RunError::NotOurs { path: path.to_owned(), found: "it is not a folder" }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(RunError::output("use", path)(error)),
    }
    if fs::symlink_metadata(path).is_ok() {
        // A link that leads nowhere.
        return Err(RunError::output("make the folder", path)(io::ErrorKind::AlreadyExists.into()));
    }
    let parent = path.parent().unwrap_or(Path::new("/"));
    if !would_be_made(parent)? {
        may(parent, CHANGE).map_err(RunError::output("make the folder", path))?;
        room(parent).map_err(RunError::output("make the folder", path))?;
    }
    Ok(true)
}

/// What stands in the way within an OUTPUT that is there.
fn within(layout: &Layout, as_of: Date) -> Result<(), RunError> {
    let lock = layout.lock();
    let openable = match fs::metadata(&lock) {
        Ok(found) if found.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        Ok(_) => may(&lock, Access::WRITE_OK),
        Err(_) => may(layout.root(), CHANGE),
    };
    openable.map_err(RunError::output("open the lock", &lock))?;
    let staging = layout.staging();
    for (folder, what) in [(layout.runs(), CHANGE), (staging.clone(), CHANGE | Access::READ_OK)] {
        if !would_be_made(&folder)? {
            may(&folder, what).map_err(RunError::output("write into", &folder))?;
        }
    }
    // What a run that died left there is removed first, and may make room.
    if fs::read_dir(&staging).map_or(true, |mut entries| entries.next().is_none()) {
        room(layout.root()).map_err(RunError::output("write into", layout.root()))?;
    }
    may(layout.root(), CHANGE).map_err(RunError::output("move links in", layout.root()))?;
    let history = History::read(layout.root())?;
    let tonight = [LATEST.to_owned(), Layout::as_of_link(as_of)];
    for name in links::wanted(history.runs()).into_keys().chain(tonight) {
        let link = layout.root().join(name);
        if fs::symlink_metadata(&link).is_ok_and(|found| found.is_dir()) {
            return Err(RunError::output("move the link", &link)(io::ErrorKind::IsADirectory.into()));
        }
    }
    Ok(())
}

/// Asks the system: it knows modes, access lists, and what is mounted read-only.
fn may(path: &Path, what: Access) -> io::Result<()> {
    Ok(accessat(CWD, path, what, AtFlags::EACCESS)?)
}

/// Whether anything could be written on the disk of a folder at all. A system that does not count has 0 blocks.
fn room(folder: &Path) -> io::Result<()> {
    let disk = statvfs(folder)?;
    let full = disk.f_blocks > 0 && disk.f_bfree == 0 || disk.f_files > 0 && disk.f_ffree == 0;
    if full { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}
