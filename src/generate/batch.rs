//! Rows of an extract as Arrow columns: a table says its columns and what stands in row i; here a stretch of rows becomes a
//! batch. Both file formats are written from these batches, so that they hold the same.

use super::dirt::Spoil;
use super::error::Fault;
use arrow::array::{ArrayBuilder, ArrayRef, BooleanBuilder, Date32Builder, Decimal128Builder, Int64Builder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::ops::Range;
use std::sync::Arc;

/// What a column of an extract holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Text,
    Integer,
    Date,
    /// decimal(18, 4).
    Money,
    Boolean,
}

/// An extract that can be asked for any of its rows.
pub(super) trait Table: Sync {
    /// The extract's name, and the file's.
    fn name(&self) -> &'static str;
    fn rows(&self) -> u64;
    fn columns(&self) -> Vec<(String, Kind)>;
    /// Adds the cells of a row, one for each column, in their order.
    fn row(&self, row: u64, cells: &mut Cells);
}

/// The columns under way.
pub(super) struct Cells {
    columns: Vec<Builder>,
    next: usize,
    /// The column whose value is spoiled in this row.
    pub spoiled: Option<(usize, Spoil)>,
}

enum Builder {
    Text(StringBuilder),
    Integer(Int64Builder),
    Date(Date32Builder),
    Money(Decimal128Builder),
    Boolean(BooleanBuilder),
}

/// Digits enough for any number of the program.
const MOST_DIGITS: usize = 20;

impl Cells {
    fn new(columns: &[(String, Kind)], rows: usize) -> Self {
        let builder = |(_, kind): &(String, Kind)| match kind {
            Kind::Text => Builder::Text(StringBuilder::with_capacity(rows, rows * 12)),
            Kind::Integer => Builder::Integer(Int64Builder::with_capacity(rows)),
            Kind::Date => Builder::Date(Date32Builder::with_capacity(rows)),
            Kind::Money => Builder::Money(Decimal128Builder::with_capacity(rows)),
            Kind::Boolean => Builder::Boolean(BooleanBuilder::with_capacity(rows)),
        };
        Self { columns: columns.iter().map(builder).collect(), next: 0, spoiled: None }
    }

    /// The column whose turn it is, and what is done to its value.
    fn turn(&mut self) -> (Option<&mut Builder>, Option<Spoil>) {
        let place = self.next;
        self.next += 1;
        (self.columns.get_mut(place), self.spoiled.filter(|(spoiled, _)| *spoiled == place).map(|(_, spoil)| spoil))
    }

    // A cell of another kind than its column is left out, and then the columns differ in length: Arrow refuses the batch.

    pub fn text(&mut self, text: Option<&str>) {
        match self.turn() {
            (Some(Builder::Text(column)), None) => column.append_option(text),
            (Some(Builder::Text(column)), Some(spoil)) => column.append_option(spoiled_text(spoil)),
            _ => {}
        }
    }

    /// An identifier: a prefix, and a number of so many digits at least.
    pub fn id(&mut self, prefix: &str, digits: usize, number: Option<u64>) {
        let (Some(Builder::Text(column)), spoil) = self.turn() else { return };
        if let Some(spoil) = spoil {
            return column.append_option(spoiled_text(spoil));
        }
        let Some(mut left) = number else { return column.append_null() };
        let mut bytes = [b'0'; MOST_DIGITS + 8];
        let mut start = bytes.len();
        while left > 0 || bytes.len() - start < digits.min(MOST_DIGITS) {
            start -= 1;
            bytes[start] = b'0' + (left % 10) as u8;
            left /= 10;
        }
        let front = prefix.len().min(start);
        bytes[start - front..start].copy_from_slice(&prefix.as_bytes()[..front]);
        column.append_option(std::str::from_utf8(&bytes[start - front..]).ok());
    }

    pub fn integer(&mut self, number: Option<i64>) {
        match self.turn() {
            (Some(Builder::Integer(column)), None) => column.append_option(number),
            (Some(Builder::Integer(column)), Some(_)) => column.append_value(-1),
            _ => {}
        }
    }

    /// Days since 1970-01-01.
    pub fn date(&mut self, days: Option<i32>) {
        if let (Some(Builder::Date(column)), _) = self.turn() {
            column.append_option(days);
        }
    }

    /// In cents.
    pub fn money(&mut self, cents: Option<i64>) {
        if let (Some(Builder::Money(column)), _) = self.turn() {
            column.append_option(cents.map(|cents| i128::from(cents) * 100));
        }
    }

    pub fn boolean(&mut self, truth: Option<bool>) {
        if let (Some(Builder::Boolean(column)), _) = self.turn() {
            column.append_option(truth);
        }
    }
}

fn spoiled_text(spoil: Spoil) -> Option<&'static str> {
    match spoil {
        Spoil::Null => None,
        Spoil::Nul => Some("a\0b"),
        Spoil::Word | Spoil::Negative => Some("nobody knows"),
    }
}

/// The Arrow schema of a table.
pub(super) fn schema(table: &dyn Table) -> SchemaRef {
    let field = |(name, kind): (String, Kind)| {
        let kind = match kind {
            Kind::Text => DataType::Utf8,
            Kind::Integer => DataType::Int64,
            Kind::Date => DataType::Date32,
            Kind::Money => DataType::Decimal128(18, 4),
            Kind::Boolean => DataType::Boolean,
        };
        Field::new(name, kind, true)
    };
    Arc::new(Schema::new(table.columns().into_iter().map(field).collect::<Vec<_>>()))
}

/// A stretch of a table.
pub(super) fn batch(table: &dyn Table, schema: &SchemaRef, rows: Range<u64>) -> Result<RecordBatch, Fault> {
    let mut cells = Cells::new(&table.columns(), (rows.end - rows.start) as usize);
    for row in rows {
        cells.next = 0;
        table.row(row, &mut cells);
    }
    let finish = |column: Builder| -> Result<ArrayRef, Fault> {
        Ok(match column {
            Builder::Text(mut column) => ArrayBuilder::finish(&mut column),
            Builder::Integer(mut column) => ArrayBuilder::finish(&mut column),
            Builder::Date(mut column) => ArrayBuilder::finish(&mut column),
            Builder::Money(mut column) => Arc::new(column.finish().with_precision_and_scale(18, 4)?),
            Builder::Boolean(mut column) => ArrayBuilder::finish(&mut column),
        })
    };
    let arrays = cells.columns.into_iter().map(finish).collect::<Result<Vec<_>, _>>()?;
    Ok(RecordBatch::try_new(Arc::clone(schema), arrays)?)
}
