//! Tables of a market: for each code of a group's operands, what the group's rules say of each class of licenses.

use super::coding::Coder;
use super::ctx::{Ctx, DemandSet};
use super::market::Market;
use super::plan::{Group, Role};
use super::rows::PairFields;
use super::score::{NONE, REQUIREMENTS};
use crate::rules::eval::holds;
use rustc_hash::FxHashMap;

/// The vectors of one group of rules.
pub struct Table {
    /// The operands, and how their ids become codes.
    operands: Vec<(usize, Coder)>,
    /// For each operand after the first: the code of (code so far, operand's code).
    joins: Vec<FxHashMap<(u32, u32), u32>>,
    classes: usize,
    /// The affinities of the group by place; bit `i` of a mask stands for the `i`-th.
    pub affinities: Vec<u16>,
    /// Codes × classes; empty without affinities.
    points: Vec<i64>,
    masks: Vec<u16>,
    /// Codes × classes, the first failed requirement as a failure code; empty without requirements.
    fails: Vec<u16>,
}

impl Table {
    /// Tabulates a group for the demands of a market; `None` if all its rules are looked up.
    pub fn new(ctx: &Ctx<'_>, set: &DemandSet<'_>, demands: &[u32], market: &Market, group: &Group) -> Option<Self> {
        let looked_up = |term: usize| market.lookups.iter().any(|lookup| lookup.term == term);
        let terms: Vec<usize> = group.terms.iter().copied().filter(|term| !looked_up(*term)).collect();
        if terms.is_empty() {
            return None;
        }
        let each = || demands.iter().map(|demand| *demand as usize);
        let coder = |operand: &usize| {
            let coder = Coder::new(&ctx.plan.operands[*operand], &set.coded[*operand], each(), &market.licenses, ctx.estate, &ctx.env);
            (*operand, coder)
        };
        let mut table = Self {
            operands: group.operands.iter().map(coder).collect(),
            joins: vec![FxHashMap::default(); group.operands.len().saturating_sub(1)],
            classes: market.classes.len(),
            affinities: Vec::new(),
            points: Vec::new(),
            masks: Vec::new(),
            fails: Vec::new(),
        };
        let examples = table.examples(set, demands);
        for term in &terms {
            if let Role::Affinity(place, _) = ctx.plan.terms[*term].role {
                table.affinities.push(place);
            }
        }
        table.fill(ctx, set, market, &terms, &examples);
        Some(table)
    }

    /// The first demand of each code; joins codes of several operands on the way.
    fn examples(&mut self, set: &DemandSet<'_>, demands: &[u32]) -> Vec<u32> {
        let mut examples: Vec<u32> = Vec::new();
        let mut join_count = vec![0u32; self.joins.len()];
        for demand in demands {
            let mut code = 0;
            for (place, (operand, coder)) in self.operands.iter().enumerate() {
                let own = coder.code(set.coded[*operand].ids[*demand as usize]);
                if place == 0 {
                    code = own;
                    continue;
                }
                let next = join_count[place - 1];
                code = *self.joins[place - 1].entry((code, own)).or_insert(next);
                if code == next {
                    join_count[place - 1] += 1;
                }
            }
            if code as usize == examples.len() {
                examples.push(*demand);
            }
        }
        examples
    }

    fn fill(&mut self, ctx: &Ctx<'_>, set: &DemandSet<'_>, market: &Market, terms: &[usize], examples: &[u32]) {
        let cells = examples.len() * self.classes;
        let has_requirements = terms.len() > self.affinities.len();
        if !self.affinities.is_empty() {
            self.points = vec![0; cells];
            self.masks = vec![0; cells];
        }
        if has_requirements {
            self.fails = vec![NONE; cells];
        }
        for (code, demand) in examples.iter().enumerate() {
            for (class, members) in market.classes.iter().enumerate() {
                let license = market.licenses[members.members[0] as usize] as usize;
                let pair = PairFields { demands: set.demands, demand: *demand as usize, licenses: &ctx.estate.licenses, license };
                let cell = code * self.classes + class;
                let mut bit = 0;
                for term in terms {
                    let term = &ctx.plan.terms[*term];
                    match term.role {
                        Role::Affinity(_, points) => {
                            if holds(&term.expr, &pair, &ctx.env, term.mode()) {
                                self.points[cell] += points;
                                self.masks[cell] |= 1 << bit;
                            }
                            bit += 1;
                        }
                        Role::Scope(_, dimension) if !members.scope.has(dimension) => {}
                        Role::Requirement(place) | Role::Scope(place, _) => {
                            let fail = &mut self.fails[cell];
                            if *fail > REQUIREMENTS + place && !holds(&term.expr, &pair, &ctx.env, term.mode()) {
                                *fail = REQUIREMENTS + place;
                            }
                        }
                    }
                }
            }
        }
    }

    /// The row of a demand.
    fn row(&self, set: &DemandSet<'_>, demand: usize) -> std::ops::Range<usize> {
        let mut code = 0;
        for (place, (operand, coder)) in self.operands.iter().enumerate() {
            let own = coder.code(set.coded[*operand].ids[demand]);
            code = if place == 0 { own } else { self.joins[place - 1].get(&(code, own)).copied().unwrap_or(0) };
        }
        let start = code as usize * self.classes;
        start..start + self.classes
    }

    /// Adds what the group says of a demand and each class.
    pub fn add(&self, set: &DemandSet<'_>, demand: usize, scores: &mut [i64], fails: &mut [u16]) {
        let row = self.row(set, demand);
        if !self.points.is_empty() {
            for (score, points) in scores.iter_mut().zip(&self.points[row.clone()]) {
                *score += points;
            }
        }
        if !self.fails.is_empty() {
            for (fail, other) in fails.iter_mut().zip(&self.fails[row]) {
                *fail = (*fail).min(*other);
            }
        }
    }

    /// The affinities of the group that match a demand and a class, as bits of `words`.
    pub fn mark(&self, set: &DemandSet<'_>, demand: usize, class: usize, words: &mut [u64]) {
        if self.masks.is_empty() {
            return;
        }
        let mut mask = self.masks[self.row(set, demand).start + class];
        while mask != 0 {
            let place = self.affinities[mask.trailing_zeros() as usize] as usize;
            words[place / 64] |= 1 << (place % 64);
            mask &= mask - 1;
        }
    }

    /// The same for a demand and all classes: bit `i` of a class's mask stands for the `i`-th of [`Table::affinities`]. None
    /// without affinities.
    pub fn masks(&self, set: &DemandSet<'_>, demand: usize) -> Option<&[u16]> {
        if self.masks.is_empty() { None } else { Some(&self.masks[self.row(set, demand)]) }
    }
}
