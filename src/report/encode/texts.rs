//! Texts that are different in nearly every row: each page tells of a text what it does not share with the one before
//! (Parquet's `DELTA_BYTE_ARRAY`).

use super::bounds::{Bound, Bounds};
use super::chunk::{Chunk, ChunkMaker, Levels, PageFacts};
use super::{Column, Tools, delta, folded};
use parquet::basic::Encoding;
use parquet::bloom_filter::Sbbf;
use parquet::errors::ParquetError;

/// A text, in two parts. The first is often that of its neighbours, at the same place in memory, and then it is not compared.
#[derive(Clone, Copy, Default, Debug)]
pub struct Text<'t> {
    pub head: &'t [u8],
    pub rest: &'t [u8],
}

impl<'t> Text<'t> {
    pub fn whole(text: &'t [u8]) -> Self {
        Self { head: &[], rest: text }
    }

    fn len(self) -> usize {
        self.head.len() + self.rest.len()
    }

    fn byte(self, at: usize) -> Option<u8> {
        self.head.get(at).or_else(|| self.rest.get(at - self.head.len())).copied()
    }

    /// How many bytes two texts begin with alike.
    fn common(self, other: Self) -> usize {
        if std::ptr::eq(self.head, other.head) {
            // Of neighbours that are the same text in memory nothing needs to be compared.
            let rest = if std::ptr::eq(self.rest, other.rest) { self.rest.len() } else { common(self.rest, other.rest) };
            return self.head.len() + rest;
        }
        let heads = common(self.head, other.head);
        if heads < self.head.len().min(other.head.len()) {
            return heads;
        }
        let bytes = |text: Self| text.head.iter().chain(text.rest);
        bytes(self).zip(bytes(other)).take_while(|(one, other)| one == other).count()
    }

    /// Whether it stands before another, with which it begins alike for so many bytes.
    fn is_before(self, other: Self, alike: usize) -> bool {
        self.byte(alike) < other.byte(alike)
    }

    fn append_to(self, out: &mut Vec<u8>, from: usize) {
        match from.checked_sub(self.head.len()) {
            Some(from) => append(out, self.rest, from),
            None => {
                out.extend_from_slice(&self.head[from..]);
                out.extend_from_slice(self.rest);
            }
        }
    }

    pub fn to_vec(self) -> Vec<u8> {
        [self.head, self.rest].concat()
    }

    fn bound(self) -> Bound {
        Bound::Text(self.to_vec().into())
    }
}

/// Appends a text from a place on; of most texts that is a few bytes, which are one store and no copy.
fn append(out: &mut Vec<u8>, text: &[u8], from: usize) {
    let count = text.len() - from;
    match text.last_chunk() {
        Some(last) if (1..=8).contains(&count) => {
            let word = u64::from_le_bytes(*last) >> (64 - 8 * count);
            let end = out.len() + count;
            out.extend_from_slice(&word.to_le_bytes());
            out.truncate(end);
        }
        _ => out.extend_from_slice(&text[from..]),
    }
}

/// How many bytes two texts begin with alike.
fn common(first: &[u8], second: &[u8]) -> usize {
    let length = first.len().min(second.len());
    let word = |text: &[u8], at: usize| text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let differ_at = |at: usize| match word(first, at) ^ word(second, at) {
        0 => None,
        differ => Some(at + (differ.trailing_zeros() / 8) as usize),
    };
    if length < 8 {
        return first.iter().zip(second).take_while(|(one, other)| one == other).count();
    }
    let mut at = 0;
    while at + 8 <= length {
        if let Some(place) = differ_at(at) {
            return place;
        }
        at += 8;
    }
    // The last word overlaps what is known to be alike.
    differ_at(length - 8).unwrap_or(length)
}

/// The least and the greatest text of those seen so far.
#[derive(Default)]
struct Ends<'t> {
    low: Text<'t>,
    high: Text<'t>,
    /// Whether each text so far is not before the one that came before it. Then the last one is the greatest.
    ascending: bool,
}

impl<'t> Ends<'t> {
    fn see(&mut self, text: Text<'t>, before: Text<'t>, alike: usize) {
        if self.ascending {
            if !text.is_before(before, alike) {
                self.high = text;
                return;
            }
            self.ascending = false;
        }
        if text.is_before(self.low, text.common(self.low)) {
            self.low = text;
        } else if self.high.is_before(text, text.common(self.high)) {
            self.high = text;
        }
    }
}

/// Room to work in, from page to page.
#[derive(Default)]
pub struct TextRoom {
    shared: Vec<u32>,
    lengths: Vec<u32>,
    rest: Vec<u8>,
    whole: Vec<u8>,
    levels: Vec<u32>,
    values: Vec<u8>,
}

/// So many texts are asked for at once.
const STRETCH: usize = 64;

/// A column chunk of texts under way.
pub struct TextChunk<'c> {
    column: &'c Column,
    chunk: ChunkMaker<'c>,
    filter: Option<Sbbf>,
}

