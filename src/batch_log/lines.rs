//! How many lines a published log has.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Counts the lines of `batch.log`, or of `batch.log.zst`.
pub fn count(path: &Path) -> io::Result<u64> {
    let file = File::open(path)?;
    if path.extension().is_some_and(|extension| extension == "zst") { ends(zstd::Decoder::new(file)?) } else { ends(file) }
}

fn ends(mut text: impl Read) -> io::Result<u64> {
    let mut piece = vec![0; 256 * 1024];
    let mut lines = 0;
    loop {
        match text.read(&mut piece) {
            Ok(0) => return Ok(lines),
            Ok(count) => lines += piece[..count].iter().filter(|byte| **byte == b'\n').count() as u64,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
