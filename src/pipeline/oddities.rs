//! What is odd about a job and its extracts, and stops nothing: said by a run, in its log and on the terminal, and by `check`, in the
//! same words.

use crate::extract::{Extract, Reading};
use crate::jobs::{Job, near_names};
use crate::model::words::ExtractKind;

/// A sentence for each, those about the job first.
pub fn oddities(job: &Job, reading: &Reading) -> Vec<String> {
    let mut odd = near_names(job);
    odd.extend(reading.extracts.iter().filter(|extract| is_empty(job, extract)).map(|extract| no_rows(extract.kind)));
    odd
}

/// The extracts without a row that leave nothing to calculate with.
pub fn missed(job: &Job, reading: &Reading) -> Vec<ExtractKind> {
    let empty = reading.extracts.iter().filter(|extract| is_empty(job, extract)).map(|extract| extract.kind);
    empty.filter(|kind| matches!(kind, ExtractKind::Consumptions | ExtractKind::Licenses)).collect()
}

/// The contract lets an empty extract pass; an export that broke off looks just like it. A job that says how many rows there are at
/// least has its answer.
fn is_empty(job: &Job, extract: &Extract) -> bool {
    let bounded = job.extracts.iter().any(|spec| spec.kind == extract.kind && spec.gates.min_rows.is_some());
    extract.rows_read == 0 && !bounded
}

fn no_rows(extract: ExtractKind) -> String {
    match extract {
        ExtractKind::Consumptions => {
            "consumptions: no rows; nothing is in use, and all that was covered before will be gone; `min_rows` refuses such a night"
                .to_owned()
        }
        ExtractKind::Licenses => {
            "licenses: no rows; nothing covers anything, and every demand will be a deficit; `min_rows` refuses such a night".to_owned()
        }
        other => format!("{}: no rows; make sure that the export is complete", other.code()),
    }
}
