//! One run at a time per OUTPUT (contract §8, code 5): a lock of the kernel on an open file. It dies with its holder, whatever
//! kills it; the file itself stays and says nothing. The lock is no change of what is published, so it is not `files`' business.

use super::error::RunError;
use super::signals::stop_requested;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often somebody who waits looks again: seldom enough to cost nothing.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How long a start waits for the run before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// Not at all: code 5 at once.
    None,
    /// So long.
    For(Duration),
    /// Until the lock is free, or a signal comes.
    Endless,
}

/// Held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
}

impl Lock {
    /// Takes the lock, or says that another run has it: at once, or after waiting for it. A signal ends the waiting.
    pub fn take_after(path: &Path, patience: Patience) -> Result<Self, RunError> {
        let file =
            OpenOptions::new().create(true).truncate(false).write(true).open(path).map_err(RunError::output("open the lock", path))?;
        let since = Instant::now();
        let mut told = false;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { file }),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(source)) => return Err(RunError::Output { action: "lock", path: path.to_owned(), source }),
            }
            let left = match patience {
                Patience::None => Duration::ZERO,
                Patience::For(length) => length.saturating_sub(since.elapsed()),
                Patience::Endless => LOOK_AGAIN,
            };
            if left.is_zero() {
                return Err(RunError::Locked { path: path.to_owned() });
            }
            if let Some(exit_code) = stop_requested() {
                return Err(RunError::Stopped { exit_code });
            }
            if !told {
                told = true;
                tracing::info!("another run of this output holds the lock {}: waiting for it", path.display());
            }
            std::thread::sleep(left.min(LOOK_AGAIN));
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing alone does not free it while a child that was just forked still has its copy of the descriptor.
        let _ = self.file.unlock();
    }
}
