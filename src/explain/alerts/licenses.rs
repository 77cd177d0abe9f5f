//! Alerts about licenses: they end, they ended and are in use, they renew, they serve what nobody uses, they are incomplete.

use super::super::facts::renews_in;
use super::super::phrases::{are, count, push_all, push_count, push_number};
use super::{Alert, AlertKind, Severity, license_id, product_id};
use crate::model::date::Date;
use crate::model::estate::{Assignment, Estate, Target};
use crate::model::text::NULL_CODE;
use crate::model::tree::Dimension;
use crate::model::value::NULL_INT;
use crate::model::words::{Conflict, Family, LicenseStatus, Metric};
use crate::trace::{Subject, Trace};
use std::collections::BTreeSet;

pub fn collect(estate: &Estate, trace: &Trace, alerts: &mut Vec<Alert>) {
    // As the table has them: one kind after the other, and of each the products, then the licenses. There may be an alert for each license.
    let order: Vec<u32> = (0..estate.products.len()).flat_map(|product| estate.licenses.of_product(product)).copied().collect();
    let licenses = || order.iter().map(|license| *license as usize);
    alerts.extend(licenses().filter_map(|license| incomplete(estate, license)));
    licenses().for_each(|license| scope(estate, license, alerts));
    expired_assigned(estate, trace, alerts);
    alerts.extend(licenses().filter_map(|license| in_grace(estate, trace, license)));
    alerts.extend(licenses().filter_map(|license| expiring(estate, trace, license)));
    alerts.extend(licenses().filter_map(|license| renewal(estate, trace, license)));
    alerts.extend(licenses().filter_map(|license| inactive(estate, trace, license)));
}

/// `L-9 of OFFICE`.
fn named(estate: &Estate, license: usize) -> String {
    format!("{} of {}", license_id(estate, license), product_id(estate, estate.licenses.product[license] as usize))
}

/// What a license gave: `gives 3 seats to 2 demands`.
fn gives(estate: &Estate, trace: &Trace, license: usize) -> String {
    let covered = count(trace.uses[license].demands_covered, "demand");
    match estate.licenses.metric[license] {
        Some(Metric::Site) => format!("covers {covered}"),
        _ => format!("gives {} to {covered}", count(trace.uses[license].allocated(), "seat")),
    }
}

fn expiring(estate: &Estate, trace: &Trace, license: usize) -> Option<Alert> {
    if estate.licenses.status[license] != LicenseStatus::Expiring {
        return None;
    }
    let ends_on = estate.licenses.ends_on[license];
    let (name, gives) = (named(estate, license), gives(estate, trace, license));
    let message = format!("License {name} {gives} and ends on {}, in {}; renew or replace it", Date(ends_on), days_from(estate, ends_on));
    let alert = Alert::new(AlertKind::Expiring, "license_expiring", Severity::Warning, message);
    Some(alert.license(estate, license).units(trace.uses[license].allocated()).date(ends_on))
}

fn in_grace(estate: &Estate, trace: &Trace, license: usize) -> Option<Alert> {
    if estate.licenses.status[license] != LicenseStatus::Grace || trace.uses[license].demands_covered == 0 {
        return None;
    }
    let ends_on = estate.licenses.ends_on[license];
    let (name, gives) = (named(estate, license), gives(estate, trace, license));
    let until = Date(estate.licenses.grace_ends_on[license]);
    let message = format!("License {name} ended on {} and still {gives}, in grace until {until}; renew or replace it", Date(ends_on));
    let alert = Alert::new(AlertKind::ExpiredInUse, "grace_in_use", Severity::Warning, message);
    Some(alert.license(estate, license).units(trace.uses[license].allocated()).date(ends_on))
}

/// `12 days`.
fn days_from(estate: &Estate, day: i32) -> String {
    count(i64::from(day) - i64::from(estate.policy.as_of.0), "day")
}

fn renewal(estate: &Estate, trace: &Trace, license: usize) -> Option<Alert> {
    let days = renews_in(estate, license)?;
    let renews_on = estate.licenses.renews_on[license];
    let message = format!(
        "License {} renews on {}, in {}; it {} now: renew what is needed",
        named(estate, license),
        Date(renews_on),
        count(days, "day"),
        gives(estate, trace, license)
    );
    let alert = Alert::new(AlertKind::Expiring, "renewal_due", Severity::Warning, message);
    Some(alert.license(estate, license).units(trace.uses[license].allocated()).date(renews_on))
}

