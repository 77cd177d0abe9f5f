//! One run for the command line: the pipeline, and what it came to as the numbers of a summary.

use super::progress::Progress;
use super::run::{RunFailure, RunOptions};
use super::summary::{AlertCounts, Covered, Rejected, RunSummary, ShortProduct};
use super::{Exit, memory};
use crate::explain::alerts::Severity;
use crate::jobs::Job;
use crate::model::decimal::NULL_DECIMAL;
use crate::model::words::{DeficitReason, Outcome};
use crate::notify::message;
use crate::pipeline::finish::Finished;
use crate::pipeline::refusal::Refusal;
use crate::pipeline::{Order, leave_late, run_once};
use crate::run::signals;
use std::cmp::Reverse;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

/// Runs a job once. SIGTERM and Ctrl-C end it in order, with nothing published.
pub fn once(job: &Job, options: &RunOptions) -> Result<RunSummary, RunFailure> {
    wait_until_free();
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
        Ok(mut finished) => {
            let summary = summary(&mut finished);
            free(finished);
            Ok(summary)
        }
        Err(refusal) => Err(failure(job, options, refusal)),
    }
}

/// The thread that frees what the last run took. To free much lasts a while, and the end of the process need not wait for it; the
/// next run does, since memory is counted.
static FREEING: Mutex<Option<JoinHandle<()>>> = Mutex::new(None);

fn free(finished: Finished) {
    // Without a thread it is freed here.
    let thread = thread::Builder::new().name("free".to_owned()).spawn(move || drop(finished));
    *freeing() = thread.ok();
}

/// Waits until the run before is freed.
fn wait_until_free() {
    let thread = freeing().take();
    // Nothing is to be had of it.
    let _ = thread.map(JoinHandle::join);
}

fn freeing() -> MutexGuard<'static, Option<JoinHandle<()>>> {
    FREEING.lock().unwrap_or_else(PoisonError::into_inner)
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

fn summary(finished: &mut Finished) -> RunSummary {
    let alerts = alerts(finished);
    let notice = Box::new(message::of_finished(finished));
    let estate = &finished.outcome.built.estate;
    let trace = &finished.outcome.calculation.trace;
    let count = |outcome: Outcome| trace.outcomes.iter().filter(|other| **other == outcome).count() as u64;
    RunSummary {
        notice,
        job: finished.job.clone(),
        as_of: estate.policy.as_of,
        folder: finished.published.folder.clone(),
        seconds: finished.took.as_secs_f64(),
        peak_bytes: finished.peak_bytes,
        pairs: trace.pairs,
        products: estate.products.len() as u64,
        consumptions: estate.consumptions.len() as u64,
        not_needed: estate.consumptions.outcome.iter().filter(|outcome| outcome.is_some()).count() as u64,
        licenses: estate.licenses.len() as u64,
        covered: Covered {
            direct: count(Outcome::CoveredDirect),
            bundle: count(Outcome::CoveredBundle),
            affinity: count(Outcome::CoveredAffinity),
            downgrade: count(Outcome::CoveredDowngrade),
        },
        reasons: reasons(finished),
        worst: worst(finished),
        rejects: finished.rejects.iter().map(|count| Rejected { extract: count.extract, rows: count.rejected, of: count.rows }).collect(),
        missed: finished.missed.clone(),
        alerts,
    }
}

/// How many alerts there are of each severity.
fn alerts(finished: &Finished) -> AlertCounts {
    let severity = |severity: Severity| finished.outcome.alerts.iter().filter(|alert| alert.severity == severity).count() as u64;
    AlertCounts { critical: severity(Severity::Critical), warning: severity(Severity::Warning), info: severity(Severity::Info) }
}

/// Deficits by reason, the most frequent first.
fn reasons(finished: &Finished) -> Vec<(DeficitReason, u64)> {
    let mut reasons = finished.outcome.calculation.trace.reasons();
    reasons.retain(|(_, demands)| *demands > 0);
    reasons.sort_by_key(|(_, demands)| Reverse(*demands));
    reasons
}

/// Products in deficit, the worst first: by cost, then by units.
fn worst(finished: &Finished) -> Vec<ShortProduct> {
    let estate = &finished.outcome.built.estate;
    let positions = finished.outcome.calculation.trace.positions.iter().enumerate();
    let mut short: Vec<ShortProduct> = positions
        .filter(|(_, position)| position.outstanding > 0)
        .map(|(product, position)| {
            let price = estate.products.unit_price[product];
            let text = |code| estate.texts.opt(code).map(str::to_owned);
            ShortProduct {
                product_id: text(estate.products.id[product]).unwrap_or_default(),
                name: text(estate.products.name[product]),
                required: position.required,
                outstanding: position.outstanding,
                deficit_cost: (price != NULL_DECIMAL).then(|| price.saturating_mul(i128::from(position.outstanding))),
                currency: text(estate.products.currency[product]),
            }
        })
        .collect();
    short.sort_by_key(|product| Reverse((product.outstanding, product.deficit_cost)));
    short
}
