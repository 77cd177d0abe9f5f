//! What is wrong with a job file: all of it at once, each thing with its place, what was expected and what to do.
//! How that looks on a terminal or in a log is `render`'s.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// One thing that is wrong in a job file.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// What is wrong, in one line without a full stop.
    pub message: String,
    /// The bytes of the file that are wrong; `None` where something is missing from the file as a whole.
    pub span: Option<Range<usize>>,
    /// What would be right here, to follow the word "expected".
    pub expected: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// Another place that belongs to it, and what stands there: "first written here".
    pub also: Option<Box<(Range<usize>, String)>>,
}

impl Problem {
    /// A problem at a place.
    pub fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span: Some(span), ..Self::somewhere(message) }
    }

    /// A problem of the file as a whole.
    pub fn somewhere(message: impl Into<String>) -> Self {
        Self { message: message.into(), span: None, expected: None, help: None, also: None }
    }

    /// With what would be right.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<String>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// With what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With another place.
    #[must_use]
    pub fn also(mut self, span: Range<usize>, label: impl Into<String>) -> Self {
        self.also = Some(Box::new((span, label.into())));
        self
    }
}

/// Everything that is wrong with a job file. Exit code 2 (contract §8).
#[derive(Clone, Debug, PartialEq)]
pub struct JobError {
    /// The job file, as it was named.
    pub file: PathBuf,
    /// Its text; empty if it could not be read.
    pub source: String,
    /// In the order of their places; never empty.
    pub problems: Vec<Problem>,
}

impl JobError {
    /// Sorts the problems by place, those of the whole file first.
    pub fn new(file: &Path, source: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.as_ref().map(|span| (span.start, span.end)));
        problems.dedup();
        Self { file: file.to_owned(), source: source.to_owned(), problems }
    }
}

impl fmt::Display for JobError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(super::render::plain(self).trim_end())
    }
}

impl std::error::Error for JobError {}
