//! `metrics.prom` beside the runs: how the last run ended, for the textfile collector of the node exporter. Written after every
//! run, the failed ones too; few series, whatever the size of the estate, unless the job asks for one a product.

use super::exposition::Page;
use super::message::manifest;
use crate::explain::alerts::Severity;
use crate::explain::notice::{Happened, Notice};
use crate::jobs::Metrics;
use crate::run::beside::{Replaced, replace};
use crate::run::modes;
use crate::run::{History, Manifest, RunError};
use jiff::Timestamp;
use std::path::Path;

/// The file, in OUTPUT.
pub const FILE: &str = "metrics.prom";

/// Writes the file whole or not at all, with the mode that the job sets. Where another run has begun meanwhile, its own file will say more.
pub fn write(metrics: Metrics, notice: &Notice, output: &Path, mode: Option<u32>) -> Result<(), RunError> {
    let manifest = notice.path.as_ref().and_then(|path| manifest(Path::new(path)));
    let last_success = if notice.happened == Happened::Complete { manifest.as_ref().map(|run| run.ended_at) } else { last_success(output) };
    let page = page(metrics, notice, manifest.as_ref(), last_success, Timestamp::now());
    match replace(output, FILE, page.as_bytes(), &*modes::files(mode))? {
        Replaced::Yes => {}
        Replaced::Overtaken => tracing::debug!("{FILE} is left to the run that has begun"),
    }
    Ok(())
}

/// When the newest complete run ended.
fn last_success(output: &Path) -> Option<Timestamp> {
    let history = History::read(output).ok()?;
    manifest(&history.last_published()?.folder).map(|run| run.ended_at)
}

/// The page. What is not known of a run that failed is left out: a number from another night would be a lie.
pub(super) fn page(metrics: Metrics, notice: &Notice, run: Option<&Manifest>, last_success: Option<Timestamp>, now: Timestamp) -> String {
    let mut page = Page::new(vec![("job", notice.job.clone())]);
    let complete = notice.happened == Happened::Complete;
    let seconds = |time: Timestamp| time.as_millisecond() as f64 / 1000.0;
    page.gauge("seatwise_run_success", "Whether the last run was complete (1) or failed (0).", Some(f64::from(u8::from(complete))));
    page.gauge("seatwise_run_exit_code", "The exit code of the last run.", notice.exit.map(|(code, _)| f64::from(code)));
    let ended = run.map_or(now, |run| run.ended_at);
    page.gauge("seatwise_last_run_timestamp_seconds", "When the last run ended.", Some(seconds(ended)));
    page.gauge("seatwise_last_success_timestamp_seconds", "When the last complete run ended.", last_success.map(seconds));
    let midnight = notice.as_of.map(|date| f64::from(date.0) * 86_400.0);
    page.gauge("seatwise_run_as_of_timestamp_seconds", "The date that the last run answers for, at 00:00 UTC.", midnight);
    let took = notice.milliseconds.map(|milliseconds| milliseconds as f64 / 1000.0);
    page.gauge("seatwise_run_duration_seconds", "How long the last run took.", took);
    let stages = run.iter().flat_map(|run| &run.stages).map(|stage| (stage.stage.as_str(), stage.seconds));
    page.family("seatwise_stage_duration_seconds", "How long a stage of the last run took.", "stage", stages);
    let extracts = || run.iter().flat_map(|run| &run.rejects);
    let rows = extracts().map(|extract| (extract.extract.as_str(), extract.rows as f64));
    page.family("seatwise_rows_read", "Rows of an extract that were read, the rejected ones included.", "extract", rows);
    let rejected = extracts().map(|extract| (extract.extract.as_str(), extract.rejected as f64));
    page.family("seatwise_rows_rejected", "Rows of an extract that were rejected.", "extract", rejected);
    if complete {
        results(&mut page, metrics, notice);
    }
    page.finish()
}

/// What a complete run came to.
fn results(page: &mut Page, metrics: Metrics, notice: &Notice) {
    if let Some(totals) = &notice.totals {
        page.gauge("seatwise_products", "Products, rows of positions.", Some(totals.products as f64));
        page.gauge("seatwise_products_in_deficit", "Products with something outstanding.", Some(notice.short.len() as f64));
        page.gauge("seatwise_licenses", "Accepted licenses.", Some(totals.licenses as f64));
        page.gauge("seatwise_consumptions", "Accepted consumptions.", Some(totals.consumptions as f64));
        page.gauge("seatwise_demands", "Demands.", Some(totals.demands as f64));
        page.gauge("seatwise_demands_covered", "Demands that are covered in full.", Some(totals.covered as f64));
        let reasons = totals.reasons.iter().map(|(reason, demands)| (*reason, *demands as f64));
        page.family("seatwise_deficits", "Demands in deficit.", "reason", reasons);
        page.gauge("seatwise_units_required", "Units that all demands need.", Some(totals.required as f64));
        page.gauge("seatwise_units_outstanding", "Units of it that no license covers.", Some(totals.outstanding as f64));
    }
    let severities = [Severity::Critical, Severity::Warning, Severity::Info];
    let alerts = severities.map(|severity| (severity.code(), notice.count(severity) as f64));
    page.family("seatwise_alerts", "Rows of alerts.", "severity", alerts);
    if metrics.products {
        let products = notice.short.iter().map(|product| (product.product_id.as_str(), product.outstanding as f64));
        page.family("seatwise_product_units_outstanding", "Units of a product that no license covers.", "product", products);
    }
}
