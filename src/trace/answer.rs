//! Answers as data: what a run decided about a demand or a license, and what it weighed. `answers` finds it out, `explain` makes
//! sentences of it, and `--json` shows it as it is. Texts are owned, so that an answer outlives what it was made from.

use serde::Serialize;

/// What a demand got, and what was weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DemandAnswer {
    pub demand_id: String,
    pub product_id: String,
    pub product_name: Option<String>,
    /// The product's metric.
    pub metric: &'static str,
    /// In that metric; null where unknown.
    pub need: Option<i64>,
    pub asset_id: Option<String>,
    pub user_id: Option<String>,
    pub department: Option<String>,
    pub location: Option<String>,
    pub cost_center: Option<String>,
    pub cores: Option<i64>,
    pub processors: Option<i64>,
    pub quantity: i64,
    pub devices: i64,
    pub started_on: Option<String>,
    pub last_used_on: Option<String>,
    /// The consumptions that made it, ascending.
    pub consumptions: Vec<String>,
    pub outcome: &'static str,
    pub grants: Vec<GrantAnswer>,
    pub deficit: Option<DeficitAnswer>,
    /// The explicit links to it, in the order in which it draws on them.
    pub assignments: Vec<AssignmentAnswer>,
    /// The phases that weighed it, in their order.
    pub phases: Vec<PhaseAnswer>,
    /// The product's own licenses that are not usable.
    pub unusable: Vec<UnusableAnswer>,
}

/// A license that covers it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GrantAnswer {
    pub license_id: String,
    pub license_product_id: String,
    pub demand_id: String,
    pub product_id: String,
    pub phase: &'static str,
    pub units: i64,
    pub turn: Option<i64>,
    pub score: Option<i64>,
    pub rank: Option<i64>,
    pub candidates: Option<i64>,
    pub passed_over: Option<i64>,
    pub runner_up: Option<RunnerUpAnswer>,
    pub margin: Option<i64>,
    pub decided_by: Option<&'static str>,
    pub reservation_id: Option<String>,
    /// Why, in one sentence.
    pub sentence: String,
}

/// The best candidate after a granted one that gave nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunnerUpAnswer {
    pub license_id: String,
    pub score: i64,
}

/// Why a demand is not covered, and what it would have taken.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DeficitAnswer {
    pub reason: &'static str,
    pub requirement: Option<String>,
    /// In the product's metric.
    pub units: i64,
    pub candidates: i64,
    /// Free for it in its candidates at the end of the run.
    pub free_units: Option<i64>,
    pub turn: Option<i64>,
    /// The lowest score at which its best candidate was granted in phase 2.
    pub cut_off_score: Option<i64>,
    /// Why, in one sentence.
    pub sentence: String,
    pub nearest: Option<NearestAnswer>,
}

/// The license that came nearest to covering a demand, and what was missing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NearestAnswer {
    pub license_id: String,
    /// What it scores for the demand; for an ineligible license, what it would.
    pub score: i64,
    /// What it failed, where it is not eligible.
    pub failed: Option<FailureAnswer>,
    /// How many points the demand was behind the lowest score that the license was granted at; none where points were enough.
    pub points_short: Option<i64>,
    /// How many seats were missing, in the license's metric, at the demand's turn.
    pub seats_short: Option<i64>,
    /// The grant that took the last seat before the demand's turn.
    pub last_seat: Option<SeatAnswer>,
}

/// Who took a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeatAnswer {
    pub demand_id: String,
    pub phase: &'static str,
    pub turn: i64,
    pub units: i64,
    /// None in phase direct.
    pub score: Option<i64>,
    /// What put it before the demand that is asked about, where both were served by equal scores; none where scores differ.
    pub tie: Option<TieAnswer>,
}

/// What decided which of two demands of equal score was served first (contract §4.5).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TieAnswer {
    /// `started_on`, or `demand_id` where they started alike.
    pub decided_by: &'static str,
    /// The value of the demand that was served first.
    pub first: Option<String>,
    /// The value of the demand that is asked about; none for an unknown start.
    pub second: Option<String>,
    /// The start of both, where their names decided; none where it is unknown.
    pub since: Option<String>,
}

