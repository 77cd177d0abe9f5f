//! The tables of the small estate, column by column where something can go wrong.

use super::{Table, read_back, table, table_of};
use crate::explain::advice::advice;
use crate::explain::alerts::alerts;
use crate::explain::testing::{AS_OF, case, day};
use crate::model::date::Date;
use crate::model::words::{ExtractKind, RejectReason};
use crate::report::rejects::{self, RejectRow};
use crate::report::storage::ROW_GROUP_ROWS;
use crate::report::{
    TABLES, alerts as alerts_table, allocations, coverage, deficits, demands, licenses, positions, recommendations, reservations, usage,
    usage_by,
};

#[test]
fn allocations_have_plain_types_and_declared_order() {
    let table = table(|report, out| allocations::write(report, out));
    assert_eq!(table.info.rows, 4);
    assert_eq!(table.kind("product_id"), "Utf8");
    assert_eq!(table.kind("units"), "Int64");
    assert_eq!(table.kind("assigned_on"), "Date32");
    assert!(table.kind("matched_rules").starts_with("List("), "{}", table.kind("matched_rules"));
    assert_eq!(table.column("demand_id"), ["OFFICE/PC-1", "OFFICE/PC-2", "SERVER/SRV-1", "TEAM/u1"]);
    assert_eq!(table.column("matched_rules"), ["[]", "[zone-exact 3000, preference -50]", "[]", "[]"]);
    assert_eq!(table.column("score"), ["-", "2950", "0", "0"]);
    assert_eq!(table.column("margin"), ["-", "400", "-", "-"]);
    assert_eq!(table.column("runner_up_license_id"), ["-", "L-2", "-", "-"]);
    assert_eq!(table.column("decided_by"), ["-", "score", "only", "only"]);
    assert_eq!(table.column("assigned_on"), ["2026-01-05", "-", "-", "-"]);
    assert_eq!(table.column("license_status"), ["active", "active", "grace", "active"]);
    let group = table.metadata.row_group(0);
    let sorting: Vec<i32> = group.sorting_columns().into_iter().flatten().map(|column| column.column_idx).collect();
    assert_eq!(sorting, [0, 1, 2]);
}

#[test]
fn files_name_the_contract_and_nothing_that_differs_between_runs() {
    let write = || table(|report, out| allocations::write(report, out));
    let (one, other) = (write(), write());
    assert_eq!(one.bytes, other.bytes);
    let file = one.metadata.file_metadata();
    assert_eq!(file.created_by(), Some(concat!("seatwise version ", env!("CARGO_PKG_VERSION"))));
    let pairs: Vec<(&str, Option<&str>)> =
        file.key_value_metadata().into_iter().flatten().map(|pair| (pair.key.as_str(), pair.value.as_deref())).collect();
    assert_eq!(pairs, [("seatwise.contract", Some("1")), ("seatwise.as_of", Some(AS_OF))]);
    let group = one.metadata.row_group(0);
    assert!(group.columns().iter().all(|column| column.column_index_offset().is_some()), "a page index everywhere");
    assert!(group.column(0).dictionary_page_offset().is_some(), "codes are dictionary-encoded");
    assert!(group.column(1).dictionary_page_offset().is_none(), "identifiers of rows are not");
}

#[test]
fn usage_counts_and_costs() {
    let table = table(|report, out| usage::write(report, out));
    assert_eq!(table.column("license_id"), ["L-1", "L-2", "L-3", "L-4", "L-5", "L-6"]);
    assert_eq!(table.column("seats"), ["2", "5", "16", "-", "-", "4"]);
    assert_eq!(table.column("available"), ["0", "5", "8", "-", "-", "4"]);
    assert_eq!(table.column("usage_percent"), ["100.0", "0.0", "50.0", "-", "-", "0.0"]);
    assert_eq!(table.column("days_to_end"), ["-", "10", "-2", "-", "-", "-52"]);
    assert_eq!(table.column("reserved"), ["2", "0", "0", "-", "-", "0"]);
    assert_eq!(table.kind("unit_cost"), "Decimal128(18, 4)");
    assert_eq!(table.column("unit_cost"), ["10.2500", "0.3333", "-", "1.0000", "1.0000", "1.0000"]);
    assert_eq!(table.column("cost_total"), ["20.5000", "1.6665", "-", "-", "-", "4.0000"]);
    assert_eq!(table.column("cost_available"), ["0.0000", "1.6665", "-", "-", "-", "4.0000"]);
    assert_eq!(table.kind("responsible"), "Utf8", "an all-null column keeps its type");
}

