//! One demand in its market: the score or the failure of any license, and who its candidates are. Their order is left to
//! `candidates`.

use super::ctx::{Ctx, DemandSet, Liking};
use super::market::Market;
use super::sets::{Set, remove};
use crate::model::date::NULL_DATE;
use crate::model::value::NULL_INT;
use crate::model::words::{Failure, Metric};
use crate::trace::matched::MatchSet;
use crate::trace::pairs::Failed;
use std::cmp::Reverse;

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

/// A license that a rule alone does not judge for this demand: preferred, banned, or assigned.
#[derive(Clone, Copy, Debug)]
pub struct Exception {
    /// Its number in the market, by `license_id`.
    pub local: u32,
    /// Its place in the market, by the tie break.
    pub place: u32,
    pub fail: u16,
    pub score: i64,
    pub preference: Option<i64>,
}

/// What a demand is worth to every license of its market, by place. Reused from demand to demand.
#[derive(Default)]
pub struct AllPairs {
    pub fails: Vec<u16>,
    pub scores: Vec<i64>,
    /// Which affinities matched, a bit each, where [`AllPairs::marked`]; preferences left out.
    pub marks: Vec<u64>,
}

impl AllPairs {
    /// Whether the affinities of a market are few enough for marks.
    pub fn marked(market: &Market) -> bool {
        let tables: u32 = market.tables.iter().map(super::tables::Table::affinities).sum();
        tables as usize + market.lookups.len() <= 64
    }
}

/// What a demand is worth to the licenses of its market. Reused from demand to demand.
#[derive(Default)]
pub struct Scores {
    pub demand: usize,
    /// The row of each table and lookup.
    pub rows: Vec<u32>,
    pub lookup_rows: Vec<u32>,
    product: u32,
    /// What it fails at each metric, rules aside; by the metric's number.
    pub(super) own: [u16; Metric::ALL.len()],
    /// Ascending by `local`.
    pub exceptions: Vec<Exception>,
    likings: Vec<Liking>,
    odd: Vec<u32>,
}

impl Scores {
    /// Gets ready to score one of the market's demands.
    pub fn score(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, demand: usize) {
        self.begin(set, demand);
        let place = market.place(demand as u32);
        self.rows.extend(market.tables.iter().map(|table| table.row(market, place)));
        self.lookup_rows.extend(market.lookups.iter().map(|lookup| lookup.row(market, place)));
        for (metric, _) in &market.metrics {
            self.own[*metric as usize] = own_failure(ctx, set, demand, *metric);
        }
        self.find_exceptions(ctx, set, market);
    }

    /// The same for several demands: what tables and lookups know of them lies anywhere, and is asked for one table after the other, so
    /// that nobody waits for one demand before the next is asked for.
    pub fn score_each(ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, each: &mut [(&mut Scores, u32)]) {
        let places: Vec<usize> = each.iter().map(|(_, demand)| market.place(*demand)).collect();
        each.iter_mut().for_each(|(scores, demand)| scores.begin(set, *demand as usize));
        for table in &market.tables {
            each.iter_mut().zip(&places).for_each(|((scores, _), place)| scores.rows.push(table.row(market, *place)));
        }
        for lookup in &market.lookups {
            each.iter_mut().zip(&places).for_each(|((scores, _), place)| scores.lookup_rows.push(lookup.row(market, *place)));
        }
        for (metric, _) in &market.metrics {
            each.iter_mut().for_each(|(scores, demand)| scores.own[*metric as usize] = own_failure(ctx, set, *demand as usize, *metric));
        }
        each.iter_mut().for_each(|(scores, _)| scores.find_exceptions(ctx, set, market));
    }

    /// Another demand follows.
    fn begin(&mut self, set: &DemandSet<'_>, demand: usize) {
        self.demand = demand;
        self.product = set.demands.product[demand];
        self.rows.clear();
        self.lookup_rows.clear();
        self.own = [NONE; Metric::ALL.len()];
    }

