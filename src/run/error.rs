//! What can go wrong with the output of a run, with the exit code of contract §8 and a remedy in every message.

use std::io;
use std::path::{Path, PathBuf};

/// Why a run cannot begin, be written or be published.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The disk, a folder or a permission stands in the way. Nothing was published.
    #[error("cannot {action} {}: {source}; {}", path.display(), remedy(source))]
    Output { action: &'static str, path: PathBuf, source: io::Error },
    /// Something that is no folder of ours has the name of one.
    #[error("cannot use {} as output: {found}; choose another output.path or move it away", path.display())]
    NotOurs { path: PathBuf, found: &'static str },
    /// The run is complete in `runs/`, but a link to it could not be moved.
    #[error("run {run_id} is complete in runs/, but the link {} still shows what it showed before: {source}; {}, the next start repairs it",
        link.display(), remedy(source))]
    LinksBehind { run_id: String, link: PathBuf, source: io::Error },
    /// Another run holds the lock.
    #[error("another run of this output holds the lock {}; wait until it has ended, or give this job an output.path of its own",
        path.display())]
    Locked { path: PathBuf },
    /// A signal came while this start was waiting for the lock.
    #[error("stopped by a signal while waiting for the run before; nothing was published")]
    Stopped { exit_code: i32 },
    /// A defect of the program: it would have published something else than it says.
    #[error("internal error: {0}; nothing was published; please report this")]
    Internal(String),
}

impl RunError {
    /// The exit code of contract §8.
    pub fn exit_code(&self) -> i32 {
        match self {
            RunError::Output { .. } | RunError::NotOurs { .. } | RunError::LinksBehind { .. } => 74,
            RunError::Locked { .. } => 5,
            RunError::Stopped { exit_code } => *exit_code,
            RunError::Internal(_) => 70,
        }
    }

    pub(super) fn output(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> RunError {
        let path = path.to_owned();
        move |source| RunError::Output { action, path, source }
    }
}

/// What to do about an I/O error on the way out.
fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "make room on that disk, or choose another output.path",
        io::ErrorKind::PermissionDenied => "give the user that runs the job write access, or choose another output.path",
        io::ErrorKind::ReadOnlyFilesystem => "mount it writable, or choose another output.path",
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists | io::ErrorKind::IsADirectory | io::ErrorKind::DirectoryNotEmpty => {
            "something else has that name: move it away, or choose another output.path"
        }
        _ => "check that disk, then run again",
    }
}
