//! What a reader touches of a large table that looks for one product, one demand, one asset, one license: counted from the
//! metadata of the file, as readers do.

use crate::model::date::Date;
use crate::report::columns::Columns;
use crate::report::schema::{TableDef, code, text};
use crate::report::storage::{PAGE_ROWS, ROW_GROUP_ROWS};
use crate::report::writer;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::file::metadata::PageIndexPolicy;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;

const COLUMNS: &[crate::report::ColumnDef] =
    &[code("product_id", "").sorted(), text("demand_id", "").sorted(), text("asset_id", "").nullable(), text("license_id", "").nullable()];
static TABLE: TableDef = TableDef { name: "demands", about: "", columns: COLUMNS, extended_by_rules: false };

const GROUPS: usize = 4;
const ROWS: usize = GROUPS * ROW_GROUP_ROWS;
/// Demands of a product, and so many of them share a license.
const OF_A_PRODUCT: usize = 20_000;
const OF_A_LICENSE: usize = 100;

type Opened = ParquetRecordBatchReaderBuilder<File>;

/// A table of many rows: each asset once, in no order; each license within its product.
fn large() -> Opened {
    let mut columns = Columns::new(ROWS);
    let id = |prefix: &'static str, number: usize, out: &mut String| write!(out, "{prefix}-{number:08}").is_ok();
    columns.word("product_id", |row| Some(PRODUCTS[row / OF_A_PRODUCT]));
    columns.text("demand_id", move |row, out| {
        out.push_str(PRODUCTS[row / OF_A_PRODUCT]);
        id("/PC", row, out)
    });
    columns.text("asset_id", move |row, out| id("PC", scattered(row), out));
    columns.text("license_id", move |row, out| id("L", row / OF_A_LICENSE, out));
    let mut file = tempfile::tempfile().expect("a file");
    let mut bytes = Vec::new();
    writer::write(&TABLE, &[], &columns, Date(0), &mut bytes).expect("a table");
    file.write_all(&bytes).expect("room for it");
    let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Required);
    ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).expect("a Parquet file")
}

const PRODUCTS: [&str; 30] = [
    "P00", "P01", "P02", "P03", "P04", "P05", "P06", "P07", "P08", "P09", "P10", "P11", "P12", "P13", "P14", "P15", "P16", "P17", "P18",
    "P19", "P20", "P21", "P22", "P23", "P24", "P25", "P26", "P27", "P28", "P29",
];

/// A number of its own for each row, far from those of its neighbours (the multiplier is prime).
fn scattered(row: usize) -> usize {
    row * 7_919 % ROWS
}

/// The row groups that may hold a value, by their bloom filters.
fn groups(opened: &mut Opened, column: usize, value: &str) -> Vec<usize> {
    let may = |group: usize| {
        let filter = opened.get_row_group_column_bloom_filter(group, column).expect("a readable filter");
        filter.is_none_or(|filter| filter.check(&value))
    };
    (0..GROUPS).filter(|group| may(*group)).collect()
}

/// Of the pages of a column in the whole table: all, and those that may hold a value by their statistics.
fn pages(opened: &Opened, column: usize, value: &str) -> (usize, usize) {
    let (mut all, mut touched) = (0, 0);
    for group in 0..GROUPS {
        match opened.metadata().page_index_for_row_group(group).column_index(column) {
            Some(ColumnIndexMetaData::BYTE_ARRAY(index)) => {
                // A bound may be cut short, and then lies outside of what the page holds.
                let bounds = index.min_values_iter().zip(index.max_values_iter());
                for (low, high) in bounds {
                    all += 1;
                    touched += usize::from(low <= Some(value.as_bytes()) && Some(value.as_bytes()) <= high);
                }
            }
            other => panic!("no index of texts: {other:?}"),
        }
    }
    (all, touched)
}

#[test]
fn a_lookup_in_a_large_table_touches_little() {
    let mut opened = large();
    assert_eq!(opened.metadata().num_row_groups(), GROUPS);
    // What the rows are sorted by: the page index.
    let (all, of_a_product) = pages(&opened, 0, "P07");
    assert_eq!(all, ROWS / PAGE_ROWS);
    assert!((1..=OF_A_PRODUCT.div_ceil(PAGE_ROWS) + 1).contains(&of_a_product), "{of_a_product}");
    assert_eq!(pages(&opened, 1, "P07/PC-00150000").1, 1);
    assert_eq!(pages(&opened, 1, "P07/PC-00150000-B").1, 1, "between two demands");
    assert_eq!(pages(&opened, 1, "P99/PC-00150000").1, 0);

    // Anything else: the bloom filters. One of an asset that is there must say so.
    let mut touched = 0;
    for row in (0..ROWS).step_by(ROWS / 50) {
        let found = groups(&mut opened, 2, &format!("PC-{:08}", scattered(row)));
        assert!(found.contains(&(row / ROW_GROUP_ROWS)), "row {row}: {found:?}");
        touched += found.len();
    }
    assert!(touched <= 51 + 50 * GROUPS / 20, "{touched} row groups for 51 assets");
    let unknown: usize = (0..200).map(|number| groups(&mut opened, 2, &format!("PC-X{number}")).len()).sum();
    assert!(unknown <= 200 * GROUPS / 20, "{unknown} row groups for 200 assets that are not there");

    let license = OF_A_PRODUCT * 7 / OF_A_LICENSE + 3;
    let found = groups(&mut opened, 3, &format!("L-{license:08}"));
    assert!(found.contains(&(license * OF_A_LICENSE / ROW_GROUP_ROWS)) && found.len() <= 2, "{found:?}");
}

#[test]
fn filters_stand_where_statistics_do_not_help() {
    let mut opened = large();
    let filter = |opened: &mut Opened, column| opened.get_row_group_column_bloom_filter(0, column).expect("a readable filter").is_some();
    assert_eq!([0, 1, 2, 3].map(|column| filter(&mut opened, column)), [false, false, true, true]);
    let group = opened.metadata().row_group(0);
    // 128 KiB and a header for values that are all different; much less for few.
    let bytes = |column: usize| group.column(column).bloom_filter_length().expect("a length");
    assert!((128 * 1024..129 * 1024).contains(&bytes(2)), "{}", bytes(2));
    assert!(bytes(3) < 4 * 1024, "{}", bytes(3));
}
