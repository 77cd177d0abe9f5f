//! What was read, put together: catalog, licenses with their status, trees, users and assets (§2, §3, §4.2).

use super::job::Job;
use super::reading::{self, Readings, Reject};
use super::references::{self, UnknownReference};
use super::schema::{self, METRICS};
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
    pub license_attributes: Vec<String>,
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
            at = self
                .trees
                .get(tree)
                .and_then(|nodes| nodes.get(&here))
                .cloned()
                .flatten();
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
        self.licenses
            .values()
            .filter(move |license| license.product == product)
    }
}

/// Everything but outcomes and demands.
pub fn build(job: &Job, raw: &RawEstate) -> Result<Estate, Refusal> {
    let readings = reading::read_all(job, raw)?;
    let mut estate = Estate {
        as_of: job.as_of,
        ..Estate::default()
    };
    estate.rejects = schema::EXTRACTS
        .iter()
        .filter_map(|name| readings.get(*name))
        .flat_map(|r| r.rejects.clone())
        .collect();
    estate.trees = trees(&readings)?;
    estate.assets = keyed(
        &readings,
        "assets",
        "asset_id",
        &[("status", Value::Text("in_service".into()))],
    );
    estate.users = keyed(
        &readings,
        "users",
        "user_id",
        &[("active", Value::Bool(true))],
    );
    estate.reservations = keyed(&readings, "reservations", "reservation_id", &[]);
    estate.assignments = accepted(&readings, "assignments");
    estate.preferences = accepted(&readings, "preferences");
    for record in accepted(&readings, "bundles") {
        let bundle = word(&record, "bundle_product_id");
        estate
            .bundles
            .entry(bundle)
            .or_default()
            .insert(word(&record, "component_product_id"));
    }
    for (id, record) in keyed(
        &readings,
        "consumptions",
        "consumption_id",
        &[("quantity", Value::Int(1))],
    ) {
        let product = word(&record, "product_id");
        estate.consumptions.insert(
            id.clone(),
            Consumption {
                id,
                product,
                record,
                ..Consumption::default()
            },
        );
    }
    let catalog = keyed(
        &readings,
        "products",
        "product_id",
        &[("class", Value::Text("commercial".into()))],
    );
    previous_cycle(&catalog)?;
    for (id, record) in keyed(&readings, "licenses", "license_id", &[]) {
        estate
            .licenses
            .insert(id.clone(), license(job, &catalog, id, record));
    }
    estate.products = products(&estate, catalog);
    estate.unknown = references::unknown(&estate, &readings, job);
    estate.demand_fields = fields_of(&readings, &["consumptions", "assets", "users"]);
    estate.license_fields = fields_of(&readings, &["licenses"]);
    estate.user_fields = fields_of(&readings, &["users"]);
    Ok(estate)
}

pub fn accepted(readings: &Readings, extract: &str) -> Vec<Record> {
    readings
        .get(extract)
        .map(|reading| reading.accepted.clone())
        .unwrap_or_default()
}

fn word(record: &Record, field: &str) -> String {
    values::text(record, field)
        .expect("a required text")
        .to_string()
}

/// The accepted rows of an extract by their identifier, with defaults filled in (§2).
fn keyed(
    readings: &Readings,
    extract: &str,
    id: &str,
    defaults: &[(&str, Value)],
) -> BTreeMap<String, Record> {
    let mut rows = BTreeMap::new();
    for mut record in accepted(readings, extract) {
        for (field, value) in defaults {
            fill(&mut record, field, value.clone());
        }
        rows.insert(word(&record, id), record);
    }
    rows
}

fn fill(record: &mut Record, field: &str, value: Value) {
    if values::get(record, field).is_null() {
        record.insert(field.to_string(), value);
    }
}

