//! The job file (contract §9): from a file as somebody wrote it to a [`Job`] that is checked and ready, or to everything
//! that is wrong with it, each thing with its place. Reads the job file alone: extracts, clocks and results are others' business.
//!
//! In reading order: `shape` how a table is described · `definition` the tables of a job file · `syntax`, `reader`, `scalar`,
//! `slips` the file against them · `section` what comes out · `interpolate`, `text` variables, and where each byte of a text was written ·
//! `build`, `extracts`, `foreign_keys`, `input_gates`, `keep`, `rule_texts` what it means, [`duration`] lengths of time, [`bytes`] numbers of
//! bytes · [`job`] the job ·
//! [`schedule`] when it is run · `notice_tables`, `notice_keys`, [`notices`] the same steps
//! for those who are told of it · [`secret`], `mask` what nobody may see · [`error`], `place`, `render` what is wrong, and how that
//! looks · `near_names` what is no error and probably a slip · [`schema`] the same tables for editors · [`settings`] a job with some keys set otherwise, for a trial.

mod build;
pub mod bytes;
mod definition;
pub mod duration;
pub mod error;
mod extracts;
mod foreign_keys;
mod input_gates;
pub mod interpolate;
pub mod job;
mod keep;
mod mask;
mod near_names;
mod notice_keys;
mod notice_tables;
pub mod notices;
mod place;
mod reader;
pub mod render;
mod rule_texts;
mod scalar;
pub mod schedule;
pub mod schema;
pub mod secret;
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
pub use keep::Keep;
pub use near_names::near_names;
pub use notices::{Email, Expectation, MailTls, Metrics, Notices, Occasions, Tries, Webhook};
pub use schedule::Schedule;
pub use secret::{Hidden, Secret};
