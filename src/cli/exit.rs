//! The exit codes of contract §8, in one place.

use std::process::{ExitCode, Termination};

/// How a command ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Exit {
    /// Done.
    Complete,
    /// Done, and what `--fail-on` names is there; an example does not hold.
    FailOn,
    /// The command line or the job file.
    Usage,
    /// An input that another try may find in order.
    InputFile,
    /// An input that is refused for what is in it.
    InputContent,
    /// Another run holds the lock.
    Locked,
    /// A defect of the program.
    Internal,
    /// The output cannot be written.
    Output,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
}

impl Exit {
    /// Every code, ascending.
    pub const ALL: &'static [Exit] = &[
        Exit::Complete,
        Exit::FailOn,
        Exit::Usage,
        Exit::InputFile,
        Exit::InputContent,
        Exit::Locked,
        Exit::Internal,
        Exit::Output,
        Exit::Interrupted,
        Exit::Terminated,
    ];

    /// The number that the shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Complete => 0,
            Exit::FailOn => 1,
            Exit::Usage => 2,
            Exit::InputFile => 3,
            Exit::InputContent => 4,
            Exit::Locked => 5,
            Exit::Internal => 70,
            Exit::Output => 74,
            Exit::Interrupted => 130,
            Exit::Terminated => 143,
        }
    }

    /// What it means.
    pub fn meaning(self) -> &'static str {
        match self {
            Exit::Complete => "complete, with or without deficits",
            Exit::FailOn => "complete, but what --fail-on names is there (rules test: an example does not hold)",
            Exit::Usage => "the command line or the job file is wrong",
            Exit::InputFile => "an input is missing, unreadable, stale or changes while it is read; another try may help",
            Exit::InputContent => {
                "an input is refused for its content: columns, types, cycles, too many rejects; or the run would take more memory than it may"
            }
            Exit::Locked => "another run of this output holds the lock",
            Exit::Internal => "internal error",
            Exit::Output => "the output cannot be written",
            Exit::Interrupted => "stopped by SIGINT (Ctrl-C)",
            Exit::Terminated => "stopped by SIGTERM",
        }
    }

    /// The exit of a number that another module's error gives; what is not in the list is a defect.
    pub fn from_code(code: i32) -> Self {
        Self::ALL.iter().copied().find(|exit| i32::from(exit.code()) == code).unwrap_or(Exit::Internal)
    }

    /// Of several outcomes the one to exit with: of 2, 3 and 4 the smallest that holds (§8); what is worse than an input
    /// (a lock, the output, a signal) before them; `--fail-on` only if nothing failed.
    pub fn of_several(exits: impl IntoIterator<Item = Exit>) -> Self {
        let urgency = |exit: &Exit| match exit {
            Exit::Complete => 0,
            Exit::FailOn => 1,
            Exit::InputContent => 2,
            Exit::InputFile => 3,
            Exit::Usage => 4,
            Exit::Locked => 5,
            Exit::Output => 6,
            Exit::Internal => 7,
            Exit::Interrupted | Exit::Terminated => 8,
        };
        exits.into_iter().max_by_key(urgency).unwrap_or(Exit::Complete)
    }

    /// The list for `--help`.
    pub fn help() -> String {
        let lines = Self::ALL.iter().map(|exit| format!("  {:>3}  {}", exit.code(), exit.meaning()));
        format!("Exit codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
    }
}

impl Termination for Exit {
    fn report(self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_go_round() {
        assert!(Exit::ALL.is_sorted_by_key(|exit| exit.code()));
        for exit in Exit::ALL {
            assert_eq!(Exit::from_code(i32::from(exit.code())), *exit);
        }
        assert_eq!(Exit::from_code(99), Exit::Internal);
    }

    #[test]
    fn of_bad_inputs_the_smallest_code_holds() {
        assert_eq!(Exit::of_several([Exit::InputContent, Exit::InputFile, Exit::FailOn]), Exit::InputFile);
        assert_eq!(Exit::of_several([Exit::Complete, Exit::FailOn]), Exit::FailOn);
        assert_eq!(Exit::of_several([]), Exit::Complete);
    }
}
