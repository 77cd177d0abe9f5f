//! What was read, put together: catalog, licenses with their status, trees, users and assets (§2, §3, §4.2).

use super::catalog;
use super::job::Job;
use super::reading::{self, Readings, Reject};
use super::references::{self, UnknownReference};
use super::schema;
use super::values::{self, Record, Type, Value};
use super::{RawEstate, Refusal, refuse};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub struct Product {
    pub id: String,
    pub record: Record,
    /// Own or derived (§4.2).
    pub metric: String,
    /// Its licenses' metrics disagree (§6.2 `metric_derived`).
    pub derived_from_many: bool,
}

#[derive(Clone, Debug)]
pub struct License {
    pub id: String,
    pub product: String,
    /// Its own, else the catalog's (§2).
    pub metric: Option<String>,
    /// None under `site` too (§3).
    pub seats: Option<i64>,
    pub status: &'static str,
    /// With defaults filled in, later with its set fields.
    pub record: Record,
}

#[derive(Clone, Debug, Default)]
pub struct Consumption {
    pub id: String,
    pub product: String,
    pub record: Record,
    /// An outcome of §4.1, if it needs no license.
    pub outcome: Option<&'static str>,
    /// The demand that holds it.
    pub demand: Option<String>,
}

/// Tree to node to parent.
pub type Trees = BTreeMap<String, BTreeMap<String, Option<String>>>;

#[derive(Debug, Default)]
pub struct Estate {
    pub as_of: i64,
    pub products: BTreeMap<String, Product>,
    pub licenses: BTreeMap<String, License>,
    pub consumptions: BTreeMap<String, Consumption>,
    pub assets: BTreeMap<String, Record>,
    pub users: BTreeMap<String, Record>,
    pub trees: Trees,
    pub assignments: Vec<Record>,
    pub reservations: BTreeMap<String, Record>,
    pub bundles: BTreeMap<String, BTreeSet<String>>,
    pub preferences: Vec<Record>,
    /// Fields and attributes of consumptions, assets and users.
    pub demand_fields: BTreeMap<String, Type>,
    pub license_fields: BTreeMap<String, Type>,
    pub user_fields: BTreeMap<String, Type>,
    pub rejects: Vec<Reject>,
    pub unknown: Vec<UnknownReference>,
}

/// §4.2: the user family is `user` and `named_user`.
pub fn is_user_family(metric: &str) -> bool {
    metric == "user" || metric == "named_user"
}

impl License {
    /// §3.
    pub fn usable(&self) -> bool {
        ["active", "expiring", "grace"].contains(&self.status)
    }

    pub fn is_site(&self) -> bool {
        self.metric.as_deref() == Some("site")
    }
}

impl Product {
    pub fn user_family(&self) -> bool {
        is_user_family(&self.metric)
    }

    pub fn previous(&self) -> Option<&str> {
        values::text(&self.record, "previous_product_id")
    }
}

impl Estate {
    /// §5.1: equal, or below it in the tree; a node that the tree lacks is within itself alone.
    pub fn within(&self, tree: &str, node: &str, top: &str) -> bool {
        let mut at = Some(node.to_string());
        while let Some(here) = at {
            if here == top {
                return true;
            }
            at = self.trees.get(tree).and_then(|nodes| nodes.get(&here)).cloned().flatten();
        }
        false
    }

    /// §4.1: `left_on` ≤ as_of, or not active with `left_on` null; an unknown user is active.
    pub fn has_left(&self, user: &str) -> bool {
        let Some(record) = self.users.get(user) else {
            return false;
        };
        match values::date(record, "left_on") {
            Some(day) => day <= self.as_of,
            None => *values::get(record, "active") == Value::Bool(false),
        }
    }

    pub fn licenses_of<'a>(&'a self, product: &'a str) -> impl Iterator<Item = &'a License> + 'a {
        self.licenses.values().filter(move |license| license.product == product)
    }
}

