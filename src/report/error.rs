//! Why a table could not be written.

use std::io;
use std::path::{Path, PathBuf};

/// A table that could not be written. Data is never the reason: it was judged before.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The disk, or whatever the table is written to (contract §8: 74).
    #[error("table {table} could not be written: {source}")]
    Io { table: &'static str, source: io::Error },
    /// A table of an earlier run cannot be read back.
    #[error("{} cannot be read: {message}", path.display())]
    Read { path: PathBuf, message: String },
    /// The arrays do not fit the definition, or Parquet refused them: a defect of this program (contract §8: 70).
    #[error("table {table} does not fit its definition: {message}")]
    Internal { table: &'static str, message: String },
}

impl ReportError {
    pub(super) fn read(path: &Path, why: impl std::fmt::Display) -> Self {
        Self::Read { path: path.to_owned(), message: why.to_string() }
    }

    pub(super) fn internal(table: &'static str, why: impl std::fmt::Display) -> Self {
        Self::Internal { table, message: why.to_string() }
    }
}
