//! Notices that are really sent, to servers of the test: what arrives, what is tried again, what is said where nothing arrives,
//! and that no secret is in it.

mod email;
mod http_server;
mod metrics;
mod smtp_server;
mod telling;
mod webhook;
mod words;

use crate::explain::alerts::{Alert, AlertKind, Severity};
use crate::explain::notice::{Happened, LastComplete, Notice, RunTotals, ShortProduct};
use crate::jobs::Job;
use crate::model::date::Date;
use crate::notify::tries::Deadline;
use std::ffi::OsString;
use std::path::Path;
use std::time::{Duration, Instant};

/// The secrets of these tests; none may be in any message.
const TOKEN: &str = "canary-token-5d41";
const PASSWORD: &str = "canary-password-9f2c";

fn environment(name: &str) -> Option<OsString> {
    match name {
        "TOKEN" => Some(TOKEN.into()),
        "PASSWORD" => Some(PASSWORD.into()),
        _ => None,
    }
}

/// A job with this `[notify]`.
fn job(notify: &str) -> Job {
    let least = "name = \"nightly\"\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n";
    let source = format!("{least}{notify}");
    Job::from_bytes(Path::new("jobs/nightly.toml"), source.as_bytes(), &|_| None).unwrap_or_else(|error| panic!("{error}"))
}

/// Far enough away, with waits that a test can afford.
fn deadline() -> Deadline {
    Deadline::at(Instant::now() + Duration::from_secs(60)).with_first_wait(Duration::from_millis(5))
}

fn day(text: &str) -> Date {
    Date::parse_iso(text).unwrap()
}

fn alert(kind: AlertKind, code: &'static str, severity: Severity, product: Option<&str>, units: Option<i64>, message: &str) -> Alert {
    Alert {
        kind,
        code: code.into(),
        severity,
        product: product.map(str::to_owned),
        license: None,
        subject: None,
        units,
        date: None,
        message: message.to_owned(),
    }
}

/// A complete run with two products in deficit.
fn complete() -> Notice {
    Notice {
        as_of: Some(day("2026-11-22")),
        run_id: Some("20261122T023000Z-3fa91c".to_owned()),
        exit: Some((0, "complete, with or without deficits")),
        started_at: Some("2026-11-22T02:30:00Z".to_owned()),
        ended_at: Some("2026-11-22T02:30:03Z".to_owned()),
        milliseconds: Some(3_118),
        host: Some("batch-1".to_owned()),
        path: Some("/srv/seatwise/out/nightly/runs/20261122T023000Z-3fa91c".to_owned()),
        totals: Some(RunTotals {
            products: 1_214,
            consumptions: 20_000,
            licenses: 3_981,
            demands: 12_431,
            covered: 12_419,
            deficits: 12,
            reasons: vec![("no_license", 0), ("requirement_failed", 4), ("capacity_exhausted", 8)],
            required: 12_500,
            outstanding: 12,
            rejected: 1,
        }),
        short: [("OFFICE", 10_400, 8), ("CAD", 12, 4)]
            .map(|(id, required, outstanding)| ShortProduct { product_id: id.to_owned(), required, outstanding })
            .to_vec(),
        alerts: vec![
            alert(AlertKind::DataQuality, "rejected_rows", Severity::Warning, None, Some(1), "1 row of licenses was rejected"),
            alert(AlertKind::Idle, "over_licensed", Severity::Info, Some("DB"), Some(40), "40 seats of DB are free"),
            alert(AlertKind::Overage, "under_licensed", Severity::Critical, Some("CAD"), Some(4), "CAD is short of 4 devices"),
            alert(AlertKind::Overage, "under_licensed", Severity::Critical, Some("OFFICE"), Some(8), "OFFICE is short of 8 devices"),
        ],
        ..Notice::new(Happened::Complete, "nightly")
    }
}

/// A run that failed, with a complete one before it.
fn failed() -> Notice {
    Notice {
        as_of: Some(day("2026-11-22")),
        run_id: Some("20261122T023000Z-3fa91c".to_owned()),
        exit: Some((3, "an input is missing, unreadable, stale or changes while it is read; another try may help")),
        message: Some("extract licenses: no file matches extracts/licenses-2026-11-22.csv".to_owned()),
        started_at: Some("2026-11-22T02:30:00Z".to_owned()),
        ended_at: Some("2026-11-22T02:30:01Z".to_owned()),
        milliseconds: Some(950),
        host: Some("batch-1".to_owned()),
        path: Some("/srv/seatwise/out/nightly/failed/20261122T023000Z-3fa91c".to_owned()),
        last_complete: last_complete(),
        ..Notice::new(Happened::Failed, "nightly")
    }
}

fn last_complete() -> Option<LastComplete> {
    let (run_id, started_at) = ("20261121T023000Z-77ab01".to_owned(), "2026-11-21T02:30:00Z".to_owned());
    Some(LastComplete { run_id, as_of: day("2026-11-21"), started_at })
}
