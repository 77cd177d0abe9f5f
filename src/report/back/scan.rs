//! A table read front to back, a batch at a time: what is too large to hold is looked at so. Row groups and pages that cannot hold
//! what is wanted are passed over, as in [`Query::read`].

use super::super::error::ReportError;
use super::cells::Rows;
use super::query::{Opened, Query};
use parquet::arrow::arrow_reader::ParquetRecordBatchReader;

/// A column of a published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileColumn {
    pub name: String,
    /// Whether it holds texts: then [`Query::only`] can ask for some of them.
    pub text: bool,
}

/// A table under way.
pub struct Scan<'a> {
    query: Query<'a>,
    opened: Opened,
    /// The row group to be read next.
    next: usize,
    reader: Option<ParquetRecordBatchReader>,
}

impl<'a> Scan<'a> {
    pub(super) fn new(query: Query<'a>, opened: Opened) -> Self {
        Self { query, opened, next: 0, reader: None }
    }

    /// The next rows, in the order of the table.
    fn batch(&mut self) -> Result<Option<Rows>, ReportError> {
        loop {
            if let Some(batch) = self.reader.as_mut().and_then(Iterator::next) {
                let batch = batch.map_err(|error| ReportError::read(&self.opened.path, error))?;
                return Ok(Some(Rows::new(self.opened.path.clone(), batch)));
            }
            if self.next == self.opened.metadata.metadata().num_row_groups() {
                return Ok(None);
            }
            self.reader = self.query.group(&self.opened, self.next)?;
            self.next += 1;
        }
    }
}

impl Iterator for Scan<'_> {
    type Item = Result<Rows, ReportError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.batch().transpose()
    }
}