/// Everything but outcomes and demands.
pub fn build(job: &Job, raw: &RawEstate) -> Result<Estate, Refusal> {
    let readings = reading::read_all(job, raw)?;
    let mut estate = Estate { as_of: job.as_of, ..Estate::default() };
    estate.rejects = schema::EXTRACTS.iter().filter_map(|name| readings.get(*name)).flat_map(|r| r.rejects.clone()).collect();
    estate.trees = trees(&readings)?;
    estate.assets = keyed(&readings, "assets", "asset_id", &[("status", Value::Text("in_service".into()))]);
    estate.users = keyed(&readings, "users", "user_id", &[("active", Value::Bool(true))]);
    estate.reservations = keyed(&readings, "reservations", "reservation_id", &[]);
    estate.assignments = accepted(&readings, "assignments");
    estate.preferences = accepted(&readings, "preferences");
    for record in accepted(&readings, "bundles") {
        let bundle = word(&record, "bundle_product_id");
        estate.bundles.entry(bundle).or_default().insert(word(&record, "component_product_id"));
    }
    for (id, record) in keyed(&readings, "consumptions", "consumption_id", &[("quantity", Value::Int(1))]) {
        let product = word(&record, "product_id");
        estate.consumptions.insert(id.clone(), Consumption { id, product, record, ..Consumption::default() });
    }
    let catalogued = keyed(&readings, "products", "product_id", &[("class", Value::Text("commercial".into()))]);
    catalog::previous_cycle(&catalogued)?;
    for (id, record) in keyed(&readings, "licenses", "license_id", &[]) {
        estate.licenses.insert(id.clone(), catalog::license(job, &catalogued, id, record));
    }
    estate.products = catalog::products(&estate, catalogued);
    estate.unknown = references::unknown(&estate, &readings, job);
    estate.demand_fields = fields_of(&readings, &["consumptions", "assets", "users"]);
    estate.license_fields = fields_of(&readings, &["licenses"]);
    estate.user_fields = fields_of(&readings, &["users"]);
    Ok(estate)
}

pub fn accepted(readings: &Readings, extract: &str) -> Vec<Record> {
    readings.get(extract).map(|reading| reading.accepted.clone()).unwrap_or_default()
}

pub fn word(record: &Record, field: &str) -> String {
    values::text(record, field).expect("a required text").to_string()
}

/// The accepted rows of an extract by their identifier, with defaults filled in (§2).
fn keyed(readings: &Readings, extract: &str, id: &str, defaults: &[(&str, Value)]) -> BTreeMap<String, Record> {
    let mut rows = BTreeMap::new();
    for mut record in accepted(readings, extract) {
        for (field, value) in defaults {
            fill(&mut record, field, value.clone());
        }
        rows.insert(word(&record, id), record);
    }
    rows
}

pub fn fill(record: &mut Record, field: &str, value: Value) {
    if values::get(record, field).is_null() {
        record.insert(field.to_string(), value);
    }
}

/// The trees; a cycle stops the run (§2.1).
fn trees(readings: &Readings) -> Result<Trees, Refusal> {
    let mut trees = Trees::new();
    for record in accepted(readings, "trees") {
        let parent = values::text(&record, "parent").map(String::from);
        trees.entry(word(&record, "tree")).or_default().insert(word(&record, "node"), parent);
    }
    for nodes in trees.values() {
        for start in nodes.keys() {
            let mut at = nodes[start].clone();
            for _ in 0..=nodes.len() {
                at = at.and_then(|node| nodes.get(&node).cloned().flatten());
            }
            if at.is_some() {
                return refuse(4, "a tree has a cycle");
            }
        }
    }
    Ok(trees)
}

/// The fields of §2 and the attributes of some extracts, with their types.
fn fields_of(readings: &Readings, extracts: &[&str]) -> BTreeMap<String, Type> {
    let mut known = BTreeMap::new();
    for extract in extracts {
        for (name, value_type) in readings.get(*extract).map(|r| r.attributes.clone()).unwrap_or_default() {
            known.insert(name, value_type);
        }
        for field in schema::fields(extract) {
            known.insert(field.name.to_string(), field.kind.value_type());
        }
    }
    known
}
