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
use super::phrases::{amount, are, count};
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
    let open = OpenUnits::of(estate, trace);
    for product in 0..estate.products.len() {
        about_product(estate, trace, product, &open, &mut rows);
    }
    let idle = inactive_units(estate, trace);
    for (license, idle) in idle.into_iter().enumerate() {
        about_license(estate, trace, license, idle, &mut rows);
    }
    for alert in alerts {
        rows.extend(void_assignments(estate, alert));
    }
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
    for grant in &trace.grants {
        if estate.is_inactive(grant.demand as usize) {
            units[grant.license as usize] += grant.units;
        }
    }
    units
}

fn about_license(estate: &Estate, trace: &Trace, license: usize, idle: i64, rows: &mut Vec<Advice>) {
    let (licenses, uses) = (&estate.licenses, &trace.uses[license]);
    let product = licenses.product[license] as usize;
    let row = |action, units, reason| Advice {
        action,
        product: estate.products.id[product],
        license: licenses.id[license],
        units: Some(units),
        price: Price::License(license as u32),
        reason,
    };
    if idle > 0 {
        let reason = format!(
            "{} {} held by demands that were not used for more than {} days",
            count(idle, "seat"),
            are(idle),
            estate.policy.inactive_after_days
        );
        rows.push(row(Action::Reclaim, idle, reason));
    }
    let gives = count(uses.demands_covered, "demand");
    let allocated = uses.allocated();
    let status = licenses.status[license];
    if uses.demands_covered > 0
        && let Some(reason) = ending(estate, license, &gives)
    {
        let mut renew = row(Action::Renew, allocated, reason);
        renew.units = licenses.counted_seats(license).map(|_| allocated);
        rows.push(renew);
    }
    let position = &trace.positions[product];
    let free = facts::available(estate, trace, license).unwrap_or(0);
    let same_metric = licenses.metric[license] == Some(estate.products.metric[product]);
    if position.status == PositionStatus::OverLicensed && licenses.usable(license) && same_metric && free > 0 {
        let reason = format!("{} of {} {} free, and the product has more than it needs", free, licenses.seats[license], are(free));
        rows.push(row(Action::Drop, free, reason));
    }
    if status == LicenseStatus::Incomplete {
        let reason = "it lacks its seats or its metric, and takes no part".to_owned();
        rows.push(Advice { units: None, price: Price::Unknown, ..row(Action::FixData, 0, reason) });
    }
}

/// Why a license should be renewed, if it should.
fn ending(estate: &Estate, license: usize, gives: &str) -> Option<String> {
    let licenses = &estate.licenses;
    let (ends_on, renews_on) = (licenses.ends_on[license], licenses.renews_on[license]);
    match licenses.status[license] {
        LicenseStatus::Expiring => Some(format!("it covers {gives} and ends on {}", Date(ends_on))),
        LicenseStatus::Grace => Some(format!("it covers {gives} and ended on {}", Date(ends_on))),
        LicenseStatus::Active if facts::renews_in(estate, license).is_some() => {
            Some(format!("it covers {gives} and renews on {}", Date(renews_on)))
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
