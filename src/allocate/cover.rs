//! Covering one demand from its candidates (contract §4.6): metric by metric, all or nothing, seats never exceeded.

use super::alive::Alive;
use super::candidates::Candidates;
use super::ctx::{Ctx, DemandSet};
use super::keys::{Brief, KeyTables, Members};
use super::ledger::{Drawn, Ledger};
use super::market::{Market, need};
use super::score::{Scores, Standing};
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
    fn clear(&mut self) {
        self.takes.clear();
        (self.partial_of, self.any_free) = (None, false);
    }

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
    /// The licenses that have a seat left for anyone.
    alive: Alive,
    /// In a market of keys, if all licenses have one metric and their seats are counted: the best candidate may decide alone.
    short: Option<(&'a KeyTables, Metric)>,
    /// The metrics of the candidates, each with its best; and what would be taken. Room that is used again.
    groups: Vec<(Standing, Metric)>,
    plan: Vec<(Standing, i64)>,
}

impl<'a> Server<'a> {
    pub fn new(ctx: &'a Ctx<'a>, set: &'a DemandSet<'a>, market: &'a Market, ledger: &'a mut Ledger, partial_cover: bool) -> Self {
        let alive = Alive::new(market, ledger);
        let short = match (&market.keys, &market.metrics[..]) {
            (Some(keys), [(metric, _)]) if *metric != Metric::Site => Some((keys, *metric)),
            _ => None,
        };
        Self { ctx, set, market, ledger, partial_cover, alive, short, groups: Vec::new(), plan: Vec::new() }
    }

    /// Whether the best candidate alone may decide a demand's turn: it has a seat left for somebody, or nobody has.
    pub fn is_short(&self, brief: &Brief) -> bool {
        let best = self.short.and_then(|(keys, _)| keys.standing(brief.best));
        best.is_some_and(|best| self.alive.has(best.tie) || self.alive.is_empty())
    }

    /// The turn of a demand that is not even scored, where the best candidate can cover it alone, or nobody has a seat left. Whether
    /// that is so.
    pub fn serve_shortly(&mut self, demand: u32, brief: &Brief, turn: &mut Turn) -> bool {
        turn.clear();
        let Some((keys, metric)) = self.short else { return false };
        if self.alive.is_empty() {
            return true;
        }
        let (demand, demands) = (demand as usize, self.set.demands);
        let best = keys.standing(brief.best).filter(|best| self.alive.has(best.tie));
        let (Some(best), Some(need)) = (best, need(self.ctx.estate, demands, demand, metric)) else { return false };
        let free = self.ledger.free_for(self.market.at[best.tie as usize], self.ctx.estate, demands, demand);
        if free <= 0 || free < need {
            return false;
        }
        self.plan.clear();
        self.plan.push((best, need));
        self.draw(demand, turn);
        true
    }

    /// The turn of one scored demand: draws from the ledger what covers it, or nothing. `turn` is what came of it. `brief` is what is
    /// known of the candidates in short, if it is.
    pub fn serve(&mut self, scores: &Scores, candidates: &mut Candidates, brief: Option<&Brief>, turn: &mut Turn) {
        turn.clear();
        let mut groups = std::mem::take(&mut self.groups);
        match self.short.zip(brief).and_then(|((keys, metric), brief)| Some((keys.standing(brief.best)?, metric))) {
            Some(group) => {
                groups.clear();
                groups.push(group);
            }
            None => candidates.metrics(self.market, scores, &mut groups),
        }
        let served = groups.iter().any(|group| self.serve_from(*group, scores, candidates, turn));
        if !served && self.partial_cover && turn.any_free {
            self.serve_in_part(scores, candidates, &groups, turn);
        }
        self.groups = groups;
    }

