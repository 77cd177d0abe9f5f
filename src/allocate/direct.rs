//! Phase 1: demands are covered by the licenses that they are explicitly assigned to (contract §4.4).

use super::assignments::Link;
use super::ctx::{Ctx, DemandSet};
use super::ledger::Ledger;
use super::market::{Market, need};
use super::score::{FORBIDDEN, REQUIREMENTS, Scores};
use crate::model::date::NULL_DATE;
use crate::model::words::{Conflict, Metric, Phase};
use crate::trace::{ConflictNote, Grant, Subject};

/// What phase 1 of a product came to.
#[derive(Default)]
pub struct DirectResult {
    pub grants: Vec<Grant>,
    pub conflicts: Vec<ConflictNote>,
    /// The demands in the order in which they were served, covered or not.
    pub served: Vec<u32>,
}

/// Serves the demands of one product that have valid assignments. `links` are those of the product, by demand.
pub fn serve(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, ledger: &mut Ledger, links: &[Link]) -> DirectResult {
    let mut queue: Vec<&[Link]> = links.chunk_by(|a, b| a.demand == b.demand).collect();
    // The links of a demand stand in their own order, so that the first is the earliest.
    queue.sort_by_key(|links| (links[0].assigned_on == NULL_DATE, links[0].assigned_on, links[0].demand));
    let mut result = DirectResult::default();
    let mut scores = Scores::default();
    for links in queue {
        let demand = links[0].demand;
        result.served.push(demand);
        let turn = result.served.len() as u32;
        if links.len() > 1 {
            result.conflicts.push(demand_note(ctx, Conflict::OverlappingAssignments, links));
        }
        let plan = plan(ctx, set, market, ledger, links);
        if plan.is_empty() {
            result.conflicts.push(demand_note(ctx, Conflict::AssignmentOverCapacity, links));
            continue;
        }
        scores.score(ctx, set, market, demand as usize);
        for (link, local, units) in plan {
            let drawn = ledger.draw(local, units, ctx.estate, set.demands, demand as usize);
            if let Some(requirement) = overridden(&scores, market, local) {
                let note = demand_note(ctx, Conflict::AssignmentOverridesRequirement, &[link]);
                result.conflicts.push(ConflictNote { requirement, ..note });
            }
            result.grants.push(Grant {
                demand,
                license: link.license,
                phase: Phase::Direct,
                units,
                covered: 0,
                turn: turn.into(),
                choice: None,
                reservation: drawn.reservation.into(),
                assignment: link.assignment.into(),
            });
        }
    }
    result
}

/// What each assigned license would give, under the rule of §4.6; nothing if they cannot cover the demand.
fn plan(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, ledger: &Ledger, links: &[Link]) -> Vec<(Link, u32, i64)> {
    let metric_of = |link: &Link| ctx.estate.licenses.metric[link.license as usize];
    let mut metrics: Vec<Metric> = Vec::new();
    for metric in links.iter().filter_map(metric_of) {
        if !metrics.contains(&metric) {
            metrics.push(metric);
        }
    }
    let alone = !ctx.estate.policy.split_across_licenses;
    for metric in metrics {
        let mut group =
            links.iter().filter(|link| metric_of(link) == Some(metric)).filter_map(|link| Some((*link, market.local(link.license)?)));
        if metric == Metric::Site {
            return group.next().map(|(link, local)| (link, local, 0)).into_iter().collect();
        }
        let demand = links[0].demand as usize;
        let Some(need) = need(ctx.estate, set.demands, demand, metric) else { continue };
        let mut open = need;
        let mut plan = Vec::new();
        for (link, local) in group {
            let free = ledger.free_for(local, ctx.estate, set.demands, demand);
            let units = if alone && free < need { 0 } else { free.min(open) };
            if units > 0 {
                plan.push((link, local, units));
                open -= units;
            }
            if open == 0 {
                return plan;
            }
        }
    }
    Vec::new()
}

/// What an explicit link goes against: a ban (`Some(None)`) or a requirement.
fn overridden(scores: &Scores, market: &Market, local: u32) -> Option<Option<u16>> {
    match scores.fail_of(market, local) {
        FORBIDDEN => Some(None),
        fail if (REQUIREMENTS..super::score::OUT_OF_REACH).contains(&fail) => Some(Some(fail - REQUIREMENTS)),
        _ => None,
    }
}

fn demand_note(ctx: &Ctx<'_>, conflict: Conflict, links: &[Link]) -> ConflictNote {
    let license = links[0].license;
    ConflictNote {
        conflict,
        subject: Subject::Demand(links[0].demand),
        license_id: ctx.estate.licenses.id[license as usize],
        license: Some(license),
        product: Some(ctx.estate.licenses.product[license as usize]),
        units: None,
        requirement: None,
    }
}
