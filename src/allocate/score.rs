//! One demand in its market: the score or the failure of every class, and of the few licenses that differ from their class.

use super::coding::ordinal;
use super::ctx::{Ctx, DemandSet, Liking};
use super::market::Market;
use crate::model::value::NULL_INT;
use crate::model::words::{Failure, Metric};
use crate::trace::matched::MatchSet;
use crate::trace::pairs::Failed;
use std::cmp::{Ordering, Reverse};

/// Failure codes, in the order of judging (§4.9): the smallest holds. Requirements follow by their place.
pub const NO_USER: u16 = 0;
pub const METRIC_MISMATCH: u16 = 1;
pub const NOT_ASSIGNED: u16 = 2;
pub const UNITS_UNKNOWN: u16 = 3;
pub const FORBIDDEN: u16 = 4;
pub const REQUIREMENTS: u16 = 5;
/// Eligible.
pub const NONE: u16 = u16::MAX;
/// No pair at all: the license's reach does not go to the demand's version (§4.7).
pub const OUT_OF_REACH: u16 = u16::MAX - 1;

/// A failure code in words of the contract.
pub fn failed(code: u16) -> Option<Failed> {
    let (failure, requirement) = match code {
        NONE | OUT_OF_REACH => return None,
        NO_USER => (Failure::NoUser, None),
        METRIC_MISMATCH => (Failure::MetricMismatch, None),
        NOT_ASSIGNED => (Failure::NotAssigned, None),
        UNITS_UNKNOWN => (Failure::UnitsUnknown, None),
        FORBIDDEN => (Failure::Forbidden, None),
        requirement => (Failure::RequirementFailed, Some(requirement - REQUIREMENTS)),
    };
    Some(Failed { failure, requirement })
}

/// Where a candidate stands: the smaller is the better. Score, then the nearer version, then the tie break.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Standing {
    score: Reverse<i64>,
    pub distance: u32,
    pub tie: u32,
}

impl Standing {
    pub fn new(score: i64, distance: u32, tie: u32) -> Self {
        Self { score: Reverse(score), distance, tie }
    }

    pub fn score(self) -> i64 {
        self.score.0
    }
}

/// A license that differs from its class for this demand: preferred, banned, assigned, or found by looking up.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// The place in the market.
    pub local: u32,
    pub fail: u16,
    pub score: i64,
    pub preference: Option<i64>,
}

/// What a demand is worth to every license of its market. Reused from demand to demand.
#[derive(Default)]
pub struct Scores {
    pub demand: usize,
    /// By class: what the tables say, before the lookups that bind the class.
    raw: Vec<u16>,
    /// By class.
    pub fails: Vec<u16>,
    pub scores: Vec<i64>,
    pub distances: Vec<u32>,
    /// Ascending by place.
    pub exceptions: Vec<Exception>,
    /// By class: how many of its members are exceptions.
    excepted: Vec<u32>,
    likings: Vec<Liking>,
    odd: Vec<u32>,
    /// The values that lookups compare with, by lookup.
    looked_up: Vec<Option<i128>>,
}

impl Scores {
    /// Scores a demand.
    pub fn score(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: usize) {
        self.demand = demand;
        let classes = market.classes.len();
        self.scores.clear();
        self.scores.resize(classes, 0);
        self.raw.clear();
        self.raw.resize(classes, NONE);
        for table in &market.tables {
            table.add(set, demand, &mut self.scores, &mut self.raw);
        }
        let mut own = [NONE; Metric::ALL.len()];
        for metric in Metric::ALL {
            own[*metric as usize] = own_failure(ctx, set, demand, *metric);
        }
        for (raw, metric) in self.raw.iter_mut().zip(&market.metric_of) {
            *raw = (*raw).min(own[*metric as usize]);
        }
        self.fails.clear();
        self.fails.extend(self.raw.iter().zip(&market.bound).map(|(raw, bound)| *raw.min(bound)));
        self.distances.clear();
        self.distances.resize(classes, 0);
        if !market.links.is_empty() {
            self.reach(set.demands.product[demand], market);
        }
        self.find_exceptions(ctx, set, market);
    }

    /// Which classes reach down to the demand's version, and over how many links (§4.7).
    fn reach(&mut self, product: u32, market: &Market) {
        for (place, class) in market.classes.iter().enumerate() {
            match market.distance(product, class) {
                Some(distance) => self.distances[place] = distance,
                None => self.fails[place] = OUT_OF_REACH,
            }
        }
    }