    fn find_exceptions(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market) {
        self.exceptions.clear();
        if !set.is_special(self.demand) {
            return;
        }
        ctx.preferences.of(set.demands, self.demand, &mut self.likings);
        let assigned = set.assigned(self.demand);
        self.odd.clear();
        self.odd.extend(self.likings.iter().filter_map(|liking| market.local(liking.license)));
        self.odd.extend(assigned.iter().filter_map(|license| market.local(*license)));
        self.odd.sort_unstable();
        self.odd.dedup();
        for at in 0..self.odd.len() {
            let exception = self.exception(market, self.odd[at], assigned);
            self.exceptions.push(exception);
        }
    }

    fn exception(&self, market: &Market, local: u32, assigned: &[u32]) -> Exception {
        let license = market.licenses[local as usize];
        let place = market.tie_rank[local as usize];
        let mut fail = self.raw_fail(market, place);
        if market.metric_of[place as usize] == Metric::NamedUser as u8 && assigned.binary_search(&license).is_err() {
            fail = fail.min(NOT_ASSIGNED);
        }
        let liking = self.likings.binary_search_by_key(&license, |liking| liking.license).ok().map(|at| self.likings[at]);
        let preference = liking.and_then(|liking| liking.points);
        if liking.is_some_and(|liking| liking.forbidden) {
            fail = fail.min(FORBIDDEN);
        }
        if market.distance(self.product, place).is_none() {
            fail = OUT_OF_REACH;
        }
        Exception { local, place, fail, score: self.points(market, place).saturating_add(preference.unwrap_or(0)), preference }
    }

    /// Puts down all that the pairs of the demand follow from; whether there is nothing else, as with preferences.
    pub fn traits(&self, market: &Market, into: &mut Vec<u32>) -> bool {
        into.clear();
        into.extend_from_slice(&self.rows);
        into.extend_from_slice(&self.lookup_rows);
        into.extend(market.metrics.iter().map(|(metric, _)| u32::from(self.own[*metric as usize])));
        // Only in phase downgrade, where it tells what reaches down to the demand.
        into.extend((!market.links.is_empty()).then_some(self.product));
        self.exceptions.is_empty()
    }

    /// Whether the demand fails at a metric, rules aside.
    pub(super) fn fails_at(&self, metric: Metric) -> bool {
        self.own[metric as usize] != NONE
    }

    /// What a license fails by its metric and the rules.
    fn raw_fail(&self, market: &Market, place: u32) -> u16 {
        let own = self.own[usize::from(market.metric_at(place))];
        let tables = market.tables.iter().zip(&self.rows).enumerate();
        let tables = tables.map(|(at, (table, row))| table.fail_of_part(*row, market.part(at, table, place)));
        let lookups = market.lookups.iter().zip(&self.lookup_rows).enumerate();
        let lookups = lookups.map(|(at, (lookup, row))| lookup.fail_of_value(*row, market.held(at, lookup, place)));
        tables.chain(lookups).fold(own, u16::min)
    }

    /// What a license that is no exception fails.
    pub(super) fn plain_fail(&self, market: &Market, place: u32) -> u16 {
        if market.distance(self.product, place).is_none() {
            return OUT_OF_REACH;
        }
        let fail = self.raw_fail(market, place);
        if market.metric_at(place) == Metric::NamedUser as u8 { fail.min(NOT_ASSIGNED) } else { fail }
    }

    /// Judges every license of the market.
    pub fn all(&self, market: &Market, all: &mut AllPairs) {
        let licenses = market.at.len();
        all.scores.clear();
        all.scores.resize(licenses, 0);
        all.marks.clear();
        all.marks.resize(licenses, 0);
        all.fails.clear();
        let mut plain = self.own;
        plain[Metric::NamedUser as usize] = plain[Metric::NamedUser as usize].min(NOT_ASSIGNED);
        all.fails.extend(market.metric_of.iter().map(|metric| plain[*metric as usize]));
        let mut shift = 0;
        for (table, row) in market.tables.iter().zip(&self.rows) {
            table.add_all(*row, shift, all);
            shift += table.affinities();
        }
        for (lookup, row) in market.lookups.iter().zip(&self.lookup_rows) {
            lookup.add_all(*row, shift, all);
            shift += 1;
        }
        if !market.links.is_empty() {
            for (place, fail) in all.fails.iter_mut().enumerate() {
                if market.distance(self.product, place as u32).is_none() {
                    *fail = OUT_OF_REACH;
                }
            }
        }
        for exception in &self.exceptions {
            all.fails[exception.place as usize] = exception.fail;
            all.scores[exception.place as usize] = exception.score;
        }
    }

