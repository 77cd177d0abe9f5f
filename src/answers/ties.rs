//! What put a demand before another of equal score in the serving order (contract §4.5): the earlier start, nulls last; then the
//! smaller `demand_id`. Of the demand that came first only its grant is in the world; when it began is read apart, and only for those that a
//! sentence is about.

use super::AnswerError;
use super::demand::day;
use super::free::last_grant;
use super::published::Published;
use super::world::{World, codes, dates, integers};
use crate::model::date::NULL_DATE;
use crate::model::text::{Lists, TextsBuilder};
use crate::model::words::Phase;
use crate::report::back::Query;
use crate::trace::answer::TieAnswer;
use crate::trace::{Deficit, RunnerUp};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// When the demands began that took the last seat before another of equal score.
pub struct Ties {
    /// By product and `demand_id`.
    started_on: FxHashMap<(String, String), i32>,
}

impl Ties {
    /// Reads what the deficits of a world have to do with.
    pub fn read(run: &Published, world: &World) -> Result<Self, AnswerError> {
        let rivals: BTreeSet<(String, String)> = served(world).into_iter().filter_map(|(best, turn)| rival(world, best, turn)).collect();
        let mut ties = Self { started_on: FxHashMap::default() };
        if rivals.is_empty() {
            return Ok(ties);
        }
        let (products, names) = (rivals.iter().map(|(product, _)| product), rivals.iter().map(|(_, name)| name));
        let columns = ["product_id", "demand_id", "started_on"];
        let rows = run.read(&Query::of("demands").columns(&columns).only("product_id", products).only("demand_id", names))?;
        let (product, name) = (rows.texts("product_id")?, rows.texts("demand_id")?);
        let starts = dates(&rows.frame(&["product_id", "demand_id"], &mut TextsBuilder::new(), &mut Lists::default()), "started_on");
        for (row, start) in starts.into_iter().enumerate() {
            if let (Some(product), Some(name)) = (product(row), name(row)) {
                ties.started_on.insert((product.to_owned(), name.to_owned()), start);
            }
        }
        Ok(ties)
    }

    /// What decided between a demand in deficit and the one that took the last seat of its best candidate, where both had equal scores.
    pub fn of(&self, world: &World, deficit: &Deficit) -> Option<TieAnswer> {
        let rival = rival(world, deficit.best.get()?, deficit.turn.get()?)?;
        let own = deficit.demand as usize;
        let (first, second) = (*self.started_on.get(&rival)?, world.estate().demands.started_on.get(own));
        if first != second {
            // Nulls are last.
            let earlier = first != NULL_DATE && (second == NULL_DATE || first < second);
            return earlier.then(|| TieAnswer { decided_by: "started_on", first: day(first), second: day(second), since: None });
        }
        let (first_name, second_name) = (rival.1, world.names.demands.get(own).to_owned());
        let smaller = first_name < second_name;
        smaller.then(|| TieAnswer { decided_by: "demand_id", first: Some(first_name), second: Some(second_name), since: day(first) })
    }
}

/// The best candidate of each deficit that is asked about, its score, and the turn.
fn served(world: &World) -> Vec<(RunnerUp, u32)> {
    let (estate, rows) = (world.estate(), &world.rows.deficits);
    let (licenses, scores, turns) = (codes(rows, "best_license_id"), integers(rows, "best_score"), integers(rows, "turn"));
    let one = |row: usize| {
        let license = estate.licenses.id.binary_search(&licenses[row]).ok()? as u32;
        let turn = u32::try_from(turns[row]).ok()?;
        Some((RunnerUp { license, score: scores[row] }, turn))
    };
    (0..rows.rows).filter_map(one).collect()
}

/// The demand that took the last seat of a deficit's best candidate in the phase in which that was served, with the score that the
/// deficit had. Served is by the best candidate of each: of a demand that drew on another than its best, that score is not told.
fn rival(world: &World, best: RunnerUp, turn: u32) -> Option<(String, String)> {
    let given = &world.given;
    let place = last_grant(world, best.license, (Phase::Affinity, turn))?;
    let tied = given.phase[place] == Phase::Affinity && given.best[place] && given.score[place] == Some(best.score);
    tied.then(|| (world.product_id(given.product[place]), world.names.given.get(place).to_owned()))
}
