//! What several sentences and tables ask of a trace, answered in one place, so that they answer alike.

use crate::model::date::NULL_DATE;
use crate::model::estate::Estate;
use crate::model::text::NULL_CODE;
use crate::model::value::NULL_INT;
use crate::model::words::{LicenseStatus, Metric, Outcome};
use crate::trace::grants::SomeGrants;
use crate::trace::{Grant, Trace};

/// The license that each demand was first drawn from (contract §6, coverage), demand by demand; null where it is not covered.
pub fn first_licenses(estate: &Estate, trace: &Trace) -> impl Iterator<Item = u32> {
    let mut by_demand = trace.grants.all().by_demand().peekable();
    trace.outcomes.iter().zip(0..).map(move |(outcome, demand)| {
        let grants = by_demand.next_if(|grants| grants.demand() == Some(demand));
        match (outcome, grants) {
            (Outcome::Deficit, _) | (_, None) => NULL_CODE,
            (_, Some(grants)) => first_drawn(estate, trace, grants).map_or(NULL_CODE, |grant| grant.license),
        }
    })
}

/// Of the grants of one demand, the one that was drawn first: by rank, or by the order of direct assignments (§4.4). What rides
/// along with a bundle takes the order from the bundle's own demand (§4.8).
pub fn first_drawn(estate: &Estate, trace: &Trace, grants: SomeGrants<'_>) -> Option<Grant> {
    let key = |grant: &Grant| {
        let assigned_on = grant.assignment.get().map_or(NULL_DATE, |place| estate.assignments[place as usize].assigned_on);
        let rank = grant.choice.as_ref().map_or(0, |choice| choice.rank);
        (rank, assigned_on == NULL_DATE, assigned_on, grant.license)
    };
    let first = grants.iter().min_by_key(key)?;
    if grants.len() == 1 || first.choice.is_some() || first.assignment.get().is_some() {
        return Some(first);
    }
    let bundle = estate.licenses.product[first.license as usize] as usize;
    let own = estate.demand_of(bundle, estate.demands.subject[first.demand as usize]);
    let leader = own.and_then(|own| grants_of(trace, own).iter().min_by_key(key));
    let same = leader.and_then(|leader| grants.iter().find(|grant| grant.license == leader.license));
    Some(same.unwrap_or(first))
}

/// The grants of a demand, by license.
pub fn grants_of(trace: &Trace, demand: u32) -> SomeGrants<'_> {
    trace.grants.some(trace.grants.first_of(demand)..trace.grants.first_of(demand + 1))
}

/// What a demand counts for in its product's position: its need in the product's metric, 1 where that is `site` or where its
/// units are unknown (contract §6, positions).
pub fn counted_need(estate: &Estate, trace: &Trace, demand: usize) -> i64 {
    let site = estate.products.metric[estate.demands.product[demand] as usize] == Metric::Site;
    match trace.needs.get(demand) {
        need if !site && need != NULL_INT => need,
        _ => 1,
    }
}

/// Free seats of a license; none where they are unlimited or unknown (contract §6.1: available = seats − allocated).
pub fn available(estate: &Estate, trace: &Trace, license: usize) -> Option<i64> {
    estate.licenses.counted_seats(license).map(|seats| seats - trace.uses[license].allocated())
}

/// In how many days a usable license renews, if that is near enough to speak of (contract §6.2 and §10, `renewal_due`).
pub fn renews_in(estate: &Estate, license: usize) -> Option<i64> {
    let renews_on = estate.licenses.renews_on[license];
    let days = i64::from(renews_on) - i64::from(estate.policy.as_of.0);
    let due = renews_on != NULL_DATE && estate.licenses.usable(license) && (0..=estate.policy.expiring_within_days).contains(&days);
    due.then_some(days)
}

/// Whether the licenses of a product without a metric of its own state two or more (contract §10 on §6.2 `metric_derived`).
pub fn metrics_disagree(estate: &Estate, product: usize) -> bool {
    if estate.products.stated_metric[product].is_some() {
        return false;
    }
    let mut stated = estate.licenses.of_product(product).iter().filter_map(|license| stated_metric(estate, *license as usize));
    stated.next().is_some_and(|first| stated.any(|other| other != first))
}

/// The metric of a license that takes part in deriving its product's (§4.2): neither retired, nor `site`, nor none.
fn stated_metric(estate: &Estate, license: usize) -> Option<Metric> {
    let metric = estate.licenses.metric[license].filter(|metric| *metric != Metric::Site);
    metric.filter(|_| estate.licenses.status[license] != LicenseStatus::Retired)
}
