//! Assignments and what is wrong with them (§4.4).

use super::demands::{Demand, Key};
use super::estate::{Estate, is_user_family};
use super::values::{self, Record};
use std::collections::{BTreeMap, BTreeSet};

/// A valid assignment.
#[derive(Clone, Debug)]
pub struct Assignment {
    pub license: String,
    pub demand: Key,
    pub assigned_on: Option<i64>,
    pub reason: Option<String>,
}

/// An invalid one, with its code.
#[derive(Clone, Debug)]
pub struct Invalid {
    pub code: &'static str,
    pub license: String,
    pub product: Option<String>,
    pub target: String,
}

#[derive(Clone, Debug, Default)]
pub struct Assignments {
    pub valid: Vec<Assignment>,
    pub invalid: Vec<Invalid>,
    /// Expired license to the demands that assignments of it name (§6.2 `expired_assigned`).
    pub expired: BTreeMap<String, BTreeSet<Key>>,
}

/// What a row of assignments or preferences points at.
pub fn target(record: &Record) -> (&'static str, &str) {
    let kinds = ["asset_id", "user_id", "consumption_id"];
    kinds.iter().find_map(|kind| values::text(record, kind).map(|id| (*kind, id))).expect("exactly one target")
}

/// Nulls last.
pub fn nulls_last<T>(value: Option<T>) -> (bool, Option<T>) {
    (value.is_none(), value)
}

/// Every assignment judged; of several for one license and demand the first is the valid one (§4.4, §10).
pub fn judge(estate: &Estate, demands: &BTreeMap<Key, Demand>) -> Assignments {
    let mut rows: Vec<&Record> = estate.assignments.iter().collect();
    rows.sort_by_key(|record| {
        let (kind, id) = target(record);
        let rank = ["asset_id", "user_id", "consumption_id"].iter().position(|known| *known == kind);
        let reason = nulls_last(values::text(record, "reason"));
        (nulls_last(values::date(record, "assigned_on")), rank, id, reason)
    });
    let mut judged = Assignments::default();
    let mut seen: BTreeSet<(String, Key)> = BTreeSet::new();
    for record in rows {
        let license = values::text(record, "license_id").expect("required").to_string();
        let product = estate.licenses.get(&license).map(|license| license.product.clone());
        let named = product.as_ref().and_then(|product| demand_of(estate, demands, product, record));
        if let Some(key) = &named
            && estate.licenses[&license].status == "expired"
        {
            judged.expired.entry(license.clone()).or_default().insert(key.clone());
        }
        let mut code = conflict(estate, record, named.as_ref());
        if let (None, Some(key)) = (code, &named)
            && !seen.insert((license.clone(), key.clone()))
        {
            code = Some("duplicate_assignment");
        }
        match code {
            Some(code) => {
                let target = target(record).1.to_string();
                judged.invalid.push(Invalid { code, license, product, target });
            }
            None => judged.valid.push(Assignment {
                license,
                demand: named.expect("no_demand was ruled out"),
                assigned_on: values::date(record, "assigned_on"),
                reason: values::text(record, "reason").map(String::from),
            }),
        }
    }
    judged
}

/// The demand of the license's product that a target names (§4.4).
fn demand_of(estate: &Estate, demands: &BTreeMap<Key, Demand>, product: &str, record: &Record) -> Option<Key> {
    let user_family = estate.products[product].user_family();
    let merged_for = |target: &str| {
        let of_product = demands.values().filter(|demand| demand.product() == product);
        of_product.into_iter().find(|demand| demand.target.as_deref() == Some(target)).map(|demand| demand.key.clone())
    };
    match target(record) {
        ("asset_id", id) if !user_family => merged_for(id),
        ("user_id", id) if user_family => merged_for(id),
        ("consumption_id", id) => {
            let consumption = estate.consumptions.get(id).filter(|consumption| consumption.product == product)?;
            let key = (product.to_string(), consumption.demand.clone()?);
            if demands[&key].no_user { None } else { Some(key) }
        }
        _ => None,
    }
}

/// The first conflict code that holds, but for duplicates (§4.4).
fn conflict(estate: &Estate, record: &Record, demand: Option<&Key>) -> Option<&'static str> {
    let Some(license) = estate.licenses.get(values::text(record, "license_id").expect("required")) else {
        return Some("unknown_license");
    };
    let product = &estate.products[&license.product];
    let (kind, id) = target(record);
    if !is_known(estate, kind, id) {
        Some("unknown_target")
    } else if kind == "consumption_id" && estate.consumptions[id].product != product.id {
        Some("wrong_product")
    } else if demand.is_none() {
        Some("no_demand")
    } else if !license.usable() {
        Some("license_not_usable")
    } else if !fits(license.metric.as_deref().expect("usable"), &product.metric) {
        Some("metric_mismatch")
    } else {
        None
    }
}

/// §4.3: whether a license of this metric covers a product of that one.
pub fn fits(license_metric: &str, product_metric: &str) -> bool {
    license_metric == "site" || is_user_family(license_metric) == is_user_family(product_metric)
}

/// Its own extract or an accepted consumption names it, or, for a user, an asset (§4.4).
fn is_known(estate: &Estate, kind: &str, id: &str) -> bool {
    let in_consumptions = || estate.consumptions.values().any(|c| values::text(&c.record, kind) == Some(id));
    match kind {
        "asset_id" => estate.assets.contains_key(id) || in_consumptions(),
        "user_id" => {
            let on_asset = || estate.assets.values().any(|asset| values::text(asset, "user_id") == Some(id));
            estate.users.contains_key(id) || in_consumptions() || on_asset()
        }
        _ => estate.consumptions.contains_key(id),
    }
}
