//! Snapshots of the log's lines, over a small estate that is put together by hand.

mod events;
mod plain;
mod searching;
mod small;
mod writing;

use super::line::{Format, Stamp};
use super::plan::LogMode;
use super::{LogContext, Sections, render_page, rule_labels};
use crate::model::words::{Failure, Phase};
use crate::trace::by_demand::ByDemand;
use crate::trace::matched::MatchSet;
use crate::trace::pairs::{Failed, PageDemand, PageKey, PairPage, PairRow};
use small::{Small, product};
use std::collections::BTreeMap;

/// The time of §7's examples.
fn stamp() -> Stamp {
    Stamp::at(1_795_314_604)
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Renders through a context of the small estate; gives the lines without their time, which all must have.
fn rendered(format: Format, render: impl FnOnce(&Small, &LogContext<'_>, &mut Vec<u8>)) -> String {
    let small = Small::new();
    let labels = rule_labels([("department-exact", 3000), ("department-within", 1500), ("location within", 400)]);
    let decisions = ByDemand::new(&small.trace, small.estate.demands.len());
    let ctx = LogContext::new(&small.estate, &small.trace, &decisions, &labels, format);
    let mut out = Vec::new();
    render(&small, &ctx, &mut out);
    let text = text(out);
    match format {
        Format::Text => text.lines().map(|line| format!("{}\n", line.strip_prefix("2026-11-22T02:30:04Z ").unwrap())).collect(),
        Format::Json => text,
    }
}

/// A page of the pairs of each demand, as (license, what came of it); candidates by rank first, and their ranks are counted here.
fn page_of(small: &Small, demands: &[(u32, &[(&str, Outcome)])]) -> PairPage {
    let mut page = PairPage::default();
    for (demand, pairs) in demands {
        let mut rank = 0;
        let mut failures: BTreeMap<(Failure, Option<u16>), u32> = BTreeMap::new();
        for (id, outcome) in *pairs {
            let license = small.license(id);
            let row = match outcome {
                Outcome::Eligible(score, rules, preference) => {
                    rank += 1;
                    let matched = MatchSet { rules: Box::new([*rules]), preference: *preference };
                    PairRow { license, rank, verdict: page.verdicts.eligible(*score, matched) }
                }
                Outcome::Failed(failed) => {
                    *failures.entry((failed.failure, failed.requirement)).or_default() += 1;
                    PairRow { license, rank: 0, verdict: page.verdicts.failed(*failed) }
                }
            };
            page.rows.push(row);
        }
        page.failures.extend(failures.into_iter().map(|((failure, requirement), count)| (Failed { failure, requirement }, count)));
        let kind = page.end_kind();
        page.demands.push(PageDemand { demand: *demand, turn: 1, kind });
    }
    page
}

/// What came of a pair: score, rules as bits, preference; or what it failed.
#[derive(Clone, Copy, Debug)]
enum Outcome {
    Eligible(i64, u64, Option<i64>),
    Failed(Failed),
}

/// Phase 2 of OFFICE: PC-42 has three candidates and fails two licenses, PC-1 fails all.
fn office_page(small: &Small) -> PairPage {
    let location = Outcome::Failed(Failed { failure: Failure::RequirementFailed, requirement: Some(0) });
    let units = Outcome::Failed(Failed { failure: Failure::UnitsUnknown, requirement: None });
    let first = [
        ("L-9", Outcome::Eligible(4895, 0b111, Some(-5))),
        ("L-7", Outcome::Eligible(400, 0b100, None)),
        ("L-8", Outcome::Eligible(0, 0, None)),
        ("L 5", location),
        ("L-3", units),
    ];
    let second = [("L 5", location), ("L-3", units), ("L-7", location), ("L-8", location), ("L-9", location)];
    page_of(small, &[(small.demand("OFFICE", "PC-42"), &first), (small.demand("OFFICE", "PC 1"), &second)])
}

fn office(format: Format, mode: LogMode) -> String {
    rendered(format, |small, ctx, out| {
        let key = PageKey { product: product(small, "OFFICE"), phase: Phase::Affinity };
        render_page(ctx, key, &office_page(small), mode, stamp(), out);
    })
}

#[test]
fn pairs_grants_and_deficits_of_phase_two() {
    insta::assert_snapshot!(office(Format::Text, LogMode::Pairs), @r#"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-9 eligible=true score=4895 rank=1 rules="department-exact 3000, department-within 1500, location within 400, preference -5"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-7 eligible=true score=400 rank=2 rules="location within 400"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-8 eligible=true score=0 rank=3 rules=""
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license="L 5" eligible=false failed=location
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-3 eligible=false failed=units_unknown
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-9 units=2 phase=affinity score=4895 rank=1 of=3 passed_over=0 runner_up=L-8 margin=4895
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-7 units=1 phase=affinity score=400 rank=2 of=3 passed_over=0 reservation="R=1"
    WARN deficit product=OFFICE demand=OFFICE/PC-42 units=1 reason=partly_covered candidates=3 free_units=1 best=L-9 best_score=4895 cut_off=5000
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" license="L 5" eligible=false failed=location
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" license=L-3 eligible=false failed=units_unknown
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" license=L-7 eligible=false failed=location
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" license=L-8 eligible=false failed=location
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" license=L-9 eligible=false failed=location
    WARN deficit product=OFFICE demand="OFFICE/PC 1" units=1 reason=requirement_failed requirement=location candidates=0 free_units=0
    "#);
}

#[test]
fn the_same_as_json() {
    let json = office(Format::Json, LogMode::Pairs);
    for line in json.lines() {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["time"], "2026-11-22T02:30:04Z");
    }
    insta::assert_snapshot!(json, @r#"
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-9","eligible":true,"score":4895,"rank":1,"rules":"department-exact 3000, department-within 1500, location within 400, preference -5"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-7","eligible":true,"score":400,"rank":2,"rules":"location within 400"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-8","eligible":true,"score":0,"rank":3,"rules":""}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC-42","license":"L 5","eligible":false,"failed":"location"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-3","eligible":false,"failed":"units_unknown"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"granted","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-9","units":2,"phase":"affinity","score":4895,"rank":1,"of":3,"passed_over":0,"runner_up":"L-8","margin":4895}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"granted","product":"OFFICE","demand":"OFFICE/PC-42","license":"L-7","units":1,"phase":"affinity","score":400,"rank":2,"of":3,"passed_over":0,"reservation":"R=1"}
    {"time":"2026-11-22T02:30:04Z","level":"WARN","event":"deficit","product":"OFFICE","demand":"OFFICE/PC-42","units":1,"reason":"partly_covered","candidates":3,"free_units":1,"best":"L-9","best_score":4895,"cut_off":5000}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC 1","license":"L 5","eligible":false,"failed":"location"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC 1","license":"L-3","eligible":false,"failed":"units_unknown"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC 1","license":"L-7","eligible":false,"failed":"location"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC 1","license":"L-8","eligible":false,"failed":"location"}
    {"time":"2026-11-22T02:30:04Z","level":"DEBUG","event":"affinity","product":"OFFICE","demand":"OFFICE/PC 1","license":"L-9","eligible":false,"failed":"location"}
    {"time":"2026-11-22T02:30:04Z","level":"WARN","event":"deficit","product":"OFFICE","demand":"OFFICE/PC 1","units":1,"reason":"requirement_failed","requirement":"location","candidates":0,"free_units":0}
    "#);
    // The same keys in the same order: what is `key=value` there is a member here.
    let keys = |line: &str| -> Vec<String> {
        serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).unwrap().keys().skip(3).cloned().collect()
    };
    for (text, json) in office(Format::Text, LogMode::Pairs).lines().zip(json.lines()) {
        assert!(keys(json).iter().all(|key| text.contains(&format!(" {key}="))), "{text} {json}");
    }
}

#[test]
fn the_short_modes() {
    insta::assert_snapshot!(office(Format::Text, LogMode::Top), @r##"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-9 eligible=true score=4895 rank=1 rules="department-exact 3000, department-within 1500, location within 400, preference -5"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-7 eligible=true score=400 rank=2 rules="location within 400"
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 license=L-8 eligible=true score=0 rank=3 rules=""
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 eligible=false failed=units_unknown count=1
    DEBUG affinity product=OFFICE demand=OFFICE/PC-42 eligible=false failed=location count=1
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-9 units=2 phase=affinity score=4895 rank=1 of=3 passed_over=0 runner_up=L-8 margin=4895
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-7 units=1 phase=affinity score=400 rank=2 of=3 passed_over=0 reservation="R=1"
    WARN deficit product=OFFICE demand=OFFICE/PC-42 units=1 reason=partly_covered candidates=3 free_units=1 best=L-9 best_score=4895 cut_off=5000
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" eligible=false failed=units_unknown count=1
    DEBUG affinity product=OFFICE demand="OFFICE/PC 1" eligible=false failed=location count=4
    WARN deficit product=OFFICE demand="OFFICE/PC 1" units=1 reason=requirement_failed requirement=location candidates=0 free_units=0
    "##);
    insta::assert_snapshot!(office(Format::Text, LogMode::Off), @r##"
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-9 units=2 phase=affinity score=4895 rank=1 of=3 passed_over=0 runner_up=L-8 margin=4895
    DEBUG granted product=OFFICE demand=OFFICE/PC-42 license=L-7 units=1 phase=affinity score=400 rank=2 of=3 passed_over=0 reservation="R=1"
    WARN deficit product=OFFICE demand=OFFICE/PC-42 units=1 reason=partly_covered candidates=3 free_units=1 best=L-9 best_score=4895 cut_off=5000
    WARN deficit product=OFFICE demand="OFFICE/PC 1" units=1 reason=requirement_failed requirement=location candidates=0 free_units=0
    "##);
}

#[test]
fn top_shows_ten_ranks() {
    let lines = rendered(Format::Text, |small, ctx, out| {
        let candidates = [("L-8", Outcome::Eligible(0, 0, None)); 14];
        let page = page_of(small, &[(small.demand("OFFICE", "PC-42"), &candidates)]);
        render_page(ctx, PageKey { product: product(small, "OFFICE"), phase: Phase::Affinity }, &page, LogMode::Top, stamp(), out);
    });
    let ranks = lines.lines().filter(|line| line.contains(" affinity ")).count();
    assert_eq!(ranks, 10);
    assert!(lines.contains(" rank=10 ") && !lines.contains(" rank=11 "));
}

#[test]
fn the_start_of_a_section() {
    let lines = rendered(Format::Text, |small, ctx, out| {
        let sections = Sections::new(ctx);
        sections.render_orphans(ctx, stamp(), out);
        for id in ["OFFICE", "SUITE"] {
            sections.render_start(ctx, product(small, id), stamp(), out);
        }
    });
    insta::assert_snapshot!(lines, @r##"
    WARN conflict code=unknown_license license=L-unknown asset=PC-42
    INFO product product=OFFICE metric=device demands=5 licenses=6 usable=5
    INFO unusable product=OFFICE license=L-4 status=expired
    WARN conflict code=over_reserved product=OFFICE license=L-7 reservation="R=1" units=3
    WARN conflict code=overlapping_reservations product=OFFICE license=L-7 units=2
    INFO product product=SUITE metric=device demands=1 licenses=1 usable=1
    WARN conflict code=assignment_overrides_requirement product=SUITE license=S-1 demand=SUITE/PC-7 requirement=location
    DEBUG granted product=SUITE demand=SUITE/PC-7 license=S-1 units=1 phase=direct assigned_on=2026-01-31
    DEBUG granted product=OFFICE demand=OFFICE/PC-7 license=S-1 units=0 phase=bundle license_product=SUITE
    "##);
}

#[test]
fn bundles_and_downgrades_say_their_phase() {
    let lines = rendered(Format::Text, |small, ctx, out| {
        let candidate = [("S-1", Outcome::Eligible(0, 0, None))];
        let page = page_of(small, &[(0, &candidate)]);
        render_page(ctx, PageKey { product: product(small, "SUITE"), phase: Phase::Bundle }, &page, LogMode::Pairs, stamp(), out);
        let page = page_of(small, &[(small.demand("OFFICE", "PC-7"), &candidate)]);
        render_page(ctx, PageKey { product: product(small, "OFFICE"), phase: Phase::Downgrade }, &page, LogMode::Pairs, stamp(), out);
    });
    insta::assert_snapshot!(lines, @r##"
    DEBUG bundle product=SUITE demand=SUITE/PC-5 parts="DRAW/PC-5, OFFICE/PC-5"
    DEBUG affinity product=SUITE demand=SUITE/PC-5 phase=bundle license=S-1 eligible=true score=0 rank=1 rules=""
    DEBUG granted product=DRAW demand=DRAW/PC-5 license=S-1 units=1 phase=bundle score=0 rank=1 of=3 passed_over=0 license_product=SUITE
    DEBUG granted product=OFFICE demand=OFFICE/PC-5 license=S-1 units=0 phase=bundle score=0 rank=1 of=3 passed_over=0 license_product=SUITE
    DEBUG affinity product=OFFICE demand=OFFICE/PC-7 phase=downgrade license=S-1 eligible=true score=0 rank=1 rules=""
    DEBUG granted product=OFFICE demand=OFFICE/PC-7 license=S-1 units=1 phase=downgrade score=0 rank=1 of=3 passed_over=0 license_product=SUITE
    "##);
}
