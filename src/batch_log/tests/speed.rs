//! How fast score lines are made. Not run by default: it measures, and only fails on the absurd.

use super::small::{Small, product};
use super::{LogContext, Outcome, page_of, render_page, rule_labels, stamp};
use crate::batch_log::line::Format;
use crate::batch_log::plan::LogMode;
use crate::model::words::Phase;
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::PageKey;
use std::time::Instant;

#[test]
#[ignore = "a measurement: run it in the release profile"]
fn score_lines_per_second() {
    let small = Small::new();
    let labels = rule_labels([("department-exact", 3000), ("department-within", 1500), ("location-within", 400)]);
    let candidates = vec![("L-9", Outcome::Eligible(4895, 0b111, Some(-5))); 1_000_000];
    let page = page_of(&small, &[(small.demand("OFFICE", "PC-42"), &candidates)]);
    let decisions = ByDemand::new(&small.trace, small.estate.demands.len());
    for format in [Format::Text, Format::Json] {
        let ctx = LogContext::new(&small.estate, &small.trace, &decisions, &labels, format);
        let mut out = Vec::with_capacity(400_000_000);
        let begun = Instant::now();
        render_page(&ctx, PageKey { product: product(&small, "OFFICE"), phase: Phase::Affinity }, &page, LogMode::Pairs, stamp(), &mut out);
        let took = begun.elapsed();
        eprintln!("{format:?}: {} ns and {} bytes a line", took.as_nanos() / 1_000_000, out.len() / 1_000_000);
        assert!(took.as_secs() < 60);
    }
}
