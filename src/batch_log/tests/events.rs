//! The lines of a run's steps.

use super::{stamp, text};
use crate::batch_log::event::Event;
use crate::batch_log::line::Format;
use crate::batch_log::plan::LogMode;
use crate::model::date::Date;
use crate::model::estate::{SkippedEntitle, UnknownReference};
use crate::model::words::ExtractKind;

#[test]
fn every_step_has_its_line() {
    let unknown = UnknownReference {
        extract: ExtractKind::Licenses,
        field: "product_id".to_owned(),
        rows: 7,
        examples: vec!["P=1".to_owned(), "P-2".to_owned()],
    };
    let skipped = SkippedEntitle { rule: "observers".to_owned(), product: "OBSERVE".to_owned(), why: "unknown_product" };
    let events = [
        Event::RunStarted {
            run_id: "20261122T023000Z-3fa91c",
            program_version: "0.1.0",
            job: "nightly",
            job_digest: "d1",
            as_of: Date::from_ymd(2026, 11, 22).unwrap(),
            slot: None,
        },
        Event::InputRead { extract: ExtractKind::Consumptions, file: "extracts/my file.csv", rows: 5, bytes: 99, sha256: "aa" },
        Event::RowsRejected { extract: ExtractKind::Consumptions, rows: 5, rejected: 1 },
        Event::ReferencesUnknown(&unknown),
        Event::EntitleSkipped(&skipped),
        Event::StageDone { stage: "extract", seconds: 1.5 },
        Event::BaselineChosen { run_id: None },
        Event::LogPlanned { affinity: LogMode::Pairs, pairs: 12 },
        Event::ProductReduced { product: "OFFICE", pairs: 12, max_pairs: 5 },
        Event::Noted { about: "log", message: "a \"note\"\nin two lines" },
        Event::RunCompleted { products: 1, demands: 2, grants: 3, deficits: 4, outstanding: 5, alerts: 6, rejected: 7 },
        Event::RunFailed { exit_code: 4, message: "licenses.csv: no column `seats`" },
    ];
    let mut out = Vec::new();
    for event in &events {
        event.render(Format::Text, stamp(), &mut out);
        event.emit();
    }
    insta::assert_snapshot!(text(out), @r#"
    2026-11-22T02:30:04Z INFO run_started run_id=20261122T023000Z-3fa91c program_version=0.1.0 job=nightly job_digest=d1 as_of=2026-11-22
    2026-11-22T02:30:04Z INFO input_read extract=consumptions file="extracts/my file.csv" rows=5 bytes=99 sha256=aa
    2026-11-22T02:30:04Z WARN rows_rejected extract=consumptions rows=5 rejected=1
    2026-11-22T02:30:04Z INFO references_unknown extract=licenses field=product_id rows=7 examples="P=1, P-2"
    2026-11-22T02:30:04Z WARN entitle_skipped rule=observers product=OBSERVE why=unknown_product
    2026-11-22T02:30:04Z INFO stage_done stage=extract
    2026-11-22T02:30:04Z INFO baseline_chosen run_id=none
    2026-11-22T02:30:04Z INFO log_planned affinity=pairs pairs=12
    2026-11-22T02:30:04Z WARN product_reduced product=OFFICE affinity=top pairs=12 max_pairs=5
    2026-11-22T02:30:04Z WARN noted about=log message="a \"note\"\nin two lines"
    2026-11-22T02:30:04Z INFO run_completed products=1 demands=2 grants=3 deficits=4 outstanding=5 alerts=6 rejected=7
    2026-11-22T02:30:04Z ERROR run_failed exit_code=4 message="licenses.csv: no column `seats`"
    "#);
    let mut out = Vec::new();
    for event in &events {
        event.render(Format::Json, stamp(), &mut out);
    }
    for (line, event) in text(out).lines().zip(&events) {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["event"], event.name());
        assert!(value.get("seconds").is_none(), "equal runs have equal logs");
    }
}
