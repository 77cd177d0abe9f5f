//! Rows by value and product, as demands are added to them. Demands come product by product: so a row is the last one of its value or
//! a new one, and to put them in order at the end only values have to be told apart.

use super::{One, Row};
use crate::model::text::Code;
use std::ops::Range;

/// One value in so many is few.
const FEW: usize = 16;

/// Rows of some values under way.
pub struct Tally {
    /// The codes of the values; the last one stands for null, too.
    codes: Range<usize>,
    /// By value: one more than the last product that was seen (0 before the first), and the row of these two. Pairs of numbers, since
    /// the system gives zeroes untouched: most texts are no values.
    last: Vec<(u32, u32)>,
    /// Those that were seen, in the order in which they were.
    seen: Vec<Code>,
    /// In the order in which they began.
    rows: Vec<Row>,
}

impl Tally {
    /// With room for so many rows.
    pub fn new(codes: Range<usize>, rows: usize) -> Self {
        Self { last: vec![(0, 0); codes.len()], codes, seen: Vec::new(), rows: Vec::with_capacity(rows) }
    }

    #[inline]
    fn place(codes: &Range<usize>, value: Code) -> usize {
        (value as usize).min(codes.end - 1) - codes.start
    }

    /// Adds a demand to its row. Products must not fall from call to call.
    #[inline]
    pub fn add(&mut self, value: Code, product: u32, one: &One) {
        let (seen, row) = &mut self.last[Self::place(&self.codes, value)];
        if *seen != product + 1 {
            if *seen == 0 {
                self.seen.push(value);
            }
            (*seen, *row) = (product + 1, self.rows.len() as u32);
            self.rows.push(Row { value, product, ..Row::default() });
        }
        self.rows[*row as usize].add(one);
    }

    /// The rows by value and product: products are in order already.
    pub fn rows(self) -> Vec<Row> {
        let Self { codes, last: mut next, mut seen, rows } = self;
        let place = |row: &Row| Self::place(&codes, row.value);
        rows.iter().for_each(|row| next[place(row)] = (0, 0));
        rows.iter().for_each(|row| next[place(row)].1 += 1);
        let mut total = 0;
        let mut begin = |(_, rows): &mut (u32, u32)| {
            total += *rows;
            *rows = total - *rows;
        };
        // Memory of values that nothing has is not touched, where these are most.
        if seen.len() < codes.len() / FEW {
            seen.sort_unstable();
            seen.iter().for_each(|value| begin(&mut next[Self::place(&codes, *value)]));
        } else {
            next.iter_mut().for_each(begin);
        }
        let mut ordered = vec![Row::default(); rows.len()];
        for row in rows {
            let (_, next) = &mut next[place(&row)];
            ordered[*next as usize] = row;
            *next += 1;
        }
        ordered
    }
}
