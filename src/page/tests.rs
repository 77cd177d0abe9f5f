//! Reports of real runs, read back: that every section is there, that bounds hold and what is left out is counted, and that the file
//! is the same whoever makes it.

use super::bounds::Bounds;
use super::{FILE, make, make_within};
use crate::answers::Published;
use crate::cli::Exit;
use crate::jobs::Job;
use crate::model::date::Date;
use crate::pipeline::{Order, Watch, run_once};
use crate::run::{History, Patience};
use serde_json::Value;
use std::path::Path;

struct Nobody;

impl Watch for Nobody {
    fn stage(&self, _: &'static str) {}

    fn share(&self, _: u64, _: u64) {}
}

/// An OUTPUT with runs of the nightly job.
struct Nights {
    home: tempfile::TempDir,
}

impl Nights {
    fn new(dates: &[&str]) -> Self {
        let nights = Self { home: tempfile::tempdir().expect("a folder") };
        dates.iter().for_each(|date| nights.run(date));
        nights
    }

    fn run(&self, date: &str) {
        let job = Job::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("jobs/nightly.toml")).expect("a job");
        let as_of = Date::parse_iso(date).expect("a date");
        let output = self.home.path();
        let order = Order { as_of, output, slot: None, patience: Patience::None, accept_change: false, overrides: &[] };
        assert!(run_once(&job, order, &Nobody).is_ok(), "{date}");
    }

    fn open(&self, link: &str) -> Published {
        Published::open(&self.home.path().join(link)).expect("a run")
    }

    fn history(&self) -> History {
        History::read(self.home.path()).expect("a history")
    }
}

/// The embedded data of a report.
fn data(file: &[u8]) -> Value {
    let text = std::str::from_utf8(file).expect("UTF-8");
    let (_, rest) = text.split_once("id=\"data\">").expect("the data");
    let (json, _) = rest.split_once("</script>").expect("its end");
    serde_json::from_str(json).expect("JSON")
}

fn rows(grid: &Value) -> usize {
    grid["rows"].as_array().expect("rows").len()
}

fn array(value: &Value) -> &Vec<Value> {
    value.as_array().expect("a list")
}

#[test]
fn a_report_has_every_section_of_the_run() {
    let nights = Nights::new(&["2026-10-20", "2026-11-19", "2026-11-22"]);
    let run = nights.open("latest");
    let shown = data(&make(&run, &nights.history()).expect("a report"));
    let totals = &run.manifest.totals;
    let headline = &shown["headline"];
    assert_eq!((headline["demands"].as_i64(), headline["deficits"].as_i64()), (Some(totals["demands"]), Some(totals["deficits"])));
    assert_eq!(
        headline["missing"].as_array().map(|all| all.iter().map(|one| one[1].as_i64().unwrap_or(0)).sum()),
        Some(totals["outstanding"])
    );
    assert_eq!(headline["missing_money"], serde_json::json!([["EUR", "256013"]]));
    assert_eq!(headline["idle_money"].as_array().map(Vec::len), Some(2), "what has no currency is not added to what has one");

    for grid in ["/positions", "/licenses", "/deficits/rows", "/alerts/rows", "/advice/rows", "/movements/rows", "/quality/rejects"] {
        let grid = shown.pointer(grid).unwrap_or_else(|| panic!("{grid}"));
        assert!(rows(grid) > 0 && Some(rows(grid) as u64) == grid["all"].as_u64(), "{grid}");
    }
    let of_reasons: i64 = array(&shown["deficits"]["reasons"]).iter().filter_map(|one| one["demands"].as_i64()).sum();
    assert_eq!(of_reasons, totals["deficits"]);
    let of_departments = array(&shown["places"]["values"]).iter().filter(|one| one["dimension"] == "department");
    assert_eq!(of_departments.filter_map(|one| one["demands"].as_i64()).sum::<i64>(), totals["demands"]);
    let moved: i64 = array(&shown["movements"]["counts"]).iter().filter_map(|one| one[2].as_i64()).sum();
    assert_eq!(moved, totals.iter().filter(|(name, _)| name.starts_with("movements.")).map(|(_, number)| number).sum::<i64>());
    let days: Vec<&str> = array(&shown["trends"]["days"]).iter().filter_map(|day| day["as_of"].as_str()).collect();
    assert_eq!(days, ["2026-10-20", "2026-11-19", "2026-11-22"]);
    assert_eq!(shown["run"]["baseline_as_of"], "2026-11-19");
    assert_eq!(shown["answers"]["whole"], true);
    assert_eq!(array(&shown["answers"]["demands"]).len() as i64, totals["demands"]);
}

