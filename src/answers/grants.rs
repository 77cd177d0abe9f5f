//! Published grants as the trace had them, and as answers tell them.

use super::world::{World, codes, integers};
use crate::explain::grant;
use crate::model::text::{Code, NULL_CODE};
use crate::model::value::{Frame, NULL_INT};
use crate::model::words::{DecidedBy, Phase};
use crate::trace::answer::{GrantAnswer, RunnerUpAnswer};
use crate::trace::matched::MatchId;
use crate::trace::{Choice, Grant, RunnerUp};

/// The rows of `allocations` in a frame.
pub struct GrantRows {
    demand: Vec<Code>,
    product: Vec<Code>,
    license: Vec<Code>,
    phase: Vec<Code>,
    units: Vec<i64>,
    covered: Vec<i64>,
    turn: Vec<i64>,
    score: Vec<i64>,
    rank: Vec<i64>,
    candidates: Vec<i64>,
    passed_over: Vec<i64>,
    runner_up: Vec<Code>,
    runner_up_score: Vec<i64>,
    decided_by: Vec<Code>,
    reservation: Vec<Code>,
}

/// One grant, as both.
pub struct Told {
    pub grant: Grant,
    pub answer: GrantAnswer,
}

impl GrantRows {
    pub fn new(frame: &Frame) -> Self {
        Self {
            demand: codes(frame, "demand_id"),
            product: codes(frame, "product_id"),
            license: codes(frame, "license_id"),
            phase: codes(frame, "phase"),
            units: integers(frame, "units"),
            covered: integers(frame, "covered"),
            turn: integers(frame, "turn"),
            score: integers(frame, "score"),
            rank: integers(frame, "rank"),
            candidates: integers(frame, "candidates"),
            passed_over: integers(frame, "passed_over"),
            runner_up: codes(frame, "runner_up_license_id"),
            runner_up_score: integers(frame, "runner_up_score"),
            decided_by: codes(frame, "decided_by"),
            reservation: codes(frame, "reservation_id"),
        }
    }

    /// The rows that are about a demand.
    pub fn of_demand(&self, product: Code, name: &str, world: &World) -> Vec<usize> {
        let texts = &world.estate().texts;
        let about = |row: &usize| self.product[*row] == product && texts.opt(self.demand[*row]) == Some(name);
        (0..self.demand.len()).filter(about).collect()
    }

    /// The rows that are about a license.
    pub fn of_license(&self, license: Code) -> Vec<usize> {
        (0..self.license.len()).filter(|row| self.license[*row] == license).collect()
    }

    /// A row, if the world holds its license. `demand` is its place in the estate, if it is there.
    pub fn told(&self, row: usize, demand: Option<u32>, world: &World) -> Option<Told> {
        let estate = world.estate();
        let license = |code: Code| estate.licenses.id.binary_search(&code).ok().map(|place| place as u32);
        let phase = estate.texts.opt(self.phase[row]).and_then(Phase::parse)?;
        let known = |value: i64| (value != NULL_INT).then_some(value);
        let grant = Grant {
            demand: demand.unwrap_or(NULL_CODE),
            license: license(self.license[row])?,
            phase,
            units: self.units[row],
            covered: self.covered[row],
            turn: known(self.turn[row]).and_then(|turn| u32::try_from(turn).ok()).into(),
            choice: self.choice(row, world, license),
            reservation: estate.reservations.iter().position(|one| one.id == self.reservation[row]).map(|place| place as u32).into(),
            assignment: self.assignment(demand, license(self.license[row])?, phase, world).into(),
        };
        let mut sentence = String::new();
        grant::write(estate, &grant, &mut sentence);
        let text = |code: Code| world.text(code).unwrap_or_default();
        let choice = grant.choice.as_ref();
        let runner_up = choice.and_then(|choice| choice.runner_up.get());
        let answer = GrantAnswer {
            license_id: text(self.license[row]),
            license_product_id: world.product_id(estate.licenses.product[grant.license as usize]),
            demand_id: text(self.demand[row]),
            product_id: text(self.product[row]),
            phase: phase.code(),
            units: grant.units,
            turn: known(self.turn[row]),
            score: known(self.score[row]),
            rank: known(self.rank[row]),
            candidates: known(self.candidates[row]),
            passed_over: known(self.passed_over[row]),
            runner_up: runner_up.map(|other| RunnerUpAnswer { license_id: world.license_id(other.license), score: other.score }),
            margin: choice.zip(runner_up).map(|(choice, other)| choice.score.saturating_sub(other.score)),
            decided_by: choice.map(|choice| choice.decided_by.code()),
            reservation_id: world.text(self.reservation[row]),
            sentence,
        };
        Some(Told { grant, answer })
    }

    fn choice(&self, row: usize, world: &World, license: impl Fn(Code) -> Option<u32>) -> Option<Choice> {
        if self.score[row] == NULL_INT {
            return None;
        }
        let count = |value: i64| u32::try_from(value).unwrap_or(0);
        let runner_up = license(self.runner_up[row]).map(|license| RunnerUp { license, score: self.runner_up_score[row] });
        Some(Choice {
            score: self.score[row],
            rank: count(self.rank[row]),
            candidates: count(self.candidates[row]),
            passed_over: count(self.passed_over[row]),
            runner_up: runner_up.into(),
            decided_by: world.estate().texts.opt(self.decided_by[row]).and_then(DecidedBy::parse).unwrap_or(DecidedBy::Only),
            // The words of the matched rules are made from the rules themselves.
            matched: MatchId(0),
        })
    }

    fn assignment(&self, demand: Option<u32>, license: u32, phase: Phase, world: &World) -> Option<u32> {
        let demand = demand.filter(|_| phase == Phase::Direct)?;
        world.links.iter().find(|link| link.demand == demand && link.license == license).map(|link| link.assignment)
    }
}