    fn find_exceptions(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market) {
        let demand = self.demand;
        ctx.preferences.of(set.demands, demand, &mut self.likings);
        let assigned = set.assigned.get(&(demand as u32)).map_or(&[][..], Vec::as_slice);
        self.looked_up.clear();
        self.odd.clear();
        for lookup in &market.lookups {
            let value = ordinal(set.coded[lookup.operand].value(demand));
            self.odd.extend(lookup.holders(value));
            self.looked_up.push(value);
        }
        self.odd.extend(self.likings.iter().filter_map(|liking| market.local(liking.license)));
        self.odd.extend(assigned.iter().filter_map(|license| market.local(*license)));
        self.odd.sort_unstable();
        self.odd.dedup();
        self.exceptions.clear();
        self.excepted.clear();
        if self.odd.is_empty() {
            return;
        }
        self.excepted.resize(market.classes.len(), 0);
        for place in 0..self.odd.len() {
            let local = self.odd[place];
            let class = market.class_of[local as usize] as usize;
            self.excepted[class] += 1;
            let exception = self.exception(market, local, class, assigned);
            self.exceptions.push(exception);
        }
    }

    fn exception(&self, market: &Market, local: u32, class: usize, assigned: &[u32]) -> Exception {
        let license = market.licenses[local as usize];
        let mut fail = self.raw[class];
        let mut score = self.scores[class];
        if market.classes[class].metric == Metric::NamedUser && assigned.binary_search(&license).is_err() {
            fail = fail.min(NOT_ASSIGNED);
        }
        for (lookup, value) in market.lookups.iter().zip(&self.looked_up) {
            match (lookup.affinity, lookup.holds(local, *value)) {
                (Some((_, points)), true) => score += points,
                (None, false) => fail = fail.min(lookup.fail),
                _ => {}
            }
        }
        let liking = self.likings.binary_search_by_key(&license, |liking| liking.license).ok().map(|place| self.likings[place]);
        let preference = liking.and_then(|liking| liking.points);
        if liking.is_some_and(|liking| liking.forbidden) {
            fail = fail.min(FORBIDDEN);
        }
        if self.fails[class] == OUT_OF_REACH {
            fail = OUT_OF_REACH;
        }
        Exception { local, fail, score: score.saturating_add(preference.unwrap_or(0)), preference }
    }

    /// The exception that a license is, if it is one.
    pub fn exception_of(&self, local: u32) -> Option<&Exception> {
        self.exceptions.binary_search_by_key(&local, |exception| exception.local).ok().map(|place| &self.exceptions[place])
    }

    /// Failure code and score of one license.
    pub fn of(&self, market: &Market, local: u32) -> (u16, i64) {
        match self.exception_of(local) {
            Some(exception) => (exception.fail, exception.score),
            None => {
                let class = market.class_of[local as usize] as usize;
                (self.fails[class], self.scores[class])
            }
        }
    }

    /// Where an eligible license stands.
    pub fn standing(&self, market: &Market, local: u32) -> Standing {
        let class = market.class_of[local as usize] as usize;
        Standing::new(self.of(market, local).1, self.distances[class], market.tie_rank[local as usize])
    }

    /// Members of a class that are like their class.
    fn plain_members(&self, market: &Market, class: usize) -> u32 {
        market.sizes[class] - self.excepted.get(class).copied().unwrap_or(0)
    }

    /// How many candidates the demand has.
    pub fn candidates(&self, market: &Market) -> u32 {
        let plain: u32 = self.eligible_classes().map(|class| self.plain_members(market, class)).sum();
        plain + self.eligible_exceptions().count() as u32
    }

