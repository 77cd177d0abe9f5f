//! How much one file may hold (contract §9, `[limits]`): what is beyond them is refused before it can fill the memory of the
//! machine. The defaults are far above any extract that was met, and far below what a hostile file can claim.

use super::error::ExtractError;
use super::sources::Source;
use crate::model::words::ExtractKind;
use std::path::PathBuf;

/// What a compressed text, or the pages of a Parquet file, may grow to whatever their size: 256 MiB.
pub const FREE_BYTES: u64 = 256 << 20;
/// A row may be so many times as long as its longest field.
const FIELDS_A_ROW: u64 = 16;

/// Bounds on what is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputLimits {
    /// Bytes of one file, both as it lies on the disk and as it unpacks.
    pub max_file_bytes: u64,
    /// How many times its own size a file may unpack to, beyond [`FREE_BYTES`].
    pub max_unpack_ratio: u64,
    /// Rows of one extract.
    pub max_rows: u64,
    /// Columns of one file.
    pub max_columns: u64,
    /// Bytes of one value.
    pub max_field_bytes: u64,
    /// The folders that every file must lie in once all links are followed; without any, files may lie anywhere.
    pub roots: Vec<PathBuf>,
}

impl Default for InputLimits {
    fn default() -> Self {
        Self {
            max_file_bytes: 8 << 30,
            max_unpack_ratio: 100,
            max_rows: 1_000_000_000,
            max_columns: 2_000,
            max_field_bytes: 1 << 20,
            roots: Vec::new(),
        }
    }
}

impl InputLimits {
    /// What a file of so many bytes may unpack to.
    pub fn unpacked(&self, packed: u64) -> u64 {
        FREE_BYTES.max(packed.saturating_mul(self.max_unpack_ratio)).min(self.max_file_bytes)
    }

    /// What a row of text may take before it is known where it ends.
    pub fn row_bytes(&self) -> u64 {
        self.max_field_bytes.saturating_mul(FIELDS_A_ROW)
    }

    /// Refuses a file of too many bytes.
    pub fn check_bytes(&self, extract: ExtractKind, source: &Source, bytes: u64) -> Result<(), ExtractError> {
        self.refuse(extract, source, bytes > self.max_file_bytes, || {
            (format!("it is {bytes} bytes"), "max_file_bytes", self.max_file_bytes)
        })
    }

    /// Refuses a file of too many rows.
    pub fn check_rows(&self, extract: ExtractKind, source: &Source, rows: u64) -> Result<(), ExtractError> {
        self.refuse(extract, source, rows > self.max_rows, || (format!("it has {rows} rows"), "max_rows", self.max_rows))
    }

    /// The refusal of a file that goes on after the last row that it may have.
    pub fn too_many_rows(&self, extract: ExtractKind, source: &Source) -> ExtractError {
        beyond_limit(extract, source, None, "it has more rows", "max_rows", self.max_rows)
    }

    /// Refuses a file of too many columns.
    pub fn check_columns(&self, extract: ExtractKind, source: &Source, columns: u64) -> Result<(), ExtractError> {
        self.refuse(extract, source, columns > self.max_columns, || (format!("it has {columns} columns"), "max_columns", self.max_columns))
    }

    fn refuse(
        &self,
        extract: ExtractKind,
        source: &Source,
        beyond: bool,
        what: impl FnOnce() -> (String, &'static str, u64),
    ) -> Result<(), ExtractError> {
        if !beyond {
            return Ok(());
        }
        let (found, key, limit) = what();
        Err(beyond_limit(extract, source, None, &found, key, limit))
    }
}

/// The refusal of what is beyond a limit. `found` is a sentence about the file.
pub fn beyond_limit(
    extract: ExtractKind,
    source: &Source,
    column: Option<&str>,
    found: &str,
    key: &'static str,
    limit: u64,
) -> ExtractError {
    let problem = format!("{found}, and limits.{key} = {limit}");
    let remedy = format!("check where the file comes from; if it is right, raise limits.{key} in the job");
    ExtractError::content(extract, Some(&source.shown), column, problem, remedy)
}
