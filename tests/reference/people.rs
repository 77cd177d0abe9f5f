//! Consumptions that need no license (§4.1) and those that role rules add (§5.5).

use super::estate::{Consumption, Estate};
use super::job::Job;
use super::language::evaluate::Scene;
use super::rulebook::Rulebook;
use super::values::{self, Record, Value};
use std::collections::BTreeMap;

/// A role rule that is skipped tonight: its name and its product.
#[derive(Clone, Debug)]
pub struct Skipped {
    pub name: String,
    pub product: String,
}

/// §5.5, rule by rule: every active user for whom it holds and who has none yet gets a consumption.
pub fn entitle(estate: &mut Estate, job: &Job, rules: &Rulebook) -> Vec<Skipped> {
    let mut skipped = Vec::new();
    for rule in &rules.entitles {
        if !estate.products.get(&rule.product).is_some_and(|product| product.user_family()) {
            skipped.push(Skipped { name: rule.name.clone(), product: rule.product.clone() });
            continue;
        }
        let mut added = BTreeMap::new();
        for (user, record) in &estate.users {
            let scene = Scene { estate, trees_of: &job.trees_of, consumption: None, license: None, user: Some(record), requirement: false };
            if !estate.has_left(user) && scene.holds(&rule.when) && !has_consumption(estate, &rule.product, user) {
                let consumption = entitled(&rule.name, &rule.product, user);
                added.insert(consumption.id.clone(), consumption);
            }
        }
        estate.consumptions.extend(added);
    }
    skipped
}

/// Any but ended ones: the user's own, or without a user on their asset (§5.5).
fn has_consumption(estate: &Estate, product: &str, user: &str) -> bool {
    let of_product = estate.consumptions.values().filter(|consumption| consumption.product == product);
    let not_ended = of_product.filter(|consumption| !ended(estate, consumption));
    not_ended.into_iter().any(|consumption| user_of(estate, &consumption.record).as_deref() == Some(user))
}

fn entitled(rule: &str, product: &str, user: &str) -> Consumption {
    let id = format!("rule:{rule}:{user}");
    let record = Record::from([
        ("consumption_id".to_string(), Value::Text(id.clone())),
        ("product_id".to_string(), Value::Text(product.to_string())),
        ("user_id".to_string(), Value::Text(user.to_string())),
        ("quantity".to_string(), Value::Int(1)),
    ]);
    Consumption { id, product: product.to_string(), record, ..Consumption::default() }
}

/// The consumption's user, else its asset's (§4.1, §4.2).
pub fn user_of(estate: &Estate, record: &Record) -> Option<String> {
    let asset = || values::text(record, "asset_id").and_then(|id| estate.assets.get(id));
    let own = values::text(record, "user_id");
    own.or_else(|| asset().and_then(|asset| values::text(asset, "user_id"))).map(String::from)
}

fn ended(estate: &Estate, consumption: &Consumption) -> bool {
    values::date(&consumption.record, "ended_on").is_some_and(|day| day <= estate.as_of)
}

/// §4.1, first match; nothing for a consumption that needs a license.
pub fn outcome(estate: &Estate, consumption: &Consumption) -> Option<&'static str> {
    let record = &consumption.record;
    let product = &estate.products[&consumption.product];
    let asset = values::text(record, "asset_id").and_then(|id| estate.assets.get(id));
    let disposed = |asset: &Record| {
        let by_now = values::date(asset, "disposed_on").is_none_or(|day| day <= estate.as_of);
        values::text(asset, "status") == Some("disposed") && by_now
    };
    if ended(estate, consumption) {
        Some("ended")
    } else if values::date(record, "started_on").is_some_and(|day| day > estate.as_of) {
        Some("not_started")
    } else if asset.is_some_and(disposed) {
        Some("asset_disposed")
    } else if product.user_family() && user_of(estate, record).is_some_and(|user| estate.has_left(&user)) {
        Some("user_left")
    } else if values::text(record, "exempt_reason").is_some() {
        Some("exempt")
    } else if values::text(&product.record, "class") == Some("free") {
        Some("free_product")
    } else {
        None
    }
}
