//! An extract as CSV (RFC 4180). Pieces are written as text side by side, and put into the file in order.

use super::batch::{Table, batch, schema};
use super::error::Fault;
use super::parquet_file::{GROUP_ROWS, rows_of};
use crate::model::date::Date;
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Decimal128Type, Int64Type};
use rayon::prelude::*;
use std::fmt::Write as _;
use std::io::Write;

/// Pieces in work at a time.
const WAVE: u64 = 8;

/// Writes a table.
pub(super) fn write(table: &dyn Table, mut out: impl Write) -> Result<(), Fault> {
    let schema = schema(table);
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    writeln!(out, "{}", names.join(","))?;
    let pieces = table.rows().div_ceil(GROUP_ROWS);
    for wave in (0..pieces).step_by(WAVE as usize) {
        let made: Vec<Result<String, Fault>> = (wave..pieces.min(wave + WAVE))
            .into_par_iter()
            .map(|piece| Ok(lines(&batch(table, &schema, rows_of(piece, table.rows()))?)))
            .collect();
        for text in made {
            out.write_all(text?.as_bytes())?;
        }
    }
    Ok(())
}

fn lines(batch: &RecordBatch) -> String {
    let mut text = String::with_capacity(batch.num_rows() * batch.num_columns() * 9);
    for row in 0..batch.num_rows() {
        for (place, column) in batch.columns().iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            if column.is_valid(row) {
                cell(column.as_ref(), row, &mut text);
            }
        }
        text.push('\n');
    }
    text
}

/// A value that is not null. Writing to a text cannot fail.
fn cell(column: &dyn Array, row: usize, text: &mut String) {
    let _ = match column.data_type() {
        DataType::Int64 => write!(text, "{}", column.as_primitive::<Int64Type>().value(row)),
        DataType::Date32 => write!(text, "{}", Date(column.as_primitive::<Date32Type>().value(row))),
        DataType::Boolean => write!(text, "{}", column.as_boolean().value(row)),
        DataType::Decimal128(..) => {
            let units = column.as_primitive::<Decimal128Type>().value(row);
            write!(text, "{}.{:02}", units / 10_000, units % 10_000 / 100)
        }
        _ => {
            quoted(column.as_string::<i32>().value(row), text);
            Ok(())
        }
    };
}

fn quoted(value: &str, text: &mut String) {
    if value.contains([',', '"', '\n', '\r']) {
        text.push('"');
        text.push_str(&value.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(value);
    }
}
