//! The affinity table: pages in the order of the log become rows in the order of the table.

use super::{Table, read_back};
use crate::explain::testing::case;
use crate::model::words::{Failure, Phase};
use crate::report::Report;
use crate::report::affinity::{AffinityTable, Detail};
use crate::trace::matched::MatchSet;
use crate::trace::pairs::{Failed, PageDemand, PairPage, PairRow};

/// OFFICE's demands in serving order (PC-2, PC-1), 12 candidates each, the last license first; one of them ineligible.
fn page() -> PairPage {
    let mut page = PairPage::default();
    let zone = page.matches.intern(MatchSet { rules: Box::new([0b1]), preference: None });
    for demand in [1, 0] {
        let start = page.rows.len() as u32;
        for rank in 1..=12 {
            page.rows.push(PairRow { license: (rank * 5) % 6, failed: None, score: 3000, rank, matched: zone });
        }
        let failed = Failed { failure: Failure::RequirementFailed, requirement: Some(0) };
        page.rows.push(PairRow { license: 0, failed: Some(failed), score: 0, rank: 0, matched: zone });
        page.demands.push(PageDemand { demand, turn: 1, start, end: page.rows.len() as u32 });
    }
    page
}

fn write(detail: Detail) -> Table {
    let case = case();
    let report = Report::new(&case.estate, &case.program, &case.schema, &case.trace);
    let mut bytes = Vec::new();
    let mut table = AffinityTable::open(&report, detail, &mut bytes).expect("a table");
    let (own, chain) = (page(), page());
    table.push(0..1, &[(Phase::Downgrade, &chain), (Phase::Affinity, &own)]).expect("rows");
    table.push(1..3, &[(Phase::Affinity, &own)]).expect("rows");
    let info = table.close().expect("an end");
    read_back(bytes, info)
}

#[test]
fn rows_are_in_the_order_of_the_table() {
    let table = write(Detail::Full);
    assert_eq!(table.info.rows, 13 * 3);
    let keys: Vec<String> = table
        .column("demand_id")
        .into_iter()
        .zip(table.column("phase"))
        .zip(table.column("license_id"))
        .map(|((one, two), three)| format!("{one} {two} {three}"))
        .collect();
    assert!(keys.is_sorted(), "{keys:?}");
    assert_eq!(table.column("phase").iter().filter(|phase| *phase == "downgrade").count(), 13);
    let failed = table.column("failed").iter().position(|failed| failed == "location").expect("an ineligible pair");
    assert_eq!((table.column("score")[failed].as_str(), table.column("matched_rules")[failed].as_str()), ("-", "[]"));
    assert_eq!(table.column("matched_rules").iter().filter(|rules| *rules == "[zone-exact 3000]").count(), 36);
}

#[test]
fn top_keeps_ten_ranks_and_what_was_granted() {
    let table = write(Detail::Top);
    let ranks = table.column("rank");
    // L-1 (license 0) was granted to both demands: it stays at ranks 6 and 12, and where it is ineligible.
    assert_eq!(ranks.iter().filter(|rank| *rank == "11").count(), 0);
    assert_eq!(ranks.iter().filter(|rank| *rank == "12").count(), 3);
    assert_eq!(ranks.iter().filter(|rank| *rank == "-").count(), 3);
}
