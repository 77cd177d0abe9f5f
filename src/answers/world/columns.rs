//! The columns of a frame by name; all null where it lacks one, as a run of an earlier version may.

use crate::model::date::NULL_DATE;
use crate::model::decimal::{NULL_DECIMAL, Scaled};
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Column, Frame, NULL_INT};

fn given<T: Clone>(frame: &Frame, name: &str, null: T, values: impl Fn(&Column) -> &[T]) -> Vec<T> {
    match frame.column(name).map(values) {
        Some(values) if values.len() == frame.rows => values.to_vec(),
        _ => vec![null; frame.rows],
    }
}

pub fn codes(frame: &Frame, name: &str) -> Vec<Code> {
    given(frame, name, NULL_CODE, Column::texts)
}

pub fn integers(frame: &Frame, name: &str) -> Vec<i64> {
    given(frame, name, NULL_INT, Column::integers)
}

pub fn dates(frame: &Frame, name: &str) -> Vec<i32> {
    given(frame, name, NULL_DATE, Column::dates)
}

pub fn decimals(frame: &Frame, name: &str) -> Vec<Scaled> {
    given(frame, name, NULL_DECIMAL, Column::decimals)
}

pub fn booleans(frame: &Frame, name: &str) -> Vec<Option<bool>> {
    given(frame, name, None, Column::booleans)
}

pub fn lists(frame: &Frame, name: &str) -> Vec<u32> {
    given(frame, name, NULL_CODE, Column::lists)
}
