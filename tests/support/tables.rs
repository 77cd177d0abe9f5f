//! A published Parquet table as rows of canonical text, to compare and to print.
//!
//! Integers plain; decimals with the places of their type; floats with four; dates as `YYYY-MM-DD`; booleans as `true`
//! and `false`; lists joined by `;`; null is `None`.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::File;
use std::path::Path;

#[derive(Clone, Debug, Default, PartialEq)]
pub struct TextTable {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
}

impl TextTable {
    /// The cells of a column by its name.
    pub fn column(&self, name: &str) -> impl Iterator<Item = Option<&str>> {
        let at = self.position(name);
        self.rows.iter().map(move |row| row[at].as_deref())
    }

    /// The cell of a row by its column's name.
    pub fn cell(&self, row: usize, column: &str) -> Option<&str> {
        self.rows[row][self.position(column)].as_deref()
    }

    /// An integer cell.
    pub fn number(&self, row: usize, column: &str) -> Option<i64> {
        self.cell(row, column).map(|text| text.parse().expect("an integer"))
    }

    /// The table without a column that may be there.
    pub fn without(mut self, column: &str) -> TextTable {
        if let Some(at) = self.columns.iter().position(|name| name == column) {
            self.columns.remove(at);
            for row in &mut self.rows {
                row.remove(at);
            }
        }
        self
    }

    fn position(&self, column: &str) -> usize {
        let found = self.columns.iter().position(|name| name == column);
        found.unwrap_or_else(|| panic!("no column {column} among {:?}", self.columns))
    }
}

/// Reads a whole table.
pub fn read(path: &Path) -> TextTable {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).expect("a Parquet file");
    let columns = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let mut table = TextTable { columns, rows: Vec::new() };
    for batch in builder.build().expect("a reader") {
        let batch = batch.expect("a batch");
        let cells: Vec<Vec<Option<String>>> = batch.columns().iter().map(texts).collect();
        for row in 0..batch.num_rows() {
            table.rows.push(cells.iter().map(|column| column[row].clone()).collect());
        }
    }
    table
}

fn texts(array: &ArrayRef) -> Vec<Option<String>> {
    let plain = match array.data_type() {
        DataType::Dictionary(_, value) => cast(array, value).expect("a dictionary's values"),
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 | DataType::UInt32 => {
            cast(array, &DataType::Int64).expect("an integer")
        }
        DataType::LargeUtf8 | DataType::Utf8View => cast(array, &DataType::Utf8).expect("text"),
        _ => array.clone(),
    };
    (0..plain.len()).map(|row| if plain.is_null(row) { None } else { cell(&plain, row) }).collect()
}

fn cell(array: &ArrayRef, row: usize) -> Option<String> {
    match array.data_type() {
        DataType::Null => None,
        DataType::Boolean => Some(array.as_boolean().value(row).to_string()),
        DataType::Int64 => Some(array.as_primitive::<Int64Type>().value(row).to_string()),
        DataType::Float64 => Some(format!("{:.4}", array.as_primitive::<Float64Type>().value(row))),
        DataType::Utf8 => Some(array.as_string::<i32>().value(row).to_string()),
        DataType::LargeUtf8 | DataType::Utf8View => texts(array)[row].clone(),
        DataType::Date32 => Some(date(array.as_primitive::<Date32Type>().value(row))),
        DataType::Decimal128(_, places) => Some(decimal(array.as_primitive::<Decimal128Type>().value(row), *places)),
        DataType::List(_) => Some(joined(&array.as_list::<i32>().value(row))),
        DataType::LargeList(_) => Some(joined(&array.as_list::<i64>().value(row))),
        other => panic!("no text for {other}"),
    }
}

fn joined(items: &ArrayRef) -> String {
    texts(items).into_iter().map(|item| item.unwrap_or_else(|| "(null)".into())).collect::<Vec<_>>().join(";")
}

fn decimal(number: i128, places: i8) -> String {
    let places = usize::try_from(places).expect("places are not negative");
    let digits = format!("{:0width$}", number.unsigned_abs(), width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    let sign = if number < 0 { "-" } else { "" };
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// Days since 1970-01-01 as a calendar date.
fn date(days: i32) -> String {
    // Days are counted in eras of 400 years from 0000-03-01, so that leap days end a year.
    let z = i64::from(days) + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