    /// The classes whose plain members are candidates.
    pub fn eligible_classes(&self) -> impl Iterator<Item = usize> + '_ {
        self.fails.iter().enumerate().filter(|(_, fail)| **fail == NONE).map(|(class, _)| class)
    }

    /// The exceptions that are candidates.
    pub fn eligible_exceptions(&self) -> impl Iterator<Item = &Exception> + '_ {
        self.exceptions.iter().filter(|exception| exception.fail == NONE)
    }

    /// The best candidate, whatever its free seats: where it stands, and its place in the market.
    pub fn best(&self, market: &Market) -> Option<(Standing, u32)> {
        self.next_after(market, None, |_| true)
    }

    /// The score of the best candidate.
    pub fn best_score(&self, market: &Market) -> Option<i64> {
        let all_plain = self.exceptions.is_empty();
        let classes = self.fails.iter().zip(&self.scores).enumerate();
        let plain = classes.filter(|(class, (fail, _))| **fail == NONE && (all_plain || self.plain_members(market, *class) > 0));
        let best = plain.map(|(_, (_, score))| *score).max();
        best.max(self.eligible_exceptions().map(|exception| exception.score).max())
    }

    /// The best candidate of a metric.
    pub fn best_of(&self, market: &Market, metric: Metric) -> Option<(Standing, u32)> {
        self.next_after(market, None, |class| market.metric_of[class] == metric as u8)
    }

    /// The first candidate that stands after `after`, among the classes that `wanted` names.
    pub fn next_after(&self, market: &Market, after: Option<Standing>, wanted: impl Fn(usize) -> bool) -> Option<(Standing, u32)> {
        let mut best: Option<(Standing, u32)> = None;
        for class in self.eligible_classes().filter(|class| wanted(*class)) {
            let score = self.scores[class];
            // Most classes are out by their score alone: before the place, or behind what was found already.
            if after.is_some_and(|after| score > after.score()) || best.is_some_and(|(least, _)| score < least.score()) {
                continue;
            }
            let members = &market.classes[class].members;
            let at = |local: u32| Standing::new(score, self.distances[class], market.tie_rank[local as usize]);
            let start = after.map_or(0, |after| members.partition_point(|local| at(*local) <= after));
            if let Some(local) = members[start..].iter().find(|local| self.exception_of(**local).is_none()) {
                let offer = (at(*local), *local);
                best = Some(best.map_or(offer, |found| found.min(offer)));
            }
        }
        for exception in self.eligible_exceptions() {
            let standing = self.standing(market, exception.local);
            if wanted(market.class_of[exception.local as usize] as usize) && after.is_none_or(|after| standing > after) {
                let offer = (standing, exception.local);
                best = Some(best.map_or(offer, |found| found.min(offer)));
            }
        }
        best
    }

    /// The rank of a candidate: 1 for the first.
    pub fn rank(&self, market: &Market, standing: Standing) -> u32 {
        let mut better = 0;
        for class in self.eligible_classes() {
            let members = &market.classes[class].members;
            let at = |local: u32| Standing::new(self.scores[class], self.distances[class], market.tie_rank[local as usize]);
            if self.scores[class] < standing.score() {
                continue;
            }
            let before = members.partition_point(|local| at(*local) < standing);
            let excepted = if self.excepted.get(class).copied().unwrap_or(0) == 0 {
                0
            } else {
                members[..before].iter().filter(|local| self.exception_of(**local).is_some()).count()
            };
            better += (before - excepted) as u32;
        }
        let exceptions = self.eligible_exceptions().filter(|exception| self.standing(market, exception.local) < standing);
        better + exceptions.count() as u32 + 1
    }

    /// The affinities that match this demand and a license, and its preference points.
    pub fn matched(&self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, local: u32) -> MatchSet {
        let mut words = vec![0u64; ctx.plan.affinities.div_ceil(64)].into_boxed_slice();
        let class = market.class_of[local as usize] as usize;
        for table in &market.tables {
            table.mark(set, self.demand, class, &mut words);
        }
        for (lookup, value) in market.lookups.iter().zip(&self.looked_up) {
            if let Some((place, _)) = lookup.affinity
                && lookup.holds(local, *value)
            {
                words[place as usize / 64] |= 1 << (place % 64);
            }
        }
        MatchSet { rules: words, preference: self.exception_of(local).and_then(|exception| exception.preference) }
    }

    /// For a demand without candidates: how many licenses show each failure, by failure code ascending.
    pub fn failures(&self, market: &Market) -> Vec<(u16, u32)> {
        let mut counts: Vec<(u16, u32)> = Vec::new();
        let mut add = |fail: u16, licenses: u32| {
            if fail == NONE || fail == OUT_OF_REACH || licenses == 0 {
                return;
            }
            match counts.binary_search_by(|(code, _)| code.cmp(&fail)) {
                Ok(place) => counts[place].1 += licenses,
                Err(place) => counts.insert(place, (fail, licenses)),
            }
        };
        for (class, fail) in self.fails.iter().enumerate() {
            add(*fail, self.plain_members(market, class));
        }
        for exception in &self.exceptions {
            add(exception.fail, 1);
        }
        counts
    }
}

/// What a demand fails at any license of a metric, rules aside.
fn own_failure(ctx: &Ctx<'_>, set: &DemandSet<'_>, demand: usize, metric: Metric) -> u16 {
    if metric == Metric::Site {
        return NONE;
    }
    let demands = set.demands;
    if demands.no_user[demand] {
        return NO_USER;
    }
    if ctx.estate.products.family(demands.product[demand] as usize) != metric.family() {
        return METRIC_MISMATCH;
    }
    let unknown = match metric {
        Metric::Core => demands.cores[demand] == NULL_INT,
        Metric::Processor => demands.processors[demand] == NULL_INT,
        _ => false,
    };
    if unknown { UNITS_UNKNOWN } else { NONE }
}

/// Orders by the best score, then `started_on` (nulls last), then the place that stands for the `demand_id` (§4.5).
pub fn serving_order(first: (i64, i32, u32), second: (i64, i32, u32)) -> Ordering {
    let started = super::market::nulls_last(first.1, second.1, crate::model::date::NULL_DATE);
    second.0.cmp(&first.0).then(started).then(first.2.cmp(&second.2))
}
