//! References to something unknown, where the extract that they point to is given (§2.1).

use super::estate::{Estate, accepted};
use super::job::Job;
use super::reading::Readings;
use super::schema::DIMENSIONS;
use super::values::{self, Record};
use std::collections::{BTreeMap, BTreeSet};

/// `extract.field`, and how many accepted rows name something unknown there.
#[derive(Clone, Debug)]
pub struct UnknownReference {
    pub code: String,
    pub rows: i64,
}

/// (extract, field, the extract that it points to).
const REFERENCES: &[(&str, &str, &str)] = &[
    ("consumptions", "product_id", "products"),
    ("consumptions", "asset_id", "assets"),
    ("consumptions", "user_id", "users"),
    ("licenses", "product_id", "products"),
    ("licenses", "user_id", "users"),
    ("products", "previous_product_id", "products"),
    ("assets", "user_id", "users"),
    ("assignments", "license_id", "licenses"),
    ("assignments", "asset_id", "assets"),
    ("assignments", "user_id", "users"),
    ("assignments", "consumption_id", "consumptions"),
    ("reservations", "license_id", "licenses"),
    ("bundles", "bundle_product_id", "products"),
    ("bundles", "component_product_id", "products"),
    ("preferences", "license_id", "licenses"),
    ("preferences", "asset_id", "assets"),
    ("preferences", "user_id", "users"),
    ("preferences", "consumption_id", "consumptions"),
];

/// Whether an attribute that the job maps to a tree is a reference like a field of §2: "unknown tree node" has no
/// exception for them.
const MAPPED_ATTRIBUTES: bool = true;

/// One count per `extract.field` that has any.
pub fn unknown(estate: &Estate, readings: &Readings, job: &Job) -> Vec<UnknownReference> {
    let mut counts: BTreeMap<String, i64> = BTreeMap::new();
    for (extract, field, target) in REFERENCES {
        if !readings.contains_key(*target) {
            continue;
        }
        let known = identifiers(readings, target);
        for record in accepted(readings, extract) {
            if values::text(&record, field).is_some_and(|id| !known.contains(id)) {
                *counts.entry(format!("{extract}.{field}")).or_default() += 1;
            }
        }
    }
    if readings.contains_key("trees") {
        nodes(estate, readings, job, &mut counts);
    }
    counts.into_iter().map(|(code, rows)| UnknownReference { code, rows }).collect()
}

fn identifiers(readings: &Readings, extract: &str) -> BTreeSet<String> {
    let id = super::schema::identity(extract)[0];
    accepted(readings, extract).iter().filter_map(|record| values::text(record, id)).map(String::from).collect()
}

/// Unknown tree nodes: departments, locations, cost centers, mapped attributes, parents, values of reservations.
fn nodes(estate: &Estate, readings: &Readings, job: &Job, counts: &mut BTreeMap<String, i64>) {
    let lacks = |tree: &str, node: &str| !estate.trees.get(tree).is_some_and(|nodes| nodes.contains_key(node));
    let mut count = |extract: &str, field: &str| *counts.entry(format!("{extract}.{field}")).or_default() += 1;
    for extract in ["consumptions", "licenses", "assets", "users"] {
        for record in accepted(readings, extract) {
            for (field, tree) in &job.trees_of {
                if !MAPPED_ATTRIBUTES && !DIMENSIONS.contains(&field.as_str()) {
                    continue;
                }
                if values::text(&record, field).is_some_and(|node| lacks(tree, node)) {
                    count(extract, field);
                }
            }
        }
    }
    let stated = |record: &Record, field: &str| values::text(record, field).unwrap_or_default().to_string();
    for record in accepted(readings, "trees") {
        if values::text(&record, "parent").is_some_and(|parent| lacks(&stated(&record, "tree"), parent)) {
            count("trees", "parent");
        }
    }
    for record in accepted(readings, "reservations") {
        let dimension = stated(&record, "dimension");
        if DIMENSIONS.contains(&dimension.as_str()) && lacks(&dimension, &stated(&record, "value")) {
            count("reservations", "value");
        }
    }
}
