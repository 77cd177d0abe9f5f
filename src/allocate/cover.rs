//! Covering one demand from its candidates (contract §4.6): metric by metric, all or nothing, seats never exceeded.

use super::ctx::{Ctx, DemandSet};
use super::ledger::{Drawn, Ledger};
use super::market::{Market, need};
use super::score::{Scores, Standing};
use crate::model::words::Metric;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

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

/// Remembers, class by class, which members have no seat left for anyone, so that nobody looks at them again.
#[derive(Default)]
pub struct Exhausted {
    /// By class and place among its members: the next member that may have a seat.
    next: Vec<Vec<u32>>,
}

impl Exhausted {
    pub fn new(market: &Market) -> Self {
        Self { next: market.classes.iter().map(|class| (0..=class.members.len() as u32).collect()).collect() }
    }

    /// The first member at or after `place` that may have a seat.
    fn find(&mut self, class: usize, place: u32) -> u32 {
        let next = &mut self.next[class];
        let mut at = place;
        while next[at as usize] != at {
            next[at as usize] = next[next[at as usize] as usize];
            at = next[at as usize];
        }
        at
    }

    fn mark(&mut self, class: usize, place: u32) {
        self.next[class][place as usize] = place + 1;
    }
}

/// A place in the walk over the candidates of one metric.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Cursor {
    standing: Standing,
    local: u32,
    /// The class, or `u32::MAX` for an exception.
    class: u32,
    member: u32,
}

/// Serves demands of one market, one after the other.
pub struct Server<'a> {
    pub ctx: &'a Ctx<'a>,
    pub set: &'a DemandSet<'a>,
    pub market: &'a Market,
    pub ledger: &'a mut Ledger,
    pub exhausted: Exhausted,
    pub partial_cover: bool,
    /// The metrics of the market's licenses.
    metrics: Vec<Metric>,
    /// The metric whose candidates are walked.
    metric: Metric,
    /// The best first.
    cursors: BinaryHeap<Reverse<Cursor>>,
    /// The highest score of the classes that have no cursor yet: most walks end before they need one.
    unopened: Option<i64>,
}

impl<'a> Server<'a> {
    pub fn new(ctx: &'a Ctx<'a>, set: &'a DemandSet<'a>, market: &'a Market, ledger: &'a mut Ledger, partial_cover: bool) -> Self {
        let mut metrics: Vec<Metric> = market.classes.iter().map(|class| class.metric).collect();
        metrics.sort_unstable();
        metrics.dedup();
        Self {
            ctx,
            set,
            market,
            ledger,
            exhausted: Exhausted::new(market),
            partial_cover,
            metrics,
            metric: Metric::Site,
            cursors: BinaryHeap::new(),
            unopened: None,
        }
    }

