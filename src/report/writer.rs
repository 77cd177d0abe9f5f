//! The one Parquet writer: a table under way, as row groups. Equal rows give equal bytes: nothing here knows a time, a run or a path
//! (contract §6), and row groups are cut by row number alone. How columns are stored is `storage`'s.

use super::columns::{Columns, Fill, Source};
use super::encode::{Chunk, Column, Tools};
use super::error::ReportError;
use super::orders::KnownOrders;
use super::schema::{ColumnDef, TableDef};
use super::storage::{self, properties};
use crate::model::date::Date;
use crate::model::in_order::in_order;
use arrow::array::ArrayRef;
use arrow::datatypes::{Field, Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions, compute_leaves};
use parquet::errors::ParquetError;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

pub use super::storage::{CONTRACT_VERSION, ROW_GROUP_ROWS};

/// So many row groups a thread are made before all wait for one another: as many may lie in memory.
const AT_ONCE: usize = if cfg!(test) { 2 } else { 16 };

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
    writer.append_groups(columns, columns.rows)?;
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
    columns: Vec<Column>,
    /// For the columns that Arrow's writer makes.
    arrow: ArrowRowGroupWriterFactory,
    /// Tools that nobody works with: what they have grown to serves the next part.
    idle: Mutex<Vec<Tools>>,
}

/// As many columns of a row group are made one after the other.
const PART: usize = 6;

/// A column chunk that is ready to be put into a row group.
enum Ready {
    Direct(Chunk),
    Arrow(ArrowColumnChunk),
}

/// A row group that is ready to be put into the file.
type Group = Vec<Ready>;

impl<W: Write + Send> TableWriter<W> {
    pub fn open(table: &'static TableDef, added: &[ColumnDef], as_of: Date, out: W) -> Result<Self, ReportError> {
        let definition: Vec<ColumnDef> = table.columns.iter().chain(added).cloned().collect();
        let schema = Arc::new(Schema::new(definition.iter().map(ColumnDef::field).collect::<Vec<_>>()));
        // Without the Arrow schema in the metadata a reader sees plain text where we had a dictionary: the type of an
        // identifier is then the same in all tables, and Polars can join them.
        let options = ArrowWriterOptions::new().with_properties(properties(&definition, as_of)).with_skip_arrow_metadata(true);
        let out = KnownOrders::new(out, definition.len());
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options);
        let (writer, arrow) = writer.and_then(ArrowWriter::into_serialized_writer).map_err(|error| refused(table, error))?;
        let columns = storage::columns(&definition, writer.schema_descr());
        Ok(Self { table, definition, groups: GroupMaker { table, schema, columns, arrow, idle: Mutex::default() }, writer, rows: 0 })
    }

    /// Appends the first rows of the columns, as many whole row groups as there are and what is left; the groups are made side by
    /// side.
    pub fn append_groups(&mut self, columns: &Columns<'_>, rows: usize) -> Result<(), ReportError> {
        self.check(columns)?;
        let starts: Vec<usize> = (0..rows).step_by(ROW_GROUP_ROWS).collect();
        let Self { table, groups, writer, .. } = self;
        let group = |start: &usize| groups.make(columns, *start..rows.min(start + ROW_GROUP_ROWS));
        for starts in starts.chunks(AT_ONCE * rayon::current_num_threads()) {
            in_order(starts, group, |group| put(table, writer, group))?;
        }
        self.rows += rows as u64;
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

/// Puts a row group into the file.
fn put<W: Write + Send>(
    table: &'static TableDef,
    writer: &mut SerializedFileWriter<KnownOrders<W>>,
    group: Group,
) -> Result<(), ReportError> {
    let mut into = writer.next_row_group().map_err(|error| refused(table, error))?;
    for chunk in group {
        let put = match chunk {
            Ready::Direct(chunk) => into.append_column(&Bytes::from(chunk.bytes), chunk.close),
            Ready::Arrow(chunk) => chunk.append_to_row_group(&mut into),
        };
        put.map_err(|error| refused(table, error))?;
    }
    into.close().map_err(|error| refused(table, error))?;
    Ok(())
}

impl GroupMaker {
    /// Makes the row group of some rows.
    fn make(&self, columns: &Columns<'_>, rows: Range<usize>) -> Result<Group, ReportError> {
        self.chunks(columns, &rows).map_err(|error| refused(self.table, error))
    }

    /// In parts that are made side by side: a whole group takes so long that cores would wait for the last one of a run.
    fn chunks(&self, columns: &Columns<'_>, rows: &Range<usize>) -> Result<Group, ParquetError> {
        let needs_arrow = columns.sources.iter().any(|source| matches!(source.fill, Fill::Arrow(_)));
        // The number of the group would matter to encrypted files alone.
        let writers = if needs_arrow { self.arrow.create_column_writers(0)? } else { Vec::new() };
        let mut writers: Vec<Option<ArrowColumnWriter>> = writers.into_iter().map(Some).collect();
        writers.resize_with(columns.sources.len(), || None);
        let parts = columns.sources.par_chunks(PART).zip(writers.par_chunks_mut(PART)).enumerate();
        let parts = parts.map(|(part, (sources, writers))| self.part(part * PART, sources, writers, rows));
        let parts: Result<Vec<Vec<Ready>>, ParquetError> = parts.collect();
        Ok(parts?.into_iter().flatten().collect())
    }

    /// The chunks of some columns, of which the first stands at a place.
    fn part(
        &self,
        first: usize,
        sources: &[Source<'_>],
        writers: &mut [Option<ArrowColumnWriter>],
        rows: &Range<usize>,
    ) -> Result<Vec<Ready>, ParquetError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut tools = kept.map_or_else(Tools::new, Ok)?;
        let mut make = |((place, source), writer): ((usize, &Source<'_>), &mut Option<ArrowColumnWriter>)| match &source.fill {
            Fill::Direct(fill) => fill(rows.clone(), &self.columns[place], &mut tools).map(Ready::Direct),
            Fill::Arrow(fill) => {
                let array = fill(rows.clone()).map_err(ParquetError::from)?;
                by_arrow(self.schema.field(place), &array, writer.take()).map(Ready::Arrow)
            }
        };
        let made = (first..).zip(sources).zip(writers).map(&mut make).collect();
        idle().push(tools);
        made
    }
}

/// A column chunk of a column without nesting.
fn by_arrow(field: &Field, array: &ArrayRef, writer: Option<ArrowColumnWriter>) -> Result<ArrowColumnChunk, ParquetError> {
    let leaves = compute_leaves(field, array)?;
    match (writer, leaves.as_slice()) {
        (Some(mut writer), [leaf]) => {
            writer.write(leaf)?;
            writer.close()
        }
        _ => Err(ParquetError::General(format!("column {} has no writer of its own", field.name()))),
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
