//! Why an estate could not be made.

use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use std::io;
use std::path::PathBuf;

/// Why an estate could not be made.
#[derive(Debug, thiserror::Error)]
pub enum GenerateError {
    /// The sizes do not go together.
    #[error("{0}")]
    Sizes(String),
    /// There is something in the folder, which an estate could overwrite.
    #[error("{} is not empty; name a new folder, or empty this one first", .0.display())]
    NotEmpty(PathBuf),
    /// The disk, or whatever the folder lies on.
    #[error("{} cannot be written: {source}; is there room, and may you write there?", path.display())]
    Io { path: PathBuf, source: io::Error },
    /// A table that does not fit its columns: a defect of this program.
    #[error("{} cannot be made: {message}", path.display())]
    Internal { path: PathBuf, message: String },
}

/// What goes wrong in one file, before it is known which.
#[derive(Debug)]
pub(super) enum Fault {
    Io(io::Error),
    Internal(String),
}

impl Fault {
    pub fn of(self, path: PathBuf) -> GenerateError {
        match self {
            Fault::Io(source) => GenerateError::Io { path, source },
            Fault::Internal(message) => GenerateError::Internal { path, message },
        }
    }
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Fault::Io(error)
    }
}

impl From<ArrowError> for Fault {
    fn from(error: ArrowError) -> Self {
        Fault::Internal(error.to_string())
    }
}

impl From<ParquetError> for Fault {
    fn from(error: ParquetError) -> Self {
        match error {
            ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(source) => Fault::Io(*source),
                Err(other) => Fault::Internal(other.to_string()),
            },
            other => Fault::Internal(other.to_string()),
        }
    }
}
