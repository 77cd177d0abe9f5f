//! A folder for a trial: private, in the system's folder for temporary files, and gone when it is dropped, however the trial ended.
//! Nothing of a trial is near any OUTPUT, so that no reader, no lock and no chain can meet it.

use super::error::RunError;
use jiff::Timestamp;
use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// How many names are tried.
const TRIES: u32 = 100;

/// A folder that lives as long as this.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
}

impl Scratch {
    /// Makes a new folder that only this user can look into.
    pub fn new() -> Result<Self, RunError> {
        let parent = std::env::temp_dir();
        for attempt in 0..TRIES {
            let name = format!("seatwise-trial-{}-{:09}-{attempt}", std::process::id(), Timestamp::now().subsec_nanosecond());
            let path = parent.join(name);
            // Making the folder fails where the name is taken, by whomever.
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(RunError::Output { action: "make the folder", path, source }),
            }
        }
        let source = io::Error::new(io::ErrorKind::AlreadyExists, "every name that was tried is taken");
        Err(RunError::Output { action: "make a folder in", path: parent, source })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            tracing::warn!("the trial's folder {} cannot be removed: {error}", self.path.display());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_scratch_folder_is_private_and_goes_away() {
        let (one, other) = (Scratch::new().expect("a folder"), Scratch::new().expect("a folder"));
        assert_ne!(one.path(), other.path());
        let mode = std::fs::metadata(one.path()).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        std::fs::create_dir(one.path().join("runs")).expect("a folder in it");
        let path = one.path().to_owned();
        drop(one);
        assert!(!path.exists() && other.path().exists());
    }
}
