//! What a run left, gathered into a notice: from what it calculated, from its manifest, from the runs before it. Data only; the
//! words of it are made by `explain::notice`.

use crate::explain::notice::{Happened, LastComplete, Notice, RunTotals, ShortProduct};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::pipeline::finish::Finished;
use crate::pipeline::refusal::Refusal;
use crate::run::{History, Manifest};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::path::Path;

/// Of a run that is complete. Its alerts move into the notice: there may be many.
pub fn of_finished(finished: &mut Finished) -> Notice {
    let mut notice = Notice::new(Happened::Complete, &finished.job);
    notice.as_of = Some(finished.results.as_of);
    notice.run_id = Some(finished.published.id.to_string());
    place(&mut notice, &finished.published.folder);
    notice.milliseconds = u64::try_from(finished.took.as_millis()).ok();
    notice.totals = Some(totals(finished));
    notice.short = short(finished);
    notice.alerts = std::mem::take(&mut finished.results.alerts);
    notice
}

/// Of a run that failed.
pub fn of_refusal(job: &Job, as_of: Date, output: &Path, refusal: &Refusal) -> Notice {
    let mut notice = Notice::new(Happened::Failed, &job.name);
    notice.as_of = Some(as_of);
    notice.message = Some(refusal.message.clone());
    notice.host = host();
    if let Some(left) = &refusal.left {
        notice.run_id = left.file_name().map(|name| name.to_string_lossy().into_owned());
        place(&mut notice, left);
    }
    // A history that cannot be read has nothing to add to the failure.
    notice.last_complete = History::read(output).ok().as_ref().and_then(last_complete);
    notice
}

/// Of nothing, to see whether it arrives.
pub fn test(job: &Job) -> Notice {
    Notice { host: host(), ..Notice::new(Happened::Test, &job.name) }
}

/// The newest complete run of a history.
pub fn last_complete(history: &History) -> Option<LastComplete> {
    let run = history.last_published()?;
    Some(LastComplete { run_id: run.id.to_string(), as_of: run.as_of, started_at: time_text(run.started_at) })
}

/// The manifest in a folder of a run, if it can be read.
pub fn manifest(folder: &Path) -> Option<Manifest> {
    Manifest::from_bytes(&std::fs::read(folder.join("manifest.json")).ok()?).ok()
}

/// A time to the second: nobody reads more.
pub fn time_text(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// The name of this machine.
pub fn host() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

/// What the folder and its manifest say.
fn place(notice: &mut Notice, folder: &Path) {
    notice.path = Some(folder.display().to_string());
    notice.host = host();
    if let Some(manifest) = manifest(folder) {
        notice.started_at = Some(time_text(manifest.started_at));
        notice.ended_at = Some(time_text(manifest.ended_at));
        notice.milliseconds = u64::try_from(manifest.ended_at.duration_since(manifest.started_at).as_millis()).ok();
    }
}

fn totals(finished: &Finished) -> RunTotals {
    let results = &finished.results;
    RunTotals {
        products: results.products,
        consumptions: results.consumptions,
        licenses: results.licenses,
        demands: results.demands,
        // A demand is covered in full or in deficit (§6.1).
        covered: results.demands.saturating_sub(results.deficits),
        deficits: results.deficits,
        reasons: results.reasons.iter().map(|(reason, demands)| (reason.code(), *demands)).collect(),
        required: results.required,
        outstanding: results.outstanding,
        rejected: finished.rejects.iter().map(|count| count.rejected).sum(),
    }
}

fn short(finished: &Finished) -> Vec<ShortProduct> {
    let short = finished.results.short.iter().map(|product| ShortProduct {
        product_id: product.product_id.clone(),
        required: product.required,
        outstanding: product.outstanding,
    });
    let mut products: Vec<ShortProduct> = short.collect();
    // Stable, so that equal ones stand by product_id.
    products.sort_by_key(|product| Reverse(product.outstanding));
    products
}