/// The trees; a cycle stops the run (§2.1).
fn trees(readings: &Readings) -> Result<Trees, Refusal> {
    let mut trees = Trees::new();
    for record in accepted(readings, "trees") {
        let parent = values::text(&record, "parent").map(String::from);
        trees
            .entry(word(&record, "tree"))
            .or_default()
            .insert(word(&record, "node"), parent);
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

/// A cycle of `previous_product_id` stops the run (§2.1).
fn previous_cycle(catalog: &BTreeMap<String, Record>) -> Result<(), Refusal> {
    let previous = |product: &str| {
        catalog
            .get(product)
            .and_then(|record| values::text(record, "previous_product_id"))
    };
    for start in catalog.keys() {
        let mut at = Some(start.as_str());
        for _ in 0..=catalog.len() {
            at = at.and_then(previous);
        }
        if at.is_some() {
            return refuse(4, "previous_product_id has a cycle");
        }
    }
    Ok(())
}

/// A license with its defaults (§2, §5.4) and its status (§3).
fn license(
    job: &Job,
    catalog: &BTreeMap<String, Record>,
    id: String,
    mut record: Record,
) -> License {
    let product = word(&record, "product_id");
    let none = Record::new();
    let catalogued = catalog.get(&product).unwrap_or(&none);
    for field in ["metric", "downgrade", "scope"] {
        fill(&mut record, field, values::get(catalogued, field).clone());
    }
    fill(&mut record, "downgrade", Value::Text("none".into()));
    fill(&mut record, "license_type", Value::Text("perpetual".into()));
    fill(&mut record, "status", Value::Text("in_service".into()));
    let metric = values::text(&record, "metric").map(String::from);
    let seats = if metric.as_deref() == Some("site") {
        None
    } else {
        values::int(&record, "seats")
    };
    let status = status(job, &record, metric.as_deref(), seats);
    License {
        id,
        product,
        metric,
        seats,
        status,
        record,
    }
}

/// §3, first match.
fn status(job: &Job, record: &Record, metric: Option<&str>, seats: Option<i64>) -> &'static str {
    let stated = values::text(record, "status").expect("filled in");
    let day = |field: &str| values::date(record, field);
    if stated == "retired" && day("retired_on").is_none_or(|day| day <= job.as_of) {
        return "retired";
    }
    if metric.is_none() || (seats.is_none() && metric != Some("site")) {
        return "incomplete";
    }
    if stated == "pending" || day("starts_on").is_some_and(|day| day > job.as_of) {
        return "pending";
    }
    let grace = values::int(record, "grace_days").unwrap_or(job.grace_days);
    match day("ends_on") {
        None => "active",
        Some(end) if end >= job.as_of && end <= job.as_of + job.expiring_within_days => "expiring",
        Some(end) if end >= job.as_of => "active",
        Some(end) if end + grace >= job.as_of => "grace",
        Some(_) => "expired",
    }
}

/// Every product that the catalog, an accepted consumption or a license names (§6), with its metric (§4.2).
fn products(estate: &Estate, catalog: BTreeMap<String, Record>) -> BTreeMap<String, Product> {
    let mut records = catalog;
    let named = estate
        .consumptions
        .values()
        .map(|c| &c.product)
        .chain(estate.licenses.values().map(|l| &l.product));
    for id in named {
        records.entry(id.clone()).or_insert_with(|| {
            Record::from([
                ("product_id".to_string(), Value::Text(id.clone())),
                ("class".to_string(), Value::Text("commercial".into())),
            ])
        });
    }
    let product = |(id, record): (String, Record)| {
        let own = values::text(&record, "metric").map(String::from);
        let stated: Vec<&str> = estate
            .licenses_of(&id)
            .filter(|license| license.status != "retired")
            .filter_map(|license| license.metric.as_deref())
            .collect();
        let counted: BTreeSet<&str> = stated
            .iter()
            .copied()
            .filter(|metric| *metric != "site")
            .collect();
        let derived_from_many = own.is_none() && counted.len() > 1;
        let metric = own.unwrap_or_else(|| derived_metric(&stated, &counted).to_string());
        (
            id.clone(),
            Product {
                id,
                record,
                metric,
                derived_from_many,
            },
        )
    };
    records.into_iter().map(product).collect()
}

/// §4.2: the metric of a product that states none; `stated` are its licenses' metrics, `counted` those but `site`.
fn derived_metric(stated: &[&str], counted: &BTreeSet<&str>) -> &'static str {
    let known = |name: &str| {
        METRICS
            .iter()
            .copied()
            .find(|metric| *metric == name)
            .expect("a metric")
    };
    if counted.len() == 1 {
        known(counted.first().expect("one"))
    } else if counted.len() > 1 && counted.iter().all(|metric| is_user_family(metric)) {
        "user"
    } else if counted.is_empty() && !stated.is_empty() {
        "site"
    } else {
        "device"
    }
}

/// The fields of §2 and the attributes of some extracts, with their types.
fn fields_of(readings: &Readings, extracts: &[&str]) -> BTreeMap<String, Type> {
    let mut known = BTreeMap::new();
    for extract in extracts {
        for (name, value_type) in readings
            .get(*extract)
            .map(|r| r.attributes.clone())
            .unwrap_or_default()
        {
            known.insert(name, value_type);
        }
        for field in schema::fields(extract) {
            known.insert(field.name.to_string(), field.kind.value_type());
        }
    }
    known
}
