//! `seatwise job-schema`.

use super::exit::Exit;
use super::terminal::say;
use crate::jobs::schema::job_schema as schema;

/// Prints the JSON Schema of the job file.
pub fn job_schema() -> Exit {
    say(&format!("{:#}", schema()));
    Exit::Complete
}
