//! Stretches of columns: every piece of a column is written to its own, side by side, so that nothing is put together afterwards.

use crate::model::date::NULL_DATE;
use crate::model::decimal::{NULL_DECIMAL, Scaled};
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Column, NULL_INT, Type};

/// The rows of a piece in a column of the result.
pub enum Stretch<'a> {
    Text(&'a mut [Code]),
    List(&'a mut [u32]),
    Integer(&'a mut [i64]),
    Decimal(&'a mut [Scaled]),
    Boolean(&'a mut [Option<bool>]),
    Date(&'a mut [i32]),
    /// Identifiers are not interned, and so in no column.
    Identifiers,
}

/// A column whose rows are all to be written: zeroes, which the system gives without being touched.
pub fn room(kind: Type, rows: usize) -> Column {
    match kind {
        Type::Text => Column::Text(vec![0; rows]),
        Type::Integer => Column::Integer(vec![0; rows]),
        Type::Decimal => Column::Decimal(vec![0; rows]),
        Type::Boolean => Column::Boolean(vec![None; rows]),
        Type::Date => Column::Date(vec![0; rows]),
        Type::List => Column::List(vec![0; rows]),
    }
}

impl<'a> Stretch<'a> {
    /// All of a column. One without room takes nothing.
    pub fn of(column: &'a mut Column) -> Self {
        match column {
            Column::Text(values) => Stretch::Text(values),
            Column::List(values) => Stretch::List(values),
            Column::Integer(values) => Stretch::Integer(values),
            Column::Decimal(values) => Stretch::Decimal(values),
            Column::Boolean(values) => Stretch::Boolean(values),
            Column::Date(values) => Stretch::Date(values),
            Column::Nulls(..) => Stretch::Identifiers,
        }
    }

    /// Takes the first rows away.
    pub fn take(&mut self, rows: usize) -> Self {
        fn first<'a, T>(rest: &mut &'a mut [T], rows: usize) -> &'a mut [T] {
            let (first, others) = std::mem::take(rest).split_at_mut(rows);
            *rest = others;
            first
        }
        match self {
            Stretch::Text(rest) => Stretch::Text(first(rest, rows)),
            Stretch::List(rest) => Stretch::List(first(rest, rows)),
            Stretch::Integer(rest) => Stretch::Integer(first(rest, rows)),
            Stretch::Decimal(rest) => Stretch::Decimal(first(rest, rows)),
            Stretch::Boolean(rest) => Stretch::Boolean(first(rest, rows)),
            Stretch::Date(rest) => Stretch::Date(first(rest, rows)),
            Stretch::Identifiers => Stretch::Identifiers,
        }
    }

    pub fn fill_nulls(&mut self) {
        match self {
            Stretch::Text(rows) | Stretch::List(rows) => rows.fill(NULL_CODE),
            Stretch::Integer(rows) => rows.fill(NULL_INT),
            Stretch::Decimal(rows) => rows.fill(NULL_DECIMAL),
            Stretch::Boolean(rows) => rows.fill(None),
            Stretch::Date(rows) => rows.fill(NULL_DATE),
            Stretch::Identifiers => {}
        }
    }

    /// Turns codes, or places of lists, into what they stand for; null stays null.
    pub fn translate(&mut self, meanings: &[u32]) {
        if let Stretch::Text(rows) | Stretch::List(rows) = self {
            rows.iter_mut().filter(|row| **row != NULL_CODE).for_each(|row| *row = meanings[*row as usize]);
        }
    }
}
