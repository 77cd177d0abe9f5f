//! A column of integers in as few bytes as they allow: an estate has millions of demands, their quantities and cores are small numbers,
//! and what all share, or none has, is one number. Each piece of a column is as narrow as its own integers.

use super::value::NULL_INT;
use rayon::prelude::*;

/// How many integers a piece has, but for the last one of a column.
pub const PIECE: usize = 16_384;

/// Integers by place; [`NULL_INT`] is null.
#[derive(Clone, Debug, Default)]
pub struct Integers {
    pieces: Vec<Piece>,
    len: usize,
}

/// Some integers that stand together. The least of each narrow type stands for null.
#[derive(Clone, Debug)]
pub enum Piece {
    Same(i64),
    Byte(Vec<i8>),
    Short(Vec<i16>),
    Small(Vec<i32>),
    Any(Vec<i64>),
}

impl Integers {
    /// So many integers, each by its place.
    pub fn of(len: usize, integer: impl Fn(usize) -> i64 + Sync) -> Self {
        let piece = |all: &mut Vec<i64>, first: usize| {
            all.clear();
            all.extend((first..len.min(first + PIECE)).map(&integer));
            Piece::of(all)
        };
        let firsts: Vec<usize> = (0..len).step_by(PIECE).collect();
        Self { pieces: firsts.into_par_iter().map_init(Vec::new, piece).collect(), len }
    }

    /// So many integers in pieces, of which all but the last are of [`PIECE`].
    pub fn in_pieces(len: usize, pieces: Vec<Piece>) -> Self {
        debug_assert_eq!(pieces.len(), len.div_ceil(PIECE));
        Self { pieces, len }
    }

    /// The integer of a place.
    #[inline]
    pub fn get(&self, place: usize) -> i64 {
        debug_assert!(place < self.len, "place {place} of {}", self.len);
        self.pieces[place / PIECE].get(place % PIECE)
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        (0..self.len).map(|place| self.get(place))
    }
}

impl From<Vec<i64>> for Integers {
    fn from(all: Vec<i64>) -> Self {
        Self { pieces: all.par_chunks(PIECE).map(Piece::of).collect(), len: all.len() }
    }
}

impl Piece {
    /// As narrow as they allow.
    pub fn of(all: &[i64]) -> Self {
        let first = all.first().copied().unwrap_or(NULL_INT);
        if all.iter().all(|integer| *integer == first) {
            return Piece::Same(first);
        }
        let known = || all.iter().filter(|integer| **integer != NULL_INT);
        let within = |greatest: i64| known().all(|integer| (-greatest..=greatest).contains(integer));
        if within(i8::MAX.into()) {
            Piece::Byte(narrowed(all, i8::MIN, |integer| integer as i8))
        } else if within(i16::MAX.into()) {
            Piece::Short(narrowed(all, i16::MIN, |integer| integer as i16))
        } else if within(i32::MAX.into()) {
            Piece::Small(narrowed(all, i32::MIN, |integer| integer as i32))
        } else {
            Piece::Any(all.to_vec())
        }
    }

    #[inline]
    fn get(&self, place: usize) -> i64 {
        match self {
            Piece::Same(same) => *same,
            Piece::Byte(all) => widened(all[place], i8::MIN),
            Piece::Short(all) => widened(all[place], i16::MIN),
            Piece::Small(all) => widened(all[place], i32::MIN),
            Piece::Any(all) => all[place],
        }
    }
}

fn narrowed<T: Copy>(all: &[i64], null: T, narrow: impl Fn(i64) -> T) -> Vec<T> {
    all.iter().map(|integer| if *integer == NULL_INT { null } else { narrow(*integer) }).collect()
}

#[inline]
fn widened<T: Copy + PartialEq + Into<i64>>(integer: T, null: T) -> i64 {
    if integer == null { NULL_INT } else { integer.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_what_was_put_in() {
        let columns = [
            vec![],
            vec![7],
            vec![NULL_INT, NULL_INT],
            vec![1, 1, 2, NULL_INT, -3],
            vec![NULL_INT, 1 - i64::from(i8::MAX), i64::from(i8::MAX)],
            vec![NULL_INT, i64::from(i8::MIN)],
            vec![NULL_INT, i64::from(i16::MIN), i64::from(i16::MAX)],
            vec![NULL_INT, i64::from(i32::MIN) + 1, i64::from(i32::MAX)],
            vec![NULL_INT, i64::from(i32::MIN)],
            vec![0, 1_000_000_000_000, NULL_INT],
            (0..3 * PIECE as i64 / 2).collect(),
        ];
        for column in columns {
            for integers in [Integers::from(column.clone()), Integers::of(column.len(), |place| column[place])] {
                assert!(integers.iter().eq(column.iter().copied()));
                assert_eq!(integers.len(), column.len());
            }
        }
    }

    #[test]
    fn they_take_no_more_room_than_they_need() {
        let piece = |other: i64| Piece::of(&[5, NULL_INT, other]);
        assert!(matches!(Piece::of(&[5, 5]), Piece::Same(5)));
        assert!(matches!(piece(-127), Piece::Byte(_)));
        assert!(matches!(piece(-128), Piece::Short(_)));
        assert!(matches!(piece(32_768), Piece::Small(_)));
        assert!(matches!(piece(i32::MIN.into()), Piece::Any(_)));
        let wide_at_the_end = Integers::from([vec![1; PIECE], vec![1, 1 << 40]].concat());
        assert!(matches!(wide_at_the_end.pieces[..], [Piece::Same(1), Piece::Any(_)]));
    }
}
