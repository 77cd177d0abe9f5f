//! Laws that hold over the published tables of every run, the witness's and the binary's.

use super::{published, run, seeds, write};
use crate::estates::random_estate;
use crate::reference::solve;
use crate::support::tables::TextTable;
use std::collections::{BTreeMap, BTreeSet};

/// The published tables of one estate that the laws are read from.
struct Published {
    seed: u64,
    allocations: TextTable,
    deficits: TextTable,
    usage: TextTable,
    positions: TextTable,
    coverage: TextTable,
    demands: TextTable,
    affinity: TextTable,
    reservations: TextTable,
}

impl Published {
    fn gather(seed: u64, table: impl Fn(&str) -> TextTable) -> Published {
        Published {
            seed,
            allocations: table("allocations"),
            deficits: table("deficits"),
            usage: table("usage"),
            positions: table("positions"),
            coverage: table("coverage"),
            demands: table("demands"),
            affinity: table("affinity"),
            reservations: table("reservations"),
        }
    }
}

/// Checks a law over what the witness says, then over what the binary publishes.
fn laws_over(check: impl Fn(&Published)) {
    let mut checked = 0;
    for seed in seeds() {
        let estate = random_estate(seed);
        let Ok(tables) = solve(&estate) else { continue };
        let of_witness = |name: &str| TextTable { columns: tables[name].columns.clone(), rows: tables[name].rows.clone() };
        check(&Published::gather(seed, of_witness));
        let home = tempfile::tempdir().expect("a folder");
        write(&estate, home.path());
        if run(home.path(), 2).status.code() == Some(0) {
            check(&Published::gather(seed, |name| published(home.path(), name)));
            checked += 1;
        }
    }
    assert!(checked > 0, "no estate was published");
}

/// The numbers of a column added up per value of a key column.
fn sums<'a>(table: &'a TextTable, key: &str, column: &str) -> BTreeMap<&'a str, i64> {
    let mut sums = BTreeMap::new();
    for row in 0..table.rows.len() {
        if let Some(key) = table.cell(row, key) {
            *sums.entry(key).or_default() += table.number(row, column).unwrap_or(0);
        }
    }
    sums
}

fn pair(table: &TextTable, row: usize) -> (String, String) {
    let cell = |column: &str| table.cell(row, column).expect("a key").to_string();
    (cell("product_id"), cell("demand_id"))
}

/// §6.1: no license gives more than its seats, and `usage` says what `allocations` says.
#[test]
fn law_of_capacity() {
    laws_over(|run| {
        let units = sums(&run.allocations, "license_id", "units");
        for row in 0..run.usage.rows.len() {
            let license = run.usage.cell(row, "license_id").expect("a key");
            let allocated = units.get(license).copied().unwrap_or(0);
            assert_eq!(run.usage.number(row, "allocated"), Some(allocated), "seed {}: {license}", run.seed);
            let seats = run.usage.number(row, "seats");
            assert!(seats.is_none_or(|seats| allocated <= seats), "seed {}: {license} over its seats", run.seed);
            assert_eq!(run.usage.number(row, "available"), seats.map(|seats| seats - allocated), "seed {}: {license}", run.seed);
        }
        for row in 0..run.reservations.rows.len() {
            let part = |column: &str| run.reservations.number(row, column);
            if let (Some(used), Some(remaining), Some(cut)) = (part("used"), part("remaining"), part("cut")) {
                assert_eq!(part("seats"), Some(used + remaining + cut), "seed {}: reservation {row}", run.seed);
                assert!(used >= 0 && remaining >= 0 && cut >= 0, "seed {}: reservation {row}", run.seed);
            }
        }
    });
}

/// §6.1: every demand ends once, and the totals agree.
#[test]
fn law_of_conservation() {
    laws_over(|run| {
        let seed = run.seed;
        let granted: BTreeSet<_> = (0..run.allocations.rows.len()).map(|row| pair(&run.allocations, row)).collect();
        let mut short = BTreeMap::new();
        for row in 0..run.deficits.rows.len() {
            short.insert(pair(&run.deficits, row), run.deficits.cell(row, "reason") == Some("partly_covered"));
        }
        for row in 0..run.demands.rows.len() {
            let key = pair(&run.demands, row);
            let ends = match short.get(&key) {
                None => granted.contains(&key),
                Some(partly) => granted.contains(&key) == *partly,
            };
            assert!(ends, "seed {seed}: {key:?} is not in exactly one of allocations and deficits");
        }
        let (covered, open) = (sums(&run.allocations, "product_id", "covered"), sums(&run.deficits, "product_id", "units"));
        for row in 0..run.positions.rows.len() {
            let product = run.positions.cell(row, "product_id").expect("a key");
            let number = |column: &str| run.positions.number(row, column).expect("a number");
            assert_eq!(number("required"), number("allocated") + number("outstanding"), "seed {seed}: {product}");
            assert_eq!(number("allocated"), covered.get(product).copied().unwrap_or(0), "seed {seed}: {product}");
            assert_eq!(number("outstanding"), open.get(product).copied().unwrap_or(0), "seed {seed}: {product}");
        }
        let total = |column: &str| -> i64 { (0..run.positions.rows.len()).filter_map(|row| run.positions.number(row, column)).sum() };
        assert_eq!(total("lent"), total("borrowed"), "seed {seed}");
        assert_eq!(total("consumptions"), run.coverage.rows.len() as i64, "seed {seed}");
    });
}

