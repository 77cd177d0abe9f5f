//! Tables of a market: for each code of a group's operands, what the group's rules say of each part of the licenses.

use super::coding::{Codes, Kinds};
use super::ctx::{Ctx, DemandSet};
use super::market::Market;
use super::packed::Column;
use super::plan::{Group, Role};
use super::rows::{LicenseRow, PairFields};
use super::score::{AllPairs, NONE, REQUIREMENTS};
use super::sets::{Partition, words};
use crate::model::license::ScopeBits;
use crate::model::value::Value;
use crate::rules::eval::{evaluate, holds};
use rustc_hash::{FxHashMap, FxHashSet};

/// What one group of rules makes of every demand and license.
pub struct Table {
    /// Where a demand's code stands.
    source: Source,
    /// By code: the row. Codes that come to the same share one.
    row_of: Vec<u32>,
    /// By the license's place: its part. Licenses that the group's rules cannot tell apart share one.
    part_of: Vec<u32>,
    parts: usize,
    /// The affinities of the group by place; bit `i` of a mask stands for the `i`-th.
    affinities: Vec<u16>,
    /// Rows × parts; empty without affinities.
    points: Vec<i64>,
    masks: Vec<u16>,
    /// Rows × parts, the first failed requirement as a failure code; empty without requirements.
    fails: Vec<u16>,
    /// By row: the licenses by points; empty without affinities, and where nobody asks (`keys`, `touched`).
    pub levels: Vec<Partition<i64>>,
    /// By row: the licenses by what they fail; empty without requirements.
    pub failing: Vec<Partition<u16>>,
}

/// The codes of a group's demands.
enum Source {
    /// All demands have one row.
    Same,
    /// Those of an operand of the market.
    Operand(usize),
    Joined(Codes),
}

/// What the rules of a group say of one code of demands, by part of the licenses.
#[derive(Clone, PartialEq, Eq, Hash, Default)]
struct Verdict {
    points: Vec<i64>,
    masks: Vec<u16>,
    fails: Vec<u16>,
}

/// The licenses of a market as one group of rules tells them apart.
struct Parts {
    /// By the license's place.
    of: Vec<u32>,
    /// By part: the places of its licenses, in any order.
    places: Vec<Vec<u32>>,
    /// By part: a license, and the scope that its members have in common.
    examples: Vec<(usize, ScopeBits)>,
}

