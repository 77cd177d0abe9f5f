//! How many rows a published table has, by its own footer.

use super::error::ReportError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::fs::File;
use std::path::Path;

/// Counts the rows of a Parquet file.
pub fn count(path: &Path) -> Result<u64, ReportError> {
    let file = File::open(path).map_err(|error| ReportError::read(path, error))?;
    let reader = SerializedFileReader::new(file).map_err(|error| ReportError::read(path, error))?;
    // Of the row groups too: the two numbers stand in different places of the footer.
    let groups: i64 = reader.metadata().row_groups().iter().map(|group| group.num_rows()).sum();
    let rows = reader.metadata().file_metadata().num_rows();
    if groups != rows {
        return Err(ReportError::read(path, format!("its footer says {rows} rows, its row groups {groups}")));
    }
    u64::try_from(rows).map_err(|_| ReportError::read(path, format!("its footer says {rows} rows")))
}
