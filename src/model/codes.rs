//! What is known of some codes, asked in a moment: codes are small numbers without gaps, so that a set of them is bits, and a map a
//! list. Asked twenty million times in no order, that is a few times faster than hashing.

use super::text::{Code, NULL_CODE};

/// A number for some codes.
#[derive(Default, Debug, Clone)]
pub struct CodeMap {
    numbers: Vec<u32>,
}

/// No number.
const NONE: u32 = u32::MAX;

impl CodeMap {
    pub fn get(&self, code: Code) -> Option<u32> {
        self.numbers.get(code as usize).copied().filter(|number| *number != NONE)
    }
}

impl FromIterator<(Code, u32)> for CodeMap {
    /// Null is no code.
    fn from_iter<I: IntoIterator<Item = (Code, u32)>>(pairs: I) -> Self {
        let mut numbers = Vec::new();
        for (code, number) in pairs.into_iter().filter(|(code, _)| *code != NULL_CODE) {
            if numbers.len() <= code as usize {
                numbers.resize(code as usize + 1, NONE);
            }
            numbers[code as usize] = number;
        }
        Self { numbers }
    }
}

/// Some codes.
#[derive(Default, Debug, Clone)]
pub struct CodeSet {
    words: Vec<u64>,
}

impl CodeSet {
    pub fn contains(&self, code: Code) -> bool {
        self.words.get(code as usize / 64).is_some_and(|word| word >> (code % 64) & 1 == 1)
    }
}

impl CodeSet {
    /// Adds a code; whether it was not there. Null is no code.
    pub fn insert(&mut self, code: Code) -> bool {
        if code == NULL_CODE {
            return false;
        }
        let (word, bit) = (code as usize / 64, 1 << (code % 64));
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let is_new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        is_new
    }
}

impl Extend<Code> for CodeSet {
    fn extend<I: IntoIterator<Item = Code>>(&mut self, codes: I) {
        codes.into_iter().for_each(|code| _ = self.insert(code));
    }
}

impl FromIterator<Code> for CodeSet {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        let mut set = Self::default();
        set.extend(codes);
        set
    }
}

/// The places of codes in an ascending list of different codes, in the little room of a set: those before, counted.
#[derive(Default, Debug, Clone)]
pub struct CodeRanks {
    /// Bits, and how many are set in all words before.
    words: Vec<(u64, u32)>,
}

impl CodeRanks {
    #[inline]
    pub fn get(&self, code: Code) -> Option<u32> {
        let (word, before) = *self.words.get(code as usize / 64)?;
        let bit = 1 << (code % 64);
        (word & bit != 0).then(|| before + (word & (bit - 1)).count_ones())
    }
}

impl FromIterator<Code> for CodeRanks {
    /// Null is no code.
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        let set: CodeSet = codes.into_iter().collect();
        let mut before = 0;
        let counted = |word: u64| {
            let first = before;
            before += word.count_ones();
            (word, first)
        };
        Self { words: set.words.into_iter().map(counted).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_in_is_there() {
        let map: CodeMap = [(7, 1), (0, 9), (NULL_CODE, 4), (200, 3)].into_iter().collect();
        assert_eq!([0, 7, 200, 1, 201, NULL_CODE].map(|code| map.get(code)), [Some(9), Some(1), Some(3), None, None, None]);
        let mut set: CodeSet = [64, NULL_CODE, 3].into_iter().collect();
        set.extend([1_000]);
        assert_eq!([3, 64, 1_000, 0, 65, 999, NULL_CODE].map(|code| set.contains(code)), [true, true, true, false, false, false, false]);
        assert!(!CodeSet::default().contains(0) && CodeMap::default().get(0).is_none());
        let ranks: CodeRanks = [0, 3, 63, 64, 200, NULL_CODE].into_iter().collect();
        let places = [0, 3, 63, 64, 200, 1, 65, 201, 9_999, NULL_CODE].map(|code| ranks.get(code));
        assert_eq!(places, [Some(0), Some(1), Some(2), Some(3), Some(4), None, None, None, None, None]);
    }
}
