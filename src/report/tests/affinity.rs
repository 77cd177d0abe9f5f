//! The affinity table: pages in the order of the log become rows in the order of the table.

use super::{Table, read_back};
use crate::explain::testing::case;
use crate::model::words::{Failure, Phase};
use crate::report::Report;
use crate::report::affinity::{AffinityTable, PageRows};
use crate::trace::by_demand::ByDemand;
use crate::trace::matched::MatchSet;
use crate::trace::pairs::{Failed, PageDemand, PairPage, PairRow};

/// Demands of OFFICE in serving order, 12 candidates each, the last license first; and one license that is ineligible.
fn page(demands: &[u32]) -> PairPage {
    let mut page = PairPage::default();
    let zone = page.verdicts.eligible(3000, MatchSet { rules: Box::new([0b1]), preference: None });
    let failed = page.verdicts.failed(Failed { failure: Failure::RequirementFailed, requirement: Some(0) });
    page.rows.extend((1..=12).map(|rank| PairRow { license: (rank * 5) % 6, rank, verdict: zone }));
    page.rows.push(PairRow { license: 0, rank: 0, verdict: failed });
    let kind = page.end_kind();
    page.demands.extend(demands.iter().map(|demand| PageDemand { demand: *demand, turn: 1, kind }));
    page
}

fn write(top: bool) -> Table {
    let case = case();
    let report = Report::new(&case.estate, &case.program, &case.schema, &case.trace);
    let decisions = ByDemand::new(&case.trace, case.estate.demands.len());
    let rows = |phase, page: &PairPage| if top { PageRows::top(phase, page, &decisions) } else { PageRows::all(phase, page) };
    let mut bytes = Vec::new();
    let mut table = AffinityTable::open(&report, &mut bytes).expect("a table");
    // The later demand first, as its turn may be; the chain is last, and has no more to say of the later one.
    table.push([rows(Phase::Affinity, &page(&[1, 0]))]);
    table.settle(0).expect("nothing yet");
    table.push([rows(Phase::Downgrade, &page(&[0]))]);
    table.settle(2).expect("rows");
    let info = table.close().expect("an end");
    read_back(bytes, info)
}

#[test]
fn rows_are_in_the_order_of_the_table() {
    let table = write(false);
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
    let table = write(true);
    let ranks = table.column("rank");
    // L-1 (license 0) was granted to both demands: it stays at ranks 6 and 12, and where it is ineligible.
    assert_eq!(ranks.iter().filter(|rank| *rank == "11").count(), 0);
    assert_eq!(ranks.iter().filter(|rank| *rank == "12").count(), 3);
    assert_eq!(ranks.iter().filter(|rank| *rank == "-").count(), 3);
}
