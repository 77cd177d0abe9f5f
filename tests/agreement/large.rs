//! The engine against the second witness where one product has many licenses: random estates are too small for the ways that the engine
//! has there.

use super::differences;
use crate::reference::{RawEstate, RawTable};
use std::collections::BTreeMap;

/// More than the engine looks at one by one.
const LICENSES: usize = 560;
const DEMANDS: usize = 260;

fn table(columns: &str, rows: impl Iterator<Item = Vec<String>>) -> RawTable {
    RawTable { columns: columns.split(' ').map(String::from).collect(), rows: rows.collect() }
}

/// One of `of` names, or none for every `null`-th.
fn name(prefix: &str, value: usize, of: usize, null: usize) -> String {
    if value.is_multiple_of(null) { String::new() } else { format!("{prefix}{}", value % of) }
}

/// The numbers of licenses and demands are spread over the nodes of two trees by steps that have no divisor in common with the nodes.
fn estate(options: &str) -> RawEstate {
    let mut extracts = BTreeMap::new();
    let node = |tree: &str, node: usize| {
        let parent = if node < 3 { String::new() } else { format!("{tree}{}", node / 3) };
        vec![tree.to_owned(), format!("{tree}{node}"), parent]
    };
    let nodes = (0..90).map(|at| node("department", at)).chain((0..80).map(|at| node("location", at)));
    extracts.insert("trees".to_owned(), table("tree node parent", nodes));
    let license = |at: usize| {
        let (department, location) = (name("department", at * 7, 90, 3), name("location", at * 11, 80, 2));
        let cost_center = name("K", at * 13, 70, 4);
        let (cores, seats) = (if at.is_multiple_of(3) { (at % 4 + 1).to_string() } else { String::new() }, at % 3 / 2);
        vec![format!("L{at:03}"), "P".into(), "device".into(), seats.to_string(), department, location, cost_center, cores]
    };
    let licenses = table("license_id product_id metric seats department location cost_center cores", (0..LICENSES).map(license));
    extracts.insert("licenses".to_owned(), licenses);
    let demand = |at: usize| {
        let (department, location) = (name("department", at * 17, 97, 9), name("location", at * 19, 83, 8));
        let (cost_center, cores) = (name("K", at * 23, 75, 7), (at % 5 + 1).to_string());
        vec![format!("C{at:03}"), "P".into(), format!("A{at:03}"), department, location, cost_center, cores]
    };
    let demands = table("consumption_id product_id asset_id department location cost_center cores", (0..DEMANDS).map(demand));
    extracts.insert("consumptions".to_owned(), demands);
    let preference = |at: usize| {
        let (points, forbid) = if at.is_multiple_of(4) { ("", "true") } else { (["-700", "40", "9000"][at % 3], "") };
        vec![format!("L{:03}", at * 5 % LICENSES), format!("A{:03}", at * 3 % DEMANDS), points.into(), forbid.into()]
    };
    extracts.insert("preferences".to_owned(), table("license_id asset_id points forbid", (0..60).map(preference)));
    // Who walks along the licenses comes by seats that are free, but not for everyone.
    let reservation = |at: usize| {
        let (dimension, of) = [("department", 90), ("location", 80)][at % 2];
        let value = format!("{dimension}{}", at * 7 % of);
        vec![format!("R{at:02}"), format!("L{:03}", at * 6 % LICENSES / 3 * 3 + 2), dimension.into(), value, "1".into()]
    };
    extracts.insert("reservations".to_owned(), table("reservation_id license_id dimension value seats", (0..40).map(reservation)));
    let paths: String = extracts.keys().map(|name| format!("[extracts.{name}]\npath = \"{name}.csv\"\n")).collect();
    let rest = "[output]\npath = \"out\"\n[log]\naffinity = \"off\"\n";
    RawEstate { job: format!("name = \"large\"\n{paths}[calculation]\nas_of = \"2026-11-22\"\n{options}\n{rest}"), extracts }
}

#[test]
fn reference_agrees_on_large_markets() {
    for options in [
        "",
        "split_across_licenses = false\ntie_break = []",
        "[[requirement]]\nname = \"cores\"\nrule = \"consumption.cores >= license.cores\"",
    ] {
        let home = tempfile::tempdir().expect("a folder");
        assert_eq!(differences(&estate(options), home.path()), Vec::<String>::new(), "{options}");
        assert!(
            !super::published(home.path(), "deficits").rows.is_empty() && !super::published(home.path(), "allocations").rows.is_empty()
        );
    }
}
