//! The report to look at, made of the tables that the run has just finished, as `seatwise report` makes it again later. What would
//! have to be looked for in all rows of the largest of them, the run still has in memory.

use super::Night;
use super::refusal::Refusal;
use crate::answers::why::Members;
use crate::answers::{AnswerError, Published};
use crate::explain::deficit::Deficits;
use crate::model::estate::Estate;
use crate::page;
use crate::page::source::{Rank, Ranked, Source};
use crate::report::numbers;
use crate::run::{History, StagedFile};
use crate::trace::Trace;
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io::Write;

/// What the report is made of, and the file for it: it can be made while the run goes on.
pub struct Ground {
    run: Published,
    history: History,
    file: StagedFile,
}

impl Ground {
    /// That of a run whose tables are all written but the affinity table; none if the job does without a report.
    pub fn of(night: &Night<'_>) -> Result<Option<Self>, Refusal> {
        if !night.job.output.report {
            return Ok(None);
        }
        let run = Published { folder: night.staged.dir().to_owned(), manifest: night.manifest.clone() };
        Ok(Some(Self { run, history: night.staged.history().clone(), file: night.staged.create(page::FILE)? }))
    }

    /// Makes the report and writes it, so that it is synced while the log is written.
    pub fn write(mut self, memory: &Memory<'_>) -> Result<(), Refusal> {
        let bytes = page::make_from(memory, &self.run, &self.history).map_err(refused)?;
        // An error of this write is kept by the file, and comes out of `finish` with its path.
        let _ = self.file.write_all(&bytes);
        self.file.finish(None)?;
        Ok(())
    }
}

/// What the run still has in memory: the rows of `deficits` are its trace's, in their order.
pub struct Memory<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
}

impl<'a> Memory<'a> {
    pub fn of(estate: &'a Estate, trace: &'a Trace) -> Self {
        Self { estate, trace }
    }

    /// A demand of a product, by its name. A product's demands are sorted by their names.
    fn demand(&self, product: &str, name: &str) -> Option<usize> {
        let estate = self.estate;
        let product = estate.products.place(estate.texts.code(product)?)?;
        let std::ops::Range { mut start, mut end } = estate.demands_of(product);
        let id = |demand: usize| estate.demand_id(&estate.demands, demand);
        while start < end {
            let middle = start + (end - start) / 2;
            match id(middle).as_str().cmp(name) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => start = middle + 1,
                Ordering::Greater => end = middle,
            }
        }
        None
    }
}

impl Source for Memory<'_> {
    fn members(&self, demands: &BTreeSet<(String, String)>) -> Result<Members, AnswerError> {
        let estate = self.estate;
        let of_demand = |key: &(String, String)| {
            let mut rows = estate.demands.members(self.demand(&key.0, &key.1)?).to_vec();
            rows.sort_unstable();
            Some((key.clone(), rows.into_iter().map(|row| estate.consumptions.id.get(row as usize).to_owned()).collect()))
        };
        Ok(demands.iter().filter_map(of_demand).collect())
    }

    fn deficits(&self, read: &mut dyn FnMut(usize, Rank<'_, '_>)) -> Result<(), AnswerError> {
        let (estate, deficits) = (self.estate, &self.trace.deficits);
        read(deficits.len(), &|row| {
            let deficit = &deficits[row];
            let product = estate.demands.product[deficit.demand as usize] as usize;
            Ranked {
                product: estate.texts.get(estate.products.id[product]),
                reason: deficit.reason.code(),
                units: deficit.units,
                currency: estate.texts.opt(estate.products.currency[product]),
                cost: numbers::scaled(numbers::cost(deficit.units, estate.products.unit_price[product])),
            }
        });
        Ok(())
    }

    fn details(&self, rows: &[usize]) -> Option<Vec<String>> {
        let sentences = Deficits::new(self.estate, self.trace);
        let sentence = |row: &usize| {
            let mut out = String::new();
            sentences.write(&self.trace.deficits[*row], &mut out);
            out
        };
        Some(rows.iter().map(sentence).collect())
    }
}

/// What cannot be read here is what the run itself wrote a moment ago.
fn refused(error: AnswerError) -> Refusal {
    const INTERNAL: i32 = 70;
    let message = format!("{} cannot be made: {}", page::FILE, error.message);
    if error.exit_code == INTERNAL { Refusal::internal(message) } else { Refusal::output(message) }
}