#[test]
fn positions_value_deficits_and_idle_seats() {
    let table = table(|report, out| positions::write(report, out));
    assert_eq!(table.column("product_id"), ["OFFICE", "SERVER", "TEAM"]);
    assert_eq!(table.column("coverage_percent"), ["66.6667", "100.0", "100.0"]);
    assert_eq!(table.column("deficit_cost"), ["100.5000", "-", "-"]);
    // L-1 is in the product's currency, L-2 states none, L-6 is not usable; L-3 has no cost; L-5 has no seats.
    assert_eq!(table.column("idle_cost"), ["1.6665", "-", "-"]);
    assert_eq!(table.column("status"), ["under_licensed", "over_licensed", "compliant"]);
}

#[test]
fn coverage_and_deficits_agree_on_who_is_left() {
    let coverage = table(|report, out| coverage::write(report, out));
    assert_eq!(
        coverage.column("outcome"),
        ["covered_direct", "covered_affinity", "deficit", "covered_affinity", "covered_affinity", "exempt"]
    );
    assert_eq!(coverage.column("license_id"), ["L-1", "L-1", "-", "L-3", "L-5", "-"]);
    assert_eq!(coverage.column("demand_id")[5], "-");
    assert_eq!(coverage.column("exempt_reason")[5], "lab");
    let deficits = table(|report, out| deficits::write(report, out));
    assert_eq!(deficits.column("demand_id"), ["OFFICE/PC-3"]);
    assert_eq!(deficits.column("requirement"), ["location"]);
    assert_eq!(deficits.column("estimated_cost"), ["100.5000"]);
    assert_eq!(deficits.column("turn"), ["-"]);
    assert!(deficits.column("detail")[0].contains("Bonn"));
}

#[test]
fn demands_and_licenses_hold_what_rules_read() {
    let demands = table(|report, out| demands::write(report, out));
    assert_eq!(demands.names()[16..], ["outcome", "zone", "ratio", "consumption.outcome"]);
    assert_eq!(demands.column("zone"), ["zone-a", "-", "zone-a", "-", "-"]);
    assert_eq!(demands.kind("ratio"), "Decimal128(28, 9)");
    assert_eq!(demands.column("ratio")[..2], ["0.333333333", "-"]);
    assert_eq!(demands.column("consumption.outcome")[0], "7");
    let licenses = table(|report, out| licenses::write(report, out));
    assert_eq!(licenses.names()[..5], ["license_id", "product_id", "metric", "seats", "license_type"]);
    assert_eq!(licenses.names()[22..], ["renews_on", "zone"], "`old` is read by no rule");
    assert_eq!(licenses.column("scope"), ["-", "[office]", "-", "-", "-", "-"]);
    assert_eq!(licenses.column("unit_cost")[0], "10.2500");
    assert_eq!(licenses.kind("starts_on"), "Date32", "a field that the estate lacks is null, of its type");
}

