//! Alerts about the extracts themselves: references into nowhere, rejected rows, role rules that could not be applied.

use super::super::phrases::count;
use super::{Alert, AlertKind, RejectCount, Severity};
use crate::model::estate::{Estate, SkippedEntitle, UnknownReference};

pub fn collect(estate: &Estate, rejects: &[RejectCount], alerts: &mut Vec<Alert>) {
    alerts.extend(estate.unknown_references.iter().map(unknown));
    alerts.extend(estate.skipped_entitles.iter().map(skipped));
    alerts.extend(rejects.iter().filter(|count| count.rejected > 0).map(rejected));
}

fn unknown(reference: &UnknownReference) -> Alert {
    let (extract, field) = (reference.extract.code(), reference.field.as_str());
    let examples = reference.examples.join(", ");
    let message = format!(
        "{} of {extract} with an unknown {field}, such as {examples}, took part with what is known; add what is missing, or correct the {field}",
        count(reference.rows as i64, "row")
    );
    Alert::new(AlertKind::DataQuality, format!("{extract}.{field}"), Severity::Info, message).units(reference.rows as i64)
}

fn skipped(entitle: &SkippedEntitle) -> Alert {
    let message = format!(
        "The role rule {} for {} was skipped: {}; correct its product, or add that to the catalog",
        entitle.rule, entitle.product, entitle.why
    );
    let mut alert = Alert::new(AlertKind::DataQuality, "entitle_skipped", Severity::Warning, message).subject(entitle.rule.clone());
    alert.product = Some(entitle.product.clone());
    alert
}

fn rejected(rejects: &RejectCount) -> Alert {
    let extract = rejects.extract.code();
    let message = format!(
        "{} of {extract}, of {} in all, {} rejected and left out; the table rejects says why",
        count(rejects.rejected as i64, "row"),
        rejects.rows,
        if rejects.rejected == 1 { "was" } else { "were" }
    );
    Alert::new(AlertKind::DataQuality, "rejected_rows", Severity::Warning, message).subject(extract).units(rejects.rejected as i64)
}
