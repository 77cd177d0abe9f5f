//! Why there is no answer.

use crate::report::ReportError;
use std::path::Path;

/// Why a question cannot be answered: with the exit code (contract §8), and what to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AnswerError {
    pub exit_code: i32,
    pub message: String,
}

impl AnswerError {
    /// What was asked for is not there.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { exit_code: 2, message: message.into() }
    }

    /// A defect of the program.
    pub fn internal(message: impl Into<String>) -> Self {
        Self { exit_code: 70, message: message.into() }
    }

    /// A published run is missing or cannot be read.
    pub fn unreadable(message: impl Into<String>) -> Self {
        Self { exit_code: 3, message: message.into() }
    }

    /// A published run that contradicts itself: what is in it cannot be what this program wrote.
    pub fn damaged(folder: &Path, what: impl std::fmt::Display) -> Self {
        Self::unreadable(format!("{}: {what}; seatwise verify tells which file was changed", folder.display()))
    }
}

impl From<ReportError> for AnswerError {
    fn from(error: ReportError) -> Self {
        Self::unreadable(format!("{error}\n  help: a run of an earlier version may lack the table; run the job again"))
    }
}
