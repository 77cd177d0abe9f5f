//! The bytes of a file: read once, whole, and hashed beside the work on them, so that what the manifest's SHA-256 vouches for
//! is what was parsed, whatever happens to the file meanwhile. A mapped file would turn a truncation into a crash.

use super::error::ExtractError;
use super::limits::{InputLimits, beyond_limit};
use super::marks::Mark;
use super::open::{Opened, mark_at, open, unreadable};
use super::options::{Moment, ReadOptions};
use super::sources::{Format, Source};
use crate::model::words::ExtractKind;
use polars::prelude::ScanSources;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::SystemTime;

/// The bytes of a file, shared with the thread that hashes them, in the form that Polars scans without copying them.
#[derive(Clone)]
pub struct Bytes(ScanSources);

impl Bytes {
    fn new(bytes: Vec<u8>) -> Self {
        Self(ScanSources::Buffers([bytes.into()].into()))
    }

    /// What a lazy frame is made from.
    pub fn sources(&self) -> ScanSources {
        self.0.clone()
    }
}

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        match &self.0 {
            ScanSources::Buffers(buffers) => buffers.first().map_or(&[], |bytes| bytes),
            // They are made as buffers above, and nowhere else.
            _ => &[],
        }
    }
}

/// A file in memory.
pub struct Loaded {
    pub bytes: Bytes,
    /// What the file was while it was read, and when it was opened.
    pub mark: Mark,
    pub opened: SystemTime,
    hash: Option<JoinHandle<Option<String>>>,
    /// Tells the thread that hashes that nobody waits for it.
    dropped: Arc<AtomicBool>,
}

impl Loaded {
    fn new(bytes: Vec<u8>, mark: Mark, opened: SystemTime) -> Self {
        let bytes = Bytes::new(bytes);
        let dropped = Arc::new(AtomicBool::new(false));
        let (shared, stop) = (bytes.clone(), Arc::clone(&dropped));
        let hash = std::thread::Builder::new().name("sha256".to_owned()).spawn(move || sha256(shared.as_ref(), &stop)).ok();
        Self { bytes, mark, opened, hash, dropped }
    }

    /// The SHA-256 of the file, as soon as it is known.
    pub fn sha256(mut self) -> String {
        // The thread only hashes: should it be gone all the same, the work is done here.
        let known = self.hash.take().and_then(|thread| thread.join().ok()).flatten();
        let known = known.unwrap_or_else(|| hex(&Sha256::digest(self.bytes.as_ref())));
        // To free much lasts a while.
        let bytes = std::mem::replace(&mut self.bytes, Bytes::new(Vec::new()));
        rayon::spawn(move || drop(bytes));
        known
    }
}

impl Drop for Loaded {
    fn drop(&mut self) {
        self.dropped.store(true, Ordering::Relaxed);
    }
}

/// Reads a file, which must stay as it is meanwhile.
pub fn load(extract: ExtractKind, source: &Source, options: &ReadOptions<'_>) -> Result<Loaded, ExtractError> {
    let Opened { file, mark } = open(extract, source, &options.limits)?;
    let opened = SystemTime::now();
    (options.at)(Moment::Opened, &source.path);
    let bytes = all_of(extract, source, &file, mark.bytes, options)?;
    (options.at)(Moment::Read, &source.path);
    // By its path: what is open stays what it is when another file takes its name.
    let difference = match mark_at(&source.path).map_err(|error| unreadable(extract, source, &error))? {
        None => Some("it vanished".to_owned()),
        Some(now) => mark.difference(&now),
    };
    let short = || (bytes.len() as u64 != mark.bytes).then(|| format!("{} of {} bytes came", bytes.len(), mark.bytes));
    let difference = difference.or_else(short);
    if let Some(difference) = difference {
        return Err(ExtractError::changed(extract, &source.shown, &format!("{difference} while it was read")));
    }
    Ok(Loaded::new(bytes, mark, opened))
}

/// What is worth another thread.
const LONG: usize = 1 << 20;

/// All bytes of an open file, and one more than it had when it was opened if it grew: never without end.
fn all_of(extract: ExtractKind, source: &Source, file: &File, expected: u64, options: &ReadOptions<'_>) -> Result<Vec<u8>, ExtractError> {
    let failed = |error: io::Error| unreadable(extract, source, &error);
    let length = usize::try_from(expected).unwrap_or(usize::MAX).saturating_add(1);
    Vec::<u8>::new().try_reserve_exact(length).map_err(|_| {
        ExtractError::file(extract, &source.shown, format!("its {expected} bytes do not fit into memory"), "split it, or use Parquet")
    })?;
    // Zeroes, which the system gives without being touched.
    let mut bytes = vec![0; length];
    // In two parts, so that there is a moment between them.
    let (first, second) = bytes.split_at_mut(length / 2);
    let mut came = fill(file, first, 0).map_err(failed)?;
    (options.at)(Moment::Begun, &source.path);
    if came == first.len() {
        came += fill(file, second, came as u64).map_err(failed)?;
    }
    bytes.truncate(came);
    Ok(bytes)
}

