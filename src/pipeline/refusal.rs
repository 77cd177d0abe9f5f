//! A run that cannot go on: with which exit code (contract §8), what it says, and what it leaves under `failed/`.

use super::Night;
use super::tables::write_rejects;
use crate::batch_log::Event;
use crate::estate::{ContentError, EstateError};
use crate::extract::{ExtractError, Reject, exit_code};
use crate::jobs::Job;
use crate::jobs::render;
use crate::model::words::ExtractKind;
use crate::report::ReportError;
use crate::rules::ParsedRules;
use crate::run::manifest::{Failure, InputFile, MemoryUse};
use crate::run::memory::{self, Bound, Excess};
use crate::run::{RunError, stop_requested};
use jiff::Timestamp;
use std::path::PathBuf;

/// Why a run was not completed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Of contract §8.
    pub exit_code: i32,
    /// What happened, and what to do about it; a line for each thing.
    pub message: String,
    /// What the run left under `failed/`.
    pub left: Option<PathBuf>,
    /// The table of rejected rows in it, if there are any.
    pub rejects: Option<PathBuf>,
}

impl Refusal {
    fn new(exit_code: i32, message: impl Into<String>) -> Self {
        Self { exit_code, message: message.into(), left: None, rejects: None }
    }

    /// A defect of the program.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(70, message)
    }

    /// What was asked for cannot be meant.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(2, message)
    }

    /// The output cannot be written.
    pub fn output(message: impl Into<String>) -> Self {
        Self::new(74, message)
    }

    /// There is nothing to do: the slot has a complete run. The only one that is no failure.
    pub fn done_before(slot: Timestamp, run_id: &str) -> Self {
        Self::new(0, format!("slot {slot} has a complete run already, {run_id}; nothing was done"))
    }

    /// A signal asked to stop.
    pub fn stopped(exit_code: i32) -> Self {
        Self::new(exit_code, "stopped by a signal; nothing was published")
    }

    /// It took more memory than it may.
    pub fn memory(excess: &Excess) -> Self {
        Self::new(4, excess.to_string())
    }

    /// It was ended where it stood, by itself, for want of memory.
    pub fn ended(why: &str) -> Self {
        Self::new(4, why)
    }

    /// It would take more, which is known before anything is read.
    pub fn too_large_for_memory(extract: ExtractKind, file: &str, bytes: u64, bound: Bound) -> Self {
        let (extract, size) = (extract.code(), memory::show(bytes));
        Self::new(
            4,
            format!(
                "extract {extract}, file {file}: its {size} do not fit into the memory that the run may take, {bound}; nothing was read\n  \
                 help: check where the file comes from; if it is right, split it or give the run more memory"
            ),
        )
    }

    /// Extracts that the run cannot go on with. Of 3 and 4 the smaller code holds (§8).
    pub fn of_extracts(errors: &[ExtractError]) -> Self {
        let code = exit_code(errors).unwrap_or(70);
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Self::new(code, lines.join("\n"))
    }
}

/// Whether a run may go on, for all that lies outside of it: no signal has come, and memory is within its bound. It can be asked
/// from any thread.
pub fn go_on() -> Result<(), Refusal> {
    if let Some(code) = stop_requested() {
        return Err(Refusal::stopped(code));
    }
    memory::excess().map_or(Ok(()), |excess| Err(Refusal::memory(&excess)))
}

impl From<RunError> for Refusal {
    fn from(error: RunError) -> Self {
        Self::new(error.exit_code(), error.to_string())
    }
}

impl From<ReportError> for Refusal {
    fn from(error: ReportError) -> Self {
        Self::internal(error.to_string())
    }
}

/// The job's rules, parsed. A job that was loaded has none that do not parse, so that this is for rules made otherwise.
pub fn parsed_rules(job: &Job) -> Result<ParsedRules, Refusal> {
    ParsedRules::parse(&job.rules).map_err(|errors| Refusal::new(2, render::plain(&job.rule_errors(&errors)).trim_end()))
}

/// No estate: rules that do not fit the data's fields (2), or an extract that is refused for its content (4).
pub fn of_estate(job: &Job, inputs: &[InputFile], error: EstateError) -> Refusal {
    // A folder may hold a thousand files: the first few say where to look.
    let files = |extract: ExtractKind| {
        let of = inputs.iter().filter(|file| file.extract == extract.code()).map(|file| file.path.as_str());
        let shown: Vec<&str> = of.clone().take(3).collect();
        let more = of.count().saturating_sub(shown.len());
        let rest = if more == 0 { String::new() } else { format!(" and {more} more") };
        format!("{}{rest}", shown.join(", "))
    };
    match error {
        EstateError::Rules(errors) => Refusal::new(2, render::plain(&job.rule_errors(&errors)).trim_end()),
        EstateError::Content(errors) => {
            let line = |error: &ContentError| format!("extract {} ({}): {}", error.extract.code(), files(error.extract), error.problem);
            Refusal::new(4, errors.iter().map(line).collect::<Vec<_>>().join("\n"))
        }
    }
}

impl Night<'_> {
    /// Ends a run that cannot go on: rejects, log and manifest go to `failed/`, as far as the disk lets them. A signal leaves
    /// nothing: somebody wanted the run gone.
    pub fn leave(mut self, mut refusal: Refusal, rejects: &[Reject]) -> Refusal {
        if matches!(refusal.exit_code, 130 | 143) {
            return refusal;
        }
        self.log.event(&Event::RunFailed { exit_code: refusal.exit_code, message: &refusal.message });
        let written = self.leave_files(rejects);
        self.manifest.ended_at = Timestamp::now();
        self.manifest.memory = MemoryUse::of_run();
        let failure = Failure { exit_code: refusal.exit_code, message: refusal.message.clone() };
        match written.and_then(|()| Ok(memory::tell(|| self.staged.fail(self.manifest, failure))?)) {
            Ok(left) => {
                refusal.rejects = (!rejects.is_empty()).then(|| left.folder.join("rejects.parquet"));
                refusal.left = Some(left.folder);
            }
            Err(error) => {
                refusal.message.push_str(&format!("\nand what the run would leave under failed/ cannot be written: {}", error.message))
            }
        }
        refusal
    }

    fn leave_files(&mut self, rejects: &[Reject]) -> Result<(), Refusal> {
        if !self.staged.dir().join("rejects.parquet").exists() {
            write_rejects(&self.staged, self.manifest.as_of, rejects)?;
        }
        if !self.log.attached() {
            let compress = self.job.log.compress == Some(true);
            let file = self.staged.create(if compress { "batch.log.zst" } else { "batch.log" })?;
            self.log.attach(file, compress);
        }
        self.close_log()
    }
}