#[test]
fn usage_by_adds_up_to_the_position() {
    let table = table(|report, out| usage_by::write(report, out));
    let rows: Vec<String> = ["dimension", "value", "product_id", "demands", "required", "allocated", "outstanding", "inactive"]
        .iter()
        .map(|name| table.column(name))
        .fold(vec![String::new(); table.rows.num_rows()], |rows, column| {
            rows.into_iter().zip(column).map(|(row, cell)| format!("{row}{cell} ")).collect()
        });
    assert!(rows.is_sorted_by_key(|row| row.split(' ').next().unwrap_or_default().to_owned()));
    let of = |dimension: &str| -> Vec<&str> { rows.iter().filter(|row| row.starts_with(dimension)).map(|row| row.trim_end()).collect() };
    assert_eq!(
        of("department"),
        [
            "department lab OFFICE 2 2 1 1 0",
            "department office OFFICE 1 1 1 0 1",
            "department - SERVER 1 8 8 0 0",
            "department - TEAM 1 1 1 0 0"
        ]
    );
    // PC-1's user is in admins (named twice) and lab: once in each.
    assert_eq!(
        of("group"),
        ["group admins OFFICE 1 1 1 0 0", "group admins TEAM 1 1 1 0 0", "group lab OFFICE 1 1 1 0 0", "group lab TEAM 1 1 1 0 0"]
    );
    assert_eq!(of("publisher"), ["publisher Acme OFFICE 3 3 2 1 1", "publisher - SERVER 1 8 8 0 0", "publisher - TEAM 1 1 1 0 0"]);
    assert!(of("role").is_empty());
}

#[test]
fn alerts_recommendations_and_reservations() {
    let case = case();
    let found = alerts(&case.estate, &case.trace, &[]);
    let advice = advice(&case.estate, &case.trace, &found);
    let alerts = table_of(&case, |report, out| alerts_table::write(report, &found, out));
    assert!(alerts.column("kind").is_sorted());
    assert_eq!(alerts.column("date").iter().filter(|date| *date != "-").count(), 4);
    let recommended = table_of(&case, |report, out| recommendations::write(report, &advice, out));
    assert_eq!(recommended.column("action")[4], "reclaim");
    assert_eq!(recommended.column("amount")[4], "10.2500");
    assert_eq!(recommended.column("currency")[4], "EUR");
    let reserved = table_of(&case, |report, out| reservations::write(report, out));
    assert_eq!([reserved.column("used"), reserved.column("remaining"), reserved.column("cut")].concat(), ["1", "1", "1"]);
}

fn write_rejects(rows: Vec<RejectRow<'_>>) -> Table {
    let mut bytes = Vec::new();
    let info = rejects::write(Date(day(AS_OF)), rows, &mut bytes).expect("a table");
    read_back(bytes, info)
}

fn reject(extract: ExtractKind, file: &str, row: u64) -> RejectRow<'_> {
    RejectRow { extract, file, row, column: None, value: None, reason: RejectReason::BadRow, message: "too few fields" }
}

#[test]
fn rejects_are_sorted_and_may_be_none() {
    let rows = vec![
        reject(ExtractKind::Users, "b.csv", 10),
        reject(ExtractKind::Users, "b.csv", 9),
        reject(ExtractKind::Users, "a.csv", 11),
        reject(ExtractKind::Assets, "z.csv", 1),
    ];
    let table = write_rejects(rows);
    assert_eq!(table.column("file"), ["z.csv", "a.csv", "b.csv", "b.csv"]);
    assert_eq!(table.column("row"), ["1", "11", "9", "10"]);
    assert_eq!(table.column("value"), ["-"; 4]);
    let empty = write_rejects(Vec::new());
    assert_eq!((empty.info.rows, empty.kind("row")), (0, "Int64".to_owned()));
}

#[test]
fn row_groups_are_cut_by_row_number() {
    let many = ROW_GROUP_ROWS as u64 + 5;
    let table = write_rejects((0..many).map(|row| reject(ExtractKind::Users, "a.csv", row)).collect());
    let groups: Vec<i64> = table.metadata.row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!((table.info.rows, groups), (many, vec![ROW_GROUP_ROWS as i64, 5]));
}

#[test]
fn definitions_are_sound() {
    for table in TABLES {
        let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_ref()).collect();
        let mut distinct = names.clone();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len(), "{}", table.name);
        assert!(table.columns.iter().all(|column| !column.meaning.is_empty() && !column.meaning.ends_with('.')), "{}", table.name);
        // The declared order counts columns, and sorted columns come in that order.
        assert!(table.columns.iter().any(|column| column.sorted), "{}", table.name);
    }
}
