//! The report to look at, made of the tables that the run has just finished, as `seatwise report` makes it again later.

use super::Night;
use super::refusal::Refusal;
use crate::answers::{AnswerError, Published};
use crate::page;
use crate::run::{History, StagedFile};
use std::io::Write;

/// What the report is made of, and the file for it: it can be made while the run goes on.
pub struct Ground {
    run: Published,
    history: History,
    file: StagedFile,
}

impl Ground {
    /// That of a run whose tables are all written but the affinity table; none if the job does without a report.
    pub fn of(night: &Night<'_>) -> Result<Option<Self>, Refusal> {
        if !night.job.output.report {
            return Ok(None);
        }
        let run = Published { folder: night.staged.dir().to_owned(), manifest: night.manifest.clone() };
        Ok(Some(Self { run, history: night.staged.history().clone(), file: night.staged.create(page::FILE)? }))
    }

    /// Makes the report and writes it, so that it is synced while the log is written.
    pub fn write(mut self) -> Result<(), Refusal> {
        let bytes = page::make(&self.run, &self.history).map_err(refused)?;
        // An error of this write is kept by the file, and comes out of `finish` with its path.
        let _ = self.file.write_all(&bytes);
        self.file.finish(None)?;
        Ok(())
    }
}

/// What cannot be read here is what the run itself wrote a moment ago.
fn refused(error: AnswerError) -> Refusal {
    const INTERNAL: i32 = 70;
    let message = format!("{} cannot be made: {}", page::FILE, error.message);
    if error.exit_code == INTERNAL { Refusal::internal(message) } else { Refusal::output(message) }
}