impl Table {
    /// Tabulates a group for the demands of a market; `None` if all its rules are looked up.
    pub fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, demands: &[u32], market: &Market, group: &Group) -> Option<Self> {
        let looked_up = |term: usize| market.lookups.iter().any(|lookup| lookup.term == term);
        let terms: Vec<usize> = group.terms.iter().copied().filter(|term| !looked_up(*term)).collect();
        if terms.is_empty() {
            return None;
        }
        let joined;
        let (source, examples) = match group.operands[..] {
            [operand] => (Source::Operand(operand), &market.kinds[operand].examples),
            _ => {
                let all: Vec<&Kinds> = group.operands.iter().map(|operand| &market.kinds[*operand]).collect();
                let Kinds { codes, examples } = Kinds::join(&all, demands);
                joined = examples;
                (Source::Joined(codes), &joined)
            }
        };
        let parts = Parts::new(ctx, market, &terms);
        let affinity = |term: &usize| match ctx.plan.terms[*term].role {
            Role::Affinity(place, _) => Some(place),
            _ => None,
        };
        let mut table = Self {
            source,
            row_of: Vec::with_capacity(examples.len()),
            part_of: Vec::new(),
            parts: parts.places.len(),
            affinities: terms.iter().filter_map(affinity).collect(),
            points: Vec::new(),
            masks: Vec::new(),
            fails: Vec::new(),
            levels: Vec::new(),
            failing: Vec::new(),
        };
        let has = (!table.affinities.is_empty(), terms.len() > table.affinities.len());
        let mut known: FxHashMap<Verdict, u32> = FxHashMap::default();
        let mut verdict = Verdict::default();
        for demand in examples {
            verdict.judge(ctx, set, &terms, *demand as usize, &parts, has);
            let row = known.get(&verdict).copied().unwrap_or_else(|| {
                table.add_row(&verdict, &parts, words(market.licenses.len()));
                let next = known.len() as u32;
                known.insert(verdict.clone(), next);
                next
            });
            table.row_of.push(row);
        }
        if table.row_of.iter().all(|row| *row == 0) {
            table.source = Source::Same;
        }
        table.part_of = parts.of;
        Some(table)
    }

    fn add_row(&mut self, verdict: &Verdict, parts: &Parts, words: usize) {
        self.failing.extend(Partition::new(&verdict.fails, &parts.places, words));
        self.points.extend_from_slice(&verdict.points);
        self.masks.extend_from_slice(&verdict.masks);
        self.fails.extend_from_slice(&verdict.fails);
    }

    /// Parts the licenses by points, row by row.
    pub fn part_by_points(&mut self, words: usize) {
        let mut places: Vec<Vec<u32>> = vec![Vec::new(); self.parts];
        self.part_of.iter().zip(0..).for_each(|(part, place)| places[*part as usize].push(place));
        self.levels = self.points.chunks(self.parts.max(1)).filter_map(|points| Partition::new(points, &places, words)).collect();
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.points.len().max(self.fails.len()) / self.parts.max(1)
    }

    /// Whether a license can fail anything here.
    pub fn can_fail(&self) -> bool {
        !self.fails.is_empty()
    }

    /// How many different points it gives.
    pub fn distinct_points(&self) -> usize {
        self.points.iter().collect::<FxHashSet<_>>().len().max(1)
    }

    /// The least and the most points that a row gives to a license.
    pub fn range(&self) -> (i64, i64) {
        (self.points.iter().copied().min().unwrap_or(0), self.points.iter().copied().max().unwrap_or(0))
    }

    /// The row of a demand, by its place in the market.
    pub fn row(&self, market: &Market, demand: usize) -> u32 {
        let codes = match &self.source {
            Source::Same => return 0,
            Source::Operand(operand) => &market.kinds[*operand].codes,
            Source::Joined(codes) => codes,
        };
        self.row_of[codes.get(demand) as usize]
    }

    fn cell(&self, row: u32, part: u32) -> usize {
        row as usize * self.parts + part as usize
    }

    /// The part that a license is of, by its place.
    pub fn part(&self, license: u32) -> u32 {
        self.part_of[license as usize]
    }

    /// The parts of all licenses, by place.
    pub fn column(&self) -> Column<'_> {
        Column::Numbers(&self.part_of, self.parts)
    }

    /// The points of a license, by its place.
    pub fn points(&self, row: u32, license: u32) -> i64 {
        self.points_of_part(row, self.part(license))
    }

    /// The points of the licenses of a part.
    pub fn points_of_part(&self, row: u32, part: u32) -> i64 {
        if self.points.is_empty() { 0 } else { self.points[self.cell(row, part)] }
    }

    /// The first requirement of the group that a license fails.
    pub fn fail(&self, row: u32, license: u32) -> u16 {
        self.fail_of_part(row, self.part(license))
    }

    /// The first requirement of the group that the licenses of a part fail.
    pub fn fail_of_part(&self, row: u32, part: u32) -> u16 {
        if self.fails.is_empty() { NONE } else { self.fails[self.cell(row, part)] }
    }

    /// The affinities of the group that match, as bits of `words`.
    pub fn mark(&self, row: u32, license: u32, words: &mut [u64]) {
        if self.masks.is_empty() {
            return;
        }
        let mut mask = self.masks[self.cell(row, self.part(license))];
        while mask != 0 {
            let place = self.affinities[mask.trailing_zeros() as usize] as usize;
            words[place / 64] |= 1 << (place % 64);
            mask &= mask - 1;
        }
    }

    /// The affinities of the group that match the licenses of a part, as bits from 0.
    pub fn marks_of_part(&self, row: u32, part: u32) -> u64 {
        if self.masks.is_empty() { 0 } else { u64::from(self.masks[self.cell(row, part)]) }
    }

    /// How many affinities the group has.
    pub fn affinities(&self) -> u32 {
        self.affinities.len() as u32
    }

    /// Adds what a row says of every license, by place; marks go up by `shift`.
    pub fn add_all(&self, row: u32, shift: u32, all: &mut AllPairs) {
        let cells = row as usize * self.parts..(row as usize + 1) * self.parts;
        if !self.points.is_empty() {
            let (points, masks) = (&self.points[cells.clone()], &self.masks[cells.clone()]);
            for ((score, mark), part) in all.scores.iter_mut().zip(&mut all.marks).zip(&self.part_of) {
                *score += points[*part as usize];
                *mark |= u64::from(masks[*part as usize]).wrapping_shl(shift);
            }
        }
        if !self.fails.is_empty() {
            let fails = &self.fails[cells];
            for (fail, part) in all.fails.iter_mut().zip(&self.part_of) {
                *fail = (*fail).min(fails[*part as usize]);
            }
        }
    }
}

