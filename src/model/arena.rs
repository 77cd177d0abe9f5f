//! Many texts side by side in memory.

use rayon::prelude::*;

/// Many texts in one allocation, by row: for identifiers that are all different, where interning would only cost.
#[derive(Default, Debug, Clone)]
pub struct TextArena {
    bytes: String,
    /// Where each text ends, without what `beyond` says.
    ends: Vec<u32>,
    /// The row from which on texts end another 4 GiB further, for each time that they do.
    beyond: Vec<usize>,
}

impl TextArena {
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { bytes: String::with_capacity(bytes), ends: Vec::with_capacity(rows), beyond: Vec::new() }
    }

    #[inline]
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.end_row(self.bytes.len());
    }

    #[inline]
    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.end(row - 1) };
        &self.bytes[start..self.end(row)]
    }

    /// A text as bytes.
    #[inline]
    pub fn bytes(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.end(row - 1) };
        &self.bytes.as_bytes()[start..self.end(row)]
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

    /// The byte at which a row ends.
    #[inline]
    fn end(&self, row: usize) -> usize {
        let low = self.ends[row] as usize;
        if self.beyond.is_empty() {
            return low;
        }
        let times = self.beyond.partition_point(|first| *first <= row) as u64;
        low + (times << 32) as usize
    }

    /// The rows of several, one behind the other.
    pub fn joined(parts: &[Self]) -> Self {
        // Zeroes, which the system gives without being touched: all cores take part in that.
        let mut bytes = vec![0; parts.iter().map(|part| part.bytes.len()).sum()];
        let mut ends = vec![0; parts.iter().map(Self::len).sum()];
        let mut beyond = Vec::new();
        let (mut rest, mut rows_left, mut rows, mut before) = (&mut bytes[..], &mut ends[..], 0, 0);
        let mut copies = Vec::with_capacity(parts.len());
        for part in parts {
            let (its_bytes, its_ends);
            (its_bytes, rest) = rest.split_at_mut(part.bytes.len());
            (its_ends, rows_left) = rows_left.split_at_mut(part.len());
            copies.push((part, before, its_bytes, its_ends));
            let end = before + part.len().checked_sub(1).map_or(0, |last| part.end(last));
            while beyond.len() < end >> 32 {
                let mark = (beyond.len() + 1) << 32;
                beyond.push(rows + part.first_row(|end| before + end >= mark));
            }
            (rows, before) = (rows + part.len(), end);
        }
        copies.into_par_iter().for_each(|(part, before, bytes, ends)| {
            bytes.copy_from_slice(part.bytes.as_bytes());
            ends.iter_mut().enumerate().for_each(|(row, end)| *end = (before + part.end(row)) as u32);
        });
        // They are texts, one behind the other.
        Self { bytes: String::from_utf8(bytes).unwrap_or_default(), ends, beyond }
    }

    /// The first row of which the end is so; it is so of all after it.
    fn first_row(&self, so: impl Fn(usize) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if so(self.end(middle)) { high = middle } else { low = middle + 1 }
        }
        low
    }

    /// How many bytes all texts have together.
    pub fn total_bytes(&self) -> usize {
        self.bytes.len()
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn iter(&self) -> impl ExactSizeIterator<Item = &str> + '_ {
        (0..self.len()).map(|row| self.get(row))
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
        let mut out = Self::with_capacity(rows.len(), self.bytes.len());
        for row in rows {
            out.push(self.get(*row as usize));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arena_is_searched_by_bytes() {
        let mut arena = TextArena::default();
        for text in ["a", "ab", "b"] {
            arena.push(text);
        }
        assert_eq!(arena.search_sorted("ab"), Some(1));
        assert_eq!(arena.search_sorted("aa"), None);
        assert_eq!(arena.gather(&[2, 0]).iter().collect::<Vec<_>>(), ["b", "a"]);
        let joined = TextArena::joined(&[arena.gather(&[1]), TextArena::default(), arena]);
        assert_eq!(joined.iter().collect::<Vec<_>>(), ["ab", "a", "ab", "b"]);
    }

    #[test]
    fn ends_beyond_four_gigabytes_are_known() {
        let mut arena = TextArena::default();
        for end in [1, 5 << 32 | 7, (5 << 32) + 8, 6 << 32] {
            arena.end_row(end);
        }
        assert_eq!([0, 1, 2, 3].map(|row| arena.end(row)), [1, 5 << 32 | 7, (5 << 32) + 8, 6 << 32]);
        let joined = TextArena::joined(&[arena.clone(), TextArena::default(), arena]);
        let ends: Vec<usize> = (3..8).map(|row| joined.end(row)).collect();
        assert_eq!(ends, [6 << 32, (6 << 32) + 1, 11 << 32 | 7, (11 << 32) + 8, 12 << 32]);
        assert_eq!(joined.beyond, [1, 1, 1, 1, 1, 3, 5, 5, 5, 5, 5, 7]);
    }
}
