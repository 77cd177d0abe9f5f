//! seatwise

pub mod allocate;
#[cfg(feature = "frames")]
pub mod batch_log;
#[cfg(feature = "frames")]
pub mod cli;
pub mod estate;
pub mod explain;
#[cfg(feature = "frames")]
pub mod extract;
#[cfg(feature = "frames")]
pub mod jobs;
pub mod model;
#[cfg(feature = "frames")]
pub mod pipeline;
#[cfg(feature = "frames")]
pub mod report;
pub mod rules;
#[cfg(feature = "frames")]
pub mod run;
pub mod trace;
