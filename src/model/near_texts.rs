//! The texts of an estate once more, for those who ask for many of them in no order: short ones stand in their own places in one list, so that
//! memory is waited for once for each of them, and not for where it begins first.

use super::text::{Code, NULL_CODE, Texts};
use rayon::prelude::*;
use std::hint::black_box;

/// The longest text that a place holds.
const SHORT: usize = size_of::<Near>() - 1;
/// One text in so many tells whether most are short.
const TELLING: usize = 64;
/// Who asks for fewer than one text in so many is not worth a list of them.
const FEW: usize = 4;

/// The bytes of a text, nothing behind them, and at the end how many there are; or a mark that the text stands elsewhere.
#[derive(Clone, Copy)]
pub struct Near([u8; 16]);

impl Near {
    const ELSEWHERE: Self = Self([u8::MAX; 16]);

    fn of(text: &[u8]) -> Self {
        let mut place = [0; 16];
        match place.get_mut(..text.len()) {
            Some(bytes) if text.len() <= SHORT => bytes.copy_from_slice(text),
            _ => return Self::ELSEWHERE,
        }
        place[SHORT] = text.len() as u8;
        Self(place)
    }

    /// The text, if it is here.
    #[inline]
    pub fn bytes(&self) -> Option<&[u8]> {
        self.0.get(..usize::from(self.0[SHORT])).filter(|bytes| bytes.len() <= SHORT)
    }

    /// Appends the text, if it is here: whole places are copied, which are all of one length.
    #[inline]
    pub fn write(&self, out: &mut Vec<u8>) -> bool {
        let here = self.0[SHORT] != u8::MAX;
        if here {
            out.extend_from_slice(&self.0);
            out.truncate(out.len() - (self.0.len() - usize::from(self.0[SHORT])));
        }
        here
    }
}

/// The texts of an estate.
pub struct NearTexts<'a> {
    texts: &'a Texts,
    /// By code; empty where most texts are long, or few are asked for.
    places: Vec<Near>,
}

impl<'a> NearTexts<'a> {
    /// For so many questions.
    pub fn new(texts: &'a Texts, questions: usize) -> Self {
        let all = texts.len();
        let telling = || (0..all).step_by(TELLING);
        let short = telling().filter(|code| texts.bytes(*code as Code).len() <= SHORT).count();
        let pays = questions >= all / FEW && 2 * short > telling().count();
        let places = (0..if pays { all } else { 0 }).into_par_iter().map(|code| Near::of(texts.bytes(code as Code))).collect();
        Self { texts, places }
    }

    /// Looks at the texts of codes, which may be null, and does nothing with them. A loop as short as this waits for many at once.
    pub fn look_ahead(&self, codes: impl Iterator<Item = Code>) {
        let looked_at = codes.filter(|code| *code != NULL_CODE).fold(0, |all, code| all ^ self.bytes(code).first().copied().unwrap_or(0));
        black_box(looked_at);
    }

    /// The place of a code, in which its text may be; that of null is elsewhere.
    #[inline]
    pub fn near(&self, code: Code) -> Near {
        self.places.get(code as usize).copied().unwrap_or(Near::ELSEWHERE)
    }

    /// The text of a code that is not null.
    #[inline]
    pub fn bytes(&self, code: Code) -> &[u8] {
        self.places.get(code as usize).and_then(Near::bytes).unwrap_or_else(|| self.texts.bytes(code))
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
            for (questions, many) in [(texts.len() / FEW, true), (texts.len() / FEW - 1, false)] {
                let short = NearTexts::new(&texts, questions);
                assert_eq!(!short.places.is_empty(), near && many);
                assert!((0..texts.len() as Code).all(|code| short.bytes(code) == texts.bytes(code)));
                let mut written = b"before".to_vec();
                for code in (0..texts.len() as Code).chain([NULL_CODE]) {
                    let place = short.near(code);
                    let is_here = near && many && code != NULL_CODE && texts.bytes(code).len() <= SHORT;
                    assert_eq!((place.bytes().is_some(), place.write(&mut written)), (is_here, is_here));
                }
                let all = || (0..texts.len() as Code).map(|code| texts.bytes(code)).filter(|text| near && many && text.len() <= SHORT);
                assert_eq!(written, [&b"before"[..]].into_iter().chain(all()).collect::<Vec<_>>().concat());
            }
        }
    }
}
