//! The lines of what was decided about one demand (contract §7): `granted` and `deficit`, straight from the trace. Where they
//! stand is for `pairs` and `product` to say.

use super::LogContext;
use super::line::{Level, Line, Stamp};
use crate::model::date::{Date, NULL_DATE};
use crate::model::words::Phase;
use crate::trace::{Deficit, Grant};

/// The `granted` lines of a demand of the estate in one phase, by rank, then `license_id`. `id` is in the form of a line; `order` is
/// scratch space.
pub fn write_grants(ctx: &LogContext<'_>, demand: u32, id: &[u8], phase: Phase, stamp: Stamp, order: &mut Vec<u32>, out: &mut Vec<u8>) {
    let grants = ctx.decisions.grants(demand);
    if let [grant] = grants {
        if grant.phase == phase {
            write_grant(ctx, grant, id, stamp, out);
        }
        return;
    }
    order.clear();
    order.extend((0..grants.len() as u32).filter(|place| grants[*place as usize].phase == phase));
    order.sort_by_key(|place| (grants[*place as usize].choice.as_ref().map(|choice| choice.rank), *place));
    for place in order.iter() {
        write_grant(ctx, &grants[*place as usize], id, stamp, out);
    }
}

/// One `granted` line.
pub fn write_grant(ctx: &LogContext<'_>, grant: &Grant, id: &[u8], stamp: Stamp, out: &mut Vec<u8>) {
    let product = ctx.estate.demands.product[grant.demand as usize];
    let license_product = ctx.estate.licenses.product[grant.license as usize];
    let mut line = Line::begin(out, ctx.format, stamp, Level::Debug, "granted");
    line.ready("product", ctx.products.get(product as usize))
        .ready("demand", id)
        .ready("license", ctx.licenses.get(grant.license as usize))
        .integer("units", grant.units)
        .text("phase", grant.phase.code());
    if let Some(choice) = &grant.choice {
        line.integer("score", choice.score)
            .integer("rank", i64::from(choice.rank))
            .integer("of", i64::from(choice.candidates))
            .integer("passed_over", i64::from(choice.passed_over));
        if let Some(runner_up) = &choice.runner_up {
            line.ready("runner_up", ctx.licenses.get(runner_up.license as usize)).integer("margin", choice.score - runner_up.score);
        }
    }
    if license_product != product {
        line.ready("license_product", ctx.products.get(license_product as usize));
    }
    if let Some(reservation) = grant.reservation {
        line.text("reservation", ctx.estate.texts.get(ctx.estate.reservations[reservation as usize].id));
    }
    if let Some(assignment) = grant.assignment {
        let assigned_on = ctx.estate.assignments[assignment as usize].assigned_on;
        if assigned_on != NULL_DATE {
            line.text("assigned_on", &Date(assigned_on).to_string());
        }
    }
    line.end();
}

/// The `deficit` line of a demand, if it is left.
pub fn write_deficit(ctx: &LogContext<'_>, demand: u32, id: &[u8], stamp: Stamp, out: &mut Vec<u8>) {
    let Some(deficit) = ctx.decisions.deficit(demand) else { return };
    let Deficit { units, reason, requirement, candidates, free_units, best, cut_off_score, .. } = deficit;
    let product = ctx.estate.demands.product[demand as usize];
    let mut line = Line::begin(out, ctx.format, stamp, Level::Warn, "deficit");
    line.ready("product", ctx.products.get(product as usize))
        .ready("demand", id)
        .integer("units", *units)
        .text("reason", reason.code())
        .opt_text("requirement", requirement.map(|place| ctx.trace.requirements[usize::from(place)].as_str()))
        .integer("candidates", i64::from(*candidates))
        .opt_integer("free_units", *free_units);
    if let Some(best) = best {
        line.ready("best", ctx.licenses.get(best.license as usize)).integer("best_score", best.score);
    }
    line.opt_integer("cut_off", *cut_off_score);
    line.end();
}
