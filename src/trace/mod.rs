//! What was considered and decided, as data. `allocate` writes it; `explain` makes words of it; tables, log and `why` read it.
//! No words here, and no calculation.

pub mod answer;
pub mod by_demand;
pub mod diff;
pub mod grants;
pub mod matched;
pub mod pairs;

use crate::model::demand::Demands;
use crate::model::integers::Integers;
use crate::model::opt::{OptI64, OptU32};
use crate::model::text::{Code, NULL_CODE};
use crate::model::words::{Conflict, DecidedBy, DeficitReason, Outcome, Phase, PositionStatus};
use grants::Grants;
use matched::{MatchId, MatchPool};

/// A license covers a demand, with some units: one row of `allocations` (contract §6).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grant {
    pub demand: u32,
    pub license: u32,
    pub phase: Phase,
    /// In the license's metric.
    pub units: i64,
    /// Of the need in the product's metric: on the demand's first row what is covered of it, else 0.
    pub covered: i64,
    /// 1 for the first demand served in that phase; none for what rides along with a bundle (§10).
    pub turn: OptU32,
    /// What is about candidates; none in phase direct and for what rides along.
    pub choice: Option<Choice>,
    /// The place in `Estate::reservations` of the first reservation drawn from.
    pub reservation: OptU32,
    /// The place in `Estate::assignments` of the explicit link that it comes from.
    pub assignment: OptU32,
}

impl Grant {
    /// With the numbers that sets of matched rules have in another pool.
    pub fn renamed(self, matches: &[MatchId]) -> Self {
        let renamed = |choice: Choice| Choice { matched: matches[choice.matched.0 as usize], ..choice };
        Self { choice: self.choice.map(renamed), ..self }
    }
}

/// Why this license and not another, for one grant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Choice {
    pub score: i64,
    /// 1 for the first of the demand's candidates in that phase.
    pub rank: u32,
    pub candidates: u32,
    /// Better-ranked candidates that gave nothing.
    pub passed_over: u32,
    pub runner_up: OptRunnerUp,
    pub decided_by: DecidedBy,
    pub matched: MatchId,
}

/// The best-ranked candidate that gave nothing, of those ranked after the granted one. Packed: there are millions.
#[derive(Clone, Copy, Debug, PartialEq)]
#[repr(Rust, packed(4))]
pub struct RunnerUp {
    pub license: u32,
    pub score: i64,
}

/// A runner-up or none, in the bytes of the one: there are millions.
#[derive(Clone, Copy, PartialEq)]
pub struct OptRunnerUp(RunnerUp);

impl OptRunnerUp {
    pub const NONE: Self = Self(RunnerUp { license: NULL_CODE, score: 0 });

    pub fn get(self) -> Option<RunnerUp> {
        (self.0.license != NULL_CODE).then_some(self.0)
    }
}

impl From<Option<RunnerUp>> for OptRunnerUp {
    fn from(runner_up: Option<RunnerUp>) -> Self {
        runner_up.map_or(Self::NONE, Self)
    }
}

impl std::fmt::Debug for OptRunnerUp {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.get().fmt(out)
    }
}

/// A demand that is not covered, or not in full: one row of `deficits`. There may be millions: it is small.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deficit {
    pub demand: u32,
    /// In the product's metric.
    pub units: i64,
    pub reason: DeficitReason,
    /// The requirement that failed, by its place in [`Trace::requirements`].
    pub requirement: Option<u16>,
    pub candidates: u32,
    /// Free for it in its candidates at the end; none where a candidate is unlimited.
    pub free_units: OptI64,
    /// The turn of phase 2; none without candidates.
    pub turn: OptU32,
    pub best: OptRunnerUp,
    /// The lowest score at which the best license was granted in phase 2.
    pub cut_off_score: OptI64,
}

/// What a license gave, in its units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LicenseUse {
    pub direct: i64,
    pub bundle: i64,
    pub affinity: i64,
    pub downgrade: i64,
    /// Reserved seats after cutting (§4.6).
    pub reserved: i64,
    /// Distinct demands, parts and bundle components too.
    pub demands_covered: i64,
    /// Of these, those last used before the job's limit.
    pub inactive_covered: i64,
}

impl LicenseUse {
    /// What it gave here and there.
    pub fn and(self, other: Self) -> Self {
        Self {
            direct: self.direct + other.direct,
            bundle: self.bundle + other.bundle,
            affinity: self.affinity + other.affinity,
            downgrade: self.downgrade + other.downgrade,
            reserved: self.reserved + other.reserved,
            demands_covered: self.demands_covered + other.demands_covered,
            inactive_covered: self.inactive_covered + other.inactive_covered,
        }
    }

