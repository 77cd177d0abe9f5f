//! Why a demand is not covered, and what it would have taken: the license that came nearest, the points and seats that were missing,
//! and who took the last seat.

use super::free::last_seat;
use super::phases::{Weighed, Weighing};
use super::ties::Ties;
use super::world::{World, codes, integers};
use crate::explain::deficit::Deficits;
use crate::model::text::Code;
use crate::model::value::NULL_INT;
use crate::model::words::{DeficitReason, Phase};
use crate::trace::answer::{CandidateAnswer, DeficitAnswer, NearestAnswer, SeatAnswer};
use crate::trace::{Deficit, RunnerUp, Trace};

/// The published deficit of a demand, if it has one, as the trace had it.
pub fn deficit_of(world: &World, demand: u32) -> Option<Deficit> {
    let (estate, rows) = (world.estate(), &world.rows.deficits);
    let product = estate.products.id[estate.demands.product[demand as usize] as usize];
    let name = world.names.demands.get(demand as usize);
    let (products, names) = (codes(rows, "product_id"), codes(rows, "demand_id"));
    let row = (0..rows.rows).find(|row| products[*row] == product && estate.texts.opt(names[*row]) == Some(name))?;
    let integer = |column: &str| Some(integers(rows, column)[row]).filter(|value| *value != NULL_INT);
    let code = |column: &str| codes(rows, column)[row];
    let license = |code: Code| estate.licenses.id.binary_search(&code).ok().map(|place| place as u32);
    let requirement = estate.texts.opt(code("requirement"));
    Some(Deficit {
        demand,
        units: integer("units").unwrap_or(0),
        reason: estate.texts.opt(code("reason")).and_then(DeficitReason::parse)?,
        requirement: requirement
            .and_then(|name| world.plan.requirement_names.iter().position(|other| other == name))
            .and_then(|place| u16::try_from(place).ok()),
        candidates: integer("candidates").and_then(|count| u32::try_from(count).ok()).unwrap_or(0),
        free_units: integer("free_units").into(),
        turn: integer("turn").and_then(|turn| u32::try_from(turn).ok()).into(),
        best: license(code("best_license_id")).zip(integer("best_score")).map(|(license, score)| RunnerUp { license, score }).into(),
        cut_off_score: integer("cut_off_score").into(),
    })
}

/// The answer on a deficit. `own` is what phase 2 weighed.
pub fn answer(world: &World, trace: &Trace, deficit: &Deficit, own: &Weighing<'_>, weighed: &Weighed, ties: &Ties) -> DeficitAnswer {
    let mut sentence = String::new();
    Deficits::new(world.estate(), trace).write(deficit, &mut sentence);
    DeficitAnswer {
        reason: deficit.reason.code(),
        requirement: deficit.requirement.and_then(|place| trace.requirements.get(usize::from(place)).cloned()),
        units: deficit.units,
        candidates: i64::from(deficit.candidates),
        free_units: deficit.free_units.get(),
        turn: deficit.turn.get().map(i64::from),
        cut_off_score: deficit.cut_off_score.get(),
        sentence,
        nearest: match deficit.best.get() {
            Some(best) => best_candidate(world, deficit, best, weighed, ties),
            None => nearest_failure(own, weighed),
        },
    }
}

/// The best candidate: seats were missing, and perhaps points.
fn best_candidate(world: &World, deficit: &Deficit, best: RunnerUp, weighed: &Weighed, ties: &Ties) -> Option<NearestAnswer> {
    let license_id = world.license_id(best.license);
    let candidates = &weighed.answer.candidates;
    let own = candidates.iter().find(|candidate| candidate.license_id == license_id)?;
    let free = |candidate: &CandidateAnswer| candidate.free.unwrap_or(0);
    let alone = !world.estate().policy.split_across_licenses;
    let of_group = candidates.iter().filter(|candidate| candidate.metric == own.metric).map(free);
    let had = if alone { of_group.max().unwrap_or(0) } else { of_group.sum() };
    let points_short = deficit.cut_off_score.get().map(|lowest| lowest.saturating_sub(best.score)).filter(|short| *short > 0);
    Some(NearestAnswer {
        license_id,
        score: best.score,
        failed: None,
        points_short,
        seats_short: Some((own.need - had).max(0)),
        last_seat: deficit.turn.get().and_then(|turn| {
            let seat = last_seat(world, best.license, (Phase::Affinity, turn))?;
            Some(SeatAnswer { tie: ties.of(world, deficit), ..seat })
        }),
    })
}

/// The license whose failure stands last, of those the one that would score highest.
fn nearest_failure(own: &Weighing<'_>, weighed: &Weighed) -> Option<NearestAnswer> {
    let closest = |verdict: &&crate::allocate::explain_pair::PairVerdict| {
        let failed = verdict.failed.map(|failed| (failed.failure, failed.requirement));
        (failed, verdict.score, std::cmp::Reverse(verdict.license))
    };
    let nearest = weighed.verdicts.iter().filter(|verdict| verdict.failed.is_some()).max_by_key(closest)?;
    Some(NearestAnswer {
        license_id: own.world.license_id(nearest.license),
        score: nearest.score,
        failed: Some(own.failure(nearest)),
        points_short: None,
        seats_short: None,
        last_seat: None,
    })
}
