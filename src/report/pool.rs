//! The texts of an estate as one Arrow array, shared by every column of every table: the estate's codes are its positions, so
//! a column of codes becomes a dictionary column as it is. What a file then holds is the used values, in order of first use.

use crate::model::text::{Code, Texts};
use arrow::array::{ArrayRef, LargeStringArray};
use std::sync::Arc;

/// Every text of an estate, by code.
#[derive(Clone, Debug)]
pub struct TextPool {
    values: ArrayRef,
}

impl TextPool {
    pub fn new(texts: &Texts) -> Self {
        Self { values: Arc::new(LargeStringArray::from_iter_values((0..texts.len()).map(|code| texts.get(code as Code)))) }
    }

    /// A pool of a few texts of one's own.
    pub fn of<S: AsRef<str>>(texts: &[S]) -> Self {
        Self { values: Arc::new(LargeStringArray::from_iter_values(texts.iter().map(AsRef::as_ref))) }
    }

    pub(super) fn values(&self) -> ArrayRef {
        Arc::clone(&self.values)
    }
}
