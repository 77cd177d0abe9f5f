//! How long the texts of a Parquet file are, looked at before any of them is copied or compared: a text that stands once in a
//! dictionary can stand in every row, so that what fits into the memory as a column would not fit as text.

use super::error::ExtractError;
use super::limits::{InputLimits, beyond_limit};
use super::sources::Source;
use crate::model::words::ExtractKind;
use polars::prelude::{DataType, Series};

/// The texts of a file so far, against its bounds.
pub struct Sizes {
    max_field: u64,
    max_all: u64,
    all: u64,
}

/// What is too long.
pub enum Oversize {
    /// A value: its column, its 1-based row, its bytes.
    Field { column: String, row: u64, bytes: u64 },
    /// All texts together.
    All,
}

impl Sizes {
    pub fn new(limits: &InputLimits) -> Self {
        Self { max_field: limits.max_field_bytes, max_all: limits.max_file_bytes, all: 0 }
    }

    /// Adds a column; those that are no text add nothing.
    pub fn add(&mut self, name: &str, series: &Series) -> Result<(), Oversize> {
        let lengths: Box<dyn Iterator<Item = u64> + '_> = match (series.dtype(), series.str(), series.binary()) {
            (DataType::String, Ok(texts), _) => {
                Box::new(texts.downcast_iter().flat_map(|chunk| chunk.views().iter().map(|view| u64::from(view.length))))
            }
            (DataType::Binary, _, Ok(texts)) => {
                Box::new(texts.downcast_iter().flat_map(|chunk| chunk.views().iter().map(|view| u64::from(view.length))))
            }
            (DataType::List(_), ..) => {
                // An item belongs to a row that is not looked for: the column says enough.
                let items = series.list().map(|lists| lists.get_inner());
                return items.map_or(Ok(()), |items| self.add(name, &items));
            }
            _ => return Ok(()),
        };
        for (row, bytes) in lengths.enumerate() {
            if bytes > self.max_field {
                return Err(Oversize::Field { column: name.to_owned(), row: row as u64 + 1, bytes });
            }
            self.all += bytes;
        }
        if self.all > self.max_all { Err(Oversize::All) } else { Ok(()) }
    }
}

impl Oversize {
    /// The refusal of the file.
    pub fn refusal(self, extract: ExtractKind, source: &Source, limits: &InputLimits) -> ExtractError {
        match self {
            Oversize::Field { column, row, bytes } => {
                let found = format!("row {row}: the value is {bytes} bytes long");
                beyond_limit(extract, source, Some(&column), &found, "max_field_bytes", limits.max_field_bytes)
            }
            Oversize::All => {
                let found = "its texts come to more bytes than a file may unpack to";
                beyond_limit(extract, source, None, found, "max_file_bytes", limits.max_file_bytes)
            }
        }
    }
}
