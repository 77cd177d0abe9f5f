//! One run at a time per OUTPUT (contract §8, code 5): a lock of the kernel on an open file. It dies with its holder, whatever
//! kills it; the file itself stays and says nothing. The lock is no change of what is published, so it is not `files`' business.

use super::error::RunError;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says at once that another run has it.
    pub fn take(path: &Path) -> Result<Self, RunError> {
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(RunError::output("open the lock", path))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { file }),
            Err(TryLockError::WouldBlock) => Err(RunError::Locked { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(RunError::Output { action: "lock", path: path.to_owned(), source }),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone does not free it while a child that was just forked still has its copy of the descriptor.
        let _ = self.file.unlock();
    }
}
