//! A run while it is built: its folder in `.staging`, and files that count and hash what is written to them. A file is finished
//! (flushed, recorded for the manifest, and left to `syncing`) or it is not part of the run. Dropping a run removes its folder.

use super::error::RunError;
use super::files::WorkFile;
use super::history::{History, hex};
use super::id::RunId;
use super::manifest::OutputFile;
use super::output::OutputFolder;
use super::syncing::{Syncing, Then};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much is gathered before it goes to the kernel.
const BUFFER: usize = 128 * 1024;

/// What is long: as much as this at once.
const LARGE: usize = 256 * 1024;

/// A file that grows by this is synced as far as it is there: at the end little is left to wait for.
const AHEAD: u64 = if cfg!(test) { 2 * LARGE as u64 } else { 8 << 20 };

/// A file that is longer than this leaves the memory as it becomes durable.
const LONG: u64 = if cfg!(test) { 4 * LARGE as u64 } else { 64 << 20 };

/// The files of a run by name; none for one that is not finished.
type Files = BTreeMap<String, Option<OutputFile>>;

/// A run that is not published yet. It holds the lock of its OUTPUT.
pub struct StagedRun {
    pub(super) output: OutputFolder,
    pub(super) id: RunId,
    pub(super) folder: PathBuf,
    pub(super) written: Arc<Mutex<Files>>,
    pub(super) syncing: Arc<Syncing>,
    /// Whether the folder has left `.staging`.
    pub(super) moved: bool,
    /// Whether a sync of the folder failed: it is not tried again, so nothing can be published from it.
    pub(super) unsure: bool,
}

impl StagedRun {
    pub(super) fn new(output: OutputFolder, id: RunId, folder: PathBuf) -> Self {
        Self { output, id, folder, written: Arc::default(), syncing: Arc::new(Syncing::new()), moved: false, unsure: false }
    }

    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The staging folder. Files that are put there without [`StagedRun::create`] stop the publishing.
    pub fn dir(&self) -> &Path {
        &self.folder
    }

    /// The complete runs before this one.
    pub fn history(&self) -> &History {
        &self.output.history
    }

    /// Makes a file of the run; from any thread. The name is a plain one, and new.
    pub fn create(&self, name: &str) -> Result<StagedFile, RunError> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '\0']) {
            return Err(RunError::Internal(format!("`{name}` is no name for a file of a run")));
        }
        let path = self.folder.join(name);
        let file = self.output.files.create_file(&path).map_err(RunError::output("create", &path))?;
        locked(&self.written).insert(name.to_owned(), None);
        Ok(StagedFile {
            name: name.to_owned(),
            path,
            inner: BufWriter::with_capacity(BUFFER, file),
            hash: Sha256::new(),
            bytes: 0,
            beside: false,
            durable: Then::Keep,
            synced: 0,
            failed: None,
            written: Arc::clone(&self.written),
            syncing: Arc::clone(&self.syncing),
        })
    }

    /// Waits until all finished files are synced. After an error the run cannot be published.
    pub fn synced(&self) -> Result<(), RunError> {
        self.syncing.wait(|_| true)
    }

    /// The finished files by name, and the names of those that are not.
    pub(super) fn files(&self) -> (Vec<OutputFile>, Vec<String>) {
        let written = locked(&self.written);
        let finished = written.values().flatten().cloned().collect();
        let open = written.iter().filter(|(_, file)| file.is_none()).map(|(name, _)| name.clone()).collect();
        (finished, open)
    }
}

impl Drop for StagedRun {
    fn drop(&mut self) {
        if !self.moved {
            // Best effort: what stays is removed by the next start. What was not synced goes, too.
            let _ = self.synced();
            let _ = self.output.files.remove_folder(&self.folder);
        }
    }
}

/// A file of a run that is being written.
pub struct StagedFile {
    name: String,
    path: PathBuf,
    inner: BufWriter<Box<dyn WorkFile>>,
    hash: Sha256,
    bytes: u64,
    /// Whether what is long is hashed beside the writing of it.
    beside: bool,
    /// What is to become of what is durable while the file is not long.
    durable: Then,
    /// How many of them were left to be synced.
    synced: u64,
    /// The first error. Whoever writes may have swallowed it; [`StagedFile::finish`] does not.
    failed: Option<(io::ErrorKind, String)>,
    written: Arc<Mutex<Files>>,
    syncing: Arc<Syncing>,
}

impl StagedFile {
    /// The bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// For a long file that one thread writes: what is long is hashed on another thread meanwhile, if one is free.
    pub fn hashed_beside(self) -> Self {
        Self { beside: true, ..self }
    }

    /// For a file that may be very long, and that nobody reads before it is asked for: what is durable of it leaves the memory.
    pub fn read_seldom(self) -> Self {
        Self { durable: Then::LetGo, ..self }
    }

    /// Flushes the file, records it for the manifest, and leaves it to be synced. After an error, which [`StagedRun::synced`] may
    /// tell later, the run cannot be published.
    pub fn finish(mut self, rows: Option<u64>) -> Result<OutputFile, RunError> {
        if let Some((kind, message)) = self.failed.take() {
            return Err(RunError::output("write", &self.path)(io::Error::new(kind, message)));
        }
        self.inner.flush().map_err(RunError::output("write", &self.path))?;
        let file = OutputFile { name: self.name.clone(), rows, bytes: self.bytes, sha256: hex(&self.hash.finalize_reset()) };
        locked(&self.written).insert(self.name, Some(file.clone()));
        let (inner, _) = self.inner.into_parts();
        self.syncing.sync(inner, &self.path, unless_long(self.bytes, Then::Keep));
        Ok(file)
    }

    /// Syncs what is there of a file that is long, while more is written.
    fn sync_ahead(&mut self) {
        if self.bytes - self.synced >= AHEAD
            && self.syncing.is_idle()
            && let Some(twin) = self.inner.get_ref().twin()
        {
            self.synced = self.bytes;
            self.syncing.sync(twin, &self.path, unless_long(self.bytes, self.durable));
        }
    }

    fn keep<T>(&mut self, result: io::Result<T>) -> io::Result<T> {
        if let Err(error) = &result
            && error.kind() != io::ErrorKind::Interrupted
            && self.failed.is_none()
        {
            self.failed = Some((error.kind(), error.to_string()));
        }
        result
    }
}

impl Write for StagedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let result = self.inner.write(bytes);
        let count = self.keep(result)?;
        self.hash.update(&bytes[..count]);
        self.bytes += count as u64;
        self.sync_ahead();
        Ok(count)
    }

    /// After an error the hash means nothing, and is not asked for.
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (inner, hash) = (&mut self.inner, &mut self.hash);
        let result = if self.beside && bytes.len() >= LARGE {
            rayon::join(|| hash.update(bytes), || inner.write_all(bytes)).1
        } else {
            hash.update(bytes);
            inner.write_all(bytes)
        };
        self.bytes += bytes.len() as u64;
        self.keep(result)?;
        self.sync_ahead();
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let result = self.inner.flush();
        self.keep(result)
    }
}

/// What is to become of what is durable of a file with so many bytes.
fn unless_long(bytes: u64, then: Then) -> Then {
    if bytes > LONG { Then::LetGo } else { then }
}

/// The list is whole between two statements, so a thread that died holding it did it no harm.
pub(super) fn locked<T>(list: &Mutex<T>) -> MutexGuard<'_, T> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}
