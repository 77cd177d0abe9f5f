//! Opening a file of an extract: a regular one, within the folders that the job allows, and small enough to be read. Nothing is
//! waited for: to open a pipe would wait for its writer, and a device may never end.

use super::error::ExtractError;
use super::limits::InputLimits;
use super::marks::Mark;
use super::sources::Source;
use crate::model::words::ExtractKind;
use rustix::fs::OFlags;
use std::fs::{self, File, FileType, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file that is open, and what it was then.
pub struct Opened {
    pub file: File,
    pub mark: Mark,
}

/// Opens a file for reading.
pub fn open(extract: ExtractKind, source: &Source, limits: &InputLimits) -> Result<Opened, ExtractError> {
    let failed = |error: io::Error| match error.kind() {
        // It was there when the extract's files were listed.
        ErrorKind::NotFound => ExtractError::changed(extract, &source.shown, "it vanished before it was read"),
        _ => unreadable(extract, source, &error),
    };
    let path = allowed(extract, source, limits).map_err(|error| error.unwrap_or_else(failed))?;
    // Asked before it is opened: to open some devices does something.
    regular(extract, source, fs::metadata(&path).map_err(failed)?.file_type())?;
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY | if limits.roots.is_empty() { OFlags::empty() } else { OFlags::NOFOLLOW };
    let file = OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(&path).map_err(failed)?;
    // And asked of what is open: it may be another file by now.
    let metadata = file.metadata().map_err(failed)?;
    regular(extract, source, metadata.file_type())?;
    limits.check_bytes(extract, source, metadata.len())?;
    Ok(Opened { file, mark: Mark::of(&metadata) })
}

/// An error of the file system.
pub fn unreadable(extract: ExtractKind, source: &Source, error: &io::Error) -> ExtractError {
    ExtractError::file(extract, &source.shown, format!("it cannot be read: {error}"), "check that it is there and may be read")
}

/// The path to open. If the job has `limits.roots`, it is the one that is left when all links are followed, and lies in a root.
fn allowed(extract: ExtractKind, source: &Source, limits: &InputLimits) -> Result<PathBuf, Result<ExtractError, io::Error>> {
    if limits.roots.is_empty() {
        return Ok(source.path.clone());
    }
    let path = fs::canonicalize(&source.path).map_err(Err)?;
    let inside = |root: &PathBuf| fs::canonicalize(root).is_ok_and(|root| path.starts_with(root));
    if limits.roots.iter().any(inside) {
        return Ok(path);
    }
    let roots: Vec<String> = limits.roots.iter().map(|root| root.display().to_string()).collect();
    let problem = format!("it is {}, outside of limits.roots ({})", path.display(), roots.join(", "));
    let remedy = "move the file into one of them, or add its folder to limits.roots";
    Err(Ok(ExtractError::file(extract, &source.shown, problem, remedy)))
}

fn regular(extract: ExtractKind, source: &Source, kind: FileType) -> Result<(), ExtractError> {
    if kind.is_file() {
        return Ok(());
    }
    let problem = format!("it is {}, not a regular file", kind_word(kind));
    Err(ExtractError::file(extract, &source.shown, problem, "name a file, a folder or a glob"))
}

fn kind_word(kind: FileType) -> &'static str {
    match kind {
        kind if kind.is_dir() => "a folder",
        kind if kind.is_fifo() => "a named pipe",
        kind if kind.is_socket() => "a socket",
        kind if kind.is_char_device() || kind.is_block_device() => "a device",
        _ => "something special",
    }
}

/// What lies at a path now, all links followed; `None` if nothing does.
pub fn mark_at(path: &Path) -> io::Result<Option<Mark>> {
    match fs::metadata(path) {
        Ok(metadata) => Ok(Some(Mark::of(&metadata))),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}
