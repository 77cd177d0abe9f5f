//! Hand-worked cases for the reference itself.

use super::{RawEstate, RawTable, Refusal, Tables, solve};
use std::collections::BTreeMap;

/// An estate of CSV-like texts; `more` is job text that goes after the extracts.
fn estate(more: &str, extracts: &[(&str, &str)]) -> RawEstate {
    let cells = |line: &str| line.split(',').map(|cell| cell.trim().to_string()).collect::<Vec<_>>();
    let mut raw = RawEstate { job: "name = \"case\"\n".into(), extracts: BTreeMap::new() };
    for (name, text) in extracts {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let columns = cells(lines.next().expect("a header"));
        raw.extracts.insert(name.to_string(), RawTable { columns, rows: lines.map(cells).collect() });
        raw.job += &format!("[extracts.{name}]\npath = \"{name}.csv\"\n");
    }
    raw.job += "[calculation]\nas_of = \"2026-11-22\"\n";
    raw.job += more;
    raw
}

fn run(more: &str, extracts: &[(&str, &str)]) -> Tables {
    solve(&estate(more, extracts)).expect("a run")
}

/// Some columns of a table, a line a row.
fn lines(tables: &Tables, name: &str, columns: &[&str]) -> Vec<String> {
    let table = &tables[name];
    let line = |row| columns.iter().map(|column| table.cell(row, column).unwrap_or("-")).collect::<Vec<_>>().join(" ");
    (0..table.rows.len()).map(line).collect()
}

/// Installs of a product, each on an asset of its own: C1 on A1 and so on.
fn installs(counts: &[(&str, usize)]) -> String {
    let mut text = String::from("consumption_id,product_id,asset_id\n");
    let mut nth = 0;
    for (product, count) in counts {
        for _ in 0..*count {
            nth += 1;
            text += &format!("C{nth:02},{product},A{nth:02}\n");
        }
    }
    text
}

#[test]
fn a_chain_of_three_versions() {
    let products = "product_id,metric,previous_product_id,downgrade
        V3,device,V2,any
        V2,device,V1,none
        V1,device,,none";
    let licenses = "license_id,product_id,seats
        NEW,V3,5
        MID,V2,3";
    let consumptions = installs(&[("V3", 4), ("V2", 6), ("V1", 2)]);
    let tables = run("", &[("consumptions", &consumptions), ("licenses", licenses), ("products", products)]);
    let columns = ["product_id", "required", "allocated", "outstanding", "lent", "borrowed", "seats", "available", "status"];
    assert_eq!(
        lines(&tables, "positions", &columns),
        ["V1 2 1 1 0 1 0 0 under_licensed", "V2 6 3 3 0 0 3 0 under_licensed", "V3 4 4 0 1 0 5 0 compliant",]
    );
    // All equal: the demands go by name, and V1/A11 stands before V2/A08.
    let lent: Vec<_> = lines(&tables, "allocations", &["phase", "demand_id", "license_id", "turn", "decided_by"]);
    assert_eq!(lent.iter().filter(|line| line.starts_with("downgrade")).collect::<Vec<_>>(), ["downgrade V1/A11 NEW 1 only"]);
    assert_eq!(tables["deficits"].rows.len(), 4);
    assert_eq!(
        lines(&tables, "deficits", &["demand_id", "reason", "turn"]),
        ["V1/A12 no_license -", "V2/A08 capacity_exhausted 4", "V2/A09 capacity_exhausted 5", "V2/A10 capacity_exhausted 6",]
    );
}

