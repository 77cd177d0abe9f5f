//! Columns with one value a row: identifiers, words, numbers, dates, truth values, texts.

use super::bits::{groups, hybrid, width_of};
use super::bounds::{Bound, Bounds};
use super::chunk::{Chunk, ChunkMaker, Levels, PageFacts};
use super::dictionary::{Dictionary, NULL, ends, extremes};
use super::texts::{Text, TextChunk};
use super::{Column, Tools, delta, folded};
use crate::model::text::{Code, NULL_CODE};
use crate::report::storage::{PAGE_ROWS, pages};
use parquet::basic::{Encoding, Type};
use parquet::errors::ParquetError;
use std::ops::Range;

type Made = Result<Chunk, ParquetError>;

/// A dictionary of more entries than this does not pay for numbers.
const MOST_NUMBERS: usize = 4_096;
/// Of texts it may hold so many of a row group's.
const MOST_TEXTS: usize = 49_152;
/// Texts by their codes; `text` tells the text of a code, and codes stand in the order of their texts.
pub fn codes<'t>(column: &Column, rows: &[Code], text: impl Fn(Code) -> &'t str, tools: &mut Tools) -> Made {
    let dictionary = if column.hardly_repeated { None } else { Dictionary::of(rows, NULL_CODE, MOST_TEXTS, &mut tools.slots) };
    match dictionary {
        Some(dictionary) => {
            let plain = dictionary.values.iter().map(|code| text(*code).as_bytes());
            let bound = |code: Code| Bound::Text(text(code).as_bytes().into());
            let bounds = |page: Range<usize>| extremes(&rows[page], NULL_CODE).map(|(low, high)| (bound(low), bound(high)));
            by_dictionary(column, &dictionary.places, texts_of(plain.clone()), plain, bounds, tools)
        }
        None => texts(column, rows.len(), |row| (rows[row] != NULL_CODE).then(|| Text::whole(text(rows[row]).as_bytes())), tools),
    }
}

/// Texts by their places in a list of few.
pub fn words(column: &Column, rows: &[u32], list: &[&[u8]], tools: &mut Tools) -> Made {
    let bound = |text: &[u8]| Bound::Text(text.into());
    let bounds = |page: Range<usize>| ends(&rows[page], list).map(|(low, high)| (bound(low), bound(high)));
    let plain = list.iter().copied();
    by_dictionary(column, rows, texts_of(plain.clone()), plain, bounds, tools)
}

/// Texts by their places in a closed list.
pub fn members(column: &Column, rows: &[u32], text: impl Fn(u32) -> &'static str, tools: &mut Tools) -> Made {
    match Dictionary::of(rows, NULL_CODE, MOST_TEXTS, &mut tools.slots) {
        Some(Dictionary { values, places }) => {
            words(column, &places, &values.into_iter().map(|place| text(place).as_bytes()).collect::<Vec<_>>(), tools)
        }
        None => Err(column.no_null()),
    }
}

/// Texts of which neighbours are often the same, by keys: equal keys have equal texts, which are asked for once.
pub fn keyed<'t>(column: &Column, rows: &[u32], text: impl Fn(u32) -> Text<'t>, tools: &mut Tools) -> Made {
    let mut chunk = TextChunk::new(column, pages(rows.len()))?;
    for page in rows.chunks(PAGE_ROWS) {
        let runs = page.chunk_by(|one, other| one == other);
        chunk.page(runs.map(|run| ((run[0] != NULL_CODE).then(|| text(run[0])), run.len())), tools)?;
    }
    chunk.finish(tools)
}

pub(super) fn texts_of<'t>(texts: impl Iterator<Item = &'t [u8]>) -> Vec<u8> {
    let mut plain = Vec::new();
    for text in texts {
        plain.extend_from_slice(&(text.len() as u32).to_le_bytes());
        plain.extend_from_slice(text);
    }
    plain
}

/// Rows by their places in a dictionary; `bounds` tells those of some rows.
fn by_dictionary<'t>(
    column: &Column,
    rows: &[u32],
    plain: Vec<u8>,
    values: impl ExactSizeIterator<Item = &'t [u8]>,
    bounds: impl Fn(Range<usize>) -> Option<Bounds>,
    tools: &mut Tools,
) -> Made {
    let mut chunk = ChunkMaker::new(column, pages(rows.len()));
    let count = values.len();
    let mut filter = column.filter()?;
    if let Some(filter) = &mut filter {
        values.for_each(|value| filter.insert(value));
    }
    chunk.dictionary(plain, count);
    place_pages(column, &mut chunk, rows, count, bounds, tools)?;
    chunk.finish(folded(filter), tools)
}

/// The pages of a dictionary column.
fn place_pages(
    column: &Column,
    chunk: &mut ChunkMaker<'_>,
    rows: &[u32],
    count: usize,
    bounds: impl Fn(Range<usize>) -> Option<Bounds>,
    tools: &mut Tools,
) -> Result<(), ParquetError> {
    let width = width_of(count.saturating_sub(1) as u32);
    for (number, page) in rows.chunks(PAGE_ROWS).enumerate() {
        let first = number * PAGE_ROWS;
        let (mut places, mut values) = (std::mem::take(&mut tools.places), std::mem::take(&mut tools.values));
        values.clear();
        values.push(width as u8);
        let nulls = page.iter().filter(|place| **place == NULL).count();
        if nulls == 0 {
            hybrid(page, width, &mut values);
        } else {
            // Nulls come and go, and a branch on them would be foretold wrongly.
            places.resize(page.len(), NULL);
            let mut known = 0;
            for place in page {
                places[known] = *place;
                known += usize::from(*place != NULL);
            }
            hybrid(&places[..known], width, &mut values);
        }
        let bounds = bounds(first..first + page.len());
        put(column, chunk, page, |place| *place == NULL, nulls, bounds, &values, Encoding::RLE_DICTIONARY, tools)?;
        (tools.places, tools.values) = (places, values);
    }
    Ok(())
}