/// Reads what a file has from a place on, a long part of it in two halves side by side: to touch memory for the first time takes longer
/// than to copy into it. Gives how many bytes came, if there are no more.
fn fill(file: &File, into: &mut [u8], from: u64) -> io::Result<usize> {
    if into.len() < LONG {
        return fill_in_order(file, into, from);
    }
    let (first, second) = into.split_at_mut(into.len() / 2);
    let (middle, half) = (from + first.len() as u64, first.len());
    let (first, second) = std::thread::scope(|scope| {
        let other = scope.spawn(move || fill_in_order(file, second, middle));
        let first = fill_in_order(file, first, from);
        (first, other.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)))
    });
    let first = first?;
    Ok(if first < half { first } else { first + second? })
}

fn fill_in_order(file: &File, into: &mut [u8], from: u64) -> io::Result<usize> {
    let mut came = 0;
    while came < into.len() {
        match file.read_at(&mut into[came..], from + came as u64) {
            Ok(0) => break,
            Ok(more) => came += more,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(came)
}

/// The SHA-256 of what lies at a path now.
pub fn sha256_at(path: &Path) -> io::Result<String> {
    let mut hash = Sha256::new();
    io::copy(&mut File::open(path)?, &mut hash)?;
    Ok(hex(&hash.finalize()))
}

/// The text of a CSV file, decompressed as its extension says. `Ok(None)`: it is not compressed, take it as it is.
pub fn decompress(extract: ExtractKind, source: &Source, bytes: &[u8], limits: &InputLimits) -> Result<Option<Vec<u8>>, ExtractError> {
    let broken = |error: io::Error| {
        ExtractError::file(extract, &source.shown, format!("its compression is broken: {error}"), "write the file again")
    };
    let limit = limits.unpacked(bytes.len() as u64);
    let mut text = Vec::new();
    match source.format {
        Format::CsvGz => {
            expect_magic(extract, source, bytes, &[0x1f, 0x8b], "gzip")?;
            flate2::read::MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut text).map_err(broken)?;
        }
        Format::CsvZst => {
            expect_magic(extract, source, bytes, &[0x28, 0xb5, 0x2f, 0xfd], "zstd")?;
            let decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(broken)?;
            decoder.take(limit + 1).read_to_end(&mut text).map_err(broken)?;
        }
        Format::Csv | Format::Parquet => return Ok(None),
    }
    if text.len() as u64 > limit {
        return Err(grows_beyond(extract, source, bytes.len() as u64, limits));
    }
    Ok(Some(text))
}

/// The refusal of a file that unpacks to more than it may.
pub fn grows_beyond(extract: ExtractKind, source: &Source, packed: u64, limits: &InputLimits) -> ExtractError {
    let limit = limits.unpacked(packed);
    if limit == limits.max_file_bytes {
        return beyond_limit(extract, source, None, &format!("it unpacks to more than {limit} bytes"), "max_file_bytes", limit);
    }
    let problem = format!("it is {packed} bytes that unpack to more than {limit}: no table compresses that well");
    let remedy = "check where the file comes from; if it is right, raise limits.max_unpack_ratio in the job";
    ExtractError::file(extract, &source.shown, problem, remedy)
}

/// Refuses a file that does not begin as its kind does.
pub fn expect_magic(extract: ExtractKind, source: &Source, bytes: &[u8], magic: &[u8], kind: &str) -> Result<(), ExtractError> {
    if bytes.starts_with(magic) {
        return Ok(());
    }
    let problem = format!("it is not what its extension says: {}, and not {kind}", found_kind(bytes));
    Err(ExtractError::file(extract, &source.shown, problem, "rename the file, or write it again"))
}

/// What the first line looks like, in words. (A NUL further on is a fault of its row.)
pub fn found_kind(bytes: &[u8]) -> &'static str {
    match bytes {
        [] => "it is empty",
        [b'P', b'A', b'R', b'1' | b'E', ..] => "it is a Parquet file",
        [0x1f, 0x8b, ..] => "it is compressed with gzip",
        [0x28, 0xb5, 0x2f, 0xfd, ..] => "it is compressed with zstd",
        [b'P', b'K', 3, 4, ..] => "it is a zip file, perhaps a spreadsheet",
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "it is text in UTF-16",
        _ if bytes.iter().take_while(|byte| **byte != b'\n').take(4096).any(|byte| *byte == 0) => "it holds binary data",
        _ => "it looks like text",
    }
}

/// The SHA-256 of bytes; `None` if it is not wanted any more.
fn sha256(bytes: &[u8], dropped: &AtomicBool) -> Option<String> {
    let mut hash = Sha256::new();
    for part in bytes.chunks(1 << 20) {
        if dropped.load(Ordering::Relaxed) {
            return None;
        }
        hash.update(part);
    }
    Some(hex(&hash.finalize()))
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
