//! The distinct values of a column chunk, and each row by its place among them.

use rustc_hash::FxHashMap;
use std::hash::Hash;

/// The place of a null.
pub const NULL: u32 = u32::MAX;
/// In the place of one that is not known yet.
const NEW: u32 = NULL - 1;
/// So many rows are looked at before it is asked whether there are too many values.
const PIECE: usize = 1 << 10;

/// So many values are compared at once.
const LANES: usize = 4;

/// What a column can hold a dictionary of.
pub trait Key: Copy + Ord + Hash {
    const LEAST: Self;
    const GREATEST: Self;

    /// How far it is above one that is not greater.
    fn above(self, least: Self) -> u64;
}

impl Key for i64 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn above(self, least: Self) -> u64 {
        self.wrapping_sub(least) as u64
    }
}

impl Key for u32 {
    const LEAST: Self = Self::MIN;
    const GREATEST: Self = Self::MAX;

    fn above(self, least: Self) -> u64 {
        u64::from(self - least)
    }
}

/// The least and the greatest value that is not null.
pub fn extremes<K: Key>(rows: &[K], null: K) -> Option<(K, K)> {
    // Each lane on its own: none waits for the value before.
    let (mut least, mut greatest) = ([K::GREATEST; LANES], [K::LEAST; LANES]);
    let mut see = |lane: usize, value: K| {
        let known = value != null;
        least[lane] = if known && value < least[lane] { value } else { least[lane] };
        greatest[lane] = if known && value > greatest[lane] { value } else { greatest[lane] };
    };
    let (lines, rest) = rows.as_chunks::<LANES>();
    lines.iter().for_each(|line| (0..LANES).for_each(|lane| see(lane, line[lane])));
    rest.iter().for_each(|value| see(0, *value));
    let ends = least.into_iter().min().zip(greatest.into_iter().max());
    ends.filter(|(least, greatest)| least <= greatest)
}

/// The distinct values of a chunk, in the order of first use, and each row by its place among them.
pub struct Dictionary<K> {
    pub values: Vec<K>,
    pub places: Vec<u32>,
}

impl<K: Key> Dictionary<K> {
    /// None where there are more than `most` values. `slots` is room to work in.
    pub fn of(rows: &[K], null: K, most: usize, slots: &mut Vec<u32>) -> Option<Self> {
        let Some((least, greatest)) = extremes(rows, null) else {
            return Some(Self { values: Vec::new(), places: vec![NULL; rows.len()] });
        };
        // Values that lie close together are found by how far each is above the least, without a hash.
        let span = greatest.above(least);
        let found = match span < 1 << 12 || span < 2 * rows.len() as u64 {
            true => Self::near(rows, null, most, (least, span as usize), slots),
            false => Self::far(rows, null, most),
        };
        (found.values.len() <= most).then_some(found)
    }

    /// Ends early where there are too many values.
    fn near(rows: &[K], null: K, most: usize, (least, span): (K, usize), slots: &mut Vec<u32>) -> Self {
        let (mut values, mut places) = (Vec::new(), Vec::with_capacity(rows.len()));
        slots.clear();
        slots.resize(span + 1, NEW);
        slots.push(NULL);
        for piece in rows.chunks(PIECE) {
            places.extend(piece.iter().map(|value| {
                let slot = &mut slots[if *value == null { span + 1 } else { value.above(least) as usize }];
                if *slot == NEW {
                    *slot = values.len() as u32;
                    values.push(*value);
                }
                *slot
            }));
            if values.len() > most {
                break;
            }
        }
        Self { values, places }
    }

    /// As [`Dictionary::near`], for values that may lie anywhere.
    fn far(rows: &[K], null: K, most: usize) -> Self {
        let (mut values, mut places) = (Vec::new(), Vec::with_capacity(rows.len()));
        let mut places_of: FxHashMap<K, u32> = FxHashMap::default();
        let mut last = (null, NULL);
        for piece in rows.chunks(PIECE) {
            places.extend(piece.iter().map(|value| {
                if *value != last.0 {
                    let new = values.len() as u32;
                    last = (*value, if *value == null { NULL } else { *places_of.entry(*value).or_insert(new) });
                    if last.1 == new {
                        values.push(*value);
                    }
                }
                last.1
            }));
            if values.len() > most {
                break;
            }
        }
        Self { values, places }
    }
}

/// The least and the greatest value that rows have, which are told by their places in a list.
pub fn ends<T: Ord + Copy>(rows: &[u32], list: &[T]) -> Option<(T, T)> {
    // One more for nulls.
    let mut used = vec![false; list.len() + 1];
    rows.iter().for_each(|place| used[list.len().min(*place as usize)] = true);
    let here = || list.iter().zip(&used).filter(|(_, used)| **used).map(|(value, _)| *value);
    here().min().zip(here().max())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_alike_near_and_far() {
        let near = [5i64, 7, i64::MIN, 7, 5, 6];
        for far in [0, 1 << 40] {
            let rows = near.map(|value| if value > 6 { value + far } else { value });
            let found = Dictionary::of(&rows, i64::MIN, 3, &mut Vec::new()).expect("three values");
            assert_eq!(found.values, [5, 7 + far, 6]);
            assert_eq!(found.places, [0, 1, NULL, 1, 0, 2]);
            assert!(Dictionary::of(&rows, i64::MIN, 2, &mut Vec::new()).is_none());
        }
        assert_eq!(Dictionary::of(&[u32::MAX; 2], u32::MAX, 0, &mut Vec::new()).expect("nulls alone").places, [NULL; 2]);
        assert_eq!(extremes(&[i64::MIN, i64::MAX], i64::MIN), Some((i64::MAX, i64::MAX)));
    }
}
