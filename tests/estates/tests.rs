//! The generator under test: over some hundred seeds everything that the contract names occurs.

use super::{random_estate, shuffled};
use crate::reference::{Table, Tables, solve};
use std::collections::{BTreeMap, BTreeSet};

const SEEDS: u64 = 400;

/// Table and column to the values seen.
type Seen = BTreeMap<(&'static str, &'static str), BTreeSet<String>>;

const WATCHED: &[(&str, &str)] = &[
    ("coverage", "outcome"),
    ("deficits", "reason"),
    ("allocations", "phase"),
    ("allocations", "decided_by"),
    ("allocations", "metric"),
    ("alerts", "code"),
    ("rejects", "reason"),
    ("usage", "status"),
    ("positions", "status"),
    ("affinity", "failed"),
    ("usage_by", "dimension"),
    ("positions", "metric"),
];

fn watch(seen: &mut Seen, tables: &Tables) {
    for (name, column) in WATCHED {
        let table: &Table = &tables[name];
        for row in 0..table.rows.len() {
            if let Some(value) = table.cell(row, column) {
                seen.entry((name, column)).or_default().insert(value.to_string());
            }
        }
    }
}

fn wants(seen: &Seen, table: &'static str, column: &'static str, values: &[&str]) {
    let found = &seen[&(table, column)];
    let missing: Vec<_> = values.iter().filter(|value| !found.contains(**value)).collect();
    assert!(missing.is_empty(), "no estate shows {table}.{column} = {missing:?}; seen: {found:?}");
}

#[test]
fn the_estates_show_everything() {
    let mut seen = Seen::new();
    let (mut refused, mut wrong) = (0, Vec::new());
    for seed in 0..SEEDS {
        match solve(&random_estate(seed)) {
            Ok(tables) => watch(&mut seen, &tables),
            Err(refusal) if refusal.code == 4 => refused += 1,
            Err(refusal) => wrong.push((seed, refusal)),
        }
    }
    assert!(wrong.is_empty(), "{} jobs are not well-formed: {:?}", wrong.len(), wrong.first());
    assert!(refused > 0 && refused < SEEDS / 10, "{refused} estates are refused");
    let free = ["ended", "not_started", "asset_disposed", "user_left", "exempt", "free_product", "deficit"];
    wants(&seen, "coverage", "outcome", &free);
    wants(&seen, "coverage", "outcome", &["covered_direct", "covered_bundle", "covered_affinity", "covered_downgrade"]);
    let reasons = [
        "no_license",
        "no_usable_license",
        "no_user",
        "metric_mismatch",
        "not_assigned",
        "units_unknown",
        "forbidden",
        "requirement_failed",
        "all_or_nothing",
        "capacity_exhausted",
        "partly_covered",
    ];
    wants(&seen, "deficits", "reason", &reasons);
    wants(&seen, "allocations", "phase", &["direct", "bundle", "affinity", "downgrade"]);
    let decided = ["only", "score", "unlimited", "in_term", "earliest_end", "lowest_cost", "version", "license_id"];
    wants(&seen, "allocations", "decided_by", &decided);
    let metrics = ["device", "core", "processor", "instance", "concurrent", "user", "named_user", "site"];
    wants(&seen, "allocations", "metric", &metrics);
    wants(&seen, "positions", "metric", &metrics);
    wants(&seen, "affinity", "failed", &["scope-department", "scope-location", "scope-cost_center", "location"]);
    wants(&seen, "usage", "status", &["retired", "incomplete", "pending", "active", "expiring", "grace", "expired"]);
    wants(&seen, "positions", "status", &["under_licensed", "over_licensed", "not_licensable", "compliant"]);
    wants(&seen, "usage_by", "dimension", &["department", "location", "cost_center", "user", "group", "role", "publisher"]);
    wants(&seen, "alerts", "code", ALERTS);
    let rejects = [
        "bad_row",
        "missing_value",
        "bad_value",
        "out_of_range",
        "not_in_list",
        "not_one_target",
        "duplicate_row",
        "nul_character",
        "duplicate_id",
    ];
    wants(&seen, "rejects", "reason", &rejects);
}

const ALERTS: &[&str] = &[
    "under_licensed",
    "license_expiring",
    "grace_in_use",
    "expired_assigned",
    "unknown_license",
    "unknown_target",
    "wrong_product",
    "no_demand",
    "license_not_usable",
    "metric_mismatch",
    "duplicate_assignment",
    "assignment_over_capacity",
    "overlapping_assignments",
    "assignment_overrides_requirement",
    "over_reserved",
    "overlapping_reservations",
    "renewal_due",
    "scope_without_value",
    "rejected_rows",
    "license_incomplete",
    "entitle_skipped",
    "metric_derived",
    "inactive_users",
    "over_licensed",
    "consumptions.product_id",
    "consumptions.asset_id",
    "consumptions.user_id",
    "consumptions.department",
    "licenses.product_id",
    "licenses.user_id",
    "products.previous_product_id",
    "assets.user_id",
    "trees.parent",
    "assignments.license_id",
    "reservations.license_id",
    "bundles.bundle_product_id",
    "preferences.license_id",
];

#[test]
fn the_order_of_rows_decides_nothing() {
    for seed in 0..60 {
        let estate = random_estate(seed);
        let (Ok(mut one), Ok(mut other)) = (solve(&estate), solve(&shuffled(&estate, seed + 1))) else {
            continue;
        };
        one.remove("rejects");
        other.remove("rejects");
        assert!(one == other, "seed {seed}");
    }
}
