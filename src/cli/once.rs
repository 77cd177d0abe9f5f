//! One run for the command line: the pipeline, and what it came to as the numbers of a summary.

use super::progress::Progress;
use super::run::{RunFailure, RunOptions};
use super::summary::{AlertCounts, Covered, Rejected, RunSummary};
use super::{Exit, memory};
use crate::explain::alerts::Severity;
use crate::jobs::Job;
use crate::model::words::{DeficitReason, Outcome};
use crate::notify::message;
use crate::pipeline::finish::Finished;
use crate::pipeline::refusal::Refusal;
use crate::pipeline::{Order, freeing, leave_late, run_once};
use crate::run::signals;
use std::cmp::Reverse;
use std::panic::{self, AssertUnwindSafe};

/// Runs a job once. SIGTERM and Ctrl-C end it in order, with nothing published.
pub fn once(job: &Job, options: &RunOptions) -> Result<RunSummary, RunFailure> {
    freeing::wait();
    memory::watch(job, Some(options));
    if let Err(error) = signals::install() {
        tracing::warn!("signals cannot be caught: {error}");
    }
    let progress = Progress::new(options.quiet);
    let order = order(options);
    // A run that is given up half-way leaves nothing: its staging folder goes with it.
    let run = || run_once(job, order, &progress);
    let result = panic::catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let message = "internal error, told above; nothing was published; please report it, with the job file if you may share it";
        Err(Refusal::internal(message))
    });
    drop(progress);
    match result {
        Ok(finished) => Ok(summary(finished)),
        Err(refusal) => Err(failure(job, options, refusal)),
    }
}

/// What remains to be done for a run that was ended where it stood: to leave something under `failed/`, and to tell.
pub fn ended(job: &Job, options: &RunOptions, why: &str) -> RunFailure {
    failure(job, options, leave_late(job, order(options), Refusal::ended(why), &Progress::new(true)))
}

fn order(options: &RunOptions) -> Order<'_> {
    Order {
        as_of: options.as_of,
        output: &options.output,
        slot: options.slot,
        patience: options.patience,
        accept_change: options.accept_change,
        overrides: &[],
    }
}

fn failure(job: &Job, options: &RunOptions, refusal: Refusal) -> RunFailure {
    let notice = Box::new(message::of_refusal(job, options.as_of, &options.output, &refusal));
    let exit = Exit::from_code(refusal.exit_code);
    RunFailure { exit, message: refusal.message, left: refusal.left, rejects: refusal.rejects, notice }
}

fn summary(mut finished: Finished) -> RunSummary {
    let alerts = alerts(&finished);
    let notice = Box::new(message::of_finished(&mut finished));
    let reasons = reasons(&finished);
    let mut results = finished.results;
    // The worst first: by units, then by cost.
    results.short.sort_by_key(|product| Reverse((product.outstanding, product.deficit_cost)));
    RunSummary {
        notice,
        job: finished.job,
        as_of: results.as_of,
        folder: finished.published.folder,
        seconds: finished.took.as_secs_f64(),
        peak_bytes: finished.peak_bytes,
        pairs: results.pairs,
        products: results.products,
        consumptions: results.consumptions,
        not_needed: results.not_needed,
        licenses: results.licenses,
        covered: Covered {
            direct: results.demands_with(Outcome::CoveredDirect),
            bundle: results.demands_with(Outcome::CoveredBundle),
            affinity: results.demands_with(Outcome::CoveredAffinity),
            downgrade: results.demands_with(Outcome::CoveredDowngrade),
        },
        reasons,
        worst: results.short,
        rejects: finished.rejects.iter().map(|count| Rejected { extract: count.extract, rows: count.rejected, of: count.rows }).collect(),
        missed: finished.missed,
        alerts,
    }
}

/// How many alerts there are of each severity.
fn alerts(finished: &Finished) -> AlertCounts {
    let severity = |severity: Severity| finished.results.alerts.iter().filter(|alert| alert.severity == severity).count() as u64;
    AlertCounts { critical: severity(Severity::Critical), warning: severity(Severity::Warning), info: severity(Severity::Info) }
}

/// Deficits by reason, the most frequent first.
fn reasons(finished: &Finished) -> Vec<(DeficitReason, u64)> {
    let mut reasons = finished.results.reasons.clone();
    reasons.retain(|(_, demands)| *demands > 0);
    reasons.sort_by_key(|(_, demands)| Reverse(*demands));
    reasons
}