impl Parts {
    fn new(ctx: &Ctx<'_>, market: &Market, terms: &[usize]) -> Self {
        let licenses = &ctx.estate.licenses;
        let read: Vec<_> = ctx.plan.license_parts.iter().filter(|part| part.terms.iter().any(|term| terms.contains(term))).collect();
        let scopes: Vec<_> = terms.iter().filter_map(|term| ctx.plan.terms[*term].scope()).collect();
        let mut known: FxHashMap<Vec<Value>, u32> = FxHashMap::default();
        let mut parts = Self { of: vec![0; market.at.len()], places: Vec::new(), examples: Vec::new() };
        let mut key: Vec<Value> = Vec::new();
        // In the order that they lie in memory.
        for (license, place) in market.licenses.iter().zip(&market.tie_rank) {
            let license = *license as usize;
            let fields = LicenseRow { licenses, license };
            key.clear();
            key.extend(read.iter().map(|part| evaluate(&part.expr, &fields, &ctx.env, part.mode)));
            key.extend(scopes.iter().map(|dimension| Value::Boolean(licenses.scope[license].has(*dimension))));
            let next = parts.places.len() as u32;
            let part = known.get(&key[..]).copied().unwrap_or_else(|| {
                known.insert(key.clone(), next);
                parts.places.push(Vec::new());
                parts.examples.push((license, licenses.scope[license]));
                next
            });
            parts.places[part as usize].push(*place);
            parts.of[*place as usize] = part;
        }
        parts
    }
}

impl Verdict {
    /// Judges one demand against an example of each part.
    fn judge(
        &mut self,
        ctx: &Ctx<'_>,
        set: &DemandSet<'_>,
        terms: &[usize],
        demand: usize,
        parts: &Parts,
        (affinities, requirements): (bool, bool),
    ) {
        self.points.clear();
        self.masks.clear();
        self.fails.clear();
        for (license, scope) in &parts.examples {
            let pair = PairFields { demands: set.demands, demand, licenses: &ctx.estate.licenses, license: *license };
            let (mut points, mut mask, mut fail, mut bit) = (0, 0u16, NONE, 0);
            for term in terms {
                let term = &ctx.plan.terms[*term];
                match term.role {
                    Role::Affinity(_, worth) => {
                        if holds(&term.expr, &pair, &ctx.env, term.mode()) {
                            points += worth;
                            mask |= 1 << bit;
                        }
                        bit += 1;
                    }
                    Role::Scope(_, dimension) if !scope.has(dimension) => {}
                    Role::Requirement(place) | Role::Scope(place, _) => {
                        if fail > REQUIREMENTS + place && !holds(&term.expr, &pair, &ctx.env, term.mode()) {
                            fail = REQUIREMENTS + place;
                        }
                    }
                }
            }
            if affinities {
                self.points.push(points);
                self.masks.push(mask);
            }
            if requirements {
                self.fails.push(fail);
            }
        }
    }
}
