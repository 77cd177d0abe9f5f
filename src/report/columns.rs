//! Columns of a table, made on demand: each is a question that is asked once per row, and the answers of a row group become one
//! column chunk. A table of twenty million rows is never in memory; no text is copied to look at a code.
//!
//! Nulls are in-band as in the model ([`NULL_CODE`], [`NULL_INT`], [`NULL_DATE`], …). Which columns a table has is the business of
//! `writer`, which compares with the table's definition.

use super::encode::lists::{ListRows, lists};
use super::encode::texts::{Text, TextChunk};
use super::encode::{Chunk, Column, Tools, flat};
use super::numbers::Money;
use super::pool::TextPool;
use super::schema::Kind;
use super::storage::{PAGE_ROWS, pages};
use crate::model::date::NULL_DATE;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::NULL_INT;
use crate::model::words::Member;
use arrow::array::{ArrayRef, Decimal128Array, Float64Array};
use arrow::error::ArrowError;
use parquet::errors::ParquetError;
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

type Direct<'a> = Box<dyn Fn(Range<usize>, &Column, &mut Tools) -> Result<Chunk, ParquetError> + Sync + 'a>;
type ByArrow<'a> = Box<dyn Fn(Range<usize>) -> Result<ArrayRef, ArrowError> + Sync + 'a>;

