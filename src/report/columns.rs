//! Columns of a table, made on demand: each is a question that is asked once per row, and the answers of a row group become one
//! Arrow array. A table of twenty million rows is never in memory; no text is copied to look at a code.
//!
//! Nulls are in-band as in the model ([`NULL_CODE`], [`NULL_INT`], [`NULL_DATE`], …). Which arrays fit which table is the
//! business of `writer`, which compares with the table's definition.

use super::numbers::Money;
use super::pool::TextPool;
use super::schema::{Kind, list_item};
use crate::model::date::NULL_DATE;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::NULL_INT;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Decimal128Array, DictionaryArray, Float64Array, Int64Array, LargeStringArray, ListArray,
    StringBuilder, UInt32Array,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::UInt32Type;
use arrow::error::ArrowError;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

type Fill<'a> = Box<dyn Fn(Range<usize>) -> Result<ArrayRef, ArrowError> + Sync + 'a>;

/// One column: its name, its kind, and how to make any stretch of it.
pub(super) struct Source<'a> {
    pub name: Cow<'a, str>,
    pub kind: Kind,
    pub fill: Fill<'a>,
}

/// The columns of a table, in its order.
pub(super) struct Columns<'a> {
    pub rows: usize,
    pub sources: Vec<Source<'a>>,
}

impl<'a> Columns<'a> {
    pub fn new(rows: usize) -> Self {
        Self { rows, sources: Vec::new() }
    }

    fn push(&mut self, name: impl Into<Cow<'a, str>>, kind: Kind, fill: impl Fn(Range<usize>) -> Result<ArrayRef, ArrowError> + Sync + 'a) {
        self.sources.push(Source { name: name.into(), kind, fill: Box::new(fill) });
    }

    /// Texts by their codes in `pool`.
    pub fn code(&mut self, name: impl Into<Cow<'a, str>>, pool: &TextPool, code: impl Fn(usize) -> Code + Sync + 'a) {
        let values = pool.values();
        self.push(name, Kind::Code, move |rows| {
            dictionary(rows.map(&code).map(|code| (code != NULL_CODE).then_some(code)).collect(), Arc::clone(&values))
        });
    }

    /// Few different texts, of a closed list or of rules in force.
    pub fn word<'t>(&mut self, name: impl Into<Cow<'a, str>>, word: impl Fn(usize) -> Option<&'t str> + Sync + 'a) {
        self.push(name, Kind::Code, move |rows| words(rows.map(&word)));
    }

    /// Texts that differ in nearly every row, appended to the buffer; `false` for null, and then nothing may be appended.
    pub fn text(&mut self, name: impl Into<Cow<'a, str>>, write: impl Fn(usize, &mut String) -> bool + Sync + 'a) {
        self.push(name, Kind::Text, move |rows| {
            let mut array = StringBuilder::with_capacity(rows.len(), rows.len() * 24);
            let mut buffer = String::new();
            for row in rows {
                buffer.clear();
                let known = write(row, &mut buffer);
                array.append_option(known.then_some(buffer.as_str()));
            }
            Ok(Arc::new(array.finish()))
        });
    }

    pub fn integer(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> i64 + Sync + 'a) {
        self.push(name, Kind::Integer, move |rows| {
            let values = rows.map(&value).map(|value| (value != NULL_INT).then_some(value));
            Ok(Arc::new(values.collect::<Int64Array>()))
        });
    }

    pub fn money(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<Money> + Sync + 'a) {
        self.push(name, Kind::Money, move |rows| {
            let array: Decimal128Array = rows.map(&value).collect();
            Ok(Arc::new(array.with_precision_and_scale(18, 4)?))
        });
    }

    /// Decimals with 9 places.
    pub fn decimal(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<i128> + Sync + 'a) {
        self.push(name, Kind::Decimal, move |rows| {
            let array: Decimal128Array = rows.map(&value).collect();
            Ok(Arc::new(array.with_precision_and_scale(28, 9)?))
        });
    }

    pub fn percent(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<f64> + Sync + 'a) {
        self.push(name, Kind::Percent, move |rows| Ok(Arc::new(rows.map(&value).collect::<Float64Array>())));
    }

    pub fn boolean(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<bool> + Sync + 'a) {
        self.push(name, Kind::Boolean, move |rows| Ok(Arc::new(rows.map(&value).collect::<BooleanArray>())));
    }

    pub fn date(&mut self, name: impl Into<Cow<'a, str>>, day: impl Fn(usize) -> i32 + Sync + 'a) {
        self.push(name, Kind::Date, move |rows| {
            let days = rows.map(&day).map(|day| (day != NULL_DATE).then_some(day));
            Ok(Arc::new(days.collect::<Date32Array>()))
        });
    }

    /// Lists of texts by their codes in `pool`; `None` for null.
    pub fn list<'t>(&mut self, name: impl Into<Cow<'a, str>>, pool: &TextPool, codes: impl Fn(usize) -> Option<&'t [Code]> + Sync + 'a) {
        let values = pool.values();
        self.push(name, Kind::List, move |rows| {
            let mut keys: Vec<Option<Code>> = Vec::with_capacity(rows.len() * 2);
            let mut lengths = Vec::with_capacity(rows.len());
            let mut known = Vec::with_capacity(rows.len());
            for row in rows {
                let list = codes(row);
                known.push(list.is_some());
                let list = list.unwrap_or_default();
                lengths.push(list.len());
                keys.extend(list.iter().map(|code| Some(*code)));
            }
            let elements = dictionary(keys.into_iter().collect(), Arc::clone(&values))?;
            let nulls = known.contains(&false).then(|| NullBuffer::from(known));
            Ok(Arc::new(ListArray::try_new(list_item(), OffsetBuffer::from_lengths(lengths), elements, nulls)?))
        });
    }
}

fn dictionary(keys: UInt32Array, values: ArrayRef) -> Result<ArrayRef, ArrowError> {
    Ok(Arc::new(DictionaryArray::<UInt32Type>::try_new(keys, values)?))
}

/// Codes are handed out by address: the same word twice costs an entry, not a comparison of texts.
fn words<'t>(words: impl Iterator<Item = Option<&'t str>>) -> Result<ArrayRef, ArrowError> {
    let mut places: FxHashMap<(usize, usize), u32> = FxHashMap::default();
    let mut values: Vec<&str> = Vec::new();
    let keys: UInt32Array = words
        .map(|word| {
            word.map(|word| {
                *places.entry((word.as_ptr() as usize, word.len())).or_insert_with(|| {
                    values.push(word);
                    values.len() as u32 - 1
                })
            })
        })
        .collect();
    dictionary(keys, Arc::new(LargeStringArray::from_iter_values(values)))
}
