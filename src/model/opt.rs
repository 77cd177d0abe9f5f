//! A number that may be missing, in its own bytes: an estate has millions of grants and deficits, and an `Option` takes twice as many.

use super::text::NULL_CODE;
use super::value::NULL_INT;

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

/// A number other than [`NULL_INT`], or none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct OptI64(i64);

impl OptI64 {
    pub const NONE: Self = Self(NULL_INT);

    pub fn get(self) -> Option<i64> {
        (self != Self::NONE).then_some(self.0)
    }

    /// The number, or [`NULL_INT`] for none.
    pub fn or_null(self) -> i64 {
        self.0
    }
}

impl From<Option<i64>> for OptI64 {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Self::NONE, Self)
    }
}

impl std::fmt::Debug for OptI64 {
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
        for number in [None, Some(0), Some(NULL_INT + 1), Some(i64::MAX)] {
            assert_eq!((OptI64::from(number).get(), OptI64::from(number).or_null()), (number, number.unwrap_or(NULL_INT)));
            assert_eq!(format!("{:?}", OptI64::from(number)), format!("{number:?}"));
        }
    }
}
