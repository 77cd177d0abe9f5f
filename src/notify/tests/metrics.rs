//! metrics.prom: the page of each kind of run, and that it is written.

use super::words::snapshot;
use super::*;
use crate::jobs::Metrics;
use crate::notify::metrics::{page, write};
use crate::run::Manifest;
use crate::run::manifest::{JobMark, RejectCount, StageTime};
use jiff::Timestamp;

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// What the run left, as far as metrics read it.
fn manifest() -> Manifest {
    let mark = JobMark { name: "nightly".to_owned(), digest: String::new() };
    let mut manifest = Manifest::begin("20261122T023000Z-3fa91c", mark, day("2026-11-22"), time("2026-11-22T02:30:00Z"));
    manifest.ended_at = time("2026-11-22T02:30:03.118Z");
    manifest.stages = vec![StageTime::new("read", Duration::from_millis(1_250)), StageTime::new("build", Duration::from_millis(40))];
    let rejects = |extract: &str, rows, rejected| RejectCount { extract: extract.to_owned(), rows, rejected };
    manifest.rejects = vec![rejects("consumptions", 20_000, 0), rejects("licenses", 3_982, 1)];
    manifest
}

#[test]
fn the_page_of_each() {
    let now = time("2026-11-22T02:31:00Z");
    let products = Metrics { products: true };
    snapshot("metrics-complete", page(products, &complete(), Some(&manifest()), Some(manifest().ended_at), now));
    let last_success = Some(time("2026-11-21T02:30:04Z"));
    snapshot("metrics-failed", page(products, &failed(), Some(&manifest()), last_success, now));
    let stopped = Notice { exit: Some((143, "stopped by SIGTERM")), path: None, milliseconds: None, ..failed() };
    snapshot("metrics-stopped", page(products, &stopped, None, None, now));
}

#[test]
fn products_have_series_only_where_the_job_wants_them() {
    let page = |metrics| page(metrics, &complete(), None, None, time("2026-11-22T02:31:00Z"));
    assert!(page(Metrics { products: true }).contains("seatwise_product_units_outstanding{job=\"nightly\",product=\"OFFICE\"} 8\n"));
    assert!(!page(Metrics::default()).contains("OFFICE"));
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let error = write(Metrics::default(), &failed(), &folder.path().join("none"), None).unwrap_err();
    assert_eq!(error.exit_code(), 74);
    std::fs::create_dir(folder.path().join(".staging")).unwrap();
    write(Metrics::default(), &failed(), folder.path(), None).unwrap();
    let written = std::fs::read_to_string(folder.path().join("metrics.prom")).unwrap();
    assert!(written.contains("seatwise_run_success{job=\"nightly\"} 0\n"), "{written}");
}
