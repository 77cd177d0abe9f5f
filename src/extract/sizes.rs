//! How long the texts of a Parquet file are, looked at before any of them is copied or compared: a text that stands once in a
//! dictionary can stand in every row, so that what fits into the memory as a column would not fit as text.

use super::error::ExtractError;
use super::limits::{InputLimits, beyond_limit};
use super::sources::Source;
use crate::model::words::ExtractKind;
use polars::prelude::{DataType, Series};
use rayon::prelude::*;

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

    /// Adds a column of the rows from `first` on; those that are no text add nothing.
    pub fn add(&mut self, name: &str, series: &Series, first: usize) -> Result<(), Oversize> {
        match (series.dtype(), series.str(), series.binary()) {
            (DataType::String, Ok(texts), _) => {
                let chunks: Vec<_> = texts.downcast_iter().map(|chunk| chunk.views().as_slice()).collect();
                self.add_chunks(name, first, &chunks, |view| view.length)?;
            }
            (DataType::Binary, _, Ok(texts)) => {
                let chunks: Vec<_> = texts.downcast_iter().map(|chunk| chunk.views().as_slice()).collect();
                self.add_chunks(name, first, &chunks, |view| view.length)?;
            }
            (DataType::List(_), ..) => {
                // An item belongs to a row that is not looked for: the column says enough.
                let items = series.list().map(|lists| lists.get_inner());
                return items.map_or(Ok(()), |items| self.add(name, &items, first));
            }
            _ => return Ok(()),
        };
        if self.all > self.max_all { Err(Oversize::All) } else { Ok(()) }
    }

    /// Adds the texts of a column, chunk by chunk.
    fn add_chunks<V: Sync>(
        &mut self,
        name: &str,
        first: usize,
        chunks: &[&[V]],
        length: impl Fn(&V) -> u32 + Sync,
    ) -> Result<(), Oversize> {
        let of_chunk = |chunk: &&[V]| {
            let lengths = chunk.iter().map(&length);
            lengths.fold((0, 0), |(sum, most), bytes| (sum + u64::from(bytes), bytes.max(most)))
        };
        let found: Vec<(u64, u32)> = chunks.par_iter().map(of_chunk).collect();
        if found.iter().any(|(_, most)| u64::from(*most) > self.max_field) {
            let lengths = chunks.iter().copied().flatten().map(|view| u64::from(length(view)));
            if let Some((bytes, row)) = lengths.zip(first as u64 + 1..).find(|(bytes, _)| *bytes > self.max_field) {
                return Err(Oversize::Field { column: name.to_owned(), row, bytes });
            }
        }
        self.all += found.iter().map(|(sum, _)| sum).sum::<u64>();
        Ok(())
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