    pub fn allocated(&self) -> i64 {
        self.direct + self.bundle + self.affinity + self.downgrade
    }
}

/// A product's result, in its metric but for what is said to be license units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// Accepted consumptions, whether they need a license or not.
    pub consumptions: i64,
    pub demands: i64,
    pub required: i64,
    /// Usable counted seats (license units).
    pub seats: i64,
    /// Given to older versions (license units).
    pub lent: i64,
    /// Taken from newer versions (license units).
    pub borrowed: i64,
    /// Given to bundle demands (license units).
    pub bundled: i64,
    pub allocated_direct: i64,
    pub allocated_bundle: i64,
    pub allocated_affinity: i64,
    pub allocated_downgrade: i64,
    pub outstanding: i64,
    /// Free usable counted seats (license units).
    pub available: i64,
    pub status: PositionStatus,
}

impl Position {
    pub fn allocated(&self) -> i64 {
        self.allocated_direct + self.allocated_bundle + self.allocated_affinity + self.allocated_downgrade
    }
}

/// One `allocation_conflict` (§4.4, §4.6, §6.2).
#[derive(Clone, Debug, PartialEq)]
pub struct ConflictNote {
    pub conflict: Conflict,
    pub subject: Subject,
    /// The license that the link names; a code, since it may be unknown.
    pub license_id: Code,
    /// The license's row, if known.
    pub license: Option<u32>,
    pub product: Option<u32>,
    /// Seats cut, or demands that overlap; none for the others.
    pub units: Option<i64>,
    /// The requirement that a grant goes against, by its place in [`Trace::requirements`]; none for a ban.
    pub requirement: Option<u16>,
}

/// Whom a conflict is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The target of the assignment at this place in `Estate::assignments`.
    Assignment(u32),
    Demand(u32),
    /// By its place in `Estate::reservations`.
    Reservation(u32),
    /// The license itself.
    License,
}

/// What became of a reservation: cut + used + remaining = seats. None on a license that is unknown, `site` or without seats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReservationUse {
    pub used: i64,
    pub remaining: i64,
    pub cut: i64,
}

/// The demands that had a turn in each phase, in the order of their turns, of which the first is 1.
#[derive(Clone, Debug, Default)]
pub struct Served {
    /// By product.
    pub direct: Vec<Vec<u32>>,
    /// By product.
    pub affinity: Vec<Vec<u32>>,
    /// By chain of downgrades.
    pub downgrade: Vec<Vec<u32>>,
}

/// The bundle demands of one bundle and what became of them (§4.8).
#[derive(Debug, Default)]
pub struct BundleTrace {
    /// The bundle product.
    pub product: u32,
    /// By target.
    pub demands: Demands,
    /// The parts of each bundle demand: demands of the estate, by product.
    pub parts: Vec<Vec<u32>>,
    /// The turn of each; 0 without candidates.
    pub turns: Vec<u32>,
    /// What covered each, by bundle demand (`demand` is its place in `demands`), then license.
    pub grants: Vec<Grant>,
}

/// All that a calculation decided.
#[derive(Debug)]
pub struct Trace {
    /// By demand, then license.
    pub grants: Grants,
    /// By demand.
    pub deficits: Vec<Deficit>,
    /// What became of each demand.
    pub outcomes: Vec<Outcome>,
    /// The need of each demand in its product's metric (§4.3): 0 for a site product, null where unknown.
    pub needs: Integers,
    pub served: Served,
    /// By bundle product.
    pub bundles: Vec<BundleTrace>,
    /// By license.
    pub uses: Vec<LicenseUse>,
    /// By product.
    pub positions: Vec<Position>,
    /// By reservation.
    pub reservations: Vec<Option<ReservationUse>>,
    pub conflicts: Vec<ConflictNote>,
    /// The requirements in force by name, the scopes last.
    pub requirements: Vec<String>,
    pub matches: MatchPool,
    /// How many (demand, usable license of its product) pairs phase 2 looked at.
    pub pairs: u64,
}

impl Trace {
    /// How many deficits have each reason, every reason, in the order of the contract.
    pub fn reasons(&self) -> Vec<(DeficitReason, u64)> {
        let mut reasons: Vec<(DeficitReason, u64)> = DeficitReason::ALL.iter().map(|reason| (*reason, 0)).collect();
        // A reason stands at its own number.
        self.deficits.iter().for_each(|deficit| reasons[deficit.reason as usize].1 += 1);
        reasons
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// There may be as many as demands, and first touch of memory is what much of a large run's time goes into.
    #[test]
    fn a_deficit_is_small() {
        assert!(size_of::<Deficit>() <= 56, "{} bytes", size_of::<Deficit>());
    }
}
