//! What every step of the calculation reads: the estate, the plan of the rules, and who is preferred or assigned where.

use super::coding::{Coded, code_operands};
use super::plan::ScorePlan;
use crate::model::demand::Demands;
use crate::model::estate::{Estate, Preference, Target};
use crate::model::text::Code;
use crate::rules::eval::Env;
use rustc_hash::FxHashMap;

/// The ground that all steps stand on.
#[derive(Clone, Copy)]
pub struct Ctx<'a> {
    pub estate: &'a Estate,
    pub plan: &'a ScorePlan,
    pub env: Env<'a>,
    pub preferences: &'a Preferences,
}

/// Some demands and the codes of their operands: those of the estate, or the bundle demands.
pub struct DemandSet<'a> {
    pub demands: &'a Demands,
    pub coded: Vec<Coded<'a>>,
    /// Licenses that count as assigned, by demand, ascending: only those of metric `named_user` matter (§4.3).
    pub assigned: FxHashMap<u32, Vec<u32>>,
}

impl<'a> DemandSet<'a> {
    /// For what sets markets up.
    pub fn new(ctx: &Ctx<'_>, demands: &'a Demands, assigned: FxHashMap<u32, Vec<u32>>) -> Self {
        Self { demands, coded: code_operands(&ctx.plan.operands, demands, &ctx.env), assigned }
    }

    /// For what scores in markets that are there: the codes of operands went into their tables.
    pub fn settled(demands: &'a Demands, assigned: FxHashMap<u32, Vec<u32>>) -> Self {
        Self { demands, coded: Vec::new(), assigned }
    }
}

/// Preferences by what they point at (§4.4: a preference hits every demand that holds its consumption, or whose asset or
/// user is its target, in either family).
#[derive(Default)]
pub struct Preferences {
    by_asset: FxHashMap<Code, Vec<Preference>>,
    by_user: FxHashMap<Code, Vec<Preference>>,
    by_consumption: FxHashMap<u32, Vec<Preference>>,
}

/// What the preferences make of one pair.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Liking {
    pub license: u32,
    /// The sum of the points; none if no points hit the pair.
    pub points: Option<i64>,
    pub forbidden: bool,
}

impl Preferences {
    pub fn new(all: &[Preference]) -> Self {
        let mut index = Self::default();
        for preference in all {
            match preference.target {
                Target::Asset(asset) => index.by_asset.entry(asset).or_default().push(*preference),
                Target::User(user) => index.by_user.entry(user).or_default().push(*preference),
                Target::Consumption { row, .. } => index.by_consumption.entry(row).or_default().push(*preference),
            }
        }
        index
    }

    /// The most that points can add to, or take from, the score of any pair of some demands.
    pub fn most(&self, demands: &Demands, some: &[u32]) -> i64 {
        let worth = |preferences: &Vec<Preference>| {
            preferences
                .iter()
                .filter_map(|preference| preference.points)
                .fold(0, |sum: i64, points| sum.saturating_add(points.saturating_abs()))
        };
        let most = |by: &FxHashMap<Code, Vec<Preference>>| by.values().map(worth).max().unwrap_or(0);
        let of_subjects = most(&self.by_asset).saturating_add(most(&self.by_user));
        match self.by_consumption.values().map(worth).max() {
            None => of_subjects,
            Some(worth) => {
                let members = some.iter().map(|demand| demands.members(*demand as usize).len()).max().unwrap_or(0);
                of_subjects.saturating_add(worth.saturating_mul(members as i64))
            }
        }
    }

    /// What hits a demand, summed by license, ascending.
    pub fn of(&self, demands: &Demands, demand: usize, out: &mut Vec<Liking>) {
        out.clear();
        let mut hit = |preferences: Option<&Vec<Preference>>| {
            for preference in preferences.into_iter().flatten() {
                let forbidden = preference.points.is_none();
                out.push(Liking { license: preference.license, points: preference.points, forbidden });
            }
        };
        if !self.by_asset.is_empty() {
            hit(self.by_asset.get(&demands.asset[demand]));
        }
        if !self.by_user.is_empty() {
            hit(self.by_user.get(&demands.user[demand]));
        }
        if !self.by_consumption.is_empty() {
            for consumption in demands.members(demand) {
                hit(self.by_consumption.get(consumption));
            }
        }
        out.sort_unstable_by_key(|liking| liking.license);
        out.dedup_by(|later, first| {
            let same = later.license == first.license;
            if same {
                first.forbidden |= later.forbidden;
                first.points = match (first.points, later.points) {
                    (Some(one), Some(other)) => Some(one.saturating_add(other)),
                    (one, other) => one.or(other),
                };
            }
            same
        });
    }
}
