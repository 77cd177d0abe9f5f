//! Answers from what a run published (contract §6): why a demand is covered as it is, whom a license serves, who holds what. Nothing
//! but the run's folder is read, so that every run can be asked at any time, whatever its log held; and the code that decided is asked
//! again, so that an answer cannot differ from the decision.
//!
//! [`published`] one run · [`subject`] whom a question is about · [`world`] the estate again, as far as it is asked about ·
//! [`demand`] and `license` the answers, from `phases` what was weighed, `free` what was free at a turn, `grants` and `deficit` what came
//! of it, `ties` which of two equals came first · [`mod@why`] all of it · [`everyone`] whom a run is about · [`show`] the rows of four angles, as a [`sheet`] · [`export`] a whole
//! table, [`position_report`] that of `positions` for people.

mod deficit;
pub mod demand;
pub mod error;
pub mod everyone;
pub mod export;
mod free;
mod grants;
pub mod license;
mod phases;
pub mod position_report;
pub mod published;
pub mod sheet;
pub mod show;
pub mod subject;
mod ties;
pub mod why;
pub mod world;

pub use error::AnswerError;
pub use published::Published;
