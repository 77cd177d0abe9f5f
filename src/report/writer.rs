//! The one Parquet writer: a table under way, as row groups. Equal rows give equal bytes: nothing here knows a time, a run or a path
//! (contract §6), and row groups are cut by row number alone. How columns are stored is `storage`'s.

use super::columns::Columns;
use super::error::ReportError;
use super::orders::KnownOrders;
use super::schema::{ColumnDef, TableDef};
use super::storage::properties;
use crate::model::date::Date;
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

pub use super::storage::{CONTRACT_VERSION, ROW_GROUP_ROWS};

/// What was written: for the manifest and the control totals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableInfo {
    pub name: &'static str,
    pub rows: u64,
    pub bytes: u64,
}

/// Writes a table that can be asked for any of its rows.
pub(super) fn write(
    table: &'static TableDef,
    added: &[ColumnDef],
    columns: &Columns<'_>,
    as_of: Date,
    out: impl Write + Send,
) -> Result<TableInfo, ReportError> {
    let mut writer = TableWriter::open(table, added, as_of, out)?;
    let mut start = 0;
    while start < columns.rows {
        let end = columns.rows.min(start + ROW_GROUP_ROWS);
        writer.append(columns, start..end)?;
        start = end;
    }
    writer.close()
}

/// A table under way, for what is made piece by piece. The pieces must be whole row groups, but for the last.
pub(super) struct TableWriter<W: Write + Send> {
    table: &'static TableDef,
    definition: Vec<ColumnDef>,
    groups: GroupMaker,
    writer: SerializedFileWriter<KnownOrders<W>>,
    rows: u64,
}

/// Makes row groups, on any thread.
struct GroupMaker {
    table: &'static TableDef,
    schema: SchemaRef,
    columns: ArrowRowGroupWriterFactory,
}

/// A row group that is ready to be put into the file.
struct Group {
    rows: u64,
    chunks: Vec<ArrowColumnChunk>,
}

impl<W: Write + Send> TableWriter<W> {
    pub fn open(table: &'static TableDef, added: &[ColumnDef], as_of: Date, out: W) -> Result<Self, ReportError> {
        let definition: Vec<ColumnDef> = table.columns.iter().chain(added).cloned().collect();
        let schema = Arc::new(Schema::new(definition.iter().map(ColumnDef::field).collect::<Vec<_>>()));
        // Without the Arrow schema in the metadata a reader sees plain text where we had a dictionary: the type of an
        // identifier is then the same in all tables, and Polars can join them.
        let options = ArrowWriterOptions::new().with_properties(properties(&definition, as_of)).with_skip_arrow_metadata(true);
        let out = KnownOrders::new(out, definition.len());
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options);
        let (writer, columns) = writer.and_then(ArrowWriter::into_serialized_writer).map_err(|error| refused(table, error))?;
        Ok(Self { table, definition, groups: GroupMaker { table, schema, columns }, writer, rows: 0 })
    }

    pub fn append(&mut self, columns: &Columns<'_>, rows: Range<usize>) -> Result<(), ReportError> {
        self.check(columns)?;
        let group = self.groups.make(columns, rows)?;
        self.put(group)
    }

    /// Appends the first rows of the columns, as many whole row groups as there are and what is left; the groups are made side by
    /// side.
    pub fn append_groups(&mut self, columns: &Columns<'_>, rows: usize) -> Result<(), ReportError> {
        self.check(columns)?;
        let starts: Vec<usize> = (0..rows).step_by(ROW_GROUP_ROWS).collect();
        for starts in starts.chunks(rayon::current_num_threads()) {
            let make = &self.groups;
            let group = |start: &usize| make.make(columns, *start..rows.min(start + ROW_GROUP_ROWS));
            let groups: Result<Vec<Group>, ReportError> = starts.par_iter().map(group).collect();
            groups?.into_iter().try_for_each(|group| self.put(group))?;
        }
        Ok(())
    }

    fn put(&mut self, group: Group) -> Result<(), ReportError> {
        let table = self.table;
        let mut into = self.writer.next_row_group().map_err(|error| refused(table, error))?;
        for chunk in group.chunks {
            chunk.append_to_row_group(&mut into).map_err(|error| refused(table, error))?;
        }
        into.close().map_err(|error| refused(table, error))?;
        self.rows += group.rows;
        Ok(())
    }

    pub fn close(mut self) -> Result<TableInfo, ReportError> {
        self.writer.finish().map_err(|error| refused(self.table, error))?;
        self.writer.inner_mut().finish().map_err(|source| ReportError::Io { table: self.table.name, source })?;
        Ok(TableInfo { name: self.table.name, rows: self.rows, bytes: self.writer.bytes_written() as u64 })
    }

    /// Names and kinds as defined, in the order defined; Arrow then compares the nulls.
    fn check(&self, columns: &Columns<'_>) -> Result<(), ReportError> {
        let given = columns.sources.iter().map(|source| (source.name.as_ref(), source.kind));
        let wanted = self.definition.iter().map(|column| (column.name.as_ref(), column.kind));
        if given.clone().eq(wanted.clone()) {
            return Ok(());
        }
        let odd = given.zip(wanted).find(|(given, wanted)| given != wanted);
        let message =
            odd.map_or("too few or too many columns".to_owned(), |(given, wanted)| format!("{given:?} stands where {wanted:?} should"));
        Err(ReportError::internal(self.table.name, message))
    }
}

impl GroupMaker {
    /// Makes the row group of some rows.
    fn make(&self, columns: &Columns<'_>, rows: Range<usize>) -> Result<Group, ReportError> {
        let internal = |error| ReportError::internal(self.table.name, error);
        let arrays = columns.sources.iter().map(|source| (source.fill)(rows.clone())).collect::<Result<Vec<_>, _>>();
        let batch = arrays.and_then(|arrays| RecordBatch::try_new(Arc::clone(&self.schema), arrays)).map_err(internal)?;
        let chunks = self.encode(&batch).map_err(|error| refused(self.table, error))?;
        Ok(Group { rows: batch.num_rows() as u64, chunks })
    }

    fn encode(&self, batch: &RecordBatch) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
        // The number of the group would matter to encrypted files alone.
        let mut writers = self.columns.create_column_writers(0)?.into_iter();
        let mut chunks = Vec::new();
        for (field, array) in self.schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, array)? {
                let Some(mut writer) = writers.next() else { return Err(ParquetError::General("too few column writers".to_owned())) };
                writer.write(&leaf)?;
                chunks.push(writer.close()?);
            }
        }
        Ok(chunks)
    }
}

fn refused(table: &'static TableDef, error: ParquetError) -> ReportError {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(source) => ReportError::Io { table: table.name, source: *source },
            Err(other) => ReportError::internal(table.name, other),
        },
        other => ReportError::internal(table.name, other),
    }
}
