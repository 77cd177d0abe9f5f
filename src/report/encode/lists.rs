//! Columns of lists of texts.

use super::bits::{hybrid, width_of};
use super::bounds::Bound;
use super::chunk::{Chunk, ChunkMaker, Levels, PageFacts};
use super::dictionary::Dictionary;
use super::{Column, Tools};
use crate::model::text::{Code, NULL_CODE};
use crate::report::storage::{PAGE_ROWS, pages};
use parquet::basic::Encoding;
use parquet::errors::ParquetError;

/// The lists of a row group: where each ends among the elements, and whether it is one.
#[derive(Default)]
pub struct ListRows {
    pub ends: Vec<u32>,
    /// Empty where all are.
    pub nulls: Vec<bool>,
    pub elements: Vec<Code>,
}

/// Lists of texts by their codes. The codes need not stand in the order of their texts.
pub fn lists<'t>(column: &Column, rows: &ListRows, text: impl Fn(Code) -> &'t str, tools: &mut Tools) -> Result<Chunk, ParquetError> {
    let is_null = |row: usize| rows.nulls.get(row).copied().unwrap_or(false);
    if !column.nullable && rows.nulls.contains(&true) {
        return Err(column.no_null());
    }
    let empty = u32::from(column.nullable);
    let level_width = width_of(empty + 1);
    // However many there are: elements are members of closed lists, or what an attribute holds again and again.
    let Some(dictionary) = Dictionary::of(&rows.elements, NULL_CODE, usize::MAX, &mut tools.slots) else { return Err(column.no_null()) };
    let mut chunk = ChunkMaker::new(column, pages(rows.ends.len()));
    let texts: Vec<&str> = dictionary.values.iter().map(|code| text(*code)).collect();
    chunk.dictionary(super::flat::texts_of(texts.iter().map(|text| text.as_bytes())), texts.len());
    let width = width_of(texts.len().saturating_sub(1) as u32);
    let mut repetition = Vec::new();
    let mut used = vec![false; texts.len()];
    for start in (0..rows.ends.len()).step_by(PAGE_ROWS) {
        let end = rows.ends.len().min(start + PAGE_ROWS);
        let (mut levels, mut values) = (std::mem::take(&mut tools.levels), std::mem::take(&mut tools.values));
        levels.clear();
        values.clear();
        repetition.clear();
        let first = begin(&rows.ends, start);
        for row in start..end {
            let elements = rows.ends[row] as usize - begin(&rows.ends, row);
            let level = if is_null(row) { 0 } else { empty + u32::from(elements > 0) };
            repetition.push(0);
            levels.push(level);
            for _ in 1..elements {
                repetition.push(1);
                levels.push(level);
            }
        }
        let places = &dictionary.places[first..rows.ends[end - 1] as usize];
        values.push(width as u8);
        hybrid(places, width, &mut values);
        used.fill(false);
        places.iter().for_each(|place| used[*place as usize] = true);
        let here = || texts.iter().zip(&used).filter(|(_, used)| **used).map(|(text, _)| Bound::Text(text.as_bytes().into()));
        let facts = PageFacts {
            rows: end - start,
            entries: levels.len(),
            nulls: levels.len() - places.len(),
            bounds: here().min().zip(here().max()),
        };
        let of_page = Levels { repetition: Some(&repetition), definition: Some((&levels, level_width)), all_defined: false };
        chunk.page(facts, &of_page, &[&values], Encoding::RLE_DICTIONARY, tools)?;
        (tools.levels, tools.values) = (levels, values);
    }
    chunk.finish(None, tools)
}

/// Where the elements of a row begin.
fn begin(ends: &[u32], row: usize) -> usize {
    row.checked_sub(1).map_or(0, |before| ends[before] as usize)
}
