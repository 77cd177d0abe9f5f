//! A small number that may be missing, in its own four bytes: an estate has millions of grants, and `Option<u32>` takes eight.

use super::text::NULL_CODE;

/// A number below [`NULL_CODE`], or none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OptU32(u32);

impl OptU32 {
    pub const NONE: Self = Self(NULL_CODE);

    pub fn get(self) -> Option<u32> {
        (self != Self::NONE).then_some(self.0)
    }
}

impl From<u32> for OptU32 {
    fn from(number: u32) -> Self {
        debug_assert!(number != NULL_CODE, "no place and no turn is so great: rows are fewer");
        Self(number)
    }
}

impl From<Option<u32>> for OptU32 {
    fn from(number: Option<u32>) -> Self {
        number.map_or(Self::NONE, Self::from)
    }
}

impl std::fmt::Debug for OptU32 {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_was_put_in() {
        for number in [None, Some(0), Some(NULL_CODE - 1)] {
            assert_eq!(OptU32::from(number).get(), number);
            assert_eq!(format!("{:?}", OptU32::from(number)), format!("{number:?}"));
        }
    }
}
