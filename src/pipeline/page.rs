//! The report to look at, made of the tables that the run has just finished, as `seatwise report` makes it again later.

use super::Night;
use super::refusal::Refusal;
use crate::answers::{AnswerError, Published};
use crate::page;
use crate::run::History;
use std::io::Write;

/// What the report is made of: it can be made while the run goes on.
pub struct Ground {
    run: Published,
    history: History,
}

impl Ground {
    /// That of a run whose tables are all written but the affinity table; none if the job does without a report.
    pub fn of(night: &Night<'_>) -> Option<Self> {
        let run = || Published { folder: night.staged.dir().to_owned(), manifest: night.manifest.clone() };
        night.job.output.report.then(|| Self { run: run(), history: night.staged.history().clone() })
    }

    /// The bytes of the report.
    pub fn make(&self) -> Result<Vec<u8>, Refusal> {
        page::make(&self.run, &self.history).map_err(refused)
    }
}

/// Writes `report.html`.
pub fn write(night: &Night<'_>, bytes: &[u8]) -> Result<(), Refusal> {
    let mut file = night.staged.create(page::FILE)?;
    // An error of this write is kept by the file, and comes out of `finish` with its path.
    let _ = file.write_all(bytes);
    file.finish(None)?;
    Ok(())
}

/// What cannot be read here is what the run itself wrote a moment ago.
fn refused(error: AnswerError) -> Refusal {
    const INTERNAL: i32 = 70;
    let message = format!("{} cannot be made: {}", page::FILE, error.message);
    if error.exit_code == INTERNAL { Refusal::internal(message) } else { Refusal::output(message) }
}