/// §6.1: every grant by affinity or downgrade is of an eligible pair, with its score and its rank.
#[test]
fn law_of_eligibility() {
    laws_over(|run| {
        let key = |table: &TextTable, row: usize| {
            (pair(table, row), table.cell(row, "phase").map(String::from), table.cell(row, "license_id").map(String::from))
        };
        let considered: BTreeMap<_, usize> = (0..run.affinity.rows.len()).map(|row| (key(&run.affinity, row), row)).collect();
        for row in 0..run.allocations.rows.len() {
            if !matches!(run.allocations.cell(row, "phase"), Some("affinity" | "downgrade")) {
                continue;
            }
            let at = considered.get(&key(&run.allocations, row));
            let at = *at.unwrap_or_else(|| panic!("seed {}: {:?} was never considered", run.seed, key(&run.allocations, row)));
            assert_eq!(run.affinity.cell(at, "eligible"), Some("true"), "seed {}", run.seed);
            for column in ["score", "rank", "matched_rules"] {
                assert_eq!(run.affinity.cell(at, column), run.allocations.cell(row, column), "seed {}: {column}", run.seed);
            }
        }
    });
}

/// §4.5, §4.6: where all candidates of a demand are unreserved `device` licenses, one that it prefers to what it got had
/// no seat left at its turn: no later turn took one, and none is left.
#[test]
fn law_of_no_justified_envy() {
    laws_over(|run| {
        let reserved: BTreeSet<&str> = run.reservations.column("license_id").flatten().collect();
        let licenses: BTreeMap<&str, usize> =
            run.usage.column("license_id").enumerate().map(|(row, id)| (id.expect("a key"), row)).collect();
        let mut candidates: BTreeMap<(String, String), Vec<(i64, &str)>> = BTreeMap::new();
        for row in (0..run.affinity.rows.len()).filter(|row| run.affinity.cell(*row, "phase") == Some("affinity")) {
            if let (Some(rank), Some(license)) = (run.affinity.number(row, "rank"), run.affinity.cell(row, "license_id")) {
                candidates.entry(pair(&run.affinity, row)).or_default().push((rank, license));
            }
        }
        // Demand to its turn and the rank that it got; a deficit would take any rank.
        let mut served: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
        for row in 0..run.deficits.rows.len() {
            if let Some(turn) = run.deficits.number(row, "turn") {
                served.insert(pair(&run.deficits, row), (turn, i64::MAX));
            }
        }
        let mut last_turn: BTreeMap<&str, i64> = BTreeMap::new();
        for row in (0..run.allocations.rows.len()).filter(|row| run.allocations.cell(*row, "phase") == Some("affinity")) {
            let (turn, rank) = (run.allocations.number(row, "turn").expect("a turn"), run.allocations.number(row, "rank").expect("a rank"));
            served.insert(pair(&run.allocations, row), (turn, rank));
            let last = last_turn.entry(run.allocations.cell(row, "license_id").expect("a license")).or_default();
            *last = turn.max(*last);
        }
        for (demand, (turn, rank)) in served {
            let own = &candidates[&demand];
            let plain = |license: &str| !reserved.contains(license) && run.usage.cell(licenses[license], "metric") == Some("device");
            if !own.iter().all(|(_, license)| plain(license)) {
                continue;
            }
            for (_, license) in own.iter().filter(|(better, _)| *better < rank) {
                let row = licenses[license];
                let full = run.usage.number(row, "available") == Some(0) && run.usage.number(row, "allocated_downgrade") == Some(0);
                let later = last_turn.get(license).is_some_and(|last| *last > turn);
                assert!(full && !later, "seed {}: {demand:?} envies a later demand for {license}", run.seed);
            }
        }
    });
}
