//! When a job is run: the service behind `seatwise schedule`. What a run is, is not here: every run is a child process of the same
//! program, with its own exit code, time limit and threads.
//!
//! Reading order: [`calendar`] the slots of a cron expression · [`plan`] what is due, pure: no clock, no file · [`shelf`] the job
//! files, and what became of them since the last look · [`member`] a job with its plan · [`child`] a run · [`heartbeat`] what wakes
//! the service · [`service`] the loop that puts them together, `tell` its words.
//!
//! What was done is read back from OUTPUT (`run::slots`); there is no other memory that would have to agree with it.

pub mod calendar;
pub mod child;
pub mod heartbeat;
pub mod member;
pub mod plan;
pub mod service;
pub mod shelf;
mod tell;

#[cfg(test)]
mod tests;

pub use member::Member;
pub use service::{Settings, serve};
pub use shelf::{Found, Shelf, Standing};