/// How any stretch of a column is made.
pub(super) enum Fill<'a> {
    Direct(Direct<'a>),
    /// Rare kinds, for which Arrow's writer will do.
    Arrow(ByArrow<'a>),
}

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

    fn push(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        kind: Kind,
        fill: impl Fn(Range<usize>, &Column, &mut Tools) -> Result<Chunk, ParquetError> + Sync + 'a,
    ) {
        self.sources.push(Source { name: name.into(), kind, fill: Fill::Direct(Box::new(fill)) });
    }

    fn push_arrow(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        kind: Kind,
        fill: impl Fn(Range<usize>) -> Result<ArrayRef, ArrowError> + Sync + 'a,
    ) {
        self.sources.push(Source { name: name.into(), kind, fill: Fill::Arrow(Box::new(fill)) });
    }

    /// Texts by their codes in `pool`, whose codes stand in the order of their texts.
    pub fn code(&mut self, name: impl Into<Cow<'a, str>>, pool: &TextPool<'a>, code: impl Fn(usize) -> Code + Sync + 'a) {
        let pool = *pool;
        self.push(name, Kind::Code, move |rows, column, tools| {
            let codes: Vec<Code> = rows.map(&code).collect();
            flat::codes(column, &codes, |code| pool.get(code), tools)
        });
    }

    /// Texts that differ in nearly every row and lie somewhere; best told in two parts where neighbours begin alike.
    pub fn texts<'t>(&mut self, name: impl Into<Cow<'a, str>>, kind: Kind, text: impl Fn(usize) -> Option<Text<'t>> + Sync + 'a) {
        self.push(name, kind, move |rows, column, tools| {
            let first = rows.start;
            flat::texts(column, rows.len(), |row| text(first + row), tools)
        });
    }

    /// Texts that lie anywhere: before those of a page are asked for, `ahead` is told its rows and looks at their memory, so that this is
    /// waited for once, and not for every text.
    pub fn texts_ahead<'t>(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        kind: Kind,
        ahead: impl Fn(Range<usize>) + Sync + 'a,
        text: impl Fn(usize) -> Option<Text<'t>> + Sync + 'a,
    ) {
        self.push(name, kind, move |rows, column, tools| {
            let mut chunk = TextChunk::new(column, pages(rows.len()))?;
            for start in rows.clone().step_by(PAGE_ROWS) {
                let page = start..rows.end.min(start + PAGE_ROWS);
                ahead(page.clone());
                chunk.page(page.map(|row| (text(row), 1)), tools)?;
            }
            chunk.finish(tools)
        });
    }

    /// Members of a closed list.
    pub fn member<M: Member>(&mut self, name: impl Into<Cow<'a, str>>, member: impl Fn(usize) -> Option<M> + Sync + 'a) {
        self.push(name, Kind::Code, move |rows, column, tools| {
            let places: Vec<u32> = rows.map(|row| member(row).map_or(NULL_CODE, Member::place)).collect();
            flat::members(column, &places, M::code_at, tools)
        });
    }

    /// Few different texts, of rules in force or others.
    pub fn word<'t>(&mut self, name: impl Into<Cow<'a, str>>, word: impl Fn(usize) -> Option<&'t str> + Sync + 'a) {
        self.push(name, Kind::Code, move |rows, column, tools| {
            let (places, list) = places_of(rows.map(&word));
            flat::words(column, &places, &list.iter().map(|word| word.as_bytes()).collect::<Vec<_>>(), tools)
        });
    }

    /// Sentences, appended to the buffer; `false` for null, and then nothing may be appended.
    pub fn text(&mut self, name: impl Into<Cow<'a, str>>, write: impl Fn(usize, &mut String) -> bool + Sync + 'a) {
        self.push(name, Kind::Text, move |rows, column, tools| {
            let mut chunk = TextChunk::new(column, pages(rows.len()))?;
            let mut bytes = std::mem::take(&mut tools.written);
            let mut ends: Vec<Option<usize>> = Vec::with_capacity(PAGE_ROWS);
            for start in rows.clone().step_by(PAGE_ROWS) {
                bytes.clear();
                ends.clear();
                ends.extend((start..rows.end.min(start + PAGE_ROWS)).map(|row| write(row, &mut bytes).then_some(bytes.len())));
                let mut from = 0;
                let mut text = |end: usize| Text::whole(&bytes.as_bytes()[std::mem::replace(&mut from, end)..end]);
                chunk.page(ends.iter().map(|end| (end.map(&mut text), 1)), tools)?;
            }
            tools.written = bytes;
            chunk.finish(tools)
        });
    }

    /// Texts of which neighbours are often the same: equal keys have equal texts, which are asked for once.
    pub fn keyed<'t>(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        key: impl Fn(usize) -> u32 + Sync + 'a,
        text: impl Fn(u32) -> Text<'t> + Sync + 'a,
    ) {
        self.push(name, Kind::Text, move |rows, column, tools| {
            let keys: Vec<u32> = rows.map(&key).collect();
            flat::keyed(column, &keys, &text, tools)
        });
    }

    pub fn integer(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> i64 + Sync + 'a) {
        self.push(name, Kind::Integer, move |rows, column, tools| {
            let values: Vec<i64> = rows.map(&value).collect();
            flat::integers(column, &values, NULL_INT, tools)
        });
    }

    pub fn money(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<Money> + Sync + 'a) {
        self.push(name, Kind::Money, move |rows, column, tools| {
            // decimal(18, 4) holds what 64 bits hold; `numbers` gives nothing beyond.
            let values: Vec<i64> = rows.map(|row| value(row).and_then(|amount| i64::try_from(amount).ok()).unwrap_or(NULL_INT)).collect();
            flat::integers(column, &values, NULL_INT, tools)
        });
    }

    /// Decimals with 9 places.
    pub fn decimal(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<i128> + Sync + 'a) {
        self.push_arrow(name, Kind::Decimal, move |rows| {
            let array: Decimal128Array = rows.map(&value).collect();
            Ok(Arc::new(array.with_precision_and_scale(28, 9)?))
        });
    }

    pub fn percent(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<f64> + Sync + 'a) {
        self.push_arrow(name, Kind::Percent, move |rows| Ok(Arc::new(rows.map(&value).collect::<Float64Array>())));
    }

    pub fn boolean(&mut self, name: impl Into<Cow<'a, str>>, value: impl Fn(usize) -> Option<bool> + Sync + 'a) {
        self.push(name, Kind::Boolean, move |rows, column, tools| {
            let values: Vec<Option<bool>> = rows.map(&value).collect();
            flat::booleans(column, &values, tools)
        });
    }

    pub fn date(&mut self, name: impl Into<Cow<'a, str>>, day: impl Fn(usize) -> i32 + Sync + 'a) {
        self.push(name, Kind::Date, move |rows, column, tools| {
            let days: Vec<i64> = rows.map(|row| i64::from(day(row))).collect();
            flat::integers(column, &days, i64::from(NULL_DATE), tools)
        });
    }

    /// Lists of texts by their codes in `pool`; `None` for null.
    pub fn list<'t>(
        &mut self,
        name: impl Into<Cow<'a, str>>,
        pool: &TextPool<'a>,
        codes: impl Fn(usize) -> Option<&'t [Code]> + Sync + 'a,
    ) {
        let pool = *pool;
        self.push(name, Kind::List, move |rows, column, tools| {
            let mut all = ListRows::default();
            for row in rows {
                let list = codes(row);
                all.nulls.push(list.is_none());
                all.elements.extend_from_slice(list.unwrap_or_default());
                all.ends.push(all.elements.len() as u32);
            }
            lists(column, &all, |code| pool.get(code), tools)
        });
    }
}

/// So many words are looked for one by one, which is faster than by their hashes.
const FEW: usize = 8;

/// Codes are handed out by address: the same word twice costs an entry, not a comparison of texts.
fn places_of<'t>(words: impl Iterator<Item = Option<&'t str>>) -> (Vec<u32>, Vec<&'t str>) {
    let mut places: FxHashMap<(usize, usize), u32> = FxHashMap::default();
    let mut list: Vec<&str> = Vec::new();
    let place = |word: Option<&'t str>| {
        let Some(word) = word else { return NULL_CODE };
        if let Some(place) = list.iter().take(FEW).position(|known| std::ptr::eq(*known, word)) {
            return place as u32;
        }
        *places.entry((word.as_ptr() as usize, word.len())).or_insert_with(|| {
            list.push(word);
            list.len() as u32 - 1
        })
    };
    (words.map(place).collect(), list)
}