    /// The turn of one scored demand: draws from the ledger what covers it, or nothing.
    pub fn serve(&mut self, scores: &Scores) -> Turn {
        let mut turn = Turn::default();
        let groups = self.groups(scores);
        for metric in &groups {
            if *metric == Metric::Site {
                if let Some((standing, local)) = scores.best_of(self.market, Metric::Site) {
                    turn.takes.push(Take { local, drawn: Drawn { units: 0, reservation: None }, standing });
                }
                return turn;
            }
            let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, *metric) else { continue };
            let plan = self.plan(scores, *metric, need, &mut turn.any_free);
            if let Some(plan) = plan {
                turn.takes = self.draw(scores, &plan);
                return turn;
            }
        }
        if self.partial_cover && turn.any_free {
            self.serve_in_part(scores, &groups, &mut turn);
        }
        turn
    }

    /// The metrics of the candidates, in the order of their best candidate.
    fn groups(&self, scores: &Scores) -> Vec<Metric> {
        let mut groups: Vec<(Standing, Metric)> =
            self.metrics.iter().filter_map(|metric| Some((scores.best_of(self.market, *metric)?.0, *metric))).collect();
        groups.sort_unstable_by_key(|(standing, _)| *standing);
        groups.into_iter().map(|(_, metric)| metric).collect()
    }

    /// What would be taken to meet the need, or `None` if the group cannot.
    fn plan(&mut self, scores: &Scores, metric: Metric, need: i64, any_free: &mut bool) -> Option<Vec<(Cursor, i64)>> {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        let mut open = need;
        let mut plan = Vec::new();
        self.start(scores, metric);
        while let Some((cursor, free)) = self.next_free(scores) {
            *any_free = true;
            if alone && free < need {
                continue;
            }
            let units = free.min(open);
            plan.push((cursor, units));
            open -= units;
            if open == 0 {
                return Some(plan);
            }
        }
        None
    }

    /// The first group with a free seat gives what it has (§4.6, `partial_cover`).
    fn serve_in_part(&mut self, scores: &Scores, groups: &[Metric], turn: &mut Turn) {
        let alone = !self.ctx.estate.policy.split_across_licenses;
        for metric in groups {
            let Some(need) = need(self.ctx.estate, self.set.demands, scores.demand, *metric) else { continue };
            let mut plan = Vec::new();
            self.start(scores, *metric);
            while let Some((cursor, free)) = self.next_free(scores) {
                plan.push((cursor, free.min(need)));
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

    fn draw(&mut self, scores: &Scores, plan: &[(Cursor, i64)]) -> Vec<Take> {
        let mut takes = Vec::with_capacity(plan.len());
        for (cursor, units) in plan {
            let drawn = self.ledger.draw(cursor.local, *units, self.ctx.estate, self.set.demands, scores.demand);
            takes.push(Take { local: cursor.local, drawn, standing: cursor.standing });
        }
        takes
    }

    /// Begins the walk over the candidates of a metric: a cursor on each exception, and none on a class yet.
    fn start(&mut self, scores: &Scores, metric: Metric) {
        self.metric = metric;
        self.cursors.clear();
        for exception in scores.eligible_exceptions() {
            let class = self.market.class_of[exception.local as usize] as usize;
            if self.market.classes[class].metric == metric {
                let standing = scores.standing(self.market, exception.local);
                self.cursors.push(Reverse(Cursor { standing, local: exception.local, class: u32::MAX, member: 0 }));
            }
        }
        self.unopened = self.score_below(scores, None);
    }

    /// The highest score of the metric's classes below another.
    fn score_below(&self, scores: &Scores, above: Option<i64>) -> Option<i64> {
        let metric = self.metric as u8;
        let of_metric = scores.eligible_classes().filter(|class| self.market.metric_of[*class] == metric);
        of_metric.map(|class| scores.scores[class]).filter(|score| above.is_none_or(|above| *score < above)).max()
    }

    /// Sets a cursor on the first member of each class of a score.
    fn open(&mut self, scores: &Scores, score: i64) {
        let metric = self.metric as u8;
        // All at once: a heap is made of many faster than one by one.
        let mut opened = Vec::new();
        for class in scores.eligible_classes() {
            if scores.scores[class] == score && self.market.metric_of[class] == metric {
                opened.extend(self.member(scores, class, 0).map(Reverse));
            }
        }
        self.cursors.extend(opened);
        self.unopened = self.score_below(scores, Some(score));
    }

    /// The next candidate with a seat free for the demand, and how many.
    fn next_free(&mut self, scores: &Scores) -> Option<(Cursor, i64)> {
        loop {
            let first = self.cursors.peek();
            if let Some(score) = self.unopened
                && first.is_none_or(|Reverse(cursor)| cursor.standing.score() <= score)
            {
                self.open(scores, score);
                continue;
            }
            let Reverse(cursor) = self.cursors.pop()?;
            let next = if cursor.class == u32::MAX { None } else { self.member(scores, cursor.class as usize, cursor.member + 1) };
            self.cursors.extend(next.map(Reverse));
            let free = self.ledger.free_for(cursor.local, self.ctx.estate, self.set.demands, scores.demand);
            if free > 0 {
                return Some((cursor, free));
            }
        }
    }

    /// The first member at or after `place` that is no exception and may have a seat.
    fn member(&mut self, scores: &Scores, class: usize, place: u32) -> Option<Cursor> {
        let members = &self.market.classes[class].members;
        let mut at = place;
        loop {
            at = self.exhausted.find(class, at);
            let local = *members.get(at as usize)?;
            if !self.ledger.any_free(local) {
                self.exhausted.mark(class, at);
            } else if scores.exception_of(local).is_none() {
                let standing = Standing::new(scores.scores[class], scores.distances[class], self.market.tie_rank[local as usize]);
                return Some(Cursor { standing, local, class: class as u32, member: at });
            } else {
                at += 1;
            }
        }
    }
}
