//! What was read of a table: single cells, to show; texts by row; and whole columns of the model, to calculate with.

use super::super::error::ReportError;
use crate::model::date::{Date, NULL_DATE};
use crate::model::decimal::{NULL_DECIMAL, Scaled};
use crate::model::text::{Code, Lists, NULL_CODE, TextArena, TextsBuilder};
use crate::model::value::{Column, Frame, NULL_INT};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use arrow::datatypes::DataType;
use std::path::PathBuf;

/// One value, to show.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Null,
    Text(String),
    Integer(i64),
    /// Times 10^9, and how many places to show.
    Decimal(Scaled, u32),
    Percent(f64),
    Boolean(bool),
    Date(Date),
    List(Vec<String>),
}

/// Rows of a table.
pub struct Rows {
    path: PathBuf,
    batch: RecordBatch,
}

impl Rows {
    pub(super) fn new(path: PathBuf, batch: RecordBatch) -> Self {
        Self { path, batch }
    }

    pub fn len(&self) -> usize {
        self.batch.num_rows()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The names of the columns, in the order of the table.
    pub fn names(&self) -> Vec<String> {
        self.batch.schema().fields().iter().map(|field| field.name().clone()).collect()
    }

    /// The cell of a row in the column at a place.
    pub fn cell(&self, row: usize, place: usize) -> Cell {
        let array = self.batch.column(place);
        if array.is_null(row) { Cell::Null } else { cell(array, row) }
    }

    /// The text of a row in the column at a place, without a copy; none for null, and for what is no text.
    pub fn text(&self, row: usize, place: usize) -> Option<&str> {
        let texts = self.batch.column(place).as_any().downcast_ref::<StringArray>()?;
        texts.is_valid(row).then(|| texts.value(row))
    }

    /// The texts of a column, `None` for null.
    pub fn texts<'a>(&'a self, name: &str) -> Result<impl Fn(usize) -> Option<&'a str> + use<'a>, ReportError> {
        let array = self.array::<StringArray>(name)?;
        Ok(move |row: usize| array.is_valid(row).then(|| array.value(row)))
    }

    /// The integers of a column, `None` for null.
    pub fn integers<'a>(&'a self, name: &str) -> Result<impl Fn(usize) -> Option<i64> + use<'a>, ReportError> {
        let array = self.array::<Int64Array>(name)?;
        Ok(move |row: usize| array.is_valid(row).then(|| array.value(row)))
    }

    /// The decimals of a column, times 10^9, `None` for null.
    pub fn decimals<'a>(&'a self, name: &str) -> Result<impl Fn(usize) -> Option<Scaled> + use<'a>, ReportError> {
        let array = self.array::<Decimal128Array>(name)?;
        let scale = 10i128.pow(9 - u32::from(array.scale().unsigned_abs()).min(9));
        Ok(move |row: usize| array.is_valid(row).then(|| array.value(row) * scale))
    }

    fn array<T: Array + 'static>(&self, name: &str) -> Result<&T, ReportError> {
        let column = self.batch.column_by_name(name);
        let array = column.and_then(|column| column.as_any().downcast_ref::<T>());
        array.ok_or_else(|| ReportError::read(&self.path, format!("it lacks the column {name}, or has it in another type")))
    }

    /// The texts of a column without nulls, in one piece.
    pub fn arena(&self, name: &str) -> Result<TextArena, ReportError> {
        let array = self.array::<StringArray>(name)?;
        let mut arena = TextArena::with_capacity(array.len(), array.value_data().len());
        for row in 0..array.len() {
            arena.push(array.value(row));
        }
        Ok(arena)
    }

    /// The columns of the model, but for some, with provisional codes. Percentages have no place in the model, and stay out.
    pub fn frame(&self, but_for: &[&str], texts: &mut TextsBuilder, lists: &mut Lists) -> Frame {
        let mut frame = Frame::new(self.len());
        for (field, array) in self.batch.schema().fields().iter().zip(self.batch.columns()) {
            if but_for.contains(&field.name().as_str()) {
                continue;
            }
            if let Some(column) = column(array, texts, lists) {
                frame.push(field.name().clone(), column);
            }
        }
        frame
    }
}