/// An explicit link.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AssignmentAnswer {
    pub license_id: String,
    pub assigned_on: Option<String>,
    pub reason: Option<String>,
    /// Why it is not valid, by contract §4.4.
    pub conflict: Option<&'static str>,
    /// What the license had free for the demand at its turn; none where it is not counted, or the demand had no turn.
    pub free: Option<i64>,
    /// What it gave.
    pub units: Option<i64>,
    /// What the demand needs of it; none where its units are unknown.
    pub need: Option<i64>,
    /// The requirement or ban that the link goes against.
    pub against: Option<FailureAnswer>,
}

/// What one phase weighed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PhaseAnswer {
    pub phase: &'static str,
    /// What was served: the demand itself, or the bundle demand that it is a part of.
    pub demand_id: String,
    /// The products of the parts of a bundle demand.
    pub parts: Vec<String>,
    /// None where it was not served: covered before, or without a candidate.
    pub turn: Option<i64>,
    /// By rank.
    pub candidates: Vec<CandidateAnswer>,
    /// By `license_id`.
    pub ineligible: Vec<IneligibleAnswer>,
}

/// A license that could be drawn on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CandidateAnswer {
    pub license_id: String,
    pub product_id: String,
    pub metric: &'static str,
    pub rank: i64,
    pub score: i64,
    pub rules: Vec<RuleAnswer>,
    /// What the demand needs of it, in its metric; 0 of a site license.
    pub need: i64,
    /// What it had free for the demand at its turn; none where seats are not counted, or there was no turn.
    pub free: Option<i64>,
    /// What it gave; none for nothing.
    pub units: Option<i64>,
    pub why_not: Option<WhyNot>,
}

/// A rule that matched, or preferences.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RuleAnswer {
    pub name: String,
    pub points: i64,
}

/// Why a candidate gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum WhyNot {
    /// The demand was covered before this phase, or never served in it.
    NotServed,
    /// Better-ranked candidates covered the demand.
    NotNeeded,
    NoFreeSeat,
    /// It had free seats, but all candidates of its metric together too few.
    TooFewTogether {
        free: i64,
        need: i64,
    },
    /// It had free seats, but too few, and a demand may draw on one license alone.
    TooFewAlone {
        free: i64,
        need: i64,
    },
}

/// A license that could not be drawn on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct IneligibleAnswer {
    pub license_id: String,
    pub product_id: String,
    pub metric: &'static str,
    pub failed: FailureAnswer,
    /// What it would score, were it eligible.
    pub score: i64,
}

/// The first thing that a pair failed (contract §4.9).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailureAnswer {
    /// The requirement's name, else the code of the failure.
    pub code: String,
    /// The requirement as written; none for another failure.
    pub rule: Option<String>,
    /// What it failed, with both values.
    pub sentence: String,
}

/// A license that is not usable at all.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnusableAnswer {
    pub license_id: String,
    pub status: &'static str,
    pub starts_on: Option<String>,
    pub ends_on: Option<String>,
}

/// A license: whom it serves, and whom it does not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LicenseAnswer {
    pub license_id: String,
    pub product_id: String,
    pub product_name: Option<String>,
    pub metric: Option<&'static str>,
    pub status: &'static str,
    /// None where they are not counted.
    pub seats: Option<i64>,
    pub allocated: i64,
    pub available: Option<i64>,
    pub starts_on: Option<String>,
    pub ends_on: Option<String>,
    pub reservations: Vec<ReservationAnswer>,
    /// By phase, then turn.
    pub covers: Vec<GrantAnswer>,
    /// Demands of its product that are in deficit, and could draw on it: in the order of their turns.
    pub turned_away: Vec<TurnedAwayAnswer>,
}

/// Seats of a license that are set aside.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReservationAnswer {
    pub reservation_id: String,
    pub dimension: &'static str,
    pub value: String,
    /// After cutting.
    pub seats: i64,
    pub cut: i64,
}

/// A demand that a license could not serve.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TurnedAwayAnswer {
    pub demand_id: String,
    pub turn: i64,
    pub score: i64,
    /// Whether the license is its best candidate.
    pub best: bool,
    /// In the license's metric.
    pub need: i64,
}

/// A consumption that needs no license (contract §4.1).
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NotNeededAnswer {
    pub consumption_id: String,
    pub product_id: String,
    pub outcome: &'static str,
    pub exempt_reason: Option<String>,
}
