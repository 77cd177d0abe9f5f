//! Words for what was decided: the trace says it as data, this module as sentences. The log, `why`, the tables and the HTML read
//! the same sentences here. No I/O, no clock, and no decision of its own: what it counts, it counts in what `allocate` left.
//!
//! [`rule_names`] which rules matched · [`grant`] why this license · [`deficit`] why none · [`facts`] what several sentences ask
//! of a trace · [`alerts`] what somebody should look at (contract §6.2) · [`advice`] what could be done (§6.3) · [`diff`] two runs
//! compared · [`notice`] what people are told of a run (reference §9.2) · [`position`] a product's position in a spreadsheet.

pub mod advice;
pub mod alerts;
pub mod answer;
pub mod deficit;
pub mod diff;
pub mod facts;
pub mod grant;
pub mod notice;
pub mod pair;
mod phrases;
pub mod position;
pub mod rule_names;

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
