//! Why an extract stops the run: always with the extract, the file, the column if one is meant, and what to do about it.

use crate::model::words::ExtractKind;
use std::fmt;

/// An extract that the run cannot go on with (contract §2.1, first row).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExtractError {
    /// Exit code 3: an input is missing, unreadable, not what its extension says, or changes while it is read.
    #[error("{0}")]
    File(Complaint),
    /// Exit code 4: an input is refused for what is in it.
    #[error("{0}")]
    Content(Complaint),
    /// Exit code 70: the program, or a library that it uses, failed on an input.
    #[error("{0}")]
    Internal(Complaint),
}

/// What is wrong, where, and what helps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub extract: ExtractKind,
    /// As `rejects.file` shows it; the path of the job where no file is meant.
    pub file: Option<String>,
    /// As the file calls it.
    pub column: Option<String>,
    /// What was found, and what was expected.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

/// How a problem begins that is a change.
const CHANGED: &str = "input changed: ";

impl ExtractError {
    /// The exit code of contract §8.
    pub fn exit_code(&self) -> i32 {
        match self {
            ExtractError::File(_) => 3,
            ExtractError::Content(_) => 4,
            ExtractError::Internal(_) => 70,
        }
    }

    /// What stands first among several errors: see [`exit_code`].
    pub(super) fn urgency(&self) -> i32 {
        if matches!(self, ExtractError::Internal(_)) { 0 } else { self.exit_code() }
    }

    pub fn complaint(&self) -> &Complaint {
        match self {
            ExtractError::File(complaint) | ExtractError::Content(complaint) | ExtractError::Internal(complaint) => complaint,
        }
    }

    /// An error of code 3.
    pub(super) fn file(extract: ExtractKind, file: &str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        ExtractError::File(Complaint { extract, file: Some(file.to_owned()), column: None, problem: problem.into(), remedy: remedy.into() })
    }

    /// An input that was another one, or none at all, while it was read: code 3. `what` is a sentence about the file.
    pub(super) fn changed(extract: ExtractKind, file: &str, what: &str) -> Self {
        let remedy = "run again when its export is complete; an export that writes under another name and renames the file at its end is \
             never met half-way";
        Self::file(extract, file, format!("{CHANGED}{what}"), remedy)
    }

    /// Whether it is one of those.
    pub(super) fn is_change(&self) -> bool {
        self.complaint().problem.starts_with(CHANGED)
    }

    /// A fault of the program: code 70. `what` is what the fault said of itself.
    pub(super) fn internal(extract: ExtractKind, file: &str, what: &str) -> Self {
        let problem = format!("internal error while it was read: {what}");
        let remedy = "nothing was published; please report this, with the file if you may share it".to_owned();
        ExtractError::Internal(Complaint { extract, file: Some(file.to_owned()), column: None, problem, remedy })
    }

    /// An error of code 4.
    pub(super) fn content(
        extract: ExtractKind,
        file: Option<&str>,
        column: Option<&str>,
        problem: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        ExtractError::Content(Complaint {
            extract,
            file: file.map(str::to_owned),
            column: column.map(str::to_owned),
            problem: problem.into(),
            remedy: remedy.into(),
        })
    }
}

/// The exit code of several errors: a fault of the program before all others, else the smallest (contract §8).
pub fn exit_code(errors: &[ExtractError]) -> Option<i32> {
    errors.iter().min_by_key(|error| error.urgency()).map(ExtractError::exit_code)
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "extract {}", self.extract.code())?;
        if let Some(file) = &self.file {
            write!(out, ", file {file}")?;
        }
        if let Some(column) = &self.column {
            write!(out, ", column {column}")?;
        }
        write!(out, ": {}", self.problem)?;
        if !self.remedy.is_empty() {
            write!(out, "; {}", self.remedy)?;
        }
        Ok(())
    }
}
