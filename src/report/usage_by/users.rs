//! The rows of users. There are nearly as many as demands, and the demands of a user lie far apart: so these are brought together
//! first, some thousand users at a time, and the rows are made and written part by part.

use super::tally::Tally;
use super::{One, Row, look};
use crate::model::estate::Estate;
use crate::model::text::Code;
use crate::trace::Trace;
use rayon::prelude::*;
use std::ops::Range;

/// About so many demands are in a part: its rows stay near a core.
const PART: usize = if cfg!(test) { 3 } else { 1 << 16 };

/// So many demands are distributed at a time.
const PIECE: usize = if cfg!(test) { 4 } else { 1 << 20 };

/// So many of them are looked at at once.
const STRETCH: usize = 1 << 12;

/// At most so many cells: stretches of codes, of which parts are made.
const CELLS: usize = if cfg!(test) { 8 } else { 1 << 14 };

/// What a demand adds to the row of its user. Kept small: there are as many as demands, and they are moved.
type Record = [u32; 4];

/// The demands of an estate, part by part in the order of their users; in a part in their own order.
pub struct Users {
    pieces: Vec<Piece>,
    /// The codes of each part; null is behind all texts.
    parts: Vec<Range<usize>>,
}

struct Piece {
    records: Vec<Record>,
    /// Where each part begins, and where the last one ends.
    starts: Vec<u32>,
}

/// Codes by cells of equal width.
#[derive(Clone, Copy)]
struct Cells {
    /// The code that stands for null.
    null: usize,
    shift: u32,
}

impl Cells {
    fn new(estate: &Estate) -> Self {
        let null = estate.texts.len();
        let shift = (0..usize::BITS).find(|shift| null >> shift < CELLS).unwrap_or_default();
        Self { null, shift }
    }

    #[inline]
    fn of(self, user: Code) -> usize {
        (user as usize).min(self.null) >> self.shift
    }

    fn count(self, users: &[Code]) -> Vec<u32> {
        let mut counts = vec![0; (self.null >> self.shift) + 1];
        users.iter().for_each(|user| counts[self.of(*user)] += 1);
        counts
    }
}

impl Users {
    /// None where a demand needs so much that a record cannot hold it.
    pub fn of(estate: &Estate, trace: &Trace) -> Option<Self> {
        let cells = Cells::new(estate);
        let pieces: Vec<Vec<u32>> = estate.demands.user.par_chunks(PIECE).map(|users| cells.count(users)).collect();
        let (part_of, parts) = parts(cells, &pieces);
        let pieces = pieces.into_par_iter().enumerate();
        let pieces: Option<Vec<Piece>> =
            pieces.map(|(piece, counts)| Piece::of(estate, trace, piece * PIECE, cells, &part_of, &counts)).collect();
        Some(Self { pieces: pieces?, parts })
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The rows of a part, by user and product.
    pub fn rows(&self, part: usize) -> Vec<Row> {
        let records = self.pieces.iter().map(|piece| &piece.records[piece.starts[part] as usize..piece.starts[part + 1] as usize]);
        let mut tally = Tally::new(self.parts[part].clone(), records.clone().map(<[Record]>::len).sum());
        for [user, product, required, allocated] in records.flatten() {
            let one = One { required: i64::from(*required), allocated: i64::from(*allocated), inactive: product & 1 == 1 };
            tally.add(*user, product >> 1, &one);
        }
        tally.rows()
    }
}

/// Cells as parts of about the same number of demands: the part of each cell, and the codes of each part.
fn parts(cells: Cells, pieces: &[Vec<u32>]) -> (Vec<u32>, Vec<Range<usize>>) {
    let (mut part_of, mut parts): (Vec<u32>, Vec<Range<usize>>) = (Vec::new(), Vec::new());
    let (mut demands, mut start) = (0, 0);
    let count = (cells.null >> cells.shift) + 1;
    for cell in 0..count {
        part_of.push(parts.len() as u32);
        demands += pieces.iter().map(|counts| counts[cell] as usize).sum::<usize>();
        if demands >= PART || cell + 1 == count {
            let end = ((cell + 1) << cells.shift).min(cells.null + 1);
            parts.push(start..end);
            (demands, start) = (0, end);
        }
    }
    (part_of, parts)
}

impl Piece {
    /// Distributes the demands of a piece, of which the first is told.
    fn of(estate: &Estate, trace: &Trace, first: usize, cells: Cells, part_of: &[u32], counts: &[u32]) -> Option<Self> {
        let mut starts = vec![0; part_of.last().map_or(0, |last| *last as usize + 1) + 1];
        counts.iter().zip(part_of).for_each(|(count, part)| starts[*part as usize + 1] += count);
        (1..starts.len()).for_each(|part| starts[part] += starts[part - 1]);
        let demands = &estate.demands;
        let end = demands.len().min(first + PIECE);
        let mut next = starts.clone();
        let mut records = vec![Record::default(); end - first];
        let mut ones = vec![One::default(); STRETCH.min(end - first)];
        for start in (first..end).step_by(STRETCH) {
            let range = start..end.min(start + STRETCH);
            let ones = &mut ones[..range.len()];
            look(estate, trace, start, ones);
            for ((user, product), one) in demands.user[range.clone()].iter().zip(&demands.product[range]).zip(ones) {
                let next = &mut next[part_of[cells.of(*user)] as usize];
                records[*next as usize] = record(*user, *product, one)?;
                *next += 1;
            }
        }
        Some(Self { records, starts })
    }
}

/// None where a number is too large. The product makes room for one bit.
fn record(user: Code, product: u32, one: &One) -> Option<Record> {
    let product = product.checked_mul(2)? | u32::from(one.inactive);
    Some([user, product, u32::try_from(one.required).ok()?, u32::try_from(one.allocated).ok()?])
}
