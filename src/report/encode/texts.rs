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

    fn append_to(self, out: &mut Vec<u8>, from: usize) {
        match from.checked_sub(self.head.len()) {
            Some(from) => append(out, self.rest, from),
            None => {
                append(out, self.head, from);
                append(out, self.rest, 0);
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

/// A text and its first bytes as a number: most texts that differ do so in them, and are compared by one look.
#[derive(Clone, Copy, Default)]
struct Begun<'t> {
    text: Text<'t>,
    /// Zeros stand for bytes that it has not.
    start: u64,
}

impl<'t> Begun<'t> {
    fn of(text: Text<'t>) -> Self {
        let head = start(text.head);
        let start = match text.head.len() {
            0 => start(text.rest),
            length @ 1..8 => head | start(text.rest) >> (8 * length),
            _ => head,
        };
        Self { text, start }
    }

    /// How many bytes two texts begin with alike.
    fn common(self, other: Self) -> usize {
        match self.start ^ other.start {
            0 => self.text.common(other.text),
            differ => ((differ.leading_zeros() / 8) as usize).min(self.text.len()).min(other.text.len()),
        }
    }

    /// Whether it stands before another, with which it begins alike for so many bytes.
    fn is_before(self, other: Self, alike: impl FnOnce() -> usize) -> bool {
        if self.start != other.start {
            return self.start < other.start;
        }
        let alike = alike();
        self.text.byte(alike) < other.text.byte(alike)
    }
}

/// The first bytes as a number, the first one highest.
fn start(text: &[u8]) -> u64 {
    if let Some(word) = text.first_chunk() {
        return u64::from_be_bytes(*word);
    }
    let unused = 64 - 8 * text.len() as u32;
    match (text.first_chunk(), text.last_chunk()) {
        // Where the two overlap they are the same.
        (Some(first), Some(last)) => u64::from(u32::from_be_bytes(*first)) << 32 | u64::from(u32::from_be_bytes(*last)) << unused,
        _ => text.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)).checked_shl(unused).unwrap_or(0),
    }
}

/// Appends a text from a place on; of most texts that is a few bytes, which are a store or two and no copy.
#[inline]
fn append(out: &mut Vec<u8>, text: &[u8], from: usize) {
    let (count, end) = (text.len() - from, out.len() + text.len() - from);
    match text.last_chunk::<8>() {
        None => out.extend_from_slice(&(start(text) << (8 * from)).to_be_bytes()),
        Some(last) if (1..=8).contains(&count) => {
            out.extend_from_slice(&(u64::from_le_bytes(*last) >> (64 - 8 * count)).to_le_bytes());
        }
        Some(last)
            if count <= 16
                && let Some(first) = text[from..].first_chunk::<8>() =>
        {
            out.extend_from_slice(first);
            // The two may overlap.
            out.truncate(end - 8);
            out.extend_from_slice(last);
        }
        _ => out.extend_from_slice(&text[from..]),
    }
    out.truncate(end);
}

/// How many bytes two texts begin with alike.
fn common(first: &[u8], second: &[u8]) -> usize {
    let length = first.len().min(second.len());
    let word = |text: &[u8], at: usize| text[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let differ_at = |at: usize| at + ((word(first, at) ^ word(second, at)).trailing_zeros() / 8) as usize;
    if length < 8 {
        return ((start(first) ^ start(second)).leading_zeros() as usize / 8).min(length);
    }
    let mut at = 0;
    while at + 8 <= length {
        let place = differ_at(at);
        at += 8;
        if place < at {
            return place;
        }
    }
    // The last word overlaps what is known to be alike.
    differ_at(length - 8)
}

/// The least and the greatest text of those seen so far.
#[derive(Default)]
struct Ends<'t> {
    low: Begun<'t>,
    high: Begun<'t>,
    /// Whether each text so far is not before the one that came before it. Then the last one is the greatest.
    ascending: bool,
}

impl<'t> Ends<'t> {
    fn see(&mut self, text: Begun<'t>, before: Begun<'t>, alike: usize) {
        if self.ascending {
            if !text.is_before(before, || alike) {
                self.high = text;
                return;
            }
            self.ascending = false;
        }
        if text.is_before(self.low, || text.common(self.low)) {
            self.low = text;
        } else if self.high.is_before(text, || text.common(self.high)) {
            self.high = text;
        }
    }
}

/// Room to work in, from page to page.
#[derive(Default)]
pub struct TextRoom {
    shared: Vec<i32>,
    lengths: Vec<i32>,
    rest: Vec<u8>,
    whole: Vec<u8>,
    levels: Vec<u32>,
    deltas: Vec<u8>,
    entries: usize,
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
    /// For a chunk of so many pages.
    pub fn new(column: &'c Column, pages: usize) -> Result<Self, ParquetError> {
        Ok(Self { column, chunk: ChunkMaker::new(column, pages), filter: column.filter()? })
    }

