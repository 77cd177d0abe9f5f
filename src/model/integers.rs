//! A column of integers in as few bytes as they allow: an estate has millions of demands, their quantities and cores are small numbers,
//! and what all share, or none has, is one number.

use super::value::NULL_INT;
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};

/// Integers by place; [`NULL_INT`] is null.
#[derive(Clone, Debug)]
pub struct Integers(Kept);

#[derive(Clone, Debug)]
enum Kept {
    /// So many of one.
    Same(i64, usize),
    /// All are small.
    Small(Vec<i32>),
    Any(Vec<i64>),
}

/// The null of small integers.
const NULL_SMALL: i32 = i32::MIN;

impl Integers {
    /// So many integers, each by its place. It may be asked for one several times, on any thread.
    pub fn of(len: usize, integer: impl Fn(usize) -> i64 + Sync) -> Self {
        let places = || (0..len).into_par_iter();
        let first = if len == 0 { NULL_INT } else { integer(0) };
        // This ends with the first other one.
        if places().all(|place| integer(place) == first) {
            return Self(Kept::Same(first, len));
        }
        let large = AtomicBool::new(false);
        let small = |place| {
            small_of(integer(place)).unwrap_or_else(|| {
                large.store(true, Ordering::Relaxed);
                NULL_SMALL
            })
        };
        let all: Vec<i32> = places().map(small).collect();
        if large.into_inner() { Self(Kept::Any(places().map(&integer).collect())) } else { Self(Kept::Small(all)) }
    }

    /// The integer of a place.
    pub fn get(&self, place: usize) -> i64 {
        match &self.0 {
            Kept::Same(same, len) => {
                debug_assert!(place < *len, "place {place} of {len}");
                *same
            }
            Kept::Small(all) => match all[place] {
                NULL_SMALL => NULL_INT,
                small => i64::from(small),
            },
            Kept::Any(all) => all[place],
        }
    }

    pub fn len(&self) -> usize {
        match &self.0 {
            Kept::Same(_, len) => *len,
            Kept::Small(all) => all.len(),
            Kept::Any(all) => all.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn to_vec(&self) -> Vec<i64> {
        (0..self.len()).into_par_iter().map(|place| self.get(place)).collect()
    }
}

/// None yet.
impl Default for Integers {
    fn default() -> Self {
        Self(Kept::Same(NULL_INT, 0))
    }
}

impl From<Vec<i64>> for Integers {
    fn from(all: Vec<i64>) -> Self {
        Self::of(all.len(), |place| all[place])
    }
}

/// An integer that is small, or null.
fn small_of(integer: i64) -> Option<i32> {
    match integer {
        NULL_INT => Some(NULL_SMALL),
        _ => i32::try_from(integer).ok().filter(|small| *small != NULL_SMALL),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_what_was_put_in() {
        let least = i64::from(i32::MIN);
        let columns = [
            vec![],
            vec![7],
            vec![NULL_INT, NULL_INT],
            vec![1, 1, 2, NULL_INT, -3],
            vec![NULL_INT, least + 1, i64::from(i32::MAX)],
            vec![NULL_INT, least],
            vec![0, 1_000_000_000_000, NULL_INT],
        ];
        for column in columns {
            let integers = Integers::from(column.clone());
            assert_eq!(integers.to_vec(), column);
            assert_eq!(integers.len(), column.len());
        }
    }

    #[test]
    fn they_take_no_more_room_than_they_need() {
        assert!(matches!(Integers::from(vec![5; 9]).0, Kept::Same(5, 9)));
        assert!(matches!(Integers::from(vec![5, NULL_INT]).0, Kept::Small(_)));
        assert!(matches!(Integers::from(vec![5, i64::from(i32::MIN)]).0, Kept::Any(_)));
    }
}
