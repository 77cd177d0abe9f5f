//! What could be done about a run's findings (contract §6.3, recommendations). The numbers follow from positions, uses and
//! grants; which of them are worth a row is decided here:
//!
//! - `reassign`: a product whose demands fail a requirement, a ban or a missing assignment while seats of it lie free, and a
//!   license that is assigned to demands which it can no longer serve;
//! - `buy`: what is outstanding beyond what `reassign` could cover;
//! - `reclaim`: the seats of a license that demands hold which nobody has used for long;
//! - `renew`: what a license that ends, ended or renews soon still gives;
//! - `drop`: free seats of an over-licensed product;
//! - `fix_data`: licenses and demands that took no part because something about them is unknown.

use super::alerts::{Alert, AlertKind, nulls_last};
use super::facts;
use super::phrases::{amount, are, count, push_all, push_count, push_number};
use crate::model::date::Date;
use crate::model::estate::Estate;
use crate::model::text::{Code, NULL_CODE};
use crate::model::words::{DeficitReason, LicenseStatus, PositionStatus};
use crate::trace::Trace;
use std::cmp::Ordering;

/// What to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Action {
    Buy,
    Reclaim,
    Renew,
    Reassign,
    Drop,
    FixData,
}

impl Action {
    /// The stable code that the table shows.
    pub fn code(self) -> &'static str {
        match self {
            Action::Buy => "buy",
            Action::Reclaim => "reclaim",
            Action::Renew => "renew",
            Action::Reassign => "reassign",
            Action::Drop => "drop",
            Action::FixData => "fix_data",
        }
    }
}

/// What a recommended unit is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Price {
    /// The product's `unit_price`.
    Product(u32),
    /// The license's `unit_cost`.
    License(u32),
    Unknown,
}

/// One row of `recommendations`. Its amount is units × price, in the currency of the price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Advice {
    pub action: Action,
    pub product: Code,
    /// Null where it is about the product as a whole.
    pub license: Code,
    pub units: Option<i64>,
    pub price: Price,
    pub reason: String,
}

impl Advice {
    /// The order of the table; codes of texts are ordered as their bytes, and null is the greatest.
    fn compare(&self, other: &Self) -> Ordering {
        let marked = self.action.code().cmp(other.action.code()).then_with(|| self.product.cmp(&other.product));
        marked
            .then_with(|| self.license.cmp(&other.license))
            .then_with(|| self.reason.cmp(&other.reason))
            .then_with(|| nulls_last(&self.units, &other.units))
    }
}

/// Every recommendation of a run, in the order of the table. `alerts` are those of the same run.
pub fn advice(estate: &Estate, trace: &Trace, alerts: &[Alert]) -> Vec<Advice> {
    let mut rows = Vec::new();
    let (open, idle) = (OpenUnits::of(estate, trace), inactive_units(estate, trace));
    for product in 0..estate.products.len() {
        about_product(estate, trace, product, &open, &mut rows);
    }
    // As the table has them, one action after the other, and of each the products, then the licenses: what is in order is soon sorted.
    let order: Vec<u32> = (0..estate.products.len()).flat_map(|product| estate.licenses.of_product(product)).copied().collect();
    let licenses = || order.iter().map(|license| *license as usize);
    rows.extend(licenses().filter_map(|license| drop_free(estate, trace, license)));
    rows.extend(licenses().filter_map(|license| complete(estate, license)));
    rows.extend(alerts.iter().filter_map(|alert| void_assignments(estate, alert)));
    rows.extend(licenses().filter_map(|license| reclaim(estate, license, idle[license])));
    rows.extend(licenses().filter_map(|license| renew(estate, trace, license)));
    rows.sort_by(Advice::compare);
    rows
}

/// Units in deficit by product: those that other assignments or rules would help, and those whose units are unknown.
struct OpenUnits {
    out_of_reach: Vec<i64>,
    unknown: Vec<i64>,
}

impl OpenUnits {
    fn of(estate: &Estate, trace: &Trace) -> Self {
        let mut open = Self { out_of_reach: vec![0; estate.products.len()], unknown: vec![0; estate.products.len()] };
        for deficit in &trace.deficits {
            let product = estate.demands.product[deficit.demand as usize] as usize;
            match deficit.reason {
                DeficitReason::RequirementFailed | DeficitReason::Forbidden | DeficitReason::NotAssigned => {
                    open.out_of_reach[product] += deficit.units
                }
                DeficitReason::UnitsUnknown => open.unknown[product] += 1,
                _ => {}
            }
        }
        open
    }
}

