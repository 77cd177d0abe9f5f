//! The texts behind the codes of columns: those of an estate, or a list of one's own. Nothing is copied.

use crate::model::text::{Code, Texts};

/// Texts by code.
#[derive(Clone, Copy, Debug)]
pub enum TextPool<'e> {
    /// Every text of an estate, in the order of their bytes.
    Estate(&'e Texts),
    /// A few, in any order.
    Words(&'e [String]),
}

impl<'e> TextPool<'e> {
    /// The text of a code that is not null.
    pub(super) fn get(self, code: Code) -> &'e str {
        match self {
            TextPool::Estate(texts) => texts.get(code),
            TextPool::Words(words) => &words[code as usize],
        }
    }
}
