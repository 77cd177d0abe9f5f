//! The batch log (contract §7): typed events and score lines, as text or JSON lines, in one fixed order. What happened is said by
//! [`event`] (steps) and by the trace (products, pairs, grants, deficits); nothing is decided here, and no file is opened: the
//! run gives the sink.
//!
//! Reading order: [`mod@line`] is the form of one line; [`event`] the steps of a run; [`product`], [`pairs`], `kinds` and
//! `decision` the section of a product; [`plan`] what is written for which product; [`writer`] brings buffers into the file, in
//! order; [`search`] reads a log again.
//!
//! Before the first product the caller writes [`Sections::render_orphans`]; for each product [`Sections::render_start`], then the
//! pages of its bundles, of phase 2, and after the last product of a chain those of its downgrades ([`render_page`]). Every buffer
//! may be made on any thread; the writer puts them in order. From the first product's line on, equal runs have equal lines but for
//! the time: no duration, path, run id or thread count may stand in a line after it.

mod decision;
pub mod event;
mod kinds;
pub mod line;
pub mod lines;
pub mod pairs;
pub mod plan;
pub mod product;
pub mod search;
mod words;
pub mod writer;

#[cfg(test)]
mod tests;

pub use event::Event;
pub use line::{Format, Stamp};
pub use pairs::render_page;
pub use plan::{LogMode, LogPlan};
pub use product::Sections;
pub use writer::{BatchLog, Form, Part, PartMaker};

use crate::model::estate::Estate;
use crate::model::words::Outcome;
use crate::trace::by_demand::ByDemand;
use crate::trace::{BundleTrace, Deficit, Trace};
use words::Words;

/// What every line of a product's section reads.
pub struct LogContext<'a> {
    estate: &'a Estate,
    trace: &'a Trace,
    /// `name points` of each affinity rule in force, by its place: [`rule_labels`].
    rule_labels: &'a [String],
    format: Format,
    /// The identifiers as they stand in a line.
    products: Words,
    licenses: Words,
    decisions: &'a ByDemand<'a>,
}

impl<'a> LogContext<'a> {
    pub fn new(estate: &'a Estate, trace: &'a Trace, decisions: &'a ByDemand<'a>, rule_labels: &'a [String], format: Format) -> Self {
        let texts = &estate.texts;
        let products = Words::new(format, estate.products.id.iter().map(|id| texts.get(*id)));
        let licenses = Words::new(format, estate.licenses.id.iter().map(|id| texts.get(*id)));
        Self { estate, trace, rule_labels, format, products, licenses, decisions }
    }

    /// What is left of a demand. Most have nothing left, and its outcome, which is near at hand, tells so.
    fn deficit(&self, demand: u32) -> Option<&'a Deficit> {
        let open = self.trace.outcomes[demand as usize] == Outcome::Deficit;
        if open { self.decisions.deficit(demand) } else { None }
    }

    /// The bundle demands of a bundle product.
    fn bundle(&self, product: u32) -> Option<&'a BundleTrace> {
        let bundles = &self.trace.bundles;
        bundles.binary_search_by_key(&product, |bundle| bundle.product).ok().map(|place| &bundles[place])
    }
}

/// How matched rules are shown: `department-exact 3000`.
pub fn rule_labels<'a>(rules: impl IntoIterator<Item = (&'a str, i64)>) -> Vec<String> {
    rules.into_iter().map(|(name, points)| format!("{name} {points}")).collect()
}
