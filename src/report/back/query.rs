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
use rustc_hash::FxHashSet;
use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const BATCH_ROWS: usize = 8_192;
/// More wanted values than this are looked up by hash.
const MANY: usize = 16;

/// Which rows and columns of which table.
#[derive(Clone, Debug)]
pub struct Query<'a> {
    table: &'a str,
    columns: Option<Vec<&'a str>>,
    wanted: Vec<Wanted<'a>>,
    first: Option<usize>,
    places: Option<Vec<usize>>,
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
        Self { table, columns: None, wanted: Vec::new(), first: None, places: None }
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

    /// Only so many rows, the first of the table.
    pub fn first(mut self, rows: usize) -> Self {
        self.first = Some(rows);
        self
    }

    /// Only the rows at these places of the table.
    pub fn at(mut self, places: &[usize]) -> Self {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.dedup();
        self.places = Some(places);
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
        let rows = self.first.map_or(batch.num_rows(), |first| first.min(batch.num_rows()));
        Ok(Rows::new(opened.path, batch.slice(0, rows)))
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
        let mut pages = prune::ranges(metadata.metadata(), group, &self.wanted);
        if let Some(places) = &self.places {
            pages = prune::intersection(&pages, &in_group(metadata, group, places));
        }
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
        if let Some(first) = self.first {
            builder = builder.with_limit(first);
        }
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

/// The rows of a group at places of the table, as ranges within the group.
fn in_group(metadata: &ArrowReaderMetadata, group: usize, places: &[usize]) -> Vec<Range<usize>> {
    let rows = |group: usize| usize::try_from(metadata.metadata().row_group(group).num_rows()).unwrap_or(0);
    let start: usize = (0..group).map(rows).sum();
    let (from, to) = (places.partition_point(|place| *place < start), places.partition_point(|place| *place < start + rows(group)));
    let runs = places[from..to].chunk_by(|one, other| one + 1 == *other);
    runs.map(|run| run[0] - start..run[0] - start + run.len()).collect()
}

/// Whether a row's text in a column is one of those wanted. Without the column no row is.
fn predicate(metadata: &ArrowReaderMetadata, wanted: &Wanted<'_>) -> Box<dyn ArrowPredicate> {
    let mask = ProjectionMask::columns(metadata.parquet_schema(), [wanted.column]);
    let values = Arc::clone(&wanted.values);
    // Of many values a hash finds one sooner than a search among the sorted.
    let set: FxHashSet<Box<str>> = match values.len() {
        0..=MANY => FxHashSet::default(),
        _ => values.iter().map(|value| value.as_str().into()).collect(),
    };
    Box::new(ArrowPredicateFn::new(mask, move |batch: RecordBatch| -> Result<BooleanArray, ArrowError> {
        let Some(texts) = batch.columns().first().and_then(|column| column.as_any().downcast_ref::<StringArray>()) else {
            return Ok(BooleanArray::from(vec![false; batch.num_rows()]));
        };
        let is_wanted = |text: &str| if set.is_empty() { is_one_of(text, &values) } else { set.contains(text) };
        // Rows that stand together often hold the same text.
        let mut last: Option<(&str, bool)> = None;
        let mut wanted = |text| match last {
            Some((seen, wanted)) if seen == text => wanted,
            _ => last.insert((text, is_wanted(text))).1,
        };
        Ok((0..texts.len()).map(|row| Some(texts.is_valid(row) && wanted(texts.value(row)))).collect())
    }))
}

/// One value is the usual case, and comparing lengths first is what makes a scan of a column cheap.
fn is_one_of(text: &str, values: &[String]) -> bool {
    match values {
        [only] => text == only,
        values => values.binary_search_by(|value| value.as_str().cmp(text)).is_ok(),
    }
}
