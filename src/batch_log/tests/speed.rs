//! How fast score lines are made. Not run by default: it measures, and only fails on the absurd.

use super::small::{Small, product};
use super::{LogContext, office_page, render_page, rule_labels, stamp};
use crate::batch_log::line::Format;
use crate::batch_log::plan::LogMode;
use crate::model::words::Phase;
use crate::trace::pairs::{PageDemand, PageKey, PairRow};
use std::time::Instant;

#[test]
#[ignore = "a measurement: run it in the release profile"]
fn score_lines_per_second() {
    let small = Small::new();
    let labels = rule_labels([("department-exact", 3000), ("department-within", 1500), ("location-within", 400)]);
    let mut page = office_page(&small);
    let row = page.rows[0];
    page.rows = (1..=1_000_000).map(|rank| PairRow { rank, ..row }).collect();
    page.demands = vec![PageDemand { demand: small.demand("OFFICE", "PC-42"), turn: 1, start: 0, end: 1_000_000 }];
    for format in [Format::Text, Format::Json] {
        let ctx = LogContext { estate: &small.estate, trace: &small.trace, rule_labels: &labels, format };
        let mut out = Vec::with_capacity(400_000_000);
        let begun = Instant::now();
        render_page(&ctx, PageKey { product: product(&small, "OFFICE"), phase: Phase::Affinity }, &page, LogMode::Pairs, stamp(), &mut out);
        let took = begun.elapsed();
        eprintln!("{format:?}: {} ns and {} bytes a line", took.as_nanos() / 1_000_000, out.len() / 1_000_000);
        assert!(took.as_secs() < 60);
    }
}
