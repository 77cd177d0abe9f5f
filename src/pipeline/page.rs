//! The report to look at, made of the tables that the run has just finished, as `seatwise report` makes it again later.

use super::Night;
use super::refusal::Refusal;
use crate::answers::{AnswerError, Published};
use crate::page;
use std::io::Write;

/// Writes `report.html`, unless the job does without. A run whose report cannot be made is not published.
pub fn write(night: &Night<'_>) -> Result<(), Refusal> {
    if !night.job.output.report {
        return Ok(());
    }
    let run = Published { folder: night.staged.dir().to_owned(), manifest: night.manifest.clone() };
    let bytes = page::make(&run, night.staged.history()).map_err(refused)?;
    let mut file = night.staged.create(page::FILE)?;
    // An error of this write is kept by the file, and comes out of `finish` with its path.
    let _ = file.write_all(&bytes);
    file.finish(None)?;
    Ok(())
}

/// What cannot be read here is what the run itself wrote a moment ago.
fn refused(error: AnswerError) -> Refusal {
    const INTERNAL: i32 = 70;
    let message = format!("{} cannot be made: {}", page::FILE, error.message);
    if error.exit_code == INTERNAL { Refusal::internal(message) } else { Refusal::output(message) }
}
