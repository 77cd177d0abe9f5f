//! What every step of the calculation reads: the estate, the plan of the rules, and who is preferred or assigned where.

use super::assignments::Assigned;
use super::coding::{Coded, code_operands};
use super::plan::ScorePlan;
use super::sets::{has, insert, words};
use crate::model::codes::CodeSet;
use crate::model::demand::Demands;
use crate::model::estate::{Estate, Preference, Target};
use crate::rules::eval::Env;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::sync::Arc;

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
    special: Special,
}

/// Which demands of a set are not like others. Found once and shared by all who ask.
#[derive(Clone)]
pub struct Special {
    /// Licenses that count as assigned, by demand, ascending: only those of metric `named_user` matter (§4.3).
    assigned: Assigned,
    /// A bit for each demand that preferences hit or licenses are assigned to; none at all where there is no such demand. Most have none
    /// of either, and they are asked for in no order.
    bits: Arc<Vec<u64>>,
}

impl Special {
    pub fn new(preferences: &Preferences, demands: &Demands, assigned: Assigned) -> Self {
        let mut bits = preferences.hits(demands);
        if bits.is_empty() && !assigned.is_empty() {
            bits = vec![0; words(demands.len())];
        }
        assigned.demands().for_each(|demand| insert(&mut bits, demand));
        Self { assigned, bits: Arc::new(bits) }
    }

    /// The licenses that count as assigned.
    pub fn assigned(&self) -> &Assigned {
        &self.assigned
    }
}

impl<'a> DemandSet<'a> {
    /// For what sets markets up.
    pub fn new(ctx: &Ctx<'_>, demands: &'a Demands, assigned: Assigned) -> Self {
        Self::judged(ctx, demands, || (Special::new(ctx.preferences, demands, assigned), ())).0
    }

    /// The same where `judge` says which are special, and more: operands are coded meanwhile.
    pub fn judged<T: Send>(ctx: &Ctx<'_>, demands: &'a Demands, judge: impl FnOnce() -> (Special, T) + Send) -> (Self, T) {
        let ((special, more), coded) = rayon::join(judge, || code_operands(&ctx.plan.operands, demands, &ctx.env));
        (Self { demands, coded, special }, more)
    }

    /// For what scores in markets that are there: the codes of operands went into their tables.
    pub fn settled(demands: &'a Demands, special: Special) -> Self {
        Self { demands, coded: Vec::new(), special }
    }

    pub fn special(&self) -> &Special {
        &self.special
    }

    /// Whether a preference hits a demand, or a license is assigned to it.
    pub fn is_special(&self, demand: usize) -> bool {
        !self.special.bits.is_empty() && has(&self.special.bits, demand as u32)
    }

    /// The licenses that count as assigned to a demand, ascending.
    pub fn assigned(&self, demand: usize) -> &[u32] {
        self.special.assigned.of(demand as u32)
    }
}

/// Preferences by what they point at (§4.4: a preference hits every demand that holds its consumption, or whose asset or
/// user is its target, in either family).
#[derive(Default)]
pub struct Preferences {
    by_asset: Pointing,
    by_user: Pointing,
    by_consumption: Pointing,
}

/// Preferences by the code of an asset or a user, or by the row of a consumption.
#[derive(Default)]
struct Pointing {
    /// Where `all` has any: most demands have none, and that is told by one bit.
    some: CodeSet,
    all: FxHashMap<u32, Vec<Preference>>,
    /// The most that points of one can add or take.
    most: i64,
}

impl Pointing {
    fn push(&mut self, at: u32, preference: Preference) {
        self.some.insert(at);
        self.all.entry(at).or_default().push(preference);
    }

    fn get(&self, at: u32) -> &[Preference] {
        self.all.get(&at).map_or(&[], Vec::as_slice)
    }

    fn note_most(&mut self) {
        let points = |preferences: &Vec<Preference>| {
            let points = preferences.iter().filter_map(|preference| preference.points);
            points.fold(0, |sum: i64, points| sum.saturating_add(points.saturating_abs()))
        };
        self.most = self.all.values().map(points).max().unwrap_or(0);
    }
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
                Target::Asset(asset) => index.by_asset.push(asset, *preference),
                Target::User(user) => index.by_user.push(user, *preference),
                Target::Consumption { row, .. } => index.by_consumption.push(row, *preference),
            }
        }
        [&mut index.by_asset, &mut index.by_user, &mut index.by_consumption].into_iter().for_each(Pointing::note_most);
        index
    }

    /// The most that points can add to, or take from, the score of any pair of some demands.
    pub fn most(&self, demands: &Demands, some: &[u32]) -> i64 {
        let of_subjects = self.by_asset.most.saturating_add(self.by_user.most);
        match self.by_consumption.most {
            0 => of_subjects,
            most => {
                let members = some.iter().map(|demand| demands.members(*demand as usize).len()).max().unwrap_or(0);
                of_subjects.saturating_add(most.saturating_mul(members as i64))
            }
        }
    }

    /// A bit for each demand that is hit; none at all if there are no preferences.
    fn hits(&self, demands: &Demands) -> Vec<u64> {
        if self.by_asset.all.is_empty() && self.by_user.all.is_empty() && self.by_consumption.all.is_empty() {
            return Vec::new();
        }
        let consumptions = !self.by_consumption.all.is_empty();
        let is_hit = |demand: usize| {
            self.by_asset.some.contains(demands.asset[demand])
                || self.by_user.some.contains(demands.user[demand])
                || (consumptions && demands.members(demand).iter().any(|row| self.by_consumption.some.contains(*row)))
        };
        let word = |word: usize| {
            let demands = word * 64..demands.len().min((word + 1) * 64);
            demands.fold(0, |bits, demand| bits | u64::from(is_hit(demand)) << (demand % 64))
        };
        (0..words(demands.len())).into_par_iter().map(word).collect()
    }

    /// What hits a demand, summed by license, ascending.
    pub fn of(&self, demands: &Demands, demand: usize, out: &mut Vec<Liking>) {
        out.clear();
        let mut hit = |preferences: &[Preference]| {
            for preference in preferences {
                let forbidden = preference.points.is_none();
                out.push(Liking { license: preference.license, points: preference.points, forbidden });
            }
        };
        hit(self.by_asset.get(demands.asset[demand]));
        hit(self.by_user.get(demands.user[demand]));
        if !self.by_consumption.all.is_empty() {
            for consumption in demands.members(demand) {
                hit(self.by_consumption.get(*consumption));
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
