//! The job file (contract §9): from a file as somebody wrote it to a [`Job`] that is checked and ready, or to everything
//! that is wrong with it, each thing with its place. Reads the job file alone: extracts, clocks and results are others' business.
//!
//! In reading order: `shape` how a table is described · `definition` the tables of a job file · `syntax`, `reader`, `scalar`,
//! `slips` the file against them · `section` what comes out · `interpolate`, `text` variables, and where each byte of a text was written ·
//! `build`, `extracts`, `rule_texts` what it means · [`job`] the job, `choices` what a manifest keeps of it · [`error`], `place`, `render` what is wrong, and how
//! that looks · [`schema`] the same tables for editors · [`settings`] a job with some keys set otherwise, for a trial.

mod build;
mod choices;
mod definition;
pub mod error;
mod extracts;
pub mod interpolate;
pub mod job;
mod place;
mod reader;
pub mod render;
mod rule_texts;
mod scalar;
pub mod schema;
mod section;
pub mod settings;
mod shape;
mod slips;
mod syntax;
mod text;

#[cfg(test)]
mod tests;

pub use error::{JobError, Problem};
pub use job::{AsOf, Example, ExampleValue, Expected, Job, Limits, LogDepth, LogFormat, LogSettings, Output, TableDepth};
