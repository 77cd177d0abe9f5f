//! The control totals of contract §6.1: what must hold in every run, computed apart from what they check.

use super::ctx::{Ctx, DemandSet, Preferences};
use super::look_ahead::{AT_ONCE, license};
use super::market::Market;
use super::score::{NONE, Scores};
use super::{Calculation, deficit::counted_need};
use crate::estate::Built;
use crate::model::words::Phase;
use crate::trace::Grant;
use crate::trace::grants::SomeGrants;
use rayon::prelude::*;

/// One total and whether it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Total {
    pub name: &'static str,
    pub left: i64,
    pub right: i64,
}

impl Total {
    pub fn holds(&self) -> bool {
        self.left == self.right
    }
}

/// Computes every control total; a run of which one does not hold is not published.
pub fn control_totals(built: &Built, calculation: &Calculation) -> Vec<Total> {
    let (estate, trace) = (&built.estate, &calculation.trace);
    let total = |name: &'static str, left: i64, right: i64| Total { name, left, right };
    let outstanding: i64 = trace.deficits.iter().map(|deficit| deficit.units).sum();
    let required: i64 = (0..estate.demands.len()).into_par_iter().map(|demand| counted_need(estate, demand)).sum();
    let sum = |of: fn(&crate::trace::Position) -> i64| trace.positions.iter().map(of).sum::<i64>();
    let members: i64 = (0..estate.demands.len()).into_par_iter().map(|demand| estate.demands.members(demand).len() as i64).sum();
    let unlicensed = estate.consumptions.outcome.par_iter().filter(|outcome| outcome.is_some()).count() as i64;
    let ((misplaced, overdrawn), Sums { covered, units, ineligible }) =
        rayon::join(|| misplaced_and_overdrawn(built, calculation), || Sums::of(built, calculation));
    vec![
        total("consumptions = rows of coverage", estate.consumptions.len() as i64, members + unlicensed),
        total("demands in neither or in both of allocations and deficits", misplaced, 0),
        total("licenses with more units than seats", overdrawn, 0),
        total("units granted = allocated in usage", units, trace.uses.iter().map(crate::trace::LicenseUse::allocated).sum()),
        total("required = allocated + outstanding", required, covered + outstanding),
        total(
            "positions: required = allocated + outstanding",
            sum(|position| position.required),
            sum(|position| position.allocated() + position.outstanding),
        ),
        total("positions.required = needs of demands", sum(|position| position.required), required),
        total("products whose required is not allocated + outstanding", uneven_products(calculation), 0),
        total("lent = borrowed", sum(|position| position.lent), sum(|position| position.borrowed)),
        total("products whose available is not seats - allocated", uneven_seats(built, calculation), 0),
        total("granted pairs that are not eligible", ineligible, 0),
    ]
}

/// Demands that are not in exactly one of allocations (fully) and deficits, but for those covered in part; and licenses from which
/// more was drawn than they have. In one pass over the grants, which are long.
fn misplaced_and_overdrawn(built: &Built, calculation: &Calculation) -> (i64, i64) {
    let (licenses, trace) = (&built.estate.licenses, &calculation.trace);
    let demands = trace.outcomes.len();
    let (mut granted, mut open) = (vec![false; demands], vec![false; demands]);
    let mut drawn = vec![0i64; licenses.len()];
    for grant in trace.grants.iter() {
        granted[grant.demand as usize] = true;
        drawn[grant.license as usize] += grant.units;
    }
    let over = |license: &usize| licenses.counted_seats(*license).map_or(drawn[*license] != 0, |seats| drawn[*license] > seats);
    let overdrawn = (0..licenses.len()).filter(over).count() as i64;
    let mut misplaced = 0;
    for deficit in &trace.deficits {
        open[deficit.demand as usize] = true;
        let partly = deficit.reason == crate::model::words::DeficitReason::PartlyCovered;
        misplaced += i64::from(granted[deficit.demand as usize] != partly);
    }
    let nowhere = granted.iter().zip(&open).filter(|(granted, open)| !**granted && !**open).count() as i64;
    (misplaced + nowhere, overdrawn)
}

fn uneven_products(calculation: &Calculation) -> i64 {
    let uneven = |position: &&crate::trace::Position| position.required != position.allocated() + position.outstanding;
    calculation.trace.positions.iter().filter(uneven).count() as i64
}

fn uneven_seats(built: &Built, calculation: &Calculation) -> i64 {
    let (estate, trace) = (&built.estate, &calculation.trace);
    let uneven = |product: &usize| {
        let usable =
            estate.licenses.of_product(*product).iter().map(|license| *license as usize).filter(|license| estate.licenses.usable(*license));
        let left: i64 = usable.filter_map(|license| Some(estate.licenses.counted_seats(license)? - trace.uses[license].allocated())).sum();
        left != trace.positions[*product].available
    };
    (0..estate.products.len()).filter(uneven).count() as i64
}

/// What is summed over all grants, in one pass.
#[derive(Default)]
struct Sums {
    covered: i64,
    units: i64,
    /// Grants of phase 2 whose pair is not eligible when it is scored again.
    ineligible: i64,
}

impl Sums {
    fn of(built: &Built, calculation: &Calculation) -> Self {
        let estate = &built.estate;
        let preferences = Preferences::new(&estate.preferences);
        let ctx = Ctx { estate, plan: &calculation.markets.plan, env: built.env(), preferences: &preferences };
        let set = DemandSet::settled(&estate.demands, calculation.markets.special.clone());
        // By license: its number in its own market.
        let mut locals = vec![u32::MAX; estate.licenses.len()];
        for market in &calculation.markets.own {
            market.licenses.iter().zip(0..).for_each(|(license, local)| locals[*license as usize] = local);
        }
        let is_ineligible = |scores: &mut Scores, grant: &Grant| {
            let market = &calculation.markets.own[estate.demands.product[grant.demand as usize] as usize];
            scores.score(&ctx, &set, market, grant.demand as usize);
            let eligible = market.licenses.get(locals[grant.license as usize] as usize) == Some(&grant.license)
                && scores.fail_of(market, locals[grant.license as usize]) == NONE;
            !eligible
        };
        let of_grant = |scores: &mut Scores, grant: &Grant| {
            let ineligible = i64::from(grant.phase == Phase::Affinity && is_ineligible(scores, grant));
            Self { covered: grant.covered, units: grant.units, ineligible }
        };
        let far = calculation.markets.own.iter().any(Market::is_packed);
        let place = |grant: Grant| {
            let market = &calculation.markets.own[estate.demands.product[grant.demand as usize] as usize];
            (market, market.tie_rank.get(locals[grant.license as usize] as usize).copied())
        };
        let of_grants = |scores: &mut Scores, grants: SomeGrants<'_>| {
            let places = grants.iter().take(if far { AT_ONCE } else { 0 }).map(place).filter_map(|(market, place)| Some((market, place?)));
            places.for_each(|(market, place)| license(market, place));
            grants.iter().fold(Self::default(), |sums, grant| sums.and(of_grant(scores, &grant)))
        };
        calculation.trace.grants.par_chunks(AT_ONCE).map_init(Scores::default, of_grants).reduce(Self::default, Self::and)
    }

    fn and(self, other: Self) -> Self {
        let Self { covered, units, ineligible } = other;
        Self { covered: self.covered + covered, units: self.units + units, ineligible: self.ineligible + ineligible }
    }
}