/// Puts a page of one value a row into the chunk.
#[expect(clippy::too_many_arguments, reason = "what a page is made of; there is no smaller whole in it")]
fn put<T>(
    column: &Column,
    chunk: &mut ChunkMaker<'_>,
    page: &[T],
    is_null: impl Fn(&T) -> bool,
    nulls: usize,
    bounds: Option<Bounds>,
    values: &[u8],
    encoding: Encoding,
    tools: &mut Tools,
) -> Result<(), ParquetError> {
    if nulls > 0 && !column.nullable {
        return Err(column.no_null());
    }
    let facts = PageFacts { rows: page.len(), entries: page.len(), nulls, bounds };
    if !column.nullable {
        return chunk.page(facts, &Levels::default(), &[values], encoding, tools);
    }
    if nulls == 0 {
        return chunk.page(facts, &Levels { all_defined: true, ..Levels::default() }, &[values], encoding, tools);
    }
    let mut levels = std::mem::take(&mut tools.levels);
    levels.clear();
    levels.extend(page.iter().map(|value| u32::from(!is_null(value))));
    let done = chunk.page(facts, &Levels { definition: Some((&levels, 1)), ..Levels::default() }, &[values], encoding, tools);
    tools.levels = levels;
    done
}

/// Texts that are different in nearly every row.
pub fn texts<'t>(column: &Column, rows: usize, text: impl Fn(usize) -> Option<Text<'t>>, tools: &mut Tools) -> Made {
    let mut chunk = TextChunk::new(column, pages(rows))?;
    for start in (0..rows).step_by(PAGE_ROWS) {
        chunk.page((start..rows.min(start + PAGE_ROWS)).map(|row| (text(row), 1)), tools)?;
    }
    chunk.finish(tools)
}

/// Whole numbers, money in its smallest unit, and days, which are stored in 32 bits.
pub fn integers(column: &Column, rows: &[i64], null: i64, tools: &mut Tools) -> Made {
    let days = column.descr.physical_type() == Type::INT32;
    let bound = |value: i64| if days { Bound::Day(value as i32) } else { Bound::Integer(value) };
    if let Some(dictionary) = Dictionary::of(rows, null, MOST_NUMBERS, &mut tools.slots) {
        let mut chunk = ChunkMaker::new(column, pages(rows.len()));
        let mut plain = Vec::with_capacity(dictionary.values.len() * 8);
        for value in &dictionary.values {
            let bytes = value.to_le_bytes();
            plain.extend_from_slice(if days { &bytes[..4] } else { &bytes[..] });
        }
        chunk.dictionary(plain, dictionary.values.len());
        let Dictionary { values, places } = dictionary;
        let bounds = |page: Range<usize>| ends(&places[page], &values).map(|(low, high)| (bound(low), bound(high)));
        place_pages(column, &mut chunk, &places, values.len(), bounds, tools)?;
        return chunk.finish(None, tools);
    }
    let mut chunk = ChunkMaker::new(column, pages(rows.len()));
    for page in rows.chunks(PAGE_ROWS) {
        let (mut known, mut values) = (std::mem::take(&mut tools.numbers), std::mem::take(&mut tools.values));
        known.clear();
        known.extend(page.iter().copied().filter(|value| *value != null));
        values.clear();
        delta::integers(&known, &mut values);
        let bounds = known.iter().min().zip(known.iter().max()).map(|(low, high)| (bound(*low), bound(*high)));
        let nulls = page.len() - known.len();
        put(column, &mut chunk, page, |value| *value == null, nulls, bounds, &values, Encoding::DELTA_BINARY_PACKED, tools)?;
        (tools.numbers, tools.values) = (known, values);
    }
    chunk.finish(None, tools)
}

/// Truth values.
pub fn booleans(column: &Column, rows: &[Option<bool>], tools: &mut Tools) -> Made {
    let mut chunk = ChunkMaker::new(column, pages(rows.len()));
    for page in rows.chunks(PAGE_ROWS) {
        let known = || page.iter().flatten();
        let mut values = std::mem::take(&mut tools.values);
        values.clear();
        let mut places = std::mem::take(&mut tools.places);
        places.clear();
        places.extend(known().map(|value| u32::from(*value)));
        groups(&places, 1, &mut values);
        values.truncate(places.len().div_ceil(8));
        let bounds = extremes(&places, NULL).map(|(low, high)| (Bound::Boolean(low == 1), Bound::Boolean(high == 1)));
        let nulls = page.len() - places.len();
        tools.places = places;
        put(column, &mut chunk, page, Option::is_none, nulls, bounds, &values, Encoding::PLAIN, tools)?;
        tools.values = values;
    }
    chunk.finish(None, tools)
}
