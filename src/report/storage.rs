//! How the columns of a table are stored: compression, encodings, page index, bloom filters, declared order, metadata. Chosen so that a
//! question about one product, asset or license reads little of a table of twenty million rows.
//!
//! - Rows of a product lie together, and page statistics tell where: a product or a demand is found by the page index.
//! - What is asked for by another identifier is found by bloom filters, which tell the row groups that cannot hold it.

use super::encode::Column;
use super::schema::{ColumnDef, Kind};
use crate::model::date::Date;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::{KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::SchemaDescriptor;

/// Rows per row group: what a reader that looks for one asset has to read at most. So many different identifiers just fit a bloom
/// filter of 128 KiB (its sizes are powers of two) at [`FALSE_POSITIVES`]; it is also a whole number of pages.
pub const ROW_GROUP_ROWS: usize = 98_304;
/// Rows per data page: what a reader that looks for one demand has to read of a column.
pub(super) const PAGE_ROWS: usize = 4_096;
/// How often a bloom filter does not rule out a row group that lacks what is looked for.
pub(super) const FALSE_POSITIVES: f64 = 0.01;
/// The version of the contract that the tables follow.
pub const CONTRACT_VERSION: &str = "1";

/// Identifiers that tables are asked by.
const ASKED_BY: [&str; 5] = ["asset_id", "user_id", "license_id", "consumption_id", "demand_id"];
/// Identifiers that hardly repeat within a row group: a dictionary would be built in vain.
const HARDLY_REPEATED: [&str; 2] = ["asset_id", "user_id"];

/// How many pages hold so many rows.
pub(super) fn pages(rows: usize) -> usize {
    rows.div_ceil(PAGE_ROWS)
}

/// How the columns of a table are stored.
pub(super) fn columns(definition: &[ColumnDef], schema: &SchemaDescriptor) -> Vec<Column> {
    // Ours nest one level at most, and a list has one leaf: a column's place is its leaf's.
    let column = |(place, column): (usize, &ColumnDef)| {
        let name = column.name.as_ref();
        let identifier = matches!(column.kind, Kind::Code | Kind::Text) && ASKED_BY.contains(&name);
        Column {
            descr: schema.column(place),
            name: name.to_owned(),
            nullable: column.nullable,
            // What the rows are sorted by first, and a demand below its product, is found by the statistics of pages.
            bloom_filter: identifier && place > 0 && !(column.sorted && name == "demand_id"),
            hardly_repeated: HARDLY_REPEATED.contains(&name),
        }
    };
    definition.iter().enumerate().map(column).collect()
}

/// How a table of these columns is written.
pub(super) fn properties(definition: &[ColumnDef], as_of: Date) -> WriterProperties {
    let sorting = definition.iter().enumerate().filter(|(_, column)| column.sorted);
    let sorting = sorting.map(|(place, _)| SortingColumn { column_idx: place as i32, descending: false, nulls_first: false }).collect();
    let metadata = [("seatwise.contract", CONTRACT_VERSION.to_owned()), ("seatwise.as_of", as_of.to_string())];
    WriterProperties::builder()
        .set_created_by(concat!("seatwise version ", env!("CARGO_PKG_VERSION")).to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_dictionary_enabled(false)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_data_page_row_count_limit(PAGE_ROWS)
        .set_sorting_columns(Some(sorting))
        .set_key_value_metadata(Some(metadata.map(|(key, value)| KeyValue::new(key.to_owned(), value)).to_vec()))
        .build()
}