#[test]
fn the_run_and_everybody_after_it_make_the_same_file() {
    let nights = Nights::new(&["2026-11-19", "2026-11-22"]);
    // What is published later, of another date or of the same, is no part of what a run knew.
    ["2026-11-19", "2026-11-20", "2026-11-22", "2026-11-23"].iter().for_each(|date| nights.run(date));
    let history = nights.history();
    for past in history.runs() {
        let run = Published::open(&past.folder).expect("a run");
        let written = std::fs::read(past.folder.join(FILE)).expect("its report");
        let made = make(&run, &history).expect("a report");
        assert!(written == made, "{}", run.manifest.as_of);
        let listed = run.manifest.outputs.iter().find(|file| file.name == FILE).expect("the manifest lists it");
        assert_eq!((listed.bytes, listed.rows), (made.len() as u64, None));
    }
}

#[test]
fn equal_inputs_give_equal_files_but_for_what_names_the_run() {
    let shown = [0, 1].map(|_| {
        let nights = Nights::new(&["2026-11-19", "2026-11-22"]);
        let mut shown = data(&make(&nights.open("latest"), &nights.history()).expect("a report"));
        assert!(shown["run"].take().is_object());
        let text = shown.to_string();
        // Nothing but that one place names a run.
        assert!(nights.history().runs().iter().all(|run| !text.contains(run.id.as_str())));
        text
    });
    assert!(shown[0] == shown[1]);
}

#[test]
fn what_is_left_out_is_counted() {
    let nights = Nights::new(&["2026-11-19", "2026-11-22"]);
    let (run, history) = (nights.open("latest"), nights.history());
    let all = data(&make(&run, &history).expect("a report"));
    let tight = Bounds {
        whole_demands: 100,
        products: 5,
        licenses: 6,
        deficits: 7,
        deficits_of_product: 2,
        alerts: 3,
        advice: 3,
        movements: 3,
        rejects: 3,
        usage_rows: 10,
        dates: 1,
        told_demands: 4,
        told_of_product: 2,
        told_licenses: 2,
        ..Bounds::default()
    };
    let few = data(&make_within(&run, &run, &history, &tight).expect("a report"));
    for (grid, bound) in
        [("/positions", 5), ("/licenses", 6), ("/deficits/rows", 7), ("/alerts/rows", 3), ("/movements/rows", 3), ("/quality/rejects", 3)]
    {
        let (few, all) = (few.pointer(grid).expect("rows"), all.pointer(grid).expect("rows"));
        assert_eq!((rows(few), few["all"].as_u64()), (bound, Some(rows(all) as u64)), "{grid}");
    }
    assert_eq!(few["headline"], all["headline"], "totals are of everything");
    assert_eq!(few["deficits"]["reasons"], all["deficits"]["reasons"]);
    assert_eq!(array(&few["positions"]["rows"])[..], array(&all["positions"]["rows"])[..5], "the worst are there");
    let (some, every) = (array(&few["deficits"]["rows"]["rows"]), array(&all["deficits"]["rows"]["rows"]));
    assert!(some.iter().all(|row| every.contains(row)), "read alone a row is what it is among all");
    assert_eq!((&every[0][1], &every[0][13]), (&serde_json::json!("SD-DBE/SRV-035"), &serde_json::json!("38400")), "the dearest first");
    let products: Vec<&Value> = array(&few["deficits"]["rows"]["rows"]).iter().map(|row| &row[0]).collect();
    assert!(products.chunk_by(|one, other| one == other).all(|of_product| of_product.len() <= 2), "{products:?}");
    let answers = &few["answers"];
    assert_eq!((array(&answers["demands"]).len(), array(&answers["licenses"]).len(), answers["whole"].as_bool()), (4, 2, Some(false)));
    assert!(array(&answers["subjects"]).iter().all(|subject| subject["head"].is_null()), "an asset may have demands that are not told");
    assert_eq!((array(&few["trends"]["days"]).len(), few["trends"]["older"].as_u64()), (1, Some(1)));
}

#[test]
fn a_baseline_that_somebody_damaged_is_named_and_stops_nothing() {
    let nights = Nights::new(&["2026-11-18", "2026-11-19", "2026-11-22"]);
    let damaged = std::fs::canonicalize(nights.home.path().join("as_of=2026-11-18")).expect("a run");
    std::fs::write(damaged.join("positions.parquet"), "no table").expect("room");
    let shown = data(&make(&nights.open("latest"), &nights.history()).expect("a report"));
    assert_eq!(shown["trends"]["unreadable"], serde_json::json!(["2026-11-18"]));
    assert_eq!(array(&shown["trends"]["days"]).len(), 2);
}

#[test]
fn a_run_without_a_table_is_refused_and_told() {
    let nights = Nights::new(&["2026-11-22"]);
    let run = nights.open("latest");
    std::fs::remove_file(run.folder.join("usage.parquet")).expect("removed");
    let error = make(&run, &nights.history()).expect_err("no report");
    assert_eq!(Exit::from_code(error.exit_code), Exit::InputFile);
    assert!(error.message.contains("usage.parquet"), "{}", error.message);
}
