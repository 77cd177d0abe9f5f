//! Text as integers: every text value of an estate is interned once, and from then on compared as a `u32`.
//!
//! While extracts are read, a [`TextsBuilder`] hands out provisional codes. `freeze` sorts the values by bytes and
//! renumbers them, so that in [`Texts`] the order of codes *is* the order of bytes (contract, head: "all ordering of
//! strings is by bytes"). Columns that hold provisional codes are renumbered with the [`Renumbering`] it returns.

pub use super::arena::{ROWS, TextArena};
pub use super::interning::{TextsBuilder, WordList, Words};

use rustc_hash::FxHashMap;

/// A text value by its place in [`Texts`]; [`NULL_CODE`] is null.
pub type Code = u32;
/// The null of every code column (texts, lists, row links).
pub const NULL_CODE: u32 = u32::MAX;

/// From provisional codes to frozen ones.
pub struct Renumbering(pub(super) Vec<Code>);

impl Renumbering {
    /// The frozen code of a provisional one; null stays null.
    pub fn of(&self, code: Code) -> Code {
        if code == NULL_CODE { NULL_CODE } else { self.0[code as usize] }
    }
}

/// All text values of an estate, sorted by bytes, and side by side in memory: what is written in the order of codes is read in order.
#[derive(Default, Debug)]
pub struct Texts {
    pub(super) values: TextArena,
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
}
