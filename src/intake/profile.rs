//! What stands in a column: its different values, and how often each does. Everything else is asked of this.

use crate::extract::preview::SheetColumn;
use rustc_hash::FxHashMap;

/// A column. Values are without the white space around them; what is empty is left out.
pub struct Profile<'a> {
    pub heading: &'a str,
    /// Rows that have a value.
    pub filled: u64,
    /// The different values in the order of their bytes, with the rows of each.
    pub values: Vec<(&'a str, u64)>,
}

impl<'a> Profile<'a> {
    /// Looks at every row.
    pub fn of(column: &'a SheetColumn) -> Self {
        let mut rows: FxHashMap<&str, u64> = FxHashMap::default();
        let mut filled = 0;
        for value in column.values().flatten() {
            filled += 1;
            *rows.entry(value).or_default() += 1;
        }
        let mut values: Vec<(&str, u64)> = rows.into_iter().collect();
        values.sort_unstable();
        Self { heading: &column.name, filled, values }
    }

    /// The same without values that stand for none.
    pub fn without(&self, nulls: &[String]) -> Profile<'a> {
        let values: Vec<(&str, u64)> = self.values.iter().filter(|(value, _)| !nulls.iter().any(|null| null == value)).copied().collect();
        Profile { heading: self.heading, filled: values.iter().map(|(_, rows)| rows).sum(), values }
    }

    /// The share of the rows with a value for which something holds, in thousandths; 1000 where there is none. Of a column with
    /// very many values, of an even sample.
    pub fn share(&self, holds: impl Fn(&str) -> bool) -> u64 {
        const SAMPLE: usize = 5_000;
        let step = self.values.len() / SAMPLE + 1;
        let (mut all, mut good) = (0, 0);
        for (value, rows) in self.values.iter().step_by(step) {
            all += rows;
            good += if holds(value) { *rows } else { 0 };
        }
        (good * 1000).checked_div(all).unwrap_or(1000)
    }

    /// Whether nearly every row has a value of its own: what identifiers are like. A few rows that stand twice do no harm.
    pub fn is_unique(&self) -> bool {
        self.filled > 0 && self.values.len() as u64 * 100 >= self.filled * 95
    }
}