impl<'c> TextChunk<'c> {
    /// For a chunk of so many rows.
    pub fn new(column: &'c Column, rows: usize) -> Result<Self, ParquetError> {
        Ok(Self { column, chunk: ChunkMaker::new(column, rows), filter: column.filter()? })
    }

    /// Appends a page of texts, none for null, each with how many rows in succession have it.
    pub fn page<'t>(&mut self, texts: impl Iterator<Item = (Option<Text<'t>>, usize)>, tools: &mut Tools) -> Result<(), ParquetError> {
        let mut room = std::mem::take(&mut tools.texts);
        room.shared.clear();
        room.lengths.clear();
        room.rest.clear();
        room.levels.clear();
        let (mut before, mut ends) = (Text::default(), Ends::default());
        in_stretches(texts, |(text, times)| {
            room.levels.extend(std::iter::repeat_n(u32::from(text.is_some()), times));
            let Some(text) = text else { return };
            let alike = text.common(before);
            if room.shared.is_empty() {
                ends = Ends { low: text, high: text, ascending: true };
            }
            let other = alike < text.len() || alike < before.len() || room.shared.is_empty();
            room.shared.push(alike as u32);
            room.lengths.push((text.len() - alike) as u32);
            if other {
                text.append_to(&mut room.rest, alike);
                self.note(text, &mut room.whole);
                ends.see(text, before, alike);
            }
            room.shared.extend(std::iter::repeat_n(text.len() as u32, times - 1));
            room.lengths.extend(std::iter::repeat_n(0, times - 1));
            before = text;
        });
        room.values.clear();
        delta::integers(&room.shared, &mut room.values);
        delta::integers(&room.lengths, &mut room.values);
        room.values.extend_from_slice(&room.rest);
        let bounds = (!room.shared.is_empty()).then(|| (ends.low.bound(), ends.high.bound()));
        let done = self.put(&room, bounds, tools);
        tools.texts = room;
        done
    }

    /// Puts a text into the filter.
    fn note(&mut self, text: Text<'_>, whole: &mut Vec<u8>) {
        let Some(filter) = &mut self.filter else { return };
        if text.head.is_empty() {
            return filter.insert(text.rest);
        }
        whole.clear();
        text.append_to(whole, 0);
        filter.insert(whole.as_slice());
    }

    fn put(&mut self, room: &TextRoom, bounds: Option<Bounds>, tools: &mut Tools) -> Result<(), ParquetError> {
        let (entries, nulls) = (room.levels.len(), room.levels.len() - room.shared.len());
        let levels = match self.column.nullable {
            false if nulls > 0 => return Err(self.column.no_null()),
            false => Levels::default(),
            true if nulls == 0 => Levels { all_defined: true, ..Levels::default() },
            true => Levels { definition: Some((&room.levels, 1)), ..Levels::default() },
        };
        let facts = PageFacts { rows: entries, entries, nulls, bounds };
        self.chunk.page(facts, &levels, &room.values, Encoding::DELTA_BYTE_ARRAY, tools)
    }

    pub fn finish(self, tools: &mut Tools) -> Result<Chunk, ParquetError> {
        self.chunk.finish(folded(self.filter), tools)
    }
}

/// Hands texts on one by one, but asks for some at once, and for the memory where they begin: it may be anywhere, and is then waited for
/// once, and not for every text.
fn in_stretches<'t>(mut texts: impl Iterator<Item = (Option<Text<'t>>, usize)>, mut each: impl FnMut((Option<Text<'t>>, usize))) {
    let mut stretch = [(None, 0); STRETCH];
    loop {
        let (mut count, mut beginnings) = (0, 0);
        for (place, text) in stretch.iter_mut().zip(&mut texts) {
            *place = text;
            count += 1;
        }
        for text in stretch[..count].iter().filter_map(|(text, _)| *text) {
            beginnings ^= text.rest.first().copied().unwrap_or(0);
        }
        std::hint::black_box(beginnings);
        stretch[..count].iter().for_each(|text| each(*text));
        if count < STRETCH {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_parts_compare_as_whole_ones() {
        let (texts, heads) = (["", "a", "ab", "a/b", "abcdefgh", "abcdefghi", "abcdefgx", "abcdefghijklmnopqrst"], ["", "ab", "ab/", "b"]);
        let all: Vec<Text<'_>> =
            heads.iter().flat_map(|head| texts.map(|rest| Text { head: head.as_bytes(), rest: rest.as_bytes() })).collect();
        for one in &all {
            for other in &all {
                let (first, second) = ([one.head, one.rest].concat(), [other.head, other.rest].concat());
                let alike = first.iter().zip(&second).take_while(|(one, other)| one == other).count();
                assert_eq!(one.common(*other), alike);
                assert_eq!(one.is_before(*other, alike), first < second);
                let mut rest = Vec::new();
                one.append_to(&mut rest, alike);
                assert_eq!(rest, first[alike..]);
            }
        }
    }
}
