//! What is wrong with a rule, and where in its text. How it is shown (with the place in the job file) is left to the job's reader.

use std::ops::Range;

/// One error in one rule (contract §5.1: "with the place in the file, and the known fields or what was meant").
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RuleError {
    /// What was found and what was expected, in one sentence without a full stop.
    pub message: String,
    /// Bytes of the rule's text that it is about; empty at the end of the text where something is missing.
    pub span: Range<usize>,
    /// What was probably meant, or what there is to choose from.
    pub help: Option<String>,
}

impl RuleError {
    pub fn new(message: impl Into<String>, span: Range<usize>) -> Self {
        Self { message: message.into(), span, help: None }
    }

    /// The same error with a remedy.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}
