//! The one integration binary: linking Polars once is slow enough.
//!
//! `cases` runs the case folders of `fixtures/cases`; `agreement` holds the program against `reference`, a slow second
//! implementation of the contract, on the random estates of `estates`; `generated` runs the estates of `seatwise generate`; `newcomer` goes the way of somebody new;
//! `transcripts` shows the command line; `schedule` drives schedules and locks for real; `trials` holds `what-if` and `diff` against
//! real runs; `tidy` checks the source itself.

#![allow(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod agreement;
mod answers;
mod cases;
mod estates;
mod generated;
mod newcomer;
mod reference;
mod schedule;
mod support;
mod tidy;
mod transcripts;
mod trials;