    /// Appends a page of texts, none for null, each with how many rows in succession have it.
    pub fn page<'t>(&mut self, texts: impl Iterator<Item = (Option<Text<'t>>, usize)>, tools: &mut Tools) -> Result<(), ParquetError> {
        let mut room = std::mem::take(&mut tools.texts);
        room.shared.clear();
        room.lengths.clear();
        room.rest.clear();
        room.levels.clear();
        room.entries = 0;
        let nullable = self.column.nullable;
        let (mut before, mut ends) = (Begun::default(), Ends::default());
        in_stretches(texts, |begun, times| {
            room.entries += times;
            match times {
                _ if !nullable => {}
                1 => room.levels.push(u32::from(begun.is_some())),
                _ => room.levels.extend(std::iter::repeat_n(u32::from(begun.is_some()), times)),
            }
            let Some(begun) = begun else { return };
            let (text, alike) = (begun.text, begun.common(before));
            if room.shared.is_empty() {
                ends = Ends { low: begun, high: begun, ascending: true };
            }
            let other = alike < text.len() || alike < before.text.len() || room.shared.is_empty();
            room.shared.push(alike as i32);
            room.lengths.push((text.len() - alike) as i32);
            if other {
                text.append_to(&mut room.rest, alike);
                self.note(text, &mut room.whole);
                ends.see(begun, before, alike);
            }
            if times > 1 {
                room.shared.extend(std::iter::repeat_n(text.len() as i32, times - 1));
                room.lengths.extend(std::iter::repeat_n(0, times - 1));
            }
            before = begun;
        });
        room.deltas.clear();
        delta::integers(&room.shared, &mut room.deltas);
        delta::integers(&room.lengths, &mut room.deltas);
        let bounds = (!room.shared.is_empty()).then(|| (ends.low.text.bound(), ends.high.text.bound()));
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
        let (entries, nulls) = (room.entries, room.entries - room.shared.len());
        let levels = match self.column.nullable {
            false if nulls > 0 => return Err(self.column.no_null()),
            false => Levels::default(),
            true if nulls == 0 => Levels { all_defined: true, ..Levels::default() },
            true => Levels { definition: Some((&room.levels, 1)), ..Levels::default() },
        };
        let facts = PageFacts { rows: entries, entries, nulls, bounds };
        self.chunk.page(facts, &levels, &[&room.deltas, &room.rest], Encoding::DELTA_BYTE_ARRAY, tools)
    }

    pub fn finish(self, tools: &mut Tools) -> Result<Chunk, ParquetError> {
        self.chunk.finish(folded(self.filter), tools)
    }
}

/// Hands texts on one by one, but asks for some at once, and for the memory where they begin: it may be anywhere, and is then waited for
/// once, and not for every text.
fn in_stretches<'t>(mut texts: impl Iterator<Item = (Option<Text<'t>>, usize)>, mut each: impl FnMut(Option<Begun<'t>>, usize)) {
    let (mut stretch, mut begun) = ([(None, 0); STRETCH], [None; STRETCH]);
    loop {
        let (mut count, mut beginnings) = (0, 0);
        for (place, text) in stretch.iter_mut().zip(&mut texts) {
            *place = text;
            count += 1;
        }
        for (begun, (text, _)) in begun.iter_mut().zip(&stretch[..count]) {
            // Of a text with a long head nothing else would ask for the rest yet.
            beginnings ^= text.and_then(|text| text.rest.first()).copied().unwrap_or(0);
            *begun = text.map(Begun::of);
        }
        std::hint::black_box(beginnings);
        begun.iter().zip(&stretch[..count]).for_each(|(begun, (_, times))| each(*begun, *times));
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
        let texts = ["", "a", "a\0", "a\0b", "ab", "a/b", "abcdefgh", "abcdefghi", "abcdefgx", "abcdefghijklmnopqrst"];
        let heads = ["", "ab", "ab/", "b", "abcdefghi"];
        let all: Vec<Text<'_>> =
            heads.iter().flat_map(|head| texts.map(|rest| Text { head: head.as_bytes(), rest: rest.as_bytes() })).collect();
        for one in &all {
            for other in &all {
                let (first, second) = ([one.head, one.rest].concat(), [other.head, other.rest].concat());
                let alike = first.iter().zip(&second).take_while(|(one, other)| one == other).count();
                assert_eq!(one.common(*other), alike);
                let (begun, other) = (Begun::of(*one), Begun::of(*other));
                assert_eq!(begun.common(other), alike);
                assert_eq!(begun.is_before(other, || alike), first < second);
                let mut rest = Vec::new();
                one.append_to(&mut rest, alike);
                assert_eq!(rest, first[alike..]);
            }
        }
    }
}