fn cell(array: &ArrayRef, row: usize) -> Cell {
    let any = array.as_any();
    if let Some(texts) = any.downcast_ref::<StringArray>() {
        Cell::Text(texts.value(row).to_owned())
    } else if let Some(numbers) = any.downcast_ref::<Int64Array>() {
        Cell::Integer(numbers.value(row))
    } else if let Some(numbers) = any.downcast_ref::<Decimal128Array>() {
        let places = u32::from(numbers.scale().unsigned_abs()).min(9);
        Cell::Decimal(numbers.value(row) * 10i128.pow(9 - places), places)
    } else if let Some(numbers) = any.downcast_ref::<Float64Array>() {
        Cell::Percent(numbers.value(row))
    } else if let Some(truths) = any.downcast_ref::<BooleanArray>() {
        Cell::Boolean(truths.value(row))
    } else if let Some(days) = any.downcast_ref::<Date32Array>() {
        Cell::Date(Date(days.value(row)))
    } else if let Some(lists) = any.downcast_ref::<ListArray>() {
        Cell::List(items(lists, row))
    } else {
        Cell::Null
    }
}

fn items(lists: &ListArray, row: usize) -> Vec<String> {
    let items = lists.value(row);
    let texts = items.as_string_opt::<i32>();
    texts.into_iter().flat_map(|texts| texts.iter().flatten()).map(str::to_owned).collect()
}

fn column(array: &ArrayRef, texts: &mut TextsBuilder, lists: &mut Lists) -> Option<Column> {
    let rows = array.len();
    Some(match array.data_type() {
        DataType::Utf8 => Column::Text(codes(array.as_string::<i32>(), texts)),
        DataType::Int64 => {
            let values = array.as_any().downcast_ref::<Int64Array>()?;
            Column::Integer((0..rows).map(|row| if values.is_null(row) { NULL_INT } else { values.value(row) }).collect())
        }
        DataType::Decimal128(_, places) => {
            let values = array.as_any().downcast_ref::<Decimal128Array>()?;
            let scale = 10i128.pow(9 - u32::from(places.unsigned_abs()).min(9));
            Column::Decimal((0..rows).map(|row| if values.is_null(row) { NULL_DECIMAL } else { values.value(row) * scale }).collect())
        }
        DataType::Boolean => {
            let values = array.as_any().downcast_ref::<BooleanArray>()?;
            Column::Boolean((0..rows).map(|row| values.is_valid(row).then(|| values.value(row))).collect())
        }
        DataType::Date32 => {
            let values = array.as_any().downcast_ref::<Date32Array>()?;
            Column::Date((0..rows).map(|row| if values.is_null(row) { NULL_DATE } else { values.value(row) }).collect())
        }
        DataType::List(_) => {
            let values = array.as_any().downcast_ref::<ListArray>()?;
            let mut list = |row: usize| {
                let codes: Vec<Code> = items(values, row).iter().map(|item| texts.intern(item)).collect();
                lists.intern(&codes)
            };
            Column::List((0..rows).map(|row| if values.is_null(row) { NULL_CODE } else { list(row) }).collect())
        }
        _ => return None,
    })
}

/// Rows that stand together often hold the same text.
fn codes(array: &StringArray, texts: &mut TextsBuilder) -> Vec<Code> {
    let mut last: Option<(&str, Code)> = None;
    let mut code = |text| match last {
        Some((seen, code)) if seen == text => code,
        _ => {
            let code = texts.intern(text);
            last = Some((text, code));
            code
        }
    };
    array.iter().map(|text| text.map_or(NULL_CODE, &mut code)).collect()
}
