//! A look at a file before anybody knows which extract it is: its bytes, and its columns as text with their headings. Nothing is
//! judged here; what a run would refuse for its form is refused here as well.

use super::bytes::{Bytes, decompress, load};
use super::error::ExtractError;
use super::options::ReadOptions;
use super::raw::Table;
use super::sources::{Source, resolve};
use super::spec::ExtractSpec;
use super::textual::textual;
use super::{csv_file, parquet_file, parse};
use crate::model::date::Date;
use crate::model::words::ExtractKind;
use polars::prelude::StringChunked;
use std::path::Path;

/// Which extract errors are said to be of, where none is known: their text is not shown.
const ANY: ExtractKind = ExtractKind::Consumptions;

/// A file in memory.
pub struct Peek {
    source: Source,
    bytes: Bytes,
    unpacked: Option<Vec<u8>>,
}

/// The columns of a file, in its order. Those without a name, and those that hold what no field can hold, are left out.
pub struct Sheet {
    pub columns: Vec<SheetColumn>,
    /// Rows that have a place in the columns.
    pub rows: usize,
}

/// A column: what stands in it, as text.
pub struct SheetColumn {
    pub name: String,
    cells: StringChunked,
}

impl SheetColumn {
    /// The text of each row without the white space around it; `None` where there is none.
    pub fn values(&self) -> impl Iterator<Item = Option<&str>> {
        self.cells.downcast_iter().flat_map(|array| array.iter()).map(|cell| cell.map(parse::trimmed).filter(|text| !text.is_empty()))
    }
}

impl Peek {
    /// Reads a file.
    pub fn open(path: &Path) -> Result<Self, ExtractError> {
        let options = ReadOptions::new(Date(0));
        let spec = ExtractSpec::new(ANY, "", [path.display().to_string()]);
        let sources = resolve(&spec, options.as_of)?;
        let [source] = &sources[..] else {
            let problem = format!("it is {} files", sources.len());
            return Err(ExtractError::file(ANY, &path.display().to_string(), problem, "name one of them; they are read alike"));
        };
        let bytes = load(ANY, source, &options)?.bytes.clone();
        let unpacked = if source.format.is_csv() { decompress(ANY, source, bytes.as_ref(), &options.limits)? } else { None };
        Ok(Self { source: source.clone(), bytes, unpacked })
    }

    /// Whether it is text.
    pub fn is_csv(&self) -> bool {
        self.source.format.is_csv()
    }

    /// Its bytes; those of a CSV unpacked.
    pub fn bytes(&self) -> &[u8] {
        self.unpacked.as_deref().unwrap_or_else(|| self.bytes.as_ref())
    }

    /// Its columns; those of a CSV as a separator divides them.
    pub fn sheet(&self, separator: u8) -> Result<Sheet, ExtractError> {
        let limits = ReadOptions::new(Date(0)).limits;
        let Table { columns, rows, .. } = if self.is_csv() {
            csv_file::read(ANY, &self.source, self.bytes.as_ref(), separator, &limits)?
        } else {
            parquet_file::read(ANY, &self.source, &self.bytes, &limits)?
        };
        let named = columns.into_iter().filter(|column| !column.name.is_empty());
        let columns = named.map(|column| SheetColumn { cells: textual(&column.cells).0, name: column.name }).collect();
        Ok(Sheet { columns, rows })
    }
}
