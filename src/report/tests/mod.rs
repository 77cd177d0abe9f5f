//! Tables written and read back: types, order, nulls, numbers, and equal bytes.

mod affinity;
mod lookup;
mod movements;
mod promise;
mod scan;
mod tables;
mod two_runs;

use super::{Report, ReportError, TableInfo};
use crate::explain::testing::{Case, case};
use arrow::array::{Array, RecordBatch};
use arrow::compute::concat_batches;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::file::metadata::ParquetMetaData;
use std::io::Write;
use std::sync::Arc;

/// A table as a reader finds it.
pub(super) struct Table {
    pub info: TableInfo,
    pub bytes: Vec<u8>,
    pub metadata: Arc<ParquetMetaData>,
    pub rows: RecordBatch,
}

impl Table {
    /// A column's values as texts, `-` for null.
    pub fn column(&self, name: &str) -> Vec<String> {
        let options = FormatOptions::new().with_null("-");
        let column = self.rows.column_by_name(name).unwrap_or_else(|| panic!("no column {name}"));
        let formatter = ArrayFormatter::try_new(column, &options).expect("a printable column");
        (0..column.len()).map(|row| formatter.value(row).to_string()).collect()
    }

    pub fn names(&self) -> Vec<String> {
        self.rows.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    pub fn kind(&self, name: &str) -> String {
        self.rows.schema().field_with_name(name).expect("a column").data_type().to_string()
    }
}

pub(super) fn read_back(bytes: Vec<u8>, info: TableInfo) -> Table {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(&bytes).expect("room for it");
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    let (metadata, schema) = (Arc::clone(builder.metadata()), Arc::clone(builder.schema()));
    let batches: Vec<RecordBatch> = builder.build().expect("a reader").map(|batch| batch.expect("rows")).collect();
    Table { info, bytes, metadata, rows: concat_batches(&schema, &batches).expect("one batch") }
}

/// Writes a table of the small estate and reads it back.
pub(super) fn table(write: impl FnOnce(&Report<'_>, &mut Vec<u8>) -> Result<TableInfo, ReportError>) -> Table {
    table_of(&case(), write)
}

pub(super) fn table_of(case: &Case, write: impl FnOnce(&Report<'_>, &mut Vec<u8>) -> Result<TableInfo, ReportError>) -> Table {
    let report = Report::new(&case.estate, &case.program, &case.schema, &case.trace);
    let mut bytes = Vec::new();
    let info = write(&report, &mut bytes).expect("a table");
    assert_eq!(info.bytes, bytes.len() as u64);
    read_back(bytes, info)
}
