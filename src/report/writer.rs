//! The one Parquet writer: compression, page index, dictionaries, declared order, metadata. Equal rows give equal bytes: nothing
//! here knows a time, a run or a path (contract §6), and row groups are cut by row number alone.

use super::columns::Columns;
use super::error::ReportError;
use super::schema::{ColumnDef, Kind, TableDef};
use crate::model::date::Date;
use arrow::array::RecordBatch;
use arrow::datatypes::{Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

/// Rows per row group: what a reader that looks for one product has to read at most.
pub const ROW_GROUP_ROWS: usize = 131_072;
/// Rows per data page, small enough for the page index to be of use.
const PAGE_ROWS: usize = 8_192;
/// The version of the contract that the tables follow.
pub const CONTRACT_VERSION: &str = "1";

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
    schema: SchemaRef,
    writer: ArrowWriter<W>,
    rows: u64,
}

impl<W: Write + Send> TableWriter<W> {
    pub fn open(table: &'static TableDef, added: &[ColumnDef], as_of: Date, out: W) -> Result<Self, ReportError> {
        let definition: Vec<ColumnDef> = table.columns.iter().chain(added).cloned().collect();
        let schema = Arc::new(Schema::new(definition.iter().map(ColumnDef::field).collect::<Vec<_>>()));
        // Without the Arrow schema in the metadata a reader sees plain text where we had a dictionary: the type of an
        // identifier is then the same in all tables, and Polars can join them.
        let options = ArrowWriterOptions::new().with_properties(properties(&definition, as_of)).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(out, Arc::clone(&schema), options).map_err(|error| refused(table, error))?;
        Ok(Self { table, definition, schema, writer, rows: 0 })
    }

    pub fn append(&mut self, columns: &Columns<'_>, rows: Range<usize>) -> Result<(), ReportError> {
        self.check(columns)?;
        let name = self.table.name;
        let arrays = columns.sources.iter().map(|source| (source.fill)(rows.clone())).collect::<Result<Vec<_>, _>>();
        let arrays = arrays.map_err(|error| ReportError::internal(name, error))?;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(|error| ReportError::internal(name, error))?;
        self.rows += batch.num_rows() as u64;
        self.writer.write(&batch).map_err(|error| refused(self.table, error))
    }

    pub fn close(mut self) -> Result<TableInfo, ReportError> {
        self.writer.finish().map_err(|error| refused(self.table, error))?;
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

fn properties(definition: &[ColumnDef], as_of: Date) -> WriterProperties {
    let sorting = definition.iter().enumerate().filter(|(_, column)| column.sorted);
    let sorting = sorting.map(|(place, _)| SortingColumn { column_idx: place as i32, descending: false, nulls_first: false }).collect();
    let metadata = [("seatwise.contract", CONTRACT_VERSION.to_owned()), ("seatwise.as_of", as_of.to_string())];
    let mut builder = WriterProperties::builder()
        .set_created_by(concat!("seatwise version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_sorting_columns(Some(sorting))
        .set_key_value_metadata(Some(metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec()));
    for column in definition {
        // Ours nest one level at most, and a list has one leaf: the paths are known, and the place is the leaf's place.
        let path = match column.kind {
            Kind::List => vec![column.name.to_string(), "list".to_owned(), "element".to_owned()],
            _ => vec![column.name.to_string()],
        };
        builder = builder.set_column_dictionary_enabled(ColumnPath::new(path), column.kind != Kind::Text);
    }
    builder.build()
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