    /// The marks of a license, by its place, as [`AllPairs::marks`] has them.
    pub fn marks(&self, market: &Market, place: u32) -> u64 {
        let (mut marks, mut shift) = (0, 0);
        for (at, (table, row)) in market.tables.iter().zip(&self.rows).enumerate() {
            marks |= table.marks_of_part(*row, market.part(at, table, place)).wrapping_shl(shift);
            shift += table.affinities();
        }
        for (at, (lookup, row)) in market.lookups.iter().zip(&self.lookup_rows).enumerate() {
            if lookup.affinity.is_some() && lookup.matches_value(*row, market.held(at, lookup, place)) {
                marks |= 1u64.wrapping_shl(shift);
            }
            shift += 1;
        }
        marks
    }

    /// The points that a license, by its place, has from the rules.
    pub fn points(&self, market: &Market, place: u32) -> i64 {
        let mut points = 0;
        for (at, (table, row)) in market.tables.iter().zip(&self.rows).enumerate() {
            points += table.points_of_part(*row, market.part(at, table, place));
        }
        for (at, (lookup, row)) in market.lookups.iter().zip(&self.lookup_rows).enumerate() {
            if let Some((_, worth)) = lookup.affinity
                && lookup.matches_value(*row, market.held(at, lookup, place))
            {
                points += worth;
            }
        }
        points
    }

    /// The exception that a license is, if it is one.
    pub fn exception_of(&self, local: u32) -> Option<&Exception> {
        self.exceptions.binary_search_by_key(&local, |exception| exception.local).ok().map(|at| &self.exceptions[at])
    }

    /// Failure code and score of one license.
    pub fn of(&self, market: &Market, local: u32) -> (u16, i64) {
        match self.exception_of(local) {
            Some(exception) => (exception.fail, exception.score),
            None => {
                let place = market.tie_rank[local as usize];
                (self.plain_fail(market, place), self.points(market, place))
            }
        }
    }

    /// Failure code of one license.
    pub fn fail_of(&self, market: &Market, local: u32) -> u16 {
        self.exception_of(local).map_or_else(|| self.plain_fail(market, market.tie_rank[local as usize]), |exception| exception.fail)
    }

    /// Where an eligible license stands.
    pub fn standing(&self, market: &Market, local: u32) -> Standing {
        let place = market.tie_rank[local as usize];
        let score = self.exception_of(local).map_or_else(|| self.points(market, place), |exception| exception.score);
        self.standing_of(market, score, place)
    }

    /// Where a license of a score stands, by its place.
    pub fn standing_of(&self, market: &Market, score: i64, place: u32) -> Standing {
        Standing::new(score, market.distance(self.product, place).unwrap_or(0), place)
    }

