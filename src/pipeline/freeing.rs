//! The memory of a run, given back behind it. To free much lasts a while: neither the publishing of the run nor the end of the process
//! waits for it. The next run does, since memory is counted.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// The thread that frees what the last run took.
static FREEING: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

/// Frees something that nobody needs any more.
pub fn free(something: impl Send + 'static) {
    // Without a thread it is freed here.
    let thread = thread::Builder::new().name("free".to_owned()).spawn(move || drop(something));
    *freeing() = thread.ok();
}

/// Waits until the run before is freed.
pub fn wait() {
    let thread = freeing().take();
    // Nothing is to be had of it.
    let _ = thread.map(JoinHandle::join);
}

fn freeing() -> MutexGuard<'static, Option<JoinHandle<()>>> {
    FREEING.lock().unwrap_or_else(PoisonError::into_inner)
}
