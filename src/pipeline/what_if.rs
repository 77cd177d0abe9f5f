//! A trial: the pipeline as it runs every night, with some things set otherwise, into a folder of its own; then compared with a
//! published run, as two published runs are; then removed. Nothing is published, and no lock of the real output is asked for.

use super::refusal::Refusal;
use super::two_runs::{NotCompared, Scope, compare, manifest};
use super::{Order, Watch, run_once};
use crate::extract::Override;
use crate::jobs::settings::{LicenseSetting, Trial};
use crate::jobs::{Job, LogDepth, TableDepth};
use crate::model::date::Date;
use crate::run::Patience;
use crate::run::scratch::Scratch;
use crate::trace::diff::Comparison;
use std::path::Path;

/// What a trial is compared with.
#[derive(Clone, Copy, Debug)]
pub struct Against<'a> {
    /// The folder of a published run.
    pub folder: &'a Path,
    /// The job as its file is now, without settings, if it should be that of the run; none where another job is tried.
    pub job: Option<&'a Job>,
    /// What was asked for, as it was typed.
    pub asked: &'a [String],
}

/// Tries a job out and compares it with a published run.
pub fn try_out(trial: &Trial, as_of: Date, against: Against<'_>, scope: Scope<'_>, watch: &dyn Watch) -> Result<Comparison, Refusal> {
    let scratch = Scratch::new()?;
    let overrides: Vec<Override> = trial.licenses.iter().map(license).collect();
    let quick = quick(&trial.job);
    // What a trial that failed leaves goes with its folder.
    let order = Order {
        as_of,
        output: scratch.path(),
        slot: None,
        patience: Patience::None,
        // What the inputs came to is compared and told; a trial is no place to stop at it.
        accept_change: true,
        overrides: &overrides,
    };
    let finished = run_once(&quick, order, watch).map_err(|refusal| Refusal { left: None, rejects: None, ..refusal })?;
    let mut comparison = compare(against.folder, &finished.published.folder, scope)?;
    comparison.after.run_id = None;
    comparison.licenses_set = trial.licenses.iter().map(|setting| setting.license_id.clone()).collect();
    comparison.licenses_set.dedup();
    comparison.settings = against.asked.to_vec();
    comparison.inputs.job_otherwise = false;
    if let Some(job) = against.job {
        comparison.job_edited = manifest(against.folder)?.job.digest != job.digest;
    }
    Ok(comparison)
}

/// The job without what a comparison does not read: pairs in log and table, and the report.
fn quick(job: &Job) -> Job {
    let mut job = job.clone();
    job.log.affinity = LogDepth::Off;
    job.output.affinity = Some(TableDepth::Off);
    job.output.report = false;
    job
}

fn license(setting: &LicenseSetting) -> Override {
    let LicenseSetting { license_id, field, value, typed } = setting.clone();
    Override { license_id, field, value, typed }
}

impl From<NotCompared> for Refusal {
    fn from(error: NotCompared) -> Self {
        Refusal { exit_code: error.exit_code(), message: error.to_string(), left: None, rejects: None }
    }
}
