//! Files of a run are synced behind it, by a thread of their own, in the order in which they were finished: to wait for a disk takes
//! long, and nobody needs a file to be durable before the run is published. What could not be synced is kept until somebody asks, and
//! is never tried again: see `files`.

use super::error::RunError;
use super::files::WorkFile;
use super::staging::locked;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SendError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

/// What is to become of that which is durable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// It is read soon: the system may keep it at hand.
    Keep,
    /// The system may let it go. What is written next then takes the same memory: a log of gigabytes needs no new memory for each of
    /// them, and does not drive out what others read.
    LetGo,
}

/// What the thread is asked for.
enum Work {
    Sync(Box<dyn WorkFile>, PathBuf, Then),
    /// To answer when all before it is done.
    Answer(Sender<()>),
}

/// A sync that failed.
struct Failed {
    path: PathBuf,
    kind: io::ErrorKind,
    message: String,
}

/// The syncs of one run.
pub(super) struct Syncing {
    /// None where there is no thread: then everybody waits for its own file.
    thread: Option<Sender<Work>>,
    /// How many files it has to do.
    waiting: Arc<AtomicUsize>,
    failed: Arc<Mutex<Vec<Failed>>>,
}

impl Syncing {
    pub fn new() -> Self {
        let failed: Arc<Mutex<Vec<Failed>>> = Arc::default();
        let (sender, works) = channel();
        let waiting: Arc<AtomicUsize> = Arc::default();
        let (noted, done) = (Arc::clone(&failed), Arc::clone(&waiting));
        let thread = thread::Builder::new().name("sync".to_owned()).spawn(move || work(&works, &done, &noted));
        Self { thread: thread.ok().map(|_| sender), waiting, failed }
    }

    /// Whether there is time for what is not urgent. Files must not gather here: each is an open one.
    pub fn is_idle(&self) -> bool {
        self.thread.is_some() && self.waiting.load(Ordering::Relaxed) == 0
    }

    /// Syncs a file soon.
    pub fn sync(&self, file: Box<dyn WorkFile>, path: &Path, then: Then) {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let work = Work::Sync(file, path.to_owned(), then);
        let left = match &self.thread {
            Some(thread) => thread.send(work).err().map(|SendError(work)| work),
            None => Some(work),
        };
        if let Some(Work::Sync(file, path, then)) = left {
            sync(file, path, then, &self.waiting, &self.failed);
        }
    }

    /// Waits until all files that were handed over are synced; the first error of those that count.
    pub fn wait(&self, counts: impl Fn(&Path) -> bool) -> Result<(), RunError> {
        if let Some(thread) = &self.thread {
            let (sender, answer) = channel();
            if thread.send(Work::Answer(sender)).is_err() || answer.recv().is_err() {
                return Err(RunError::Internal("the thread that syncs the files of the run has died".to_owned()));
            }
        }
        match locked(&self.failed).iter().find(|failed| counts(&failed.path)) {
            None => Ok(()),
            Some(failed) => Err(RunError::output("sync", &failed.path)(io::Error::new(failed.kind, failed.message.clone()))),
        }
    }
}

/// What the thread does, until nobody is left to ask it.
fn work(works: &Receiver<Work>, waiting: &AtomicUsize, failed: &Mutex<Vec<Failed>>) {
    for work in works {
        match work {
            Work::Sync(file, path, then) => sync(file, path, then, waiting, failed),
            // Whoever asked may have gone.
            Work::Answer(sender) => _ = sender.send(()),
        }
    }
}

/// Syncs a file, unless that failed before.
fn sync(mut file: Box<dyn WorkFile>, path: PathBuf, then: Then, waiting: &AtomicUsize, failed: &Mutex<Vec<Failed>>) {
    let failed_before = locked(failed).iter().any(|failed| failed.path == path);
    if !failed_before {
        match file.sync() {
            Ok(()) if then == Then::LetGo => file.let_go(),
            Ok(()) => {}
            Err(error) => locked(failed).push(Failed { path, kind: error.kind(), message: error.to_string() }),
        }
    }
    waiting.fetch_sub(1, Ordering::Relaxed);
}
