//! A column of days, kept as [`Integers`] are: most days of an estate lie within a few decades, and take two bytes.

use super::date::NULL_DATE;
use super::integers::{Integers, Piece};
use super::value::NULL_INT;

/// Days by place; [`NULL_DATE`] is null.
#[derive(Clone, Debug, Default)]
pub struct Days(Integers);

impl Days {
    /// So many days, each by its place.
    pub fn of(len: usize, day: impl Fn(usize) -> i32 + Sync) -> Self {
        Self(Integers::of(len, |place| integer(day(place))))
    }

    /// As [`Integers::in_pieces`].
    pub fn in_pieces(len: usize, pieces: Vec<Piece>) -> Self {
        Self(Integers::in_pieces(len, pieces))
    }

    /// The day of a place.
    #[inline]
    pub fn get(&self, place: usize) -> i32 {
        match self.0.get(place) {
            NULL_INT => NULL_DATE,
            day => day as i32,
        }
    }
}

impl From<Vec<i32>> for Days {
    fn from(all: Vec<i32>) -> Self {
        Self::of(all.len(), |place| all[place])
    }
}

impl FromIterator<i32> for Piece {
    /// Days that stand together.
    fn from_iter<I: IntoIterator<Item = i32>>(days: I) -> Self {
        Piece::of(&days.into_iter().map(integer).collect::<Vec<i64>>())
    }
}

fn integer(day: i32) -> i64 {
    if day == NULL_DATE { NULL_INT } else { day.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_what_was_put_in() {
        let all = vec![20_000, NULL_DATE, -1, i32::MAX, 20_001];
        let days = Days::from(all.clone());
        assert!((0..all.len()).map(|place| days.get(place)).eq(all.iter().copied()));
        let days = Days::in_pieces(all.len(), vec![all.iter().copied().collect()]);
        assert!((0..all.len()).map(|place| days.get(place)).eq(all));
    }
}
