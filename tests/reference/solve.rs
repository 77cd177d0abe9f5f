//! The phases one after the other, and what they leave behind (§4).

use super::assignments::{self, Assignments};
use super::cover::{self, Candidate, Covering, Offer};
use super::demands::{self, Demand, Key};
use super::estate::{Estate, License};
use super::job::Job;
use super::language::Side;
use super::ledger::{self, Ledger};
use super::pairs::{self, Judge, Verdict};
use super::people::{self, Skipped};
use super::rulebook::Rulebook;
use super::{affinity, bundles, direct, downgrade};
use std::collections::BTreeMap;

/// What is about candidates in a row of allocations (§6).
#[derive(Clone, Debug)]
pub struct About {
    pub score: i64,
    pub rank: usize,
    pub candidates: usize,
    pub passed_over: usize,
    pub runner_up: Option<(String, i64)>,
    pub matched: Vec<String>,
    pub decided_by: String,
}

/// A row of allocations.
#[derive(Clone, Debug)]
pub struct Grant {
    pub demand: Key,
    pub license: String,
    pub phase: &'static str,
    pub units: i64,
    pub turn: Option<i64>,
    pub about: Option<About>,
    pub reservation: Option<String>,
    pub assigned_on: Option<i64>,
    pub reason: Option<String>,
}

/// How a demand that got something ended.
#[derive(Clone, Debug)]
pub struct Cover {
    pub phase: &'static str,
    pub full: bool,
    /// In the product's metric.
    pub covered: i64,
    /// The first drawn from.
    pub license: String,
}

/// What phase 2 saw of a demand (§4.9).
#[derive(Clone, Debug, Default)]
pub struct Judgement {
    pub turn: Option<i64>,
    pub candidates: Vec<Candidate>,
    pub failures: Vec<Verdict>,
    /// At its turn a group of §4.6 had a free seat for it.
    pub free_seat: bool,
}

/// A row of the table affinity.
#[derive(Clone, Debug)]
pub struct Considered {
    pub demand: Key,
    pub phase: &'static str,
    pub license: String,
    pub verdict: Verdict,
    pub rank: Option<usize>,
}

#[derive(Debug, Default)]
pub struct Solution {
    pub estate: Estate,
    pub demands: BTreeMap<Key, Demand>,
    pub assignments: Assignments,
    pub skipped: Vec<Skipped>,
    pub ledger: Ledger,
    pub grants: Vec<Grant>,
    pub covers: BTreeMap<Key, Cover>,
    pub judgements: BTreeMap<Key, Judgement>,
    pub considered: Vec<Considered>,
    /// (demand, first assigned license): `assignment_over_capacity`.
    pub over_capacity: Vec<(Key, String)>,
    /// (demand, license): `assignment_overrides_requirement`.
    pub overridden: Vec<(Key, String)>,
}

/// All of §4, phase after phase over all products.
pub fn solve(mut estate: Estate, job: &Job, rules: &Rulebook) -> Solution {
    let skipped = people::entitle(&mut estate, job, rules);
    let outcomes: Vec<_> = estate.consumptions.values().map(|c| (c.id.clone(), people::outcome(&estate, c))).collect();
    for (id, outcome) in outcomes {
        estate.consumptions.get_mut(&id).expect("an accepted one").outcome = outcome;
    }
    for id in estate.licenses.keys().cloned().collect::<Vec<_>>() {
        let mut record = estate.licenses[&id].record.clone();
        rules.apply_sets(Side::License, &mut record, &estate, job);
        estate.licenses.get_mut(&id).expect("known").record = record;
    }
    let demands = demands::demands(&mut estate, job, rules);
    let assignments = assignments::judge(&estate, &demands);
    let ledger = ledger::open(&estate);
    let mut solution = Solution { estate, demands, assignments, skipped, ledger, ..Solution::default() };
    direct::serve(&mut solution, job, rules);
    bundles::serve(&mut solution, job, rules);
    affinity::serve(&mut solution, job, rules);
    if job.downgrades {
        downgrade::serve(&mut solution, job, rules);
    }
    solution
}

impl Solution {
    /// Whether a valid assignment links a demand to a license.
    pub fn is_assigned(&self, demand: &Key, license: &str) -> bool {
        self.assignments.valid.iter().any(|one| one.demand == *demand && one.license == license)
    }

