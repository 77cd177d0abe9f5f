//! Why a demand is covered as it is, or not: what it is, what each phase weighed for it, and what came of it.

use super::deficit;
use super::free::ledger;
use super::grants::{GrantRows, Told};
use super::phases::{Weighed, Weighing, pairs};
use super::ties::Ties;
use super::world::{Bundle, World, codes, dates, integers, target_of};
use crate::allocate::ctx::DemandSet;
use crate::allocate::downgrade::{Chain, chains};
use crate::allocate::explain_pair::verdicts;
use crate::allocate::market::{Market, need};
use crate::allocate::rows::PairFields;
use crate::model::date::{Date, NULL_DATE};
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Column, NULL_INT};
use crate::model::words::{Conflict, Downgrade, Failure, Metric, Outcome, Phase};
use crate::trace::answer::{AssignmentAnswer, DemandAnswer, PhaseAnswer, UnusableAnswer};
use crate::trace::grants::Grants;
use crate::trace::matched::MatchPool;
use crate::trace::{Deficit, Served, Trace};
use rustc_hash::FxHashMap;

/// Tells about the demands of a world.
pub struct Teller<'a> {
    world: &'a World,
    set: DemandSet<'a>,
    grants: GrantRows,
    /// What sentences on deficits ask of a trace.
    trace: Trace,
    chains: Vec<Chain>,
    ties: Ties,
}

impl<'a> Teller<'a> {
    pub fn new(world: &'a World, ties: Ties) -> Self {
        let estate = world.estate();
        let trace = Trace {
            grants: Grants::default(),
            deficits: Vec::new(),
            outcomes: Vec::new(),
            needs: integers(&world.rows.demands, "need").into(),
            served: Served::default(),
            bundles: Vec::new(),
            uses: Vec::new(),
            positions: Vec::new(),
            reservations: Vec::new(),
            conflicts: Vec::new(),
            requirements: world.plan.requirement_names.clone(),
            matches: MatchPool::default(),
            pairs: 0,
        };
        Self {
            set: DemandSet::new(&world.ctx(), &estate.demands, world.assigned.clone()),
            grants: GrantRows::new(&world.rows.grants),
            chains: if estate.policy.downgrades { chains(estate) } else { Vec::new() },
            world,
            trace,
            ties,
        }
    }

    /// The whole answer on a demand. `consumptions` are those that made it.
    pub fn tell(&self, demand: u32, consumptions: Vec<String>) -> DemandAnswer {
        let (world, estate) = (self.world, self.world.estate());
        let row = demand as usize;
        let product = estate.demands.product[row];
        let name = world.names.demands.get(row).to_owned();
        let told = self.told(demand, &name);
        let deficit = deficit::deficit_of(world, demand);
        let bundle = self.bundle(demand, &told);
        let own = self.own(demand, &name, &told, deficit.as_ref());
        let weighed = own.weigh();
        let downgrade = self.downgrade(demand, &name, &told, deficit.as_ref());
        let deficit = deficit.map(|deficit| deficit::answer(world, &self.trace, &deficit, &own, &weighed, &self.ties));
        let phases: Vec<PhaseAnswer> = bundle.into_iter().chain([weighed]).chain(downgrade).map(|weighed| weighed.answer).collect();
        let demands = &estate.demands;
        let integer = |value: i64| (value != NULL_INT).then_some(value);
        DemandAnswer {
            product_id: world.product_id(product),
            product_name: world.text(estate.products.name[product as usize]),
            metric: estate.products.metric[product as usize].code(),
            need: integer(self.trace.needs.get(row)),
            asset_id: world.text(demands.asset[row]),
            user_id: world.text(demands.user[row]),
            department: world.text(demands.department[row]),
            location: world.text(demands.location[row]),
            cost_center: world.text(demands.cost_center[row]),
            cores: integer(demands.cores.get(row)),
            processors: integer(demands.processors.get(row)),
            quantity: demands.quantity.get(row),
            devices: demands.devices.get(row),
            started_on: day(demands.started_on.get(row)),
            last_used_on: day(demands.last_used_on.get(row)),
            consumptions,
            outcome: self.outcome(row),
            assignments: self.assignments(demand, product, &name, &told),
            unusable: self.unusable(product),
            grants: told.into_iter().map(|told| told.answer).collect(),
            demand_id: name,
            deficit,
            phases,
        }
    }

