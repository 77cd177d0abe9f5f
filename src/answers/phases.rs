//! What one phase weighed for a demand: every license that it considered, with its score, what it had free, what it gave, or why not.

use super::free::ledger;
use super::world::World;
use crate::allocate::ctx::DemandSet;
use crate::allocate::explain_pair::{PairVerdict, verdicts};
use crate::allocate::ledger::Ledger;
use crate::allocate::market::{Market, need};
use crate::allocate::rows::PairFields;
use crate::explain::pair::Pairs;
use crate::model::demand::Demands;
use crate::model::words::{Metric, Phase};
use crate::trace::answer::{CandidateAnswer, FailureAnswer, IneligibleAnswer, PhaseAnswer, RuleAnswer, WhyNot};
use rustc_hash::FxHashMap;

/// One demand in one phase.
pub struct Weighing<'a> {
    pub world: &'a World,
    pub phase: Phase,
    /// The estate's demands, or those of a bundle.
    pub set: &'a DemandSet<'a>,
    pub demand: u32,
    /// What was served: the demand's name, or the bundle demand's.
    pub name: String,
    pub parts: Vec<String>,
    /// Usable licenses, ascending.
    pub licenses: Vec<u32>,
    /// As in [`Market`].
    pub links: FxHashMap<(u32, u32), u32>,
    /// None where it was not served.
    pub turn: Option<u32>,
    /// What each license gave.
    pub gave: FxHashMap<u32, i64>,
}

/// What was weighed, and the verdicts that it came from.
pub struct Weighed {
    pub answer: PhaseAnswer,
    pub verdicts: Vec<PairVerdict>,
}

impl Weighing<'_> {
    /// Judges every license again.
    pub fn weigh(&self) -> Weighed {
        let ctx = self.world.ctx();
        let market = Market::new(&ctx, self.set, &[self.demand], self.licenses.clone(), self.links.clone());
        let verdicts = verdicts(&ctx, self.set, &market, self.demand);
        let seats = self.turn.map(|turn| ledger(self.world, &self.licenses, Some((self.phase, turn))));
        let free = |license: u32| self.free(seats.as_ref()?, license);
        let mut candidates = Vec::new();
        let mut ineligible = Vec::new();
        for verdict in &verdicts {
            match verdict.failed {
                None => candidates.push(self.candidate(verdict, candidates.len() as i64 + 1, free(verdict.license))),
                Some(_) => ineligible.push(self.ineligible(verdict)),
            }
        }
        self.tell_why_not(&mut candidates);
        let answer = PhaseAnswer {
            phase: self.phase.code(),
            demand_id: self.name.clone(),
            parts: self.parts.clone(),
            turn: self.turn.map(i64::from),
            candidates,
            ineligible,
        };
        Weighed { answer, verdicts }
    }

    fn demands(&self) -> &Demands {
        self.set.demands
    }

    fn metric(&self, license: u32) -> Metric {
        self.world.estate().licenses.metric[license as usize].unwrap_or(Metric::Device)
    }

    /// Seats that were free for the demand; none where they are not counted.
    fn free(&self, seats: &Ledger, license: u32) -> Option<i64> {
        let local = self.licenses.binary_search(&license).ok()?;
        let counted = self.metric(license) != Metric::Site;
        counted.then(|| seats.free_for(local as u32, self.world.estate(), self.demands(), self.demand as usize))
    }

    fn candidate(&self, verdict: &PairVerdict, rank: i64, free: Option<i64>) -> CandidateAnswer {
        let (world, metric) = (self.world, self.metric(verdict.license));
        CandidateAnswer {
            license_id: world.license_id(verdict.license),
            product_id: world.product_id(world.estate().licenses.product[verdict.license as usize]),
            metric: metric.code(),
            rank,
            score: verdict.score,
            rules: rules(world, verdict),
            need: need(world.estate(), self.demands(), self.demand as usize, metric).unwrap_or(0),
            free,
            units: self.gave.get(&verdict.license).copied(),
            why_not: None,
        }
    }

    fn ineligible(&self, verdict: &PairVerdict) -> IneligibleAnswer {
        let world = self.world;
        IneligibleAnswer {
            license_id: world.license_id(verdict.license),
            product_id: world.product_id(world.estate().licenses.product[verdict.license as usize]),
            metric: self.metric(verdict.license).code(),
            failed: self.failure(verdict),
            score: verdict.score,
        }
    }

    /// What a pair failed, in words.
    pub fn failure(&self, verdict: &PairVerdict) -> FailureAnswer {
        let Some(failed) = verdict.failed else { return FailureAnswer { code: String::new(), rule: None, sentence: String::new() } };
        let (demands, license) = (self.demands(), verdict.license as usize);
        let licenses = &self.world.estate().licenses;
        let fields = PairFields { demands, demand: self.demand as usize, licenses, license };
        pairs(self.world).failure(failed, demands.product[self.demand as usize] as usize, license, &fields)
    }

    /// Why the candidates that gave nothing gave nothing: their group of one metric covers the need together, or gives nothing (§4.6).
    fn tell_why_not(&self, candidates: &mut [CandidateAnswer]) {
        let alone = !self.world.estate().policy.split_across_licenses;
        let mut together: FxHashMap<&'static str, i64> = FxHashMap::default();
        for candidate in candidates.iter() {
            *together.entry(candidate.metric).or_default() += candidate.free.unwrap_or(0);
        }
        for candidate in candidates.iter_mut().filter(|candidate| candidate.units.is_none()) {
            let (need, free) = (candidate.need, candidate.free.unwrap_or(0));
            let total = together.get(candidate.metric).copied().unwrap_or(0);
            let site = candidate.metric == Metric::Site.code();
            candidate.why_not = Some(match self.turn {
                None => WhyNot::NotServed,
                Some(_) if site => WhyNot::NotNeeded,
                Some(_) if free <= 0 => WhyNot::NoFreeSeat,
                Some(_) if alone && free < need => WhyNot::TooFewAlone { free, need },
                Some(_) if !alone && total < need => WhyNot::TooFewTogether { free: total, need },
                Some(_) => WhyNot::NotNeeded,
            });
        }
    }
}

/// What sentences on pairs are made of.
pub fn pairs(world: &World) -> Pairs<'_> {
    Pairs { estate: world.estate(), program: &world.built.program, schema: &world.built.schema, env: world.built.env() }
}

/// The rules that match, preferences last.
fn rules(world: &World, verdict: &PairVerdict) -> Vec<RuleAnswer> {
    let affinities = &world.built.program.affinities;
    let rule = |place: usize| affinities.get(place).map(|rule| RuleAnswer { name: rule.name.clone(), points: rule.points });
    let preference = verdict.matched.preference.map(|points| RuleAnswer { name: "preference".to_owned(), points });
    verdict.matched.places().filter_map(rule).chain(preference).collect()
}
