//! Many texts side by side in memory, a stretch of them after the other.

use rayon::prelude::*;
use std::ops::Range;

/// How many texts a piece has, but for the last one of an arena.
pub const ROWS: usize = 65_536;

/// Many texts by row: for identifiers that are all different, where interning would only cost. It is kept in pieces, so that arenas that
/// several cores have filled are put together without a copy.
#[derive(Default, Debug, Clone)]
pub struct TextArena {
    pieces: Vec<Piece>,
}

/// Some texts in one allocation.
#[derive(Debug, Clone)]
struct Piece {
    bytes: String,
    /// 0, and where each text ends, without what `beyond` says.
    ends: Vec<u32>,
    /// The place in `ends` from which on they are another 4 GiB further, for each time that they are.
    beyond: Vec<usize>,
}

impl Piece {
    fn with_capacity(rows: usize, bytes: usize) -> Self {
        let mut ends = Vec::with_capacity(rows + 1);
        ends.push(0);
        Self { bytes: String::with_capacity(bytes), ends, beyond: Vec::new() }
    }

    fn len(&self) -> usize {
        self.ends.len() - 1
    }

    #[inline]
    fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.end_row(self.bytes.len());
    }

    #[inline]
    fn range(&self, row: usize) -> Range<usize> {
        match self.ends[row..row + 2] {
            [start, end] if self.beyond.is_empty() => start as usize..end as usize,
            _ => self.end(row)..self.end(row + 1),
        }
    }

    /// Notes that the next row ends at a byte.
    #[inline]
    fn end_row(&mut self, end: usize) {
        let end = end as u64;
        while (self.beyond.len() as u64) < end >> 32 {
            self.beyond.push(self.ends.len());
        }
        self.ends.push(end as u32);
    }

    /// The byte that a place in `ends` means.
    fn end(&self, place: usize) -> usize {
        let times = self.beyond.partition_point(|first| *first <= place) as u64;
        self.ends[place] as usize + (times << 32) as usize
    }

    /// Gives back the room that is left.
    fn fit(&mut self) {
        self.bytes.shrink_to_fit();
        self.ends.shrink_to_fit();
    }
}

