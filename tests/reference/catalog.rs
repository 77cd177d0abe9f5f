//! The catalog and the licenses: chains, defaults, status, metrics (§2, §2.1, §3, §4.2).

use super::estate::{Estate, License, Product, fill, is_user_family, word};
use super::job::Job;
use super::schema::METRICS;
use super::values::{self, Record, Value};
use super::{Refusal, refuse};
use std::collections::{BTreeMap, BTreeSet};

/// A cycle of `previous_product_id` stops the run (§2.1).
pub fn previous_cycle(catalog: &BTreeMap<String, Record>) -> Result<(), Refusal> {
    let previous = |product: &str| catalog.get(product).and_then(|record| values::text(record, "previous_product_id"));
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
pub fn license(job: &Job, catalog: &BTreeMap<String, Record>, id: String, mut record: Record) -> License {
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
    let seats = if metric.as_deref() == Some("site") { None } else { values::int(&record, "seats") };
    let status = status(job, &record, metric.as_deref(), seats);
    License { id, product, metric, seats, status, record }
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
pub fn products(estate: &Estate, catalog: BTreeMap<String, Record>) -> BTreeMap<String, Product> {
    let mut records = catalog;
    let named = estate.consumptions.values().map(|c| &c.product).chain(estate.licenses.values().map(|l| &l.product));
    for id in named {
        records.entry(id.clone()).or_insert_with(|| {
            Record::from([("product_id".to_string(), Value::Text(id.clone())), ("class".to_string(), Value::Text("commercial".into()))])
        });
    }
    let product = |(id, record): (String, Record)| {
        let own = values::text(&record, "metric").map(String::from);
        let stated: Vec<&str> =
            estate.licenses_of(&id).filter(|license| license.status != "retired").filter_map(|license| license.metric.as_deref()).collect();
        let counted: BTreeSet<&str> = stated.iter().copied().filter(|metric| *metric != "site").collect();
        let derived_from_many = own.is_none() && counted.len() > 1;
        let metric = own.unwrap_or_else(|| derived_metric(&stated, &counted).to_string());
        (id.clone(), Product { id, record, metric, derived_from_many })
    };
    records.into_iter().map(product).collect()
}

/// §4.2: the metric of a product that states none; `stated` are its licenses' metrics, `counted` those but `site`.
fn derived_metric(stated: &[&str], counted: &BTreeSet<&str>) -> &'static str {
    let known = |name: &str| METRICS.iter().copied().find(|metric| *metric == name).expect("a metric");
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