    fn outcome(&self, row: usize) -> &'static str {
        let column = self.world.rows.demands.column("outcome").map_or(&[][..], Column::texts);
        let code = column.get(row).copied().unwrap_or(NULL_CODE);
        let outcome = self.world.estate().texts.opt(code).and_then(Outcome::parse);
        outcome.map_or("", Outcome::code)
    }

    /// The grants of a demand, in the order in which they were drawn.
    fn told(&self, demand: u32, name: &str) -> Vec<Told> {
        let estate = self.world.estate();
        let product = estate.products.id[estate.demands.product[demand as usize] as usize];
        let rows = self.grants.of_demand(product, name, self.world);
        let mut told: Vec<Told> = rows.into_iter().filter_map(|row| self.grants.told(row, Some(demand), self.world)).collect();
        told.sort_by_key(|told| told.answer.rank);
        told
    }

    /// The turn of a phase: told by what it gave, else by `tries`, else by the deficit.
    fn turn(&self, phase: Phase, demand: u32, name: &str, told: &[Told], deficit: Option<&Deficit>) -> Option<u32> {
        let granted = told.iter().find(|told| told.grant.phase == phase).and_then(|told| told.grant.turn.get());
        let of_deficit = || deficit.filter(|_| phase == Phase::Affinity).and_then(|deficit| deficit.turn.get());
        granted.or_else(|| self.tried(phase, demand, name)).or_else(of_deficit)
    }

    fn tried(&self, phase: Phase, demand: u32, name: &str) -> Option<u32> {
        let (estate, rows) = (self.world.estate(), &self.world.rows.tries);
        let product = estate.products.id[estate.demands.product[demand as usize] as usize];
        let (products, names, phases) = (codes(rows, "product_id"), codes(rows, "demand_id"), codes(rows, "phase"));
        let text = |code: Code| estate.texts.opt(code);
        let row = (0..rows.rows)
            .find(|row| products[*row] == product && text(names[*row]) == Some(name) && text(phases[*row]) == Some(phase.code()))?;
        u32::try_from(integers(rows, "turn")[row]).ok()
    }

    fn gave(phase: Phase, told: &[Told]) -> FxHashMap<u32, i64> {
        told.iter().filter(|told| told.grant.phase == phase).map(|told| (told.grant.license, told.grant.units)).collect()
    }

    fn usable(&self, product: u32) -> Vec<u32> {
        let licenses = &self.world.estate().licenses;
        licenses.of_product(product as usize).iter().copied().filter(|license| licenses.usable(*license as usize)).collect()
    }

    /// Phase 2, which the tables judge every demand in, served or not.
    fn own(&self, demand: u32, name: &str, told: &[Told], deficit: Option<&Deficit>) -> Weighing<'_> {
        Weighing {
            world: self.world,
            phase: Phase::Affinity,
            set: &self.set,
            demand,
            name: name.to_owned(),
            parts: Vec::new(),
            licenses: self.usable(self.world.estate().demands.product[demand as usize]),
            links: FxHashMap::default(),
            turn: self.turn(Phase::Affinity, demand, name, told, deficit),
            gave: Self::gave(Phase::Affinity, told),
        }
    }

    /// Phase 3, for a demand that it tried.
    fn downgrade(&self, demand: u32, name: &str, told: &[Told], deficit: Option<&Deficit>) -> Option<Weighed> {
        let estate = self.world.estate();
        let product = estate.demands.product[demand as usize];
        let chain = self.chains.iter().find(|chain| chain.products.contains(&product))?;
        let covered_before = told.iter().any(|told| told.grant.phase != Phase::Downgrade);
        if covered_before || estate.demands.no_user[demand as usize] {
            return None;
        }
        let reaches = |license: &u32| estate.licenses.downgrade[*license as usize] != Downgrade::None;
        let mut licenses: Vec<u32> = chain.products.iter().flat_map(|product| self.usable(*product)).filter(reaches).collect();
        licenses.sort_unstable();
        let weighing = Weighing {
            world: self.world,
            phase: Phase::Downgrade,
            set: &self.set,
            demand,
            name: name.to_owned(),
            parts: Vec::new(),
            licenses,
            links: chain.links.clone(),
            turn: self.turn(Phase::Downgrade, demand, name, told, deficit),
            gave: Self::gave(Phase::Downgrade, told),
        };
        let weighed = weighing.weigh();
        let considered = !weighed.answer.candidates.is_empty() || !weighed.answer.ineligible.is_empty();
        considered.then_some(weighed)
    }

    /// The bundle demand that the demand is a part of.
    fn bundle(&self, demand: u32, told: &[Told]) -> Option<Weighed> {
        let (world, estate) = (self.world, self.world.estate());
        let product = estate.demands.product[demand as usize];
        let subject = estate.texts.opt(estate.demands.subject[demand as usize])?;
        let of_bundle = |bundle: &'a Bundle| {
            let name = format!("{}/{subject}", world.product_id(bundle.product));
            let place = bundle.names.binary_search(&name).ok()?;
            bundle.parts[place].contains(&product).then_some((bundle, place))
        };
        // A demand may be a part of several bundles: the one that covered it tells, else the last that tried.
        let all: Vec<(&Bundle, usize)> = world.bundles.iter().filter_map(of_bundle).collect();
        let gave = |(bundle, _): &&(&Bundle, usize)| {
            told.iter()
                .any(|told| told.grant.phase == Phase::Bundle && estate.licenses.product[told.grant.license as usize] == bundle.product)
        };
        let (bundle, place) = *all.iter().find(gave).or(all.last())?;
        let set = DemandSet::new(&world.ctx(), &bundle.demands, bundle.assigned.clone());
        let turn = bundle.turns[place];
        let weighing = Weighing {
            world,
            phase: Phase::Bundle,
            set: &set,
            demand: place as u32,
            name: bundle.names[place].clone(),
            parts: bundle.parts[place].iter().map(|part| world.product_id(*part)).collect(),
            licenses: self.usable(bundle.product),
            links: FxHashMap::default(),
            turn: (turn > 0).then_some(turn),
            gave: self.given_to_bundle(bundle, place, subject),
        };
        Some(weighing.weigh())
    }

    /// What licenses gave to a bundle demand: the units stand on the row of its first part.
    fn given_to_bundle(&self, bundle: &Bundle, place: usize, target: &str) -> FxHashMap<u32, i64> {
        let (world, given) = (self.world, &self.world.given);
        let mut gave: FxHashMap<u32, i64> = FxHashMap::default();
        for row in 0..given.license.len() {
            let own = given.phase[row] == Phase::Bundle && bundle.parts[place].contains(&given.product[row]);
            let license = given.license[row];
            if own
                && world.estate().licenses.product.get(license as usize) == Some(&bundle.product)
                && target_of(world, given.product[row], world.names.given.get(row)) == target
            {
                *gave.entry(license).or_default() += given.units[row];
            }
        }
        gave
    }

    /// The product's own licenses that are not usable.
    fn unusable(&self, product: u32) -> Vec<UnusableAnswer> {
        let licenses = &self.world.estate().licenses;
        let unusable = licenses.of_product(product as usize).iter().copied().filter(|license| !licenses.usable(*license as usize));
        unusable
            .map(|license| UnusableAnswer {
                license_id: self.world.license_id(license),
                status: licenses.status[license as usize].code(),
                starts_on: day(licenses.starts_on[license as usize]),
                ends_on: day(licenses.ends_on[license as usize]),
            })
            .collect()
    }

    /// The explicit links that name the demand, valid ones first, in the order in which it draws on them.
    fn assignments(&self, demand: u32, product: u32, name: &str, told: &[Told]) -> Vec<AssignmentAnswer> {
        let (world, estate, rows) = (self.world, self.world.estate(), &self.world.rows.assignments);
        let (holders, products, conflicts) = (codes(rows, "demand_id"), codes(rows, "product_id"), codes(rows, "conflict"));
        let about = |row: &usize| products[*row] == estate.products.id[product as usize] && estate.texts.opt(holders[*row]) == Some(name);
        let mut named: Vec<usize> = (0..rows.rows).filter(about).collect();
        let days = dates(rows, "assigned_on");
        named.sort_by_key(|row| (conflicts[*row] != NULL_CODE, days[*row] == NULL_DATE, days[*row], estate.assignments[*row].license));
        let turn = self.turn(Phase::Direct, demand, name, told, None);
        let gave = Self::gave(Phase::Direct, told);
        let answer = |row: usize| {
            let license = estate.assignments[row].license;
            let known = (license != NULL_CODE && conflicts[row] == NULL_CODE).then_some(license);
            let metric = known.and_then(|license| estate.licenses.metric[license as usize]);
            let counted = known.filter(|_| metric != Some(Metric::Site));
            let free = counted.zip(turn).map(|(license, turn)| {
                ledger(world, &[license], Some((Phase::Direct, turn))).free_for(0, estate, &estate.demands, demand as usize)
            });
            AssignmentAnswer {
                license_id: world.text(estate.assignments[row].license_id).unwrap_or_default(),
                assigned_on: day(days[row]),
                reason: world.text(estate.assignments[row].reason),
                conflict: estate.texts.opt(conflicts[row]).and_then(Conflict::parse).map(Conflict::code),
                free,
                units: known.and_then(|license| gave.get(&license).copied()),
                need: metric.and_then(|metric| need(estate, &estate.demands, demand as usize, metric)),
                against: known.and_then(|license| self.against(demand, license)),
            }
        };
        named.into_iter().map(answer).collect()
    }

    /// The requirement or the ban that an explicit link goes against.
    fn against(&self, demand: u32, license: u32) -> Option<crate::trace::answer::FailureAnswer> {
        let (ctx, estate) = (self.world.ctx(), self.world.estate());
        let market = Market::new(&ctx, &self.set, &[demand], vec![license], FxHashMap::default());
        let verdict = verdicts(&ctx, &self.set, &market, demand).pop()?;
        let failed = verdict.failed.filter(|failed| failed.failure >= Failure::Forbidden)?;
        let fields =
            PairFields { demands: &estate.demands, demand: demand as usize, licenses: &estate.licenses, license: license as usize };
        let product = estate.demands.product[demand as usize] as usize;
        Some(pairs(self.world).failure(failed, product, license as usize, &fields))
    }
}

/// A day, none for null.
pub fn day(day: i32) -> Option<String> {
    (day != NULL_DATE).then(|| Date(day).to_string())
}
