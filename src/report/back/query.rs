//! Rows of one table by the values of some of its columns. Row groups are read side by side; of each, only the pages that may hold
//! such a row, first in the columns that decide and then in the others.

use super::super::error::ReportError;
use super::cells::Rows;
use super::prune;
use super::scan::{FileColumn, Scan};
use arrow::array::{Array, BooleanArray, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, FieldRef};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowPredicate, ArrowPredicateFn, ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
    RowFilter, RowSelection,
};
use parquet::file::metadata::PageIndexPolicy;
use rayon::prelude::*;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const BATCH_ROWS: usize = 8_192;

/// Which rows and columns of which table.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    table: &'a str,
    columns: Option<Vec<&'a str>>,
    wanted: Vec<Wanted<'a>>,
}

/// A text column and the values that it must have one of.
#[derive(Clone, Debug)]
pub(super) struct Wanted<'a> {
    pub column: &'a str,
    /// Sorted by bytes, without repeats.
    pub values: Arc<[String]>,
}

/// A file whose footer was read.
pub(super) struct Opened {
    pub path: PathBuf,
    pub metadata: ArrowReaderMetadata,
}

impl<'a> Query<'a> {
    /// All rows and columns of a table.
    pub fn of(table: &'a str) -> Self {
        Self { table, columns: None, wanted: Vec::new() }
    }

    /// Only these columns; those that the table lacks stay out.
    pub fn columns(mut self, columns: &[&'a str]) -> Self {
        self.columns = Some(columns.to_vec());
        self
    }

    /// Only rows whose text in a column is one of these.
    pub fn only<S: AsRef<str>>(mut self, column: &'a str, values: impl IntoIterator<Item = S>) -> Self {
        let mut values: Vec<String> = values.into_iter().map(|value| value.as_ref().to_owned()).collect();
        values.sort_unstable();
        values.dedup();
        self.wanted.push(Wanted { column, values: values.into() });
        self
    }

    /// The rows, in the order of the table, from a run's folder.
    pub fn read(&self, folder: &Path) -> Result<Rows, ReportError> {
        let opened = self.open(folder)?;
        let Opened { path, metadata } = &opened;
        let failed = |error: &dyn std::fmt::Display| ReportError::read(path, error);
        let groups: Vec<usize> = (0..metadata.metadata().num_row_groups()).collect();
        let read = |group: &usize| match self.group(&opened, *group)? {
            Some(reader) => reader.collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error)),
            None => Ok(Vec::new()),
        };
        let batches: Vec<Vec<RecordBatch>> = groups.par_iter().map(read).collect::<Result<_, _>>()?;
        let schema = match batches.iter().flatten().next() {
            Some(batch) => batch.schema(),
            None => File::open(path)
                .map_err(|error| failed(&error))
                .map(|file| ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone()))?
                .with_projection(self.projection(metadata))
                .with_row_groups(Vec::new())
                .build()
                .map(|reader| arrow::array::RecordBatchReader::schema(&reader))
                .map_err(|error| failed(&error))?,
        };
        let batch = concat_batches(&schema, batches.iter().flatten()).map_err(|error| failed(&error))?;
        Ok(Rows::new(opened.path, batch))
    }

    /// The rows, in the order of the table, a batch at a time: for tables of any size.
    pub fn scan(self, folder: &Path) -> Result<Scan<'a>, ReportError> {
        let opened = self.open(folder)?;
        Ok(Scan::new(self, opened))
    }

    /// The columns that the file has, those that rules brought with them too.
    pub fn file_columns(&self, folder: &Path) -> Result<Vec<FileColumn>, ReportError> {
        let opened = self.open(folder)?;
        let column = |field: &FieldRef| FileColumn { name: field.name().clone(), text: *field.data_type() == DataType::Utf8 };
        Ok(opened.metadata.schema().fields().iter().map(column).collect())
    }

    fn open(&self, folder: &Path) -> Result<Opened, ReportError> {
        let path = folder.join(self.table).with_extension("parquet");
        let failed = |error: &dyn std::fmt::Display| ReportError::read(&path, error);
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let file = File::open(&path).map_err(|error| failed(&error))?;
        let metadata = ArrowReaderMetadata::load(&file, options).map_err(|error| failed(&error))?;
        Ok(Opened { path, metadata })
    }

    fn projection(&self, metadata: &ArrowReaderMetadata) -> ProjectionMask {
        match &self.columns {
            None => ProjectionMask::all(),
            Some(columns) => ProjectionMask::columns(metadata.parquet_schema(), columns.iter().copied()),
        }
    }

    /// Reads the rows of a row group; none if no page of it can hold one.
    pub(super) fn group(&self, opened: &Opened, group: usize) -> Result<Option<ParquetRecordBatchReader>, ReportError> {
        let Opened { path, metadata } = opened;
        let pages = prune::ranges(metadata.metadata(), group, &self.wanted);
        if pages.is_empty() {
            return Ok(None);
        }
        let failed = |error: &dyn std::fmt::Display| ReportError::read(path, error);
        let rows = usize::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
        let file = File::open(path).map_err(|error| failed(&error))?;
        let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(file, metadata.clone())
            .with_row_groups(vec![group])
            .with_projection(self.projection(metadata))
            .with_batch_size(BATCH_ROWS);
        if pages.len() > 1 || pages[0].len() < rows {
            builder = builder.with_row_selection(RowSelection::from_consecutive_ranges(pages.into_iter(), rows));
        }
        if !self.wanted.is_empty() {
            let predicates = self.wanted.iter().map(|wanted| predicate(metadata, wanted)).collect();
            builder = builder.with_row_filter(RowFilter::new(predicates));
        }
        builder.build().map(Some).map_err(|error| failed(&error))
    }
}

/// Whether a row's text in a column is one of those wanted. Without the column no row is.
fn predicate(metadata: &ArrowReaderMetadata, wanted: &Wanted<'_>) -> Box<dyn ArrowPredicate> {
    let mask = ProjectionMask::columns(metadata.parquet_schema(), [wanted.column]);
    let values = Arc::clone(&wanted.values);
    Box::new(ArrowPredicateFn::new(mask, move |batch: RecordBatch| -> Result<BooleanArray, ArrowError> {
        let Some(texts) = batch.columns().first().and_then(|column| column.as_any().downcast_ref::<StringArray>()) else {
            return Ok(BooleanArray::from(vec![false; batch.num_rows()]));
        };
        Ok((0..texts.len()).map(|row| Some(texts.is_valid(row) && is_one_of(texts.value(row), &values))).collect())
    }))
}

/// One value is the usual case, and comparing lengths first is what makes a scan of a column cheap.
fn is_one_of(text: &str, values: &[String]) -> bool {
    match values {
        [only] => text == only,
        values => values.binary_search_by(|value| value.as_str().cmp(text)).is_ok(),
    }
}
