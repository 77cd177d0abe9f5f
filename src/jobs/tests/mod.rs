//! The job file, good and broken: `good` what a job means, `broken` what a wrong one says (a snapshot for each kind of slip),
//! `foreign` what it says of extracts not made for it, `inputs` the same of what is asked of inputs, `schedule` of [schedule], `notices` of those who are told, `near_names` of likely slips, `schema` that the JSON
//! Schema says the same as the reader.

mod broken;
mod foreign;
mod good;
mod inputs;
mod near_names;
mod notices;
mod schedule;
mod schema;

use super::error::JobError;
use super::job::Job;
use std::ffi::OsString;
use std::path::Path;

/// The least that a job must say.
const LEAST: &str = r#"name = "nightly"
[extracts.consumptions]
path = "consumptions.csv"
[extracts.licenses]
path = "licenses.csv"
"#;

/// Reads a file as if it lay in `jobs/nightly.toml`, with a small environment.
fn load(source: &str) -> Result<Job, JobError> {
    Job::from_bytes(Path::new("jobs/nightly.toml"), source.as_bytes(), &environment)
}

/// [`LEAST`] with more below it.
fn load_with(more: &str) -> Result<Job, JobError> {
    load(&format!("{LEAST}{more}"))
}

fn environment(name: &str) -> Option<OsString> {
    match name {
        "SITE" => Some("zurich".into()),
        "EMPTY" => Some("".into()),
        _ => None,
    }
}

#[test]
fn the_shipped_schema_is_the_one_that_is_printed() {
    let shipped = include_str!("../../../jobs/job.schema.json");
    let shipped: serde_json::Value = serde_json::from_str(shipped).expect("JSON");
    assert_eq!(shipped, super::schema::job_schema(), "run `seatwise job-schema > jobs/job.schema.json`");
}