    /// Every license judged for a demand: candidates in order, and the failures.
    pub fn judge(&self, judge: &Judge, demand: &Demand, licenses: &[(&License, usize)]) -> (Vec<Candidate>, Vec<(String, Verdict)>) {
        let (mut candidates, mut failures) = (Vec::new(), Vec::new());
        for (license, distance) in licenses {
            let assigned = self.is_assigned(&demand.key, &license.id);
            match judge.verdict(demand, license, assigned) {
                Verdict::Eligible { score, matched, need } => {
                    candidates.push(Candidate { license: license.id.clone(), score, matched, need, distance: *distance });
                }
                failed => failures.push((license.id.clone(), failed)),
            }
        }
        cover::sort(&self.estate, &judge.job.tie_break, &mut candidates);
        (candidates, failures)
    }

    /// The rows of the table affinity for one demand in one phase.
    pub fn note(&mut self, phase: &'static str, demand: &Key, candidates: &[Candidate], failures: &[(String, Verdict)]) {
        for (at, candidate) in candidates.iter().enumerate() {
            let (score, matched, need) = (candidate.score, candidate.matched.clone(), candidate.need);
            let verdict = Verdict::Eligible { score, matched, need };
            let (demand, license) = (demand.clone(), candidate.license.clone());
            self.considered.push(Considered { demand, phase, license, verdict, rank: Some(at + 1) });
        }
        for (license, verdict) in failures {
            let (demand, license, verdict) = (demand.clone(), license.clone(), verdict.clone());
            self.considered.push(Considered { demand, phase, license, verdict, rank: None });
        }
    }

    /// What candidates can give a demand now.
    pub fn offers(&self, demand: &Demand, candidates: &[Candidate]) -> Vec<Offer> {
        let offer = |candidate: &Candidate| Offer {
            metric: self.estate.licenses[&candidate.license].metric.clone().expect("usable"),
            free: self.ledger.free_for(&self.estate, demand, &candidate.license),
            need: candidate.need,
        };
        candidates.iter().map(offer).collect()
    }

    /// Covers a demand from its candidates, if they can: draws the seats and gives the grants in the order drawn,
    /// with the covering. `turn` and the phase are the caller's.
    pub fn take(
        &mut self,
        job: &Job,
        demand: &Demand,
        candidates: &[Candidate],
        partial: bool,
        phase: &'static str,
        turn: i64,
    ) -> (Covering, Vec<Grant>) {
        let covering = cover::cover(&self.offers(demand, candidates), job.split_across_licenses, partial);
        let takings = match &covering {
            Covering::Full(takings) | Covering::Partial(takings, _) => takings.clone(),
            Covering::Nothing => Vec::new(),
        };
        let gave = |at: usize| takings.iter().any(|(taken, _)| *taken == at);
        let mut grants = Vec::new();
        for (at, units) in &takings {
            let candidate = &candidates[*at];
            let runner_up = (at + 1..candidates.len()).find(|other| !gave(*other)).map(|other| &candidates[other]);
            let about = About {
                score: candidate.score,
                rank: at + 1,
                candidates: candidates.len(),
                passed_over: (0..*at).filter(|other| !gave(*other)).count(),
                runner_up: runner_up.map(|other| (other.license.clone(), other.score)),
                matched: candidate.matched.clone(),
                decided_by: cover::decided_by(&self.estate, &job.tie_break, candidate, runner_up),
            };
            grants.push(Grant {
                demand: demand.key.clone(),
                license: candidate.license.clone(),
                phase,
                units: *units,
                turn: Some(turn),
                about: Some(about),
                reservation: self.ledger.draw(&self.estate, demand, &candidate.license, *units),
                assigned_on: None,
                reason: None,
            });
        }
        (covering, grants)
    }

    /// Writes down what a demand got (§4.6: of a part, floor(need × given / the group's need)).
    pub fn settle(&mut self, demand: &Demand, covering: &Covering, grants: Vec<Grant>) {
        let need = pairs::product_need(&self.estate, demand);
        let (full, covered) = match covering {
            Covering::Full(_) => (true, need),
            Covering::Partial(takings, group_need) => {
                let given: i64 = takings.iter().map(|(_, units)| units).sum();
                (false, (need as i128 * given as i128 / *group_need as i128) as i64)
            }
            Covering::Nothing => return,
        };
        let (phase, license) = (grants[0].phase, grants[0].license.clone());
        self.covers.insert(demand.key.clone(), Cover { phase, full, covered, license });
        self.grants.extend(grants);
    }
}
