//! From consumptions to demands (§4.2).

use super::estate::{Consumption, Estate};
use super::job::Job;
use super::language::Side;
use super::people;
use super::rulebook::Rulebook;
use super::values::{self, Record, Value};
use std::collections::{BTreeMap, BTreeSet};

/// (product_id, demand_id): the order of most tables.
pub type Key = (String, String);

#[derive(Clone, Debug)]
pub struct Demand {
    pub key: Key,
    /// Fields, attributes and set fields.
    pub record: Record,
    /// Its consumptions, ascending.
    pub consumptions: Vec<String>,
    /// Distinct assets.
    pub devices: i64,
    /// The asset or user that it is merged for; none for a demand of its own.
    pub target: Option<String>,
    /// A consumption of the user family without a user.
    pub no_user: bool,
}

impl Demand {
    pub fn product(&self) -> &str {
        &self.key.0
    }

    pub fn id(&self) -> &str {
        &self.key.1
    }
}

/// All demands; every consumption that needs a license learns its demand.
pub fn demands(estate: &mut Estate, job: &Job, rules: &Rulebook) -> BTreeMap<Key, Demand> {
    let mut merged: BTreeMap<Key, (Option<String>, Vec<String>)> = BTreeMap::new();
    for consumption in estate.consumptions.values().filter(|consumption| consumption.outcome.is_none()) {
        let product = &estate.products[&consumption.product];
        let target = match product.user_family() {
            true => people::user_of(estate, &consumption.record),
            false => values::text(&consumption.record, "asset_id").map(String::from),
        };
        let id = match &target {
            Some(target) => format!("{}/{target}", product.id),
            None => format!("{}//{}", product.id, consumption.id),
        };
        let entry = merged.entry((product.id.clone(), id)).or_insert((target, Vec::new()));
        entry.1.push(consumption.id.clone());
    }
    for ((_, demand), (_, consumptions)) in &merged {
        for id in consumptions {
            estate.consumptions.get_mut(id).expect("an accepted one").demand = Some(demand.clone());
        }
    }
    let make = |(key, (target, consumptions)): (Key, (Option<String>, Vec<String>))| {
        let user_family = estate.products[&key.0].user_family();
        (key.clone(), demand(estate, job, rules, key, user_family, target, consumptions, None))
    };
    merged.into_iter().map(make).collect()
}

/// The bundle demand of some demands on one target (§4.8): its quantity is the largest of its parts'.
pub fn bundle_demand(estate: &Estate, job: &Job, rules: &Rulebook, bundle: &str, target: &str, parts: &[&Demand]) -> Demand {
    let key = (bundle.to_string(), format!("{bundle}/{target}"));
    let user_family = estate.products[bundle].user_family();
    let consumptions = parts.iter().flat_map(|part| part.consumptions.clone()).collect();
    let quantity = parts.iter().filter_map(|part| values::int(&part.record, "quantity")).max();
    demand(estate, job, rules, key, user_family, Some(target.to_string()), consumptions, quantity)
}

/// One demand of some consumptions of a family.
#[expect(clippy::too_many_arguments, reason = "the witness names everything that it reads")]
fn demand(
    estate: &Estate,
    job: &Job,
    rules: &Rulebook,
    key: Key,
    user_family: bool,
    target: Option<String>,
    mut consumptions: Vec<String>,
    quantity: Option<i64>,
) -> Demand {
    consumptions.sort();
    let parts: Vec<&Consumption> = consumptions.iter().map(|id| &estate.consumptions[id]).collect();
    let mut record = attributes(estate, user_family, target.as_deref(), &parts);
    if let Some(quantity) = quantity {
        record.insert("quantity".to_string(), Value::Int(quantity));
    }
    rules.apply_sets(Side::Consumption, &mut record, estate, job);
    let assets: BTreeSet<&str> = parts.iter().filter_map(|part| values::text(&part.record, "asset_id")).collect();
    let no_user = user_family && target.is_none();
    Demand { key, record, devices: assets.len() as i64, no_user, target, consumptions }
}

/// The attributes of a demand (§4.2); `parts` by ascending `consumption_id`.
fn attributes(estate: &Estate, user_family: bool, target: Option<&str>, parts: &[&Consumption]) -> Record {
    let none = Record::new();
    let first = |field: &str| parts.iter().find_map(|part| values::text(&part.record, field));
    let asset_id = first("asset_id");
    let asset = asset_id.and_then(|id| estate.assets.get(id)).unwrap_or(&none);
    let user_id = match user_family {
        true => target,
        false => first("user_id").or(values::text(asset, "user_id")),
    };
    let user = user_id.and_then(|id| estate.users.get(id)).unwrap_or(&none);
    let behind = if user_family { [user, asset] } else { [asset, user] };
    let mut record = Record::new();
    for field in estate.demand_fields.keys() {
        let own = parts.iter().map(|part| values::get(&part.record, field)).filter(|value| !value.is_null());
        let value = match field.as_str() {
            "user_id" => user_id.map_or(Value::Null, |id| Value::Text(id.to_string())),
            "started_on" => own.min().cloned().unwrap_or_default(),
            "last_used_on" => match own.max() {
                None if user_family => values::get(user, "last_login_on").clone(),
                latest => latest.cloned().unwrap_or_default(),
            },
            "quantity" => Value::Int(parts.iter().filter_map(|part| values::int(&part.record, "quantity")).sum()),
            "cores" | "processors" => own.max().unwrap_or(values::get(asset, field)).clone(),
            _ => {
                let more = behind.iter().map(|record| values::get(record, field)).filter(|value| !value.is_null());
                own.chain(more).next().cloned().unwrap_or_default()
            }
        };
        record.insert(field.clone(), value);
    }
    record
}
