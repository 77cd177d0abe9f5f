//! Columns of a table → column chunks of Parquet, without Arrow arrays in between. A column of codes becomes a dictionary by its
//! codes: no text is hashed or compared, since codes stand in the order of the texts. Numbers with few values are a dictionary too,
//! others are stored by how they differ from the one before, and identifiers by what they do not share with it.
//!
//! [`bits`] and [`delta`] are Parquet's encodings · [`bounds`] the statistics · [`chunk`] the pages of a chunk · [`dictionary`] distinct
//! values · [`flat`] columns with one value a row · [`texts`] those of texts that hardly repeat · [`lists`] columns of lists.
//! Percentages and decimals with nine places, which are rare, go by way of Arrow (`writer`).

mod bits;
mod bounds;
pub mod chunk;
mod delta;
mod dictionary;
pub mod flat;
pub mod lists;
pub mod texts;

#[cfg(test)]
mod tests;

pub use chunk::Chunk;

use super::storage::{FALSE_POSITIVES, ROW_GROUP_ROWS};
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;
use parquet::schema::types::ColumnDescPtr;
use texts::TextRoom;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

/// What a chunk needs to know of its column.
pub struct Column {
    pub descr: ColumnDescPtr,
    pub name: String,
    pub nullable: bool,
    /// Whether a filter tells which values a row group cannot hold.
    pub bloom_filter: bool,
    /// Whether values hardly repeat, so that a dictionary would be built in vain.
    pub hardly_repeated: bool,
}

impl Column {
    /// The filter of a chunk, still empty.
    fn filter(&self) -> Result<Option<Sbbf>, ParquetError> {
        self.bloom_filter.then(|| Sbbf::new_with_ndv_fpp(ROW_GROUP_ROWS as u64, FALSE_POSITIVES)).transpose()
    }

    /// A null in a column that has none: a defect of this program.
    fn no_null(&self) -> ParquetError {
        ParquetError::General(format!("column {} holds a null", self.name))
    }
}

/// No larger than it must be for what was put into it.
fn folded(filter: Option<Sbbf>) -> Option<Sbbf> {
    filter.map(|mut filter| {
        filter.fold_to_target_fpp(FALSE_POSITIVES);
        filter
    })
}

/// Room to work in, from chunk to chunk.
pub struct Tools {
    compressor: Compressor<'static>,
    body: Vec<u8>,
    values: Vec<u8>,
    texts: TextRoom,
    places: Vec<u32>,
    levels: Vec<u32>,
    numbers: Vec<i64>,
    /// Places of values by how far they are above the least.
    slots: Vec<u32>,
    /// Texts that are written for a page.
    pub written: String,
}

impl Tools {
    pub fn new() -> Result<Self, ParquetError> {
        // The library's fastest level above zero: what Parquet writers take by default. Short matches do not pay in pages of a few
        // kilobytes, of which most is packed numbers: files are larger by one part in a hundred, and made in less time.
        let mut compressor = Compressor::new(1)?;
        compressor.set_parameter(CParameter::HashLog(12))?;
        compressor.set_parameter(CParameter::MinMatch(7))?;
        Ok(Self {
            compressor,
            body: Vec::new(),
            values: Vec::new(),
            texts: TextRoom::default(),
            places: Vec::new(),
            levels: Vec::new(),
            numbers: Vec::new(),
            slots: Vec::new(),
            written: String::new(),
        })
    }

    fn compress(&mut self, bytes: &[u8]) -> Result<Vec<u8>, ParquetError> {
        Ok(self.compressor.compress(bytes)?)
    }
}
