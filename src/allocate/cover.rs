//! Covering one demand from its candidates (contract §4.6): metric by metric, all or nothing, seats never exceeded.

use super::candidates::Candidates;
use super::ctx::{Ctx, DemandSet};
use super::ledger::{Drawn, Ledger};
use super::market::{Market, need};
use super::score::{Scores, Standing};
use super::sets::{insert, remove, words};
use crate::model::words::Metric;

/// Seats drawn from one license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Take {
    pub local: u32,
    pub drawn: Drawn,
    pub standing: Standing,
}

/// What came of a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Turn {
    /// What was drawn, in the order of the candidates; empty for nothing.
    pub takes: Vec<Take>,
    /// For a cover in part: the need in the metric of the group that gave it.
    pub partial_of: Option<i64>,
    /// Whether a candidate had a seat free for the demand at its turn.
    pub any_free: bool,
}

impl Turn {
    pub fn covered(&self) -> bool {
        !self.takes.is_empty() && self.partial_of.is_none()
    }
}

/// Serves demands of one market, one after the other.
pub struct Server<'a> {
    pub ctx: &'a Ctx<'a>,
    pub set: &'a DemandSet<'a>,
    pub market: &'a Market,
    pub ledger: &'a mut Ledger,
    pub partial_cover: bool,
    /// The licenses that have a seat left for anyone, as bits by place.
    alive: Vec<u64>,
    /// No license before this place has a seat left. Licenses that no rule tells apart are used up in the order of places, so that
    /// a look at all of them for each demand would cost demands × licenses.
    first_alive: u32,
}

impl<'a> Server<'a> {
    pub fn new(ctx: &'a Ctx<'a>, set: &'a DemandSet<'a>, market: &'a Market, ledger: &'a mut Ledger, partial_cover: bool) -> Self {
        let mut alive = vec![0; words(market.at.len())];
        for (place, _) in market.at.iter().enumerate().filter(|(_, local)| ledger.any_free(**local)) {
            insert(&mut alive, place as u32);
        }
        Self { ctx, set, market, ledger, partial_cover, alive, first_alive: 0 }
    }

    /// The turn of one scored demand: draws from the ledger what covers it, or nothing.
    pub fn serve(&mut self, scores: &Scores, candidates: &mut Candidates) -> Turn {
        let mut turn = Turn::default();
        let groups = candidates.metrics(self.market, scores);
        for metric in &groups {
            if *metric == Metric::Site {
                let best = candidates.next(self.market, scores, None, &[self.of_metric(Metric::Site)], 0);
                turn.takes.extend(best.map(|standing| Take {
                    local: self.market.at[standing.tie as usize],
                    drawn: Drawn { units: 0, reservation: None },
                    standing,
                }));
                return turn;
            }
            let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, *metric) else { continue };
            let plan = self.plan(scores, candidates, *metric, need, &mut turn.any_free);
            if let Some(plan) = plan {
                turn.takes = self.draw(scores, &plan);
                return turn;
            }
        }
        if self.partial_cover && turn.any_free {
            self.serve_in_part(scores, candidates, &groups, &mut turn);
        }
        turn
    }

    fn of_metric(&self, metric: Metric) -> &'a [u64] {
        self.market.metrics.iter().find(|(other, _)| *other == metric).map_or(&[][..], |(_, bits)| bits)
    }

    /// What would be taken to meet the need, or `None` if the group cannot.
    fn plan(
        &mut self,
        scores: &Scores,
        candidates: &mut Candidates,
        metric: Metric,
        need: i64,
        any_free: &mut bool,
    ) -> Option<Vec<(Standing, i64)>> {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        let mut open = need;
        let mut plan = Vec::new();
        let mut walk = Walk::new(self, scores, candidates, metric);
        while let Some((standing, free)) = walk.next_free() {
            *any_free = true;
            if alone && free < need {
                continue;
            }
            let units = free.min(open);
            plan.push((standing, units));
            open -= units;
            if open == 0 {
                return Some(plan);
            }
        }
        None
    }

    /// The first group with a free seat gives what it has (§4.6, `partial_cover`).
    fn serve_in_part(&mut self, scores: &Scores, candidates: &mut Candidates, groups: &[Metric], turn: &mut Turn) {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        for metric in groups {
            let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, *metric) else { continue };
            let mut plan = Vec::new();
            let mut walk = Walk::new(self, scores, candidates, *metric);
            while let Some((standing, free)) = walk.next_free() {
                plan.push((standing, free.min(need)));
                if alone {
                    break;
                }
            }
            if !plan.is_empty() {
                turn.takes = self.draw(scores, &plan);
                turn.partial_of = Some(need);
                return;
            }
        }
    }

    fn draw(&mut self, scores: &Scores, plan: &[(Standing, i64)]) -> Vec<Take> {
        let mut takes = Vec::with_capacity(plan.len());
        for (standing, units) in plan {
            let local = self.market.at[standing.tie as usize];
            let drawn = self.ledger.draw(local, *units, self.ctx.estate, self.set.demands, scores.demand);
            if !self.ledger.any_free(local) {
                remove(&mut self.alive, standing.tie);
                let dead = self.alive[self.first_alive as usize / 64..].iter().take_while(|word| **word == 0).count();
                self.first_alive += 64 * dead as u32;
            }
            takes.push(Take { local, drawn, standing: *standing });
        }
        takes
    }
}

/// A walk over the candidates of one metric that have a seat left, the best first.
struct Walk<'a, 'b> {
    server: &'b Server<'a>,
    scores: &'b Scores,
    candidates: &'b mut Candidates,
    of_metric: &'a [u64],
    /// Where it stands; none at the start, and nobody at all where no candidate has a seat.
    at: Option<Standing>,
    over: bool,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(server: &'b Server<'a>, scores: &'b Scores, candidates: &'b mut Candidates, metric: Metric) -> Self {
        let of_metric = server.of_metric(metric);
        // Without this, a demand of an exhausted market would have all its candidates ranked for nothing.
        let over = !candidates.any(scores, &[of_metric, &server.alive], server.first_alive);
        Self { server, scores, candidates, of_metric, at: None, over }
    }

    /// The next candidate with a seat free for the demand, and how many.
    fn next_free(&mut self) -> Option<(Standing, i64)> {
        let server = self.server;
        while !self.over {
            let masks = [self.of_metric, &server.alive];
            let Some(standing) = self.candidates.next(server.market, self.scores, self.at, &masks, server.first_alive) else {
                self.over = true;
                break;
            };
            self.at = Some(standing);
            let local = server.market.at[standing.tie as usize];
            let free = server.ledger.free_for(local, server.ctx.estate, server.set.demands, self.scores.demand);
            if free > 0 {
                return Some((standing, free));
            }
        }
        None
    }
}
