//! The bytes of a file: read once, whole, and hashed beside the work on them, so that what the manifest's SHA-256 vouches for
//! is what was parsed, whatever happens to the file meanwhile. A mapped file would turn a truncation into a crash.

use super::error::ExtractError;
use super::sources::{Format, Source};
use crate::model::words::ExtractKind;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread::JoinHandle;

/// The bytes of a file, shared with the thread that hashes them.
#[derive(Clone)]
pub struct Bytes(Arc<Vec<u8>>);

impl AsRef<[u8]> for Bytes {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// A file in memory.
pub struct Loaded {
    pub bytes: Bytes,
    hash: Option<JoinHandle<String>>,
}

impl Loaded {
    /// The SHA-256 of the file, as soon as it is known.
    pub fn sha256(self) -> String {
        // The thread only hashes: should it be gone all the same, the work is done here.
        self.hash.and_then(|thread| thread.join().ok()).unwrap_or_else(|| sha256(self.bytes.as_ref()))
    }
}

/// What a compressed text may grow to: 256 MiB, or 200 times its size. Tables compress to a tenth, bombs to a thousandth.
fn largest_text(compressed: usize) -> u64 {
    (256u64 << 20).max(compressed as u64 * 200)
}

/// Reads a file, which must be a regular one and stay as it is meanwhile.
pub fn load(extract: ExtractKind, source: &Source) -> Result<Loaded, ExtractError> {
    let unreadable = |error: io::Error| {
        ExtractError::file(extract, &source.shown, format!("it cannot be read: {error}"), "check that it is there and may be read")
    };
    // Asked before it is opened: to open a pipe would wait for its writer.
    if !fs::metadata(&source.path).map_err(unreadable)?.is_file() {
        return Err(ExtractError::file(extract, &source.shown, "it is no regular file", "name a file, a folder or a glob"));
    }
    let mut file = File::open(&source.path).map_err(unreadable)?;
    let before = file.metadata().map_err(unreadable)?;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(usize::try_from(before.len()).unwrap_or(usize::MAX).saturating_add(1)).map_err(|_| {
        ExtractError::file(extract, &source.shown, format!("its {} bytes do not fit into memory", before.len()), "split it, or use Parquet")
    })?;
    file.read_to_end(&mut bytes).map_err(unreadable)?;
    let after = file.metadata().map_err(unreadable)?;
    let same = before.len() == after.len() && before.modified().ok() == after.modified().ok() && bytes.len() as u64 == after.len();
    if !same {
        return Err(ExtractError::file(extract, &source.shown, "it changed while it was read", "run again when its export is complete"));
    }
    let bytes = Bytes(Arc::new(bytes));
    let shared = bytes.clone();
    let hash = std::thread::Builder::new().name("sha256".to_owned()).spawn(move || sha256(shared.as_ref())).ok();
    Ok(Loaded { bytes, hash })
}

/// The text of a CSV file, decompressed as its extension says. `Ok(None)`: it is not compressed, take it as it is.
pub fn decompress(extract: ExtractKind, source: &Source, bytes: &[u8]) -> Result<Option<Vec<u8>>, ExtractError> {
    let broken = |error: io::Error| {
        ExtractError::file(extract, &source.shown, format!("its compression is broken: {error}"), "write the file again")
    };
    let limit = largest_text(bytes.len());
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
        let problem = format!("it is {} bytes that grow beyond {limit}: no table compresses that well", bytes.len());
        return Err(ExtractError::file(extract, &source.shown, problem, "check where the file comes from"));
    }
    Ok(Some(text))
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

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
