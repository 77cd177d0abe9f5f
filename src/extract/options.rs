//! What reading needs to know beside the extracts themselves: the date, the clock, the bounds, and what the last run read.

use super::limits::InputLimits;
use super::parts;
use crate::model::date::Date;
use crate::model::decimal::{ONE, Scaled};
use crate::model::words::ExtractKind;
use std::path::Path;
use std::time::SystemTime;

/// How the extracts of a job are to be read.
#[derive(Clone)]
pub struct ReadOptions<'a> {
    /// The date that the run answers for.
    pub as_of: Date,
    /// The day that it is, in the job's time zone.
    pub today: Date,
    /// The run's clock: what the age of a file is told by.
    pub now: SystemTime,
    /// The share of an extract's rows that may be rejected; times 10^9.
    pub max_reject_ratio: Scaled,
    pub limits: InputLimits,
    /// Rows of the parts that a long file is read in.
    pub part_rows: usize,
    /// The run that `max_change` compares with, if there is one.
    pub earlier: Option<Earlier>,
    /// Whether an extract that changed by more than its `max_change` is read all the same.
    pub accept_change: bool,
    /// Asked before every file: where it says no, nothing more is read, and what was read is not to be used.
    pub go_on: &'a dyn Fn() -> bool,
    /// Called at every [`Moment`]: a test may lay hands on the files there.
    pub at: &'a dyn Fn(Moment, &Path),
}

/// What an earlier run read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    pub run_id: String,
    /// Rows of each extract, rejected ones included.
    pub rows: Vec<(ExtractKind, u64)>,
}

impl Earlier {
    /// The rows of an extract, if that run had it.
    pub fn rows_of(&self, extract: ExtractKind) -> Option<u64> {
        self.rows.iter().find(|(kind, _)| *kind == extract).map(|(_, rows)| *rows)
    }
}

/// A moment of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The files of an extract are known; none is open. The path is the job's folder.
    Listed,
    /// A file is open, and nothing of it is read.
    Opened,
    /// A part of a file is read.
    Begun,
    /// A file is read to its end.
    Read,
    /// Every extract is read. The path is empty.
    AllRead,
}

impl ReadOptions<'_> {
    /// To read for a date, by the clock of the machine, with the bounds that hold by default and any number of rejects.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            today: as_of,
            now: SystemTime::now(),
            max_reject_ratio: ONE,
            limits: InputLimits::default(),
            part_rows: parts::ROWS,
            earlier: None,
            accept_change: false,
            go_on: &|| true,
            at: &|_, _| (),
        }
    }
}