#[test]
fn all_or_nothing_split_and_part() {
    let consumptions = "consumption_id,product_id,asset_id,cores,started_on
        C1,P,A1,8,2026-01-01
        C2,P,A2,4,2026-02-01";
    let licenses = "license_id,product_id,metric,seats
        L1,P,core,3
        L2,P,core,2
        L3,P,core,2";
    let extracts = [("consumptions", consumptions), ("licenses", licenses)];
    let grants = |more: &str| lines(&run(more, &extracts), "allocations", &["demand_id", "license_id", "units", "covered", "passed_over"]);
    assert_eq!(grants("rules = \"none\""), ["P/A2 L1 3 4 0", "P/A2 L2 1 0 0"]);
    assert_eq!(grants("rules = \"none\"\nsplit_across_licenses = false"), Vec::<String>::new());
    // The first demand takes all that there is: 7 of 8.
    let part = run("rules = \"none\"\npartial_cover = true", &extracts);
    assert_eq!(
        lines(&part, "allocations", &["demand_id", "license_id", "units", "covered"]),
        ["P/A1 L1 3 7", "P/A1 L2 2 0", "P/A1 L3 2 0"]
    );
    let columns = ["demand_id", "units", "reason", "free_units", "best_license_id", "cut_off_score"];
    assert_eq!(lines(&part, "deficits", &columns), ["P/A1 1 partly_covered 0 L1 0", "P/A2 4 capacity_exhausted 0 L1 0"]);
    let alone = grants("rules = \"none\"\npartial_cover = true\nsplit_across_licenses = false");
    assert_eq!(alone, ["P/A1 L1 3 3 0", "P/A2 L2 2 2 1"]);
    let deficits = lines(&run("rules = \"none\"", &extracts), "deficits", &["demand_id", "units", "reason", "turn"]);
    assert_eq!(deficits, ["P/A1 8 all_or_nothing 1"]);
}

#[test]
fn reserved_seats_are_for_their_group() {
    let trees = "tree,node,parent
        department,top,
        department,low,top";
    let consumptions = "consumption_id,product_id,asset_id,department
        C1,P,A1,low
        C2,P,A2,other
        C3,P,A3,
        C4,P,A4,top";
    let licenses = "license_id,product_id,metric,seats
        L,P,device,3";
    let reservations = "reservation_id,license_id,dimension,value,seats
        R1,L,department,top,2
        R2,L,department,low,5";
    let extracts = [("consumptions", consumptions), ("licenses", licenses), ("reservations", reservations), ("trees", trees)];
    let tables = run("rules = \"none\"", &extracts);
    assert_eq!(lines(&tables, "allocations", &["demand_id", "reservation_id"]), ["P/A1 R1", "P/A4 R1"]);
    let columns = ["reservation_id", "seats", "used", "remaining", "cut"];
    assert_eq!(lines(&tables, "reservations", &columns), ["R1 2 2 0 0", "R2 5 0 1 4"]);
    let alerts = lines(&tables, "alerts", &["code", "subject", "units"]);
    for wanted in ["over_reserved R2 4", "overlapping_reservations - 1", "consumptions.department - 1"] {
        assert!(alerts.iter().any(|line| line == wanted), "{wanted} among {alerts:?}");
    }
    assert_eq!(
        lines(&tables, "deficits", &["demand_id", "reason", "free_units"]),
        ["P/A2 capacity_exhausted 0", "P/A3 capacity_exhausted 0",]
    );
}

#[test]
fn bundles_cover_their_parts() {
    let consumptions = "consumption_id,product_id,asset_id,cores
        C1,WORD,A1,4
        C2,EXCEL,A1,8
        C3,WORD,A2,
        C4,SUITE,A2,
        C5,EXCEL,A3,
        C6,SUITE,A4,
        C7,WORD,A4,";
    let licenses = "license_id,product_id,metric,seats
        S1,SUITE,device,3";
    let bundles = "bundle_product_id,component_product_id
        SUITE,WORD
        SUITE,EXCEL";
    let assignments = "license_id,asset_id,consumption_id,assigned_on,reason
        S1,A4,,2026-01-01,by hand";
    let extracts = [("consumptions", consumptions), ("licenses", licenses), ("bundles", bundles), ("assignments", assignments)];
    let tables = run("", &extracts);
    let columns = ["demand_id", "license_id", "phase", "units", "covered", "turn", "license_product_id"];
    assert_eq!(
        lines(&tables, "allocations", &columns),
        [
            "EXCEL/A1 S1 bundle 1 1 1 SUITE",
            "SUITE/A2 S1 bundle 1 1 2 SUITE",
            "SUITE/A4 S1 direct 1 1 1 SUITE",
            "WORD/A1 S1 bundle 0 1 1 SUITE",
            "WORD/A2 S1 bundle 0 1 2 SUITE",
            "WORD/A4 S1 bundle 0 1 - SUITE",
        ]
    );
    assert_eq!(lines(&tables, "deficits", &["demand_id", "reason"]), ["EXCEL/A3 no_license"]);
    assert_eq!(
        lines(&tables, "positions", &["product_id", "required", "allocated", "bundled"]),
        ["EXCEL 2 1 0", "SUITE 2 2 2", "WORD 3 3 0"]
    );
}

