//! Text as integers: every text value of an estate is interned once, and from then on compared as a `u32`.
//!
//! While extracts are read, a [`TextsBuilder`] hands out provisional codes. `freeze` sorts the values by bytes and
//! renumbers them, so that in [`Texts`] the order of codes *is* the order of bytes (contract, head: "all ordering of
//! strings is by bytes"). Columns that hold provisional codes are renumbered with the [`Renumbering`] it returns.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::BuildHasher;

/// A text value by its place in [`Texts`]; [`NULL_CODE`] is null.
pub type Code = u32;
/// The null of every code column (texts, lists, row links).
pub const NULL_CODE: u32 = u32::MAX;

/// Hands out a provisional code for each distinct text.
#[derive(Default)]
pub struct TextsBuilder {
    /// By provisional code.
    texts: TextArena,
    /// The codes with the hashes of their texts, which are so not read again when the table grows.
    codes: HashTable<(u64, Code)>,
}

/// From provisional codes to frozen ones.
pub struct Renumbering(Vec<Code>);

impl Renumbering {
    /// The frozen code of a provisional one; null stays null.
    pub fn of(&self, code: Code) -> Code {
        if code == NULL_CODE { NULL_CODE } else { self.0[code as usize] }
    }
}

impl TextsBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// The code of `text`, new if it was not seen before.
    pub fn intern(&mut self, text: &str) -> Code {
        let hash = FxBuildHasher.hash_one(text);
        let texts = &mut self.texts;
        let same = |entry: &(u64, Code)| entry.0 == hash && texts.get(entry.1 as usize) == text;
        match self.codes.entry(hash, same, |entry| entry.0) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(place) => {
                let code = texts.len() as Code;
                texts.push(text);
                place.insert((hash, code));
                code
            }
        }
    }

    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Every text so far, in the order in which they came.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.texts.iter()
    }

    /// Every text so far with its provisional code.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Code)> {
        self.texts.iter().zip(0..)
    }

    /// Sorts the values by bytes. Codes handed out before are provisional and go through the [`Renumbering`].
    pub fn freeze(self) -> (Texts, Renumbering) {
        drop(self.codes);
        let texts = self.texts;
        let mut order: Vec<(u128, Code)> =
            (0..texts.len()).into_par_iter().map(|code| (beginning(texts.get(code)), code as Code)).collect();
        let rest = |code: Code| texts.get(code as usize);
        // Beginnings decide nearly always, and lie side by side.
        order.par_sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| rest(one.1).cmp(rest(other.1))));
        let mut renumbering = vec![NULL_CODE; order.len()];
        let mut values = TextArena::with_capacity(order.len(), texts.bytes.len());
        for (frozen, (_, provisional)) in order.into_iter().enumerate() {
            renumbering[provisional as usize] = frozen as Code;
            values.push(texts.get(provisional as usize));
        }
        (Texts { values }, Renumbering(renumbering))
    }
}

/// The first 16 bytes, ordered as the text is.
fn beginning(text: &str) -> u128 {
    let mut bytes = [0; 16];
    let length = text.len().min(16);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u128::from_be_bytes(bytes)
}

/// All text values of an estate, sorted by bytes, and side by side in memory: what is written in the order of codes is read in order.
#[derive(Default, Debug)]
pub struct Texts {
    values: TextArena,
}

impl Texts {
    /// The text of a code that is not null.
    pub fn get(&self, code: Code) -> &str {
        self.values.get(code as usize)
    }

    /// The text of a code that is not null, as bytes.
    pub fn bytes(&self, code: Code) -> &[u8] {
        self.values.bytes(code as usize)
    }

    /// The text of a code, or `None` for null.
    pub fn opt(&self, code: Code) -> Option<&str> {
        (code != NULL_CODE).then(|| self.get(code))
    }

    /// The code of a text, if the estate holds it anywhere.
    pub fn code(&self, text: &str) -> Option<Code> {
        self.values.search_sorted(text).map(|place| place as Code)
    }

    pub fn len(&self) -> usize {
        self.values.len()
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

/// Many texts in one allocation, by row: for identifiers that are all different, where interning would only cost.
#[derive(Default, Debug, Clone)]
pub struct TextArena {
    bytes: String,
    ends: Vec<usize>,
}

impl TextArena {
    pub fn with_capacity(rows: usize, bytes: usize) -> Self {
        Self { bytes: String::with_capacity(bytes), ends: Vec::with_capacity(rows) }
    }

    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub fn get(&self, row: usize) -> &str {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes[start..self.ends[row]]
    }

    /// A text as bytes.
    pub fn bytes(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.bytes.as_bytes()[start..self.ends[row]]
    }

    /// The rows of several, one behind the other.
    pub fn joined(parts: &[Self]) -> Self {
        let rows = parts.iter().map(Self::len).sum();
        let mut all = Self::with_capacity(rows, parts.iter().map(|part| part.bytes.len()).sum());
        for part in parts {
            let before = all.bytes.len();
            all.bytes.push_str(&part.bytes);
            all.ends.extend(part.ends.iter().map(|end| before + end));
        }
        all
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

/// Lists of texts, interned: equal lists have equal ids.
#[derive(Default, Debug)]
pub struct Lists {
    items: Vec<Box<[Code]>>,
    ids: FxHashMap<Box<[Code]>, u32>,
}

impl Lists {
    /// The id of a list; the elements keep their order.
    pub fn intern(&mut self, items: &[Code]) -> u32 {
        if let Some(id) = self.ids.get(items) {
            return *id;
        }
        let id = self.items.len() as u32;
        self.items.push(items.into());
        self.ids.insert(items.into(), id);
        id
    }

    /// The elements of a list; none for null.
    pub fn get(&self, id: u32) -> &[Code] {
        if id == NULL_CODE { &[] } else { &self.items[id as usize] }
    }

    /// The same lists with frozen codes; ids stay.
    pub fn renumber(&mut self, renumbering: &Renumbering) {
        for list in &mut self.items {
            for code in list.iter_mut() {
                *code = renumbering.of(*code);
            }
        }
        self.ids = self.items.iter().enumerate().map(|(id, list)| (list.clone(), id as u32)).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen_codes_follow_the_bytes() {
        let mut builder = TextsBuilder::new();
        let provisional: Vec<Code> = ["b", "a", "é", "B", "b"].iter().map(|text| builder.intern(text)).collect();
        assert_eq!(provisional[0], provisional[4]);
        let (texts, renumbering) = builder.freeze();
        let sorted: Vec<&str> = (0..texts.len()).map(|code| texts.get(code as Code)).collect();
        assert_eq!(sorted, ["B", "a", "b", "é"]);
        assert_eq!(texts.get(renumbering.of(provisional[2])), "é");
        assert_eq!(texts.code("a"), Some(1));
        assert_eq!(texts.code("c"), None);
    }

    #[test]
    fn an_arena_is_searched_by_bytes() {
        let mut arena = TextArena::default();
        for text in ["a", "ab", "b"] {
            arena.push(text);
        }
        assert_eq!(arena.search_sorted("ab"), Some(1));
        assert_eq!(arena.search_sorted("aa"), None);
        assert_eq!(arena.gather(&[2, 0]).iter().collect::<Vec<_>>(), ["b", "a"]);
    }
}
