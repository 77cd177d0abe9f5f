//! The fast path against a plain one: every line of random pages, put together field by field.

use super::small::{Small, product};
use super::{Outcome, page_of, rule_labels, stamp};
use crate::batch_log::line::{Format, Level, Line};
use crate::batch_log::plan::LogMode;
use crate::batch_log::search::is_pair;
use crate::batch_log::{LogContext, render_page};
use crate::model::words::{Failure, Phase};
use crate::trace::by_demand::ByDemand;
use crate::trace::pairs::{Failed, PageDemand, PageKey};
use proptest::prelude::*;
use std::collections::BTreeMap;

const LABELS: [(&str, i64); 3] = [("exact", 3000), ("a \"b\"=c", -5), ("near\u{2028}", 400)];

fn outcomes() -> impl Strategy<Value = Outcome> {
    let failures =
        prop::sample::select(vec![(Failure::UnitsUnknown, None), (Failure::Forbidden, None), (Failure::RequirementFailed, Some(0))]);
    prop_oneof![
        (-9000..9000_i64, 0..8_u64, prop::option::of(-50..50_i64))
            .prop_map(|(score, rules, points)| Outcome::Eligible(score, rules, points)),
        failures.prop_map(|(failure, requirement)| Outcome::Failed(Failed { failure, requirement })),
    ]
}

/// The candidates first, as on a page.
fn pairs() -> impl Strategy<Value = Vec<(&'static str, Outcome)>> {
    let license = prop::sample::select(vec!["L 5", "L-3", "L-7", "L-8", "L-9"]);
    prop::collection::vec((license, outcomes()), 0..30).prop_map(|mut pairs| {
        pairs.sort_by_key(|(_, outcome)| matches!(outcome, Outcome::Failed(_)));
        pairs
    })
}

fn rules(bits: u64, preference: Option<i64>) -> String {
    let named = LABELS.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1).map(|(_, (name, points))| format!("{name} {points}"));
    named.chain(preference.map(|points| format!("preference {points}"))).collect::<Vec<_>>().join(", ")
}

fn failed_name(failed: Failed) -> &'static str {
    if failed.requirement.is_some() { "location" } else { failed.failure.code() }
}

/// The `affinity` lines of a demand.
fn plain(id: &str, pairs: &[(&str, Outcome)], format: Format, top: bool) -> String {
    let mut out = Vec::new();
    let mut failures: BTreeMap<(Failure, Option<u16>), i64> = BTreeMap::new();
    let begin = |out: &mut Vec<u8>| {
        Line::begin(out, format, stamp(), Level::Debug, "affinity").text("product", "OFFICE").text("demand", id);
    };
    for (place, (license, outcome)) in pairs.iter().enumerate() {
        match outcome {
            Outcome::Eligible(score, bits, preference) if !top || place < 10 => {
                begin(&mut out);
                let mut line = Line::resume(&mut out, format);
                line.text("license", license).boolean("eligible", true).integer("score", *score).integer("rank", place as i64 + 1);
                line.text("rules", &rules(*bits, *preference)).end();
            }
            Outcome::Failed(failed) if top => *failures.entry((failed.failure, failed.requirement)).or_default() += 1,
            Outcome::Failed(failed) => {
                begin(&mut out);
                let mut line = Line::resume(&mut out, format);
                line.text("license", license).boolean("eligible", false).text("failed", failed_name(*failed)).end();
            }
            Outcome::Eligible(..) => {}
        }
    }
    for ((failure, requirement), count) in failures {
        begin(&mut out);
        let name = failed_name(Failed { failure, requirement });
        Line::resume(&mut out, format).boolean("eligible", false).text("failed", name).integer("count", count).end();
    }
    super::text(out)
}

proptest! {
    #[test]
    fn every_line_is_what_the_plain_way_makes_of_it(first in pairs(), second in pairs(), json in any::<bool>(), top in any::<bool>()) {
        let format = if json { Format::Json } else { Format::Text };
        let small = Small::new();
        let labels = rule_labels(LABELS);
        let decisions = ByDemand::new(&small.trace, small.estate.demands.len());
        let ctx = LogContext::new(&small.estate, &small.trace, &decisions, &labels, format);
        let mut page = page_of(&small, &[(small.demand("OFFICE", "PC 1"), &first), (small.demand("OFFICE", ""), &second)]);
        // One more of the first kind, after another kind was written.
        page.demands.push(PageDemand { demand: small.demand("OFFICE", "PC-42"), turn: 2, kind: page.demands[0].kind });
        let key = PageKey { product: product(&small, "OFFICE"), phase: Phase::Affinity };
        let mut out = Vec::new();
        render_page(&ctx, key, &page, if top { LogMode::Top } else { LogMode::Pairs }, stamp(), &mut out);
        let lines: String = super::text(out).lines().filter(|line| is_pair(line.as_bytes())).map(|line| format!("{line}\n")).collect();
        let first = ["OFFICE/PC 1", "OFFICE/PC-42"].map(|id| plain(id, &first, format, top));
        let expected = format!("{}{}{}", first[0], plain("OFFICE//row,7", &second, format, top), first[1]);
        prop_assert_eq!(lines, expected);
    }
}
