//! What the report needs of all rows of the largest tables, to show a few of them: who makes it tells. It can be read from the run's
//! tables, by looking through all of them; a run that has just written these still has it in memory, and tells the same.

use super::grid::{counts, money, texts};
use crate::answers::why::{self, Members};
use crate::answers::{AnswerError, Published};
use crate::model::decimal::Scaled;
use crate::report::back::Query;
use std::collections::BTreeSet;

/// What a row of `deficits` is counted and ranked by.
pub struct Ranked<'a> {
    pub product: &'a str,
    pub reason: &'a str,
    pub units: i64,
    pub currency: Option<&'a str>,
    /// 0 where it is not known.
    pub cost: Scaled,
}

/// Tells a row of `deficits` by its place.
pub type Rank<'a, 'r> = &'a dyn Fn(usize) -> Ranked<'r>;

/// Who tells it.
pub trait Source: Sync {
    /// The consumptions that made some demands, given by product and `demand_id`.
    fn members(&self, demands: &BTreeSet<(String, String)>) -> Result<Members, AnswerError>;

    /// Every row of `deficits`: a reader is told how many there are, and each that it asks for.
    fn deficits(&self, read: &mut dyn FnMut(usize, Rank<'_, '_>)) -> Result<(), AnswerError>;

    /// The `detail` of rows of `deficits`, if it need not be read from the table.
    fn details(&self, rows: &[usize]) -> Option<Vec<String>>;
}

/// The run's tables alone.
impl Source for Published {
    fn members(&self, demands: &BTreeSet<(String, String)>) -> Result<Members, AnswerError> {
        why::members(self, demands)
    }

    fn deficits(&self, read: &mut dyn FnMut(usize, Rank<'_, '_>)) -> Result<(), AnswerError> {
        let columns = ["product_id", "units", "reason", "estimated_cost", "currency"];
        let rows = self.read(&Query::of("deficits").columns(&columns))?;
        let (product, units, reason) = (texts(&rows, "product_id")?, counts(&rows, "units")?, texts(&rows, "reason")?);
        let (cost, currency) = (money(&rows, "estimated_cost")?, texts(&rows, "currency")?);
        read(rows.len(), &|row| Ranked {
            product: product(row).unwrap_or_default(),
            reason: reason(row).unwrap_or_default(),
            units: units(row),
            currency: currency(row),
            cost: cost(row),
        });
        Ok(())
    }

    fn details(&self, _: &[usize]) -> Option<Vec<String>> {
        None
    }
}
