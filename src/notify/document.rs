//! A notice as a JSON document for machines. Its shape is stable: keys are added, never changed or removed, and every key is
//! there in every notice, null or empty where it has nothing to say. It is laid down in the reference, reference §9.2.

use crate::explain::alerts::{Alert, Severity};
use crate::explain::notice::{LastComplete, NAMED, Notice, RunTotals, ShortProduct};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The version of the shape.
const VERSION: u32 = 1;

/// The whole document.
pub fn of(notice: &Notice) -> Value {
    json!({
        "format": "seatwise.notice",
        "version": VERSION,
        "status": notice.happened.code(),
        "text": text(notice),
        "job": notice.job,
        "as_of": notice.as_of.map(|date| date.to_string()),
        "run_id": notice.run_id,
        "exit_code": notice.exit.map(|(code, _)| code),
        "message": notice.message,
        "started_at": notice.started_at,
        "ended_at": notice.ended_at,
        "seconds": notice.milliseconds.map(|milliseconds| milliseconds as f64 / 1000.0),
        "host": notice.host,
        "path": notice.path,
        "totals": notice.totals.as_ref().map(totals),
        "products_in_deficit": notice.short.iter().take(NAMED).map(short).collect::<Vec<_>>(),
        "alerts": {
            "critical": notice.count(Severity::Critical),
            "warning": notice.count(Severity::Warning),
            "info": notice.count(Severity::Info),
            "persisting": notice.persisting,
            "kinds": kinds(&notice.alerts),
            "first": notice.most_urgent().into_iter().map(alert).collect::<Vec<_>>(),
        },
        "last_complete": notice.last_complete.as_ref().map(last_complete),
    })
}

/// What chats read, and nothing that they could refuse.
pub fn text_only(notice: &Notice) -> Value {
    json!({ "text": text(notice) })
}

fn text(notice: &Notice) -> String {
    format!("{}\n\n{}", notice.subject(), notice.text())
}

fn totals(totals: &RunTotals) -> Value {
    let reasons: Map<String, Value> = totals.reasons.iter().map(|(reason, demands)| ((*reason).to_owned(), json!(demands))).collect();
    json!({
        "products": totals.products,
        "consumptions": totals.consumptions,
        "licenses": totals.licenses,
        "demands": totals.demands,
        "covered": totals.covered,
        "deficits": totals.deficits,
        "deficits_by_reason": reasons,
        "required": totals.required,
        "outstanding": totals.outstanding,
        "rejected": totals.rejected,
    })
}

fn short(product: &ShortProduct) -> Value {
    json!({ "product_id": product.product_id, "required": product.required, "outstanding": product.outstanding })
}

/// How many alerts there are of each severity, kind and code; the most severe first.
fn kinds(alerts: &[Alert]) -> Vec<Value> {
    let mut counts: BTreeMap<(std::cmp::Reverse<Severity>, &str, &str), u64> = BTreeMap::new();
    for alert in alerts {
        *counts.entry((std::cmp::Reverse(alert.severity), alert.kind.code(), &alert.code)).or_default() += 1;
    }
    let kind = |((severity, kind, code), count): ((std::cmp::Reverse<Severity>, &str, &str), u64)| json!({ "severity": severity.0.code(), "kind": kind, "code": code, "count": count });
    counts.into_iter().map(kind).collect()
}

fn alert(alert: &Alert) -> Value {
    json!({
        "severity": alert.severity.code(),
        "kind": alert.kind.code(),
        "code": alert.code,
        "product_id": alert.product,
        "license_id": alert.license,
        "subject": alert.subject,
        "units": alert.units,
        "date": alert.date.map(|date| date.to_string()),
        "message": alert.message,
    })
}

fn last_complete(last: &LastComplete) -> Value {
    json!({ "run_id": last.run_id, "as_of": last.as_of.to_string(), "started_at": last.started_at })
}
