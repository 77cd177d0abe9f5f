//! Rows by value and product, counted and then filled. Demands come product by product, so the rows of a value come in their order.

use super::{One, Row};
use crate::model::text::Code;

/// Where the rows of each value stand.
pub struct Tally {
    /// By the value's place: one more than the last product that was seen (0 before the first), and first how many rows the value
    /// has, then where its next one is. Pairs of numbers, since the system gives zeroes untouched: most texts are no values.
    places: Vec<(u32, u32)>,
    /// How many rows there are of all values.
    rows: usize,
}

impl Tally {
    pub fn new(values: usize) -> Self {
        Self { places: vec![(0, 0); values], rows: 0 }
    }

    /// Counts a demand of a product at a value's place.
    #[inline]
    pub fn count(&mut self, place: usize, product: u32) {
        let (seen, rows) = &mut self.places[place];
        *rows += u32::from(*seen != product + 1);
        *seen = product + 1;
    }

    /// All are counted: from here on they are added.
    pub fn counted(&mut self) {
        let mut total = 0;
        // Memory of values that nothing has is not written.
        for (seen, rows) in self.places.iter_mut().filter(|(_, rows)| *rows > 0) {
            total += *rows;
            (*seen, *rows) = (0, total - *rows);
        }
        self.rows = total as usize;
    }

    /// How many rows were counted.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a demand to its row, in the order in which they were counted.
    #[inline]
    pub fn add(&mut self, place: usize, value: Code, product: u32, one: &One, out: &mut [Row]) {
        let (seen, next) = &mut self.places[place];
        if *seen != product + 1 {
            (*seen, *next) = (product + 1, *next + 1);
            out[*next as usize - 1] = Row { value, product, ..Row::default() };
        }
        out[*next as usize - 1].add(one);
    }
}
