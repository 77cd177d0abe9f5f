//! Whether a file is still what it was: who it is and when it was changed, before it is read, after, and once more by its path
//! when all is read (contract §8, code 3). Content is not compared, but where the times of a file are too young to tell.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, SystemTime};

/// Times of files move in ticks: of a few milliseconds on most file systems, of up to two seconds where they are whole seconds. A
/// file that was changed within the tick before it was opened could be changed again without a trace.
const TICK: Duration = Duration::from_millis(20);
const WHOLE_SECONDS: Duration = Duration::from_secs(2);

/// A file at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    device: u64,
    inode: u64,
    pub bytes: u64,
    /// Seconds and nanoseconds since 1970: when its content was written, and when anything about it changed.
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Mark {
    pub fn of(metadata: &Metadata) -> Self {
        Self {
            device: metadata.dev(),
            inode: metadata.ino(),
            bytes: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }

    /// When the content was written last: seconds since 1970.
    pub fn modified(&self) -> i64 {
        self.modified.0
    }

    /// What is different about the file now, in words that follow its name; `None` if nothing is.
    pub fn difference(&self, now: &Mark) -> Option<String> {
        if (self.device, self.inode) != (now.device, now.inode) {
            return Some("another file took its place".to_owned());
        }
        if now.bytes > self.bytes {
            return Some(format!("it grew from {} to {} bytes", self.bytes, now.bytes));
        }
        if now.bytes < self.bytes {
            return Some(format!("it shrank from {} to {} bytes", self.bytes, now.bytes));
        }
        if self.modified != now.modified {
            return Some("it was written to".to_owned());
        }
        (self.changed != now.changed).then(|| "it was written to, or its name or permissions were changed".to_owned())
    }

    /// Whether a change after this moment could leave all times as they are.
    pub fn is_too_young_to_tell(&self, moment: SystemTime) -> bool {
        let tick = if self.changed.1 == 0 { WHOLE_SECONDS } else { TICK };
        let seconds = u64::try_from(self.changed.0).unwrap_or(0);
        let changed = Duration::new(seconds, u32::try_from(self.changed.1).unwrap_or(0));
        // A file from the future, of a server whose clock is ahead, tells nothing either.
        moment.duration_since(SystemTime::UNIX_EPOCH).is_ok_and(|moment| changed + tick >= moment)
    }
}