    /// Covers a demand from the licenses of one metric, if they can.
    fn serve_from(&mut self, (best, metric): (Standing, Metric), scores: &Scores, candidates: &mut Candidates, turn: &mut Turn) -> bool {
        if metric == Metric::Site {
            let drawn = Drawn { units: 0, reservation: None };
            turn.takes.push(Take { local: self.market.at[best.tie as usize], drawn, standing: best });
            return true;
        }
        let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, metric) else { return false };
        let enough = self.plan(scores, candidates, (best, metric), need, &mut turn.any_free);
        if enough {
            self.draw(scores.demand, turn);
        }
        enough
    }

    /// Plans what would be taken to meet the need; whether the group can.
    fn plan(&mut self, scores: &Scores, candidates: &mut Candidates, group: (Standing, Metric), need: i64, any_free: &mut bool) -> bool {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        let mut open = need;
        let mut plan = std::mem::take(&mut self.plan);
        plan.clear();
        let mut walk = Walk::new(self, scores, candidates, group);
        while let Some((standing, free)) = walk.next_free() {
            *any_free = true;
            if alone && free < need {
                continue;
            }
            let units = free.min(open);
            plan.push((standing, units));
            open -= units;
            if open == 0 {
                break;
            }
        }
        self.plan = plan;
        open == 0
    }

    /// The first group with a free seat gives what it has (§4.6, `partial_cover`).
    fn serve_in_part(&mut self, scores: &Scores, candidates: &mut Candidates, groups: &[(Standing, Metric)], turn: &mut Turn) {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        for group in groups {
            let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, group.1) else { continue };
            let mut plan = std::mem::take(&mut self.plan);
            plan.clear();
            let mut walk = Walk::new(self, scores, candidates, *group);
            while let Some((standing, free)) = walk.next_free() {
                plan.push((standing, free.min(need)));
                if alone {
                    break;
                }
            }
            self.plan = plan;
            if !self.plan.is_empty() {
                self.draw(scores.demand, turn);
                turn.partial_of = Some(need);
                return;
            }
        }
    }

    /// Draws what is planned.
    fn draw(&mut self, demand: usize, turn: &mut Turn) {
        for (standing, units) in &self.plan {
            let local = self.market.at[standing.tie as usize];
            let drawn = self.ledger.draw(local, *units, self.ctx.estate, self.set.demands, demand);
            if !self.ledger.any_free(local) {
                self.alive.remove(standing.tie);
            }
            turn.takes.push(Take { local, drawn, standing: *standing });
        }
    }
}

/// A walk over the candidates of one metric that have a seat left, the best first.
struct Walk<'a, 'b> {
    server: &'b Server<'a>,
    scores: &'b Scores,
    candidates: &'b mut Candidates,
    /// Those that have a seat left, and, where there are several metrics, those of the metric.
    masks: [&'b Members; 2],
    /// How many of the masks bind.
    bound: usize,
    /// The first of them, where it is known at the start.
    first: Option<Standing>,
    /// Where it stands; none at the start, and nobody at all where no candidate has a seat.
    at: Option<Standing>,
    over: bool,
}

impl<'a, 'b> Walk<'a, 'b> {
    fn new(server: &'b Server<'a>, scores: &'b Scores, candidates: &'b mut Candidates, (best, metric): (Standing, Metric)) -> Self {
        let of_metric =
            server.market.metrics.iter().find(|(other, _)| *other == metric).map_or(&server.alive.members, |(_, members)| members);
        let bound = server.market.metrics.len().min(2);
        let masks = [&server.alive.members, of_metric];
        // In a market of keys it is known who is the best of a metric.
        let first = Some(best).filter(|best| server.market.keys.is_some() && server.alive.has(best.tie));
        let mut walk = Self { server, scores, candidates, masks, bound, first, at: None, over: false };
        // Without this, a demand of an exhausted market would have all its candidates ranked for nothing.
        walk.over =
            !server.market.unordered() && !walk.candidates.any(server.market, scores, &walk.masks[..walk.bound], Some(&server.alive));
        walk
    }

    /// The next candidate with a seat free for the demand, and how many.
    fn next_free(&mut self) -> Option<(Standing, i64)> {
        let server = self.server;
        while !self.over {
            let masks = &self.masks[..self.bound];
            let next = self.first.take().or_else(|| self.candidates.next(server.market, self.scores, self.at, masks, Some(&server.alive)));
            let Some(standing) = next else {
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
