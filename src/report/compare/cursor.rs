//! A published table, row by row: a few of its columns, as texts, or a few of its rows, whole.

use super::super::error::ReportError;
use arrow::array::{Array, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder, RowSelection};
use std::fs::File;
use std::path::{Path, PathBuf};

const BATCH_ROWS: usize = 8_192;

/// A reader that stands on a row, or behind the last one.
pub struct Cursor {
    path: PathBuf,
    reader: ParquetRecordBatchReader,
    batch: Option<RecordBatch>,
    row: usize,
    /// How many rows were passed.
    pub passed: usize,
}

impl Cursor {
    /// Opens a table with some of its columns, which are named in the order of the file.
    pub fn open(folder: &Path, table: &str, columns: &[&str]) -> Result<Self, ReportError> {
        let (path, builder) = builder(folder, table)?;
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        let reader = builder.with_projection(mask).with_batch_size(BATCH_ROWS).build().map_err(|error| ReportError::read(&path, error))?;
        let mut cursor = Self { path, reader, batch: None, row: 0, passed: 0 };
        cursor.next_batch()?;
        let found = cursor.batch.as_ref().map_or(columns.len(), RecordBatch::num_columns);
        if found != columns.len() {
            return Err(ReportError::read(&cursor.path, format!("it lacks one of the columns {}", columns.join(", "))));
        }
        Ok(cursor)
    }

    /// Whether there is a row to read.
    pub fn on_row(&self) -> bool {
        self.batch.is_some()
    }

    pub fn advance(&mut self) -> Result<(), ReportError> {
        self.row += 1;
        self.passed += 1;
        if self.batch.as_ref().is_some_and(|batch| self.row >= batch.num_rows()) { self.next_batch() } else { Ok(()) }
    }

    fn next_batch(&mut self) -> Result<(), ReportError> {
        self.row = 0;
        self.batch = self
            .reader
            .find(|batch| batch.as_ref().map_or(true, |batch| batch.num_rows() > 0))
            .transpose()
            .map_err(|error| ReportError::read(&self.path, error))?;
        Ok(())
    }

    /// A text of the row; `None` for null and behind the last row.
    pub fn text(&self, column: usize) -> Option<&str> {
        let array = self.batch.as_ref()?.column(column).as_any().downcast_ref::<StringArray>()?;
        array.is_valid(self.row).then(|| array.value(self.row))
    }

    pub fn integer(&self, column: usize) -> Option<i64> {
        let array = self.batch.as_ref()?.column(column).as_any().downcast_ref::<Int64Array>()?;
        array.is_valid(self.row).then(|| array.value(self.row))
    }

    pub fn day(&self, column: usize) -> Option<i32> {
        let array = self.batch.as_ref()?.column(column).as_any().downcast_ref::<Date32Array>()?;
        array.is_valid(self.row).then(|| array.value(self.row))
    }

    /// The first two columns, which every table of demands is sorted by.
    pub fn key(&self) -> Option<(&str, &str)> {
        Some((self.text(0)?, self.text(1)?))
    }
}

fn builder(folder: &Path, table: &str) -> Result<(PathBuf, ParquetRecordBatchReaderBuilder<File>), ReportError> {
    let path = folder.join(table).with_extension("parquet");
    let file = File::open(&path).map_err(|error| ReportError::read(&path, error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| ReportError::read(&path, error))?;
    Ok((path, builder))
}

/// The rows of a table at ascending places, whole.
pub fn rows_at(folder: &Path, table: &str, places: &[usize]) -> Result<RecordBatch, ReportError> {
    let (path, builder) = builder(folder, table)?;
    let schema = builder.schema().clone();
    let total = usize::try_from(builder.metadata().file_metadata().num_rows()).unwrap_or(0);
    let selection = RowSelection::from_consecutive_ranges(places.iter().map(|place| *place..place + 1), total);
    let reader =
        builder.with_row_selection(selection).with_batch_size(BATCH_ROWS).build().map_err(|error| ReportError::read(&path, error))?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| ReportError::read(&path, error))?;
    concat_batches(&schema, &batches).map_err(|error| ReportError::read(&path, error))
}

/// A table, whole. For tables of products and licenses.
pub fn whole(folder: &Path, table: &str) -> Result<RecordBatch, ReportError> {
    let (path, builder) = builder(folder, table)?;
    let schema = builder.schema().clone();
    let reader = builder.with_batch_size(BATCH_ROWS).build().map_err(|error| ReportError::read(&path, error))?;
    let batches = reader.collect::<Result<Vec<_>, _>>().map_err(|error| ReportError::read(&path, error))?;
    concat_batches(&schema, &batches).map_err(|error| ReportError::read(&path, error))
}

/// The columns that two rows differ in, of those that both tables have, but for some. Types differ where a job changed an
/// attribute's.
pub fn differing(one: &RecordBatch, row: usize, other: &RecordBatch, other_row: usize, but_for: &[&str]) -> Vec<String> {
    let differs = |name: &&String| match (one.column_by_name(name), other.column_by_name(name)) {
        (Some(left), Some(right)) => left.slice(row, 1).as_ref() != right.slice(other_row, 1).as_ref(),
        _ => false,
    };
    let schema = one.schema();
    let names = schema.fields().iter().map(|field| field.name()).filter(|name| !but_for.contains(&name.as_str()));
    names.filter(differs).cloned().collect()
}