fn inactive(estate: &Estate, trace: &Trace, license: usize) -> Option<Alert> {
    let (inactive, covered) = (trace.uses[license].inactive_covered, trace.uses[license].demands_covered);
    if inactive == 0 {
        return None;
    }
    let product = product_id(estate, estate.licenses.product[license] as usize);
    let was = if inactive == 1 { "was" } else { "were" };
    // One piece of memory for a sentence of which there may be one for each license.
    let mut message = String::with_capacity(128);
    push_number(&mut message, inactive);
    message.push_str(" of ");
    push_count(&mut message, covered, "demand");
    push_all(&mut message, &[" that license ", license_id(estate, license), " of ", product, " covers ", was, " not used for more than "]);
    push_count(&mut message, estate.policy.inactive_after_days, "day");
    message.push_str("; reclaim what is not needed");
    Some(Alert::new(AlertKind::Idle, "inactive_users", Severity::Info, message).license(estate, license).units(inactive))
}

fn incomplete(estate: &Estate, license: usize) -> Option<Alert> {
    if estate.licenses.status[license] != LicenseStatus::Incomplete {
        return None;
    }
    let lacks = if estate.licenses.metric[license].is_none() { "a metric, its own or its product's" } else { "a number of seats" };
    let message = format!("License {} is left out of the calculation, for it lacks {lacks}; complete it", named(estate, license));
    let mut alert = Alert::new(AlertKind::DataQuality, "license_incomplete", Severity::Warning, message).license(estate, license);
    alert.units = Some(estate.licenses.seats[license]).filter(|seats| *seats != NULL_INT);
    Some(alert)
}

fn scope(estate: &Estate, license: usize, alerts: &mut Vec<Alert>) {
    for dimension in Dimension::ALL {
        if estate.licenses.scope[license].has(dimension) && estate.licenses.node(license, dimension) == NULL_CODE {
            let word = dimension.word();
            let name = named(estate, license);
            let message = format!("License {name} is scoped by {word} but states none, so that this scope binds nothing; state its {word}");
            let alert = Alert::new(AlertKind::DataQuality, "scope_without_value", Severity::Info, message);
            alerts.push(alert.license(estate, license).subject(word).units(1));
        }
    }
}

/// One alert for each expired license that assignments to demands of its product name. What the assignments are worth was
/// judged by `allocate`: these fail as `license_not_usable`, and as nothing before it.
fn expired_assigned(estate: &Estate, trace: &Trace, alerts: &mut Vec<Alert>) {
    let mut named_by: BTreeSet<(u32, u32)> = BTreeSet::new();
    for note in &trace.conflicts {
        if let (Conflict::LicenseNotUsable, Some(license), Subject::Assignment(place)) = (note.conflict, note.license, note.subject)
            && estate.licenses.status[license as usize] == LicenseStatus::Expired
            && let Some(demand) = demand_of(estate, &estate.assignments[place as usize])
        {
            named_by.insert((license, demand));
        }
    }
    let pairs: Vec<(u32, u32)> = named_by.into_iter().collect();
    for demands in pairs.chunk_by(|one, other| one.0 == other.0) {
        let (license, number) = (demands[0].0 as usize, demands.len() as i64);
        let ends_on = estate.licenses.ends_on[license];
        let message = format!(
            "License {} expired on {}, and {} {} still assigned to it; renew it, or move the assignments to a usable license",
            named(estate, license),
            Date(ends_on),
            count(number, "demand"),
            are(number)
        );
        let alert = Alert::new(AlertKind::ExpiredInUse, "expired_assigned", Severity::Critical, message);
        alerts.push(alert.license(estate, license).units(number).date(ends_on));
    }
}

/// The demand that the target of an assignment names (contract §4.4).
fn demand_of(estate: &Estate, assignment: &Assignment) -> Option<u32> {
    let product = *estate.licenses.product.get(assignment.license as usize)? as usize;
    let family = estate.products.family(product);
    match assignment.target {
        Target::Asset(asset) => (family == Family::Device).then(|| estate.demand_of(product, asset))?,
        Target::User(user) => (family == Family::User).then(|| estate.demand_of(product, user))?,
        Target::Consumption { row, .. } => estate.consumptions.demand.get(row as usize).copied().filter(|demand| *demand != NULL_CODE),
    }
}