    /// The licenses that reach down to the demand's version, by how many versions lie between; none outside phase downgrade.
    pub fn reach<'a>(&self, market: &'a Market) -> Option<&'a [(u32, Vec<u64>)]> {
        (!market.links.is_empty()).then(|| market.reach.get(&self.product).map_or(&[][..], Vec::as_slice))
    }

    /// The exceptions that are candidates.
    pub fn eligible_exceptions(&self) -> impl Iterator<Item = &Exception> + '_ {
        self.exceptions.iter().filter(|exception| exception.fail == NONE)
    }

    /// Puts into `bits` the candidates that are no exceptions. `spare` is room to work in.
    pub fn candidates(&self, market: &Market, bits: &mut Vec<u64>, spare: &mut Vec<u64>) {
        bits.clear();
        bits.extend_from_slice(&market.open);
        self.without_exceptions(market, bits);
        for (metric, of_metric) in &market.metrics {
            if self.own[*metric as usize] != NONE {
                bits.iter_mut().zip(&of_metric.bits).for_each(|(bits, of_metric)| *bits &= !of_metric);
            }
        }
        for (table, row) in market.tables.iter().zip(&self.rows) {
            if let Some(failing) = table.failing.get(*row as usize) {
                failing.keep(NONE, bits, spare);
            }
        }
        for (lookup, row) in market.lookups.iter().zip(&self.lookup_rows) {
            if lookup.fail != NONE {
                lookup.keep(*row, bits, spare);
            }
        }
    }

    /// Takes away the exceptions, and what does not reach down to the demand.
    pub(super) fn without_exceptions(&self, market: &Market, bits: &mut [u64]) {
        if let Some(reach) = self.reach(market) {
            for (word, bits) in bits.iter_mut().enumerate() {
                *bits &= reach.iter().fold(0, |any, (_, reached)| any | reached[word]);
            }
        }
        for exception in &self.exceptions {
            remove(bits, exception.place);
        }
    }

    /// The affinities that match this demand and a license, and its preference points.
    pub fn matched(&self, ctx: &Ctx<'_>, _set: &DemandSet<'_>, market: &Market, local: u32) -> MatchSet {
        let mut words = vec![0u64; ctx.plan.affinities.div_ceil(64)].into_boxed_slice();
        let place = market.tie_rank[local as usize];
        for (table, row) in market.tables.iter().zip(&self.rows) {
            table.mark(*row, place, &mut words);
        }
        for (lookup, row) in market.lookups.iter().zip(&self.lookup_rows) {
            if let Some((affinity, _)) = lookup.affinity
                && lookup.matches(*row, place)
            {
                words[affinity as usize / 64] |= 1 << (affinity % 64);
            }
        }
        MatchSet { rules: words, preference: self.exception_of(local).and_then(|exception| exception.preference) }
    }

    /// Puts into `places` all licenses that can be candidates, where lookups leave few: those that no narrow lookup binds, and those
    /// that match one. Whether they do, and are at most so many.
    pub fn possible(&self, market: &Market, most: usize, places: &mut Vec<u32>) -> bool {
        let Some(unbound) = &market.unbound else { return false };
        places.clear();
        places.extend_from_slice(unbound);
        for lookup in &market.narrow {
            match market.lookups[*lookup].matching(self.lookup_rows[*lookup]) {
                Set::Few(matching) if places.len() + matching.len() <= most => places.extend_from_slice(matching),
                _ => return false,
            }
        }
        places.sort_unstable();
        places.dedup();
        true
    }

    /// Whether a license that is no exception is a candidate.
    pub fn plain_candidate(&self, market: &Market, place: u32) -> bool {
        let is_exception = || !self.exceptions.is_empty() && self.exception_of(market.at[place as usize]).is_some();
        self.plain_fail(market, place) == NONE && !is_exception()
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
        Metric::Core => demands.cores.get(demand) == NULL_INT,
        Metric::Processor => demands.processors.get(demand) == NULL_INT,
        _ => false,
    };
    if unknown { UNITS_UNKNOWN } else { NONE }
}

/// Whose turn comes first: by the best score, the highest first, then `started_on` (nulls last), then the place that stands for the
/// `demand_id` (§4.5). One number, so that to sort is cheap.
pub fn turn_key(score: i64, started_on: i32, rank: u32) -> u128 {
    // With the sign turned round numbers ascend as the integers do; with all bits turned round they descend.
    let score = !((score as u64) ^ (1 << 63));
    let started = if started_on == NULL_DATE { u32::MAX } else { (started_on as u32) ^ (1 << 31) };
    u128::from(score) << 64 | u128::from(started) << 32 | u128::from(rank)
}