fn about_product(estate: &Estate, trace: &Trace, product: usize, open: &OpenUnits, rows: &mut Vec<Advice>) {
    let (id, metric, outstanding) = (estate.products.id[product], estate.products.metric[product], trace.positions[product].outstanding);
    let row = |action, units, price, reason| Advice { action, product: id, license: NULL_CODE, units: Some(units), price, reason };
    let own = estate.licenses.of_product(product).iter().map(|license| *license as usize);
    let own = own.filter(|license| estate.licenses.usable(*license) && estate.licenses.metric[*license] == Some(metric));
    let free: i64 = own.filter_map(|license| facts::available(estate, trace, license)).sum();
    let movable = free.min(open.out_of_reach[product]);
    if movable > 0 {
        let reason = format!(
            "{} {} not covered although {} {} free: requirements, bans or missing assignments keep them apart",
            amount(open.out_of_reach[product], metric),
            are(open.out_of_reach[product]),
            count(free, "seat"),
            are(free)
        );
        rows.push(row(Action::Reassign, movable, Price::Unknown, reason));
    }
    if outstanding > movable {
        let reason = match movable {
            0 => format!("{} {} not covered", amount(outstanding, metric), are(outstanding)),
            _ => format!(
                "{} {} not covered, {movable} of them for other reasons than a lack of seats",
                amount(outstanding, metric),
                are(outstanding)
            ),
        };
        rows.push(row(Action::Buy, outstanding - movable, Price::Product(product as u32), reason));
    }
    if open.unknown[product] > 0 {
        let reason = format!("the cores or processors of {} are unknown", count(open.unknown[product], "demand"));
        rows.push(row(Action::FixData, open.unknown[product], Price::Unknown, reason));
    }
    if facts::metrics_disagree(estate, product) {
        let reason = format!("its licenses state different metrics; it is counted by {}", metric.code());
        rows.push(Advice { units: None, ..row(Action::FixData, 0, Price::Unknown, reason) });
    }
}

/// The units that each license gives to inactive demands.
fn inactive_units(estate: &Estate, trace: &Trace) -> Vec<i64> {
    let mut units = vec![0; estate.licenses.len()];
    for grant in trace.grants.iter() {
        if estate.is_inactive(grant.demand as usize) {
            units[grant.license as usize] += grant.units;
        }
    }
    units
}

/// A row about a license, at its price.
fn row_of(estate: &Estate, license: usize, action: Action, units: i64, reason: String) -> Advice {
    let product = estate.products.id[estate.licenses.product[license] as usize];
    Advice { action, product, license: estate.licenses.id[license], units: Some(units), price: Price::License(license as u32), reason }
}

fn drop_free(estate: &Estate, trace: &Trace, license: usize) -> Option<Advice> {
    let licenses = &estate.licenses;
    let product = licenses.product[license] as usize;
    let same_metric = licenses.metric[license] == Some(estate.products.metric[product]);
    if trace.positions[product].status != PositionStatus::OverLicensed || !licenses.usable(license) || !same_metric {
        return None;
    }
    let free = facts::available(estate, trace, license).filter(|free| *free > 0)?;
    let reason = format!("{} of {} {} free, and the product has more than it needs", free, licenses.seats[license], are(free));
    Some(row_of(estate, license, Action::Drop, free, reason))
}

fn complete(estate: &Estate, license: usize) -> Option<Advice> {
    let reason = || "it lacks its seats or its metric, and takes no part".to_owned();
    let incomplete = estate.licenses.status[license] == LicenseStatus::Incomplete;
    incomplete.then(|| Advice { units: None, price: Price::Unknown, ..row_of(estate, license, Action::FixData, 0, reason()) })
}

fn reclaim(estate: &Estate, license: usize, idle: i64) -> Option<Advice> {
    if idle <= 0 {
        return None;
    }
    // One piece of memory for a sentence of which there may be one for each license.
    let mut reason = String::with_capacity(80);
    push_count(&mut reason, idle, "seat");
    push_all(&mut reason, &[" ", are(idle), " held by demands that were not used for more than "]);
    push_number(&mut reason, estate.policy.inactive_after_days);
    reason.push_str(" days");
    Some(row_of(estate, license, Action::Reclaim, idle, reason))
}

fn renew(estate: &Estate, trace: &Trace, license: usize) -> Option<Advice> {
    let uses = &trace.uses[license];
    if uses.demands_covered == 0 {
        return None;
    }
    let reason = ending(estate, license, uses.demands_covered)?;
    let allocated = uses.allocated();
    let units = estate.licenses.counted_seats(license).map(|_| allocated);
    Some(Advice { units, ..row_of(estate, license, Action::Renew, allocated, reason) })
}

/// Why a license should be renewed, if it should.
fn ending(estate: &Estate, license: usize, covered: i64) -> Option<String> {
    let licenses = &estate.licenses;
    let gives = || count(covered, "demand");
    let (ends_on, renews_on) = (licenses.ends_on[license], licenses.renews_on[license]);
    match licenses.status[license] {
        LicenseStatus::Expiring => Some(format!("it covers {} and ends on {}", gives(), Date(ends_on))),
        LicenseStatus::Grace => Some(format!("it covers {} and ended on {}", gives(), Date(ends_on))),
        LicenseStatus::Active if facts::renews_in(estate, license).is_some() => {
            Some(format!("it covers {} and renews on {}", gives(), Date(renews_on)))
        }
        _ => None,
    }
}

/// An expired license that is still assigned.
fn void_assignments(estate: &Estate, alert: &Alert) -> Option<Advice> {
    if alert.kind != AlertKind::ExpiredInUse || alert.code != "expired_assigned" {
        return None;
    }
    let code = |text: &Option<String>| text.as_deref().and_then(|text| estate.texts.code(text)).unwrap_or(NULL_CODE);
    let units = alert.units.unwrap_or(0);
    let reason = format!("it expired, and {} {} still assigned to it", count(units, "demand"), are(units));
    let (product, license) = (code(&alert.product), code(&alert.license));
    Some(Advice { action: Action::Reassign, product, license, units: Some(units), price: Price::Unknown, reason })
}
