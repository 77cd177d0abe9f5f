//! The lines of what was decided about one demand (contract §7): `granted` and `deficit`, straight from the trace. Where they
//! stand is for `pairs` and `product` to say.
//!
//! Every demand has one of them at least, so that what all of a product share is put together once, and then copied.

use super::LogContext;
use super::line::{Level, Line, Stamp, known};
use crate::model::date::{Date, NULL_DATE};
use crate::model::words::Phase;
use crate::trace::{Deficit, Grant};

/// Writes decisions of one time.
pub struct DecisionLines<'a> {
    ctx: &'a LogContext<'a>,
    stamp: Stamp,
    granted: Beginning,
    deficit: Beginning,
    /// Scratch space.
    order: Vec<u32>,
}

/// How the lines of an event begin, up to the value of `demand`, for the product that was last asked for.
struct Beginning {
    level: Level,
    event: &'static str,
    product: Option<u32>,
    bytes: Vec<u8>,
}

impl Beginning {
    fn new(level: Level, event: &'static str) -> Self {
        Self { level, event, product: None, bytes: Vec::new() }
    }

    fn of(&mut self, ctx: &LogContext<'_>, stamp: Stamp, product: u32) -> &[u8] {
        if self.product != Some(product) {
            self.product = Some(product);
            self.bytes.clear();
            Line::begin(&mut self.bytes, ctx.format, stamp, self.level, self.event)
                .ready("product", ctx.products.get(product as usize))
                .ready("demand", b"");
        }
        &self.bytes
    }
}

impl<'a> DecisionLines<'a> {
    pub fn new(ctx: &'a LogContext<'a>, stamp: Stamp) -> Self {
        let (granted, deficit) = (Beginning::new(Level::Debug, "granted"), Beginning::new(Level::Warn, "deficit"));
        Self { ctx, stamp, granted, deficit, order: Vec::new() }
    }

    /// The `granted` lines of a demand of the estate in one phase, by rank, then `license_id`. `id` is in the form of a line.
    pub fn grants(&mut self, demand: u32, id: &[u8], phase: Phase, out: &mut Vec<u8>) {
        let grants = self.ctx.decisions.grants(demand);
        if grants.len() == 1 {
            let grant = grants.get(0);
            if grant.phase == phase {
                self.grant(&grant, id, out);
            }
            return;
        }
        let mut order = std::mem::take(&mut self.order);
        order.clear();
        order.extend((0..grants.len() as u32).filter(|place| grants.get(*place as usize).phase == phase));
        order.sort_by_key(|place| (grants.get(*place as usize).choice.map(|choice| choice.rank), *place));
        for place in &order {
            self.grant(&grants.get(*place as usize), id, out);
        }
        self.order = order;
    }

    /// One `granted` line.
    pub fn grant(&mut self, grant: &Grant, id: &[u8], out: &mut Vec<u8>) {
        let ctx = self.ctx;
        let product = ctx.estate.demands.product[grant.demand as usize];
        let license_product = ctx.estate.licenses.product[grant.license as usize];
        out.extend_from_slice(self.granted.of(ctx, self.stamp, product));
        out.extend_from_slice(id);
        let mut line = Line::resume(out, ctx.format);
        line.ready(known!("license"), ctx.licenses.get(grant.license as usize))
            .integer(known!("units"), grant.units)
            .text(known!("phase"), grant.phase.code());
        if let Some(choice) = &grant.choice {
            line.integer(known!("score"), choice.score)
                .integer(known!("rank"), i64::from(choice.rank))
                .integer(known!("of"), i64::from(choice.candidates))
                .integer(known!("passed_over"), i64::from(choice.passed_over));
            if let Some(runner_up) = choice.runner_up.get() {
                line.ready(known!("runner_up"), ctx.licenses.get(runner_up.license as usize))
                    .integer(known!("margin"), choice.score - runner_up.score);
            }
        }
        if license_product != product {
            line.ready("license_product", ctx.products.get(license_product as usize));
        }
        if let Some(reservation) = grant.reservation.get() {
            line.text("reservation", ctx.estate.texts.get(ctx.estate.reservations[reservation as usize].id));
        }
        if let Some(assignment) = grant.assignment.get() {
            let assigned_on = ctx.estate.assignments[assignment as usize].assigned_on;
            if assigned_on != NULL_DATE {
                line.text("assigned_on", &Date(assigned_on).to_string());
            }
        }
        line.end();
    }

    /// The `deficit` line of a demand, if it is left.
    pub fn deficit(&mut self, demand: u32, id: &[u8], out: &mut Vec<u8>) {
        let ctx = self.ctx;
        let Some(deficit) = ctx.deficit(demand) else { return };
        let Deficit { units, reason, requirement, candidates, free_units, best, cut_off_score, .. } = deficit;
        let product = ctx.estate.demands.product[demand as usize];
        out.extend_from_slice(self.deficit.of(ctx, self.stamp, product));
        out.extend_from_slice(id);
        let mut line = Line::resume(out, ctx.format);
        line.integer(known!("units"), *units)
            .text(known!("reason"), reason.code())
            .opt_text("requirement", requirement.map(|place| ctx.trace.requirements[usize::from(place)].as_str()))
            .integer(known!("candidates"), i64::from(*candidates))
            .opt_integer(known!("free_units"), free_units.get());
        if let Some(best) = best.get() {
            line.ready(known!("best"), ctx.licenses.get(best.license as usize)).integer(known!("best_score"), best.score);
        }
        line.opt_integer(known!("cut_off"), cut_off_score.get());
        line.end();
    }
}