impl TextArena {
    /// With room for the first rows.
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        let first = rows.min(ROWS);
        Self { pieces: if rows == 0 { Vec::new() } else { vec![Piece::with_capacity(first, bytes / rows.div_ceil(ROWS))] } }
    }

    /// At most [`ROWS`] texts that stand one behind the other in these bytes, by where each ends.
    pub fn of_bytes(bytes: Vec<u8>, ends: &[usize]) -> Self {
        debug_assert!(ends.len() <= ROWS);
        let mut piece = Piece::with_capacity(ends.len(), 0);
        // They were made of texts.
        piece.bytes = String::from_utf8(bytes).unwrap_or_default();
        ends.iter().for_each(|end| piece.end_row(*end));
        Self { pieces: if ends.is_empty() { Vec::new() } else { vec![piece] } }
    }

    #[inline]
    pub fn push(&mut self, text: &str) {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() < ROWS => piece.push(text),
            _ => self.push_to_next(text),
        }
    }

    #[cold]
    fn push_to_next(&mut self, text: &str) {
        let mut piece = match self.pieces.last_mut() {
            None => Piece::with_capacity(0, 0),
            Some(full) => {
                full.fit();
                Piece::with_capacity(ROWS, full.bytes.len())
            }
        };
        piece.push(text);
        self.pieces.push(piece);
    }

    #[inline]
    pub fn get(&self, row: usize) -> &str {
        let piece = &self.pieces[row / ROWS];
        &piece.bytes[piece.range(row % ROWS)]
    }

    /// A text as bytes.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        let piece = &self.pieces[row / ROWS];
        &piece.bytes.as_bytes()[piece.range(row % ROWS)]
    }

    /// The rows of several, one behind the other. Nothing is copied where all but the last are of full pieces.
    pub fn joined(parts: Vec<Self>) -> Self {
        let parts: Vec<Self> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.iter().rev().skip(1).all(|part| part.len() % ROWS == 0) {
            let mut pieces: Vec<Piece> = parts.into_iter().flat_map(|part| part.pieces).collect();
            pieces.iter_mut().for_each(Piece::fit);
            return Self { pieces };
        }
        let mut starts = Vec::with_capacity(parts.len());
        let mut rows = 0;
        for part in &parts {
            starts.push(rows);
            rows += part.len();
        }
        let piece = |first: usize| {
            let last = rows.min(first + ROWS);
            let mut piece = Piece::with_capacity(last - first, 0);
            let (mut part, mut row) = (starts.partition_point(|start| *start <= first) - 1, first);
            while row < last {
                let end = last.min(starts[part] + parts[part].len());
                (row..end).for_each(|row| piece.push(parts[part].get(row - starts[part])));
                (row, part) = (end, part + 1);
            }
            piece.fit();
            piece
        };
        let firsts: Vec<usize> = (0..rows).step_by(ROWS).collect();
        Self { pieces: firsts.into_par_iter().map(piece).collect() }
    }

    pub fn len(&self) -> usize {
        self.pieces.last().map_or(0, |last| (self.pieces.len() - 1) * ROWS + last.len())
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of all texts.
    pub fn size(&self) -> usize {
        self.pieces.iter().map(|piece| piece.bytes.len()).sum()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> + '_ {
        self.pieces.iter().flat_map(|piece| (0..piece.len()).map(|row| &piece.bytes[piece.range(row)]))
    }

    /// The row that holds `text`, where the rows are sorted by bytes.
    pub fn search_sorted(&self, text: &str) -> Option<usize> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).cmp(text) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }

    /// The rows in the order of `rows`.
    pub fn gather(&self, rows: &[u32]) -> Self {
        let mut out = Self::default();
        for row in rows {
            out.push(self.get(*row as usize));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arena<'a>(texts: impl IntoIterator<Item = &'a str>) -> TextArena {
        let mut arena = TextArena::default();
        texts.into_iter().for_each(|text| arena.push(text));
        arena
    }

    #[test]
    fn an_arena_is_searched_by_bytes() {
        let arena = arena(["a", "ab", "b"]);
        assert_eq!(arena.search_sorted("ab"), Some(1));
        assert_eq!(arena.search_sorted("aa"), None);
        assert_eq!(arena.gather(&[2, 0]).iter().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn arenas_of_any_length_are_joined() {
        let texts: Vec<String> = (0..ROWS * 2 + ROWS / 2).map(|row| format!("{row:x}")).collect();
        let part = |range: Range<usize>| arena(texts[range].iter().map(String::as_str));
        for cuts in [vec![], vec![0, ROWS], vec![ROWS, ROWS, 2 * ROWS], vec![1, 5, ROWS], vec![ROWS - 1, 2 * ROWS + 1]] {
            let mut parts = Vec::new();
            let mut start = 0;
            for cut in cuts.into_iter().chain([texts.len()]) {
                parts.push(part(start..cut));
                start = cut;
            }
            let joined = TextArena::joined(parts);
            assert_eq!(joined.len(), texts.len());
            assert!(joined.iter().eq(texts.iter()));
            assert!(texts.iter().enumerate().all(|(row, text)| joined.get(row) == text && joined.bytes(row) == text.as_bytes()));
        }
        assert!(TextArena::joined(Vec::new()).is_empty());
    }

    #[test]
    fn ends_beyond_four_gigabytes_are_known() {
        let mut piece = Piece::with_capacity(0, 0);
        for end in [1, 5 << 32 | 7, (5 << 32) + 8, 6 << 32] {
            piece.end_row(end);
        }
        assert_eq!([0, 1, 2, 3, 4].map(|place| piece.end(place)), [0, 1, 5 << 32 | 7, (5 << 32) + 8, 6 << 32]);
    }
}
