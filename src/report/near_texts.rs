//! The texts of an estate once more, for those who ask for them in no order: short ones stand in their own places in one list, so that memory
//! is waited for once for each of them, and not for where it begins first.

use crate::model::text::{Code, NULL_CODE, Texts};
use rayon::prelude::*;
use std::hint::black_box;

/// The bytes of a text, and behind them how many there are.
type Place = [u8; 16];
/// The longest text that a place holds.
const SHORT: usize = size_of::<Place>() - 1;
/// Instead of the number of bytes, for a text that is longer.
const LONG: u8 = u8::MAX;
/// So many places are filled one after the other.
const STRETCH: usize = 1 << 14;
/// One text in so many tells whether most are short.
const TELLING: usize = 64;

/// The texts of an estate.
pub(super) struct NearTexts<'a> {
    texts: &'a Texts,
    /// By code; empty where most texts are long.
    places: Vec<Place>,
}

impl<'a> NearTexts<'a> {
    pub fn new(texts: &'a Texts) -> Self {
        let all = texts.len();
        let telling = || (0..all).step_by(TELLING);
        let short = telling().filter(|code| texts.bytes(*code as Code).len() <= SHORT).count();
        let mut places = vec![Place::default(); if 2 * short > telling().count() { all } else { 0 }];
        places.par_chunks_mut(STRETCH).enumerate().for_each(|(stretch, places)| {
            for (place, code) in places.iter_mut().zip(stretch * STRETCH..) {
                let text = texts.bytes(code as Code);
                match place.get_mut(..text.len()).filter(|_| text.len() <= SHORT) {
                    Some(room) => {
                        room.copy_from_slice(text);
                        place[SHORT] = text.len() as u8;
                    }
                    None => place[SHORT] = LONG,
                }
            }
        });
        Self { texts, places }
    }

    /// Looks at the texts of codes, which may be null, and does nothing with them. A loop as short as this waits for many at once.
    pub fn look_ahead(&self, codes: impl Iterator<Item = Code>) {
        let looked_at = codes.filter(|code| *code != NULL_CODE).fold(0, |all, code| all ^ self.bytes(code).first().copied().unwrap_or(0));
        black_box(looked_at);
    }

    /// The text of a code that is not null.
    #[inline]
    pub fn bytes(&self, code: Code) -> &[u8] {
        match self.places.get(code as usize) {
            Some(place) if usize::from(place[SHORT]) <= SHORT => &place[..usize::from(place[SHORT])],
            _ => self.texts.bytes(code),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::TextsBuilder;

    #[test]
    fn every_text_is_the_same_near_at_hand() {
        let ends = |most: usize| (0..most).map(|length| "é-x".repeat(length)).collect::<Vec<_>>();
        for (most, near) in [(4, true), (TELLING * 8, false)] {
            let mut builder = TextsBuilder::default();
            ends(most).iter().for_each(|text| _ = builder.intern(text));
            let texts = builder.freeze().0;
            let short = NearTexts::new(&texts);
            assert_eq!(!short.places.is_empty(), near);
            assert!((0..texts.len() as Code).all(|code| short.bytes(code) == texts.bytes(code)));
        }
    }
}