#[test]
fn assignments_and_their_conflicts() {
    let consumptions = "consumption_id,product_id,asset_id,user_id,location
        C1,P,A1,,here
        C2,P,A2,,there
        C3,Q,A1,,";
    let licenses = "license_id,product_id,metric,seats,location
        L1,P,device,1,here
        L2,P,device,1,
        L3,Q,device,1,
        L4,P,user,1,
        L5,P,device,1,";
    let assignments = "license_id,asset_id,user_id,consumption_id,assigned_on,reason
        L1,A2,,,2026-01-01,
        L1,A1,,,2026-02-01,
        L1,,,C2,2026-03-01,
        L2,,,C3,,
        L9,A1,,,,
        L2,A9,,,,
        L4,A1,,,,
        L3,A2,,,,";
    let extracts = [("consumptions", consumptions), ("licenses", licenses), ("assignments", assignments)];
    let tables = run("", &extracts);
    let mut codes = lines(&tables, "alerts", &["kind", "code", "license_id", "subject"]);
    codes.retain(|line| line.starts_with("allocation_conflict"));
    assert_eq!(
        codes,
        [
            "allocation_conflict assignment_over_capacity L1 P/A1",
            "allocation_conflict assignment_overrides_requirement L1 P/A2",
            "allocation_conflict duplicate_assignment L1 C2",
            "allocation_conflict metric_mismatch L4 A1",
            "allocation_conflict no_demand L3 A2",
            "allocation_conflict unknown_license L9 A1",
            "allocation_conflict unknown_target L2 A9",
            "allocation_conflict wrong_product L2 C3",
        ]
    );
    assert_eq!(
        lines(&tables, "allocations", &["demand_id", "license_id", "phase", "assigned_on"]),
        ["P/A1 L2 affinity -", "P/A2 L1 direct 2026-01-01", "Q/A1 L3 affinity -",]
    );
}

#[test]
fn rejects_and_refusals() {
    let licenses = "license_id,product_id,seats,metric
        L1,P,1,device";
    let consumptions = "consumption_id,product_id,asset_id,quantity
        C1,P,A1,1
        C1,P,A1,1
        C2,P,A2,1
        C2,P,A3,1
        C3,P,A4,0
        C4,,A5,x
        C5,P,,
        C6,P,A6
        ,P,A6,x";
    let extracts = [("consumptions", consumptions), ("licenses", licenses)];
    assert_eq!(solve(&estate("", &extracts)).map_err(|refusal| refusal.code), Err(4));
    let tables = run("[limits]\nmax_reject_ratio = 1.0\n", &extracts);
    assert_eq!(
        lines(&tables, "rejects", &["row", "column", "value", "reason"]),
        [
            "2 - - duplicate_row",
            "3 - - duplicate_id",
            "4 - - duplicate_id",
            "5 quantity 0 out_of_range",
            "6 product_id - missing_value",
            "7 - - missing_value",
            "8 - - bad_row",
            "9 consumption_id - missing_value",
        ]
    );
    let code = |more: &str| {
        solve(&estate(more, &[("consumptions", "consumption_id,product_id,asset_id\nC1,P,A1"), ("licenses", licenses)]))
            .map_err(|Refusal { code, .. }| code)
            .err()
    };
    assert_eq!(code("[[requirement]]\nname = \"x\"\nrule = \"consumption.nothing = 1\""), Some(2));
    assert_eq!(code("[[requirement]]\nname = \"x\"\nrule = \"1 +\""), Some(2));
    assert_eq!(code("[[affinity]]\nname = \"x\"\nrule = \"consumption.cores = \\\"a\\\"\"\npoints = 1"), Some(2));
    assert_eq!(code("[[set]]\nfield = \"license.seats\"\nvalue = \"1\""), Some(2));
    assert_eq!(code(""), None);
}
