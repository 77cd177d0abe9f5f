//! The memory of a run, given back behind it. To free much lasts a while: neither the publishing of the run nor the end of the process
//! waits for it. The next run does, since memory is counted.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// The threads that free what the last run took.
static FREEING: Mutex<Vec<JoinHandle<()>>> = Mutex::new(Vec::new());

/// Frees something that nobody needs any more.
pub fn free(something: impl Send + 'static) {
    // Without a thread it is freed here.
    let thread = thread::Builder::new().name("free".to_owned()).spawn(move || drop(something));
    freeing().extend(thread);
}

/// Waits until the run before is freed.
pub fn wait() {
    let threads = std::mem::take(&mut *freeing());
    // Nothing is to be had of them.
    threads.into_iter().for_each(|thread| drop(thread.join()));
}

fn freeing() -> MutexGuard<'static, Vec<JoinHandle<()>>> {
    FREEING.lock().unwrap_or_else(PoisonError::into_inner)
}
