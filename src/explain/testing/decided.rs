//! What was decided about the small estate.

use crate::model::estate::Estate;
use crate::model::opt::OptU32;
use crate::model::words::*;
use crate::trace::matched::{MatchPool, MatchSet};
use crate::trace::{
    Choice, ConflictNote, Deficit, Grant, LicenseUse, OptRunnerUp, Position, ReservationUse, RunnerUp, Served, Subject, Trace,
};

/// What the calculation decided about the small estate.
pub fn trace(estate: &Estate) -> Trace {
    let mut matches = MatchPool::default();
    let zone = matches.intern(MatchSet { rules: Box::new([0b1]), preference: Some(-50) });
    let none = matches.intern(MatchSet { rules: Box::new([0]), preference: None });
    let grant = |demand, license, phase, units, choice| Grant {
        demand,
        license,
        phase,
        units,
        covered: 1,
        turn: 1.into(),
        choice,
        reservation: OptU32::NONE,
        assignment: OptU32::NONE,
    };
    let choice = |score, matched| Choice {
        score,
        rank: 1,
        candidates: 1,
        passed_over: 0,
        runner_up: OptRunnerUp::NONE,
        decided_by: DecidedBy::Only,
        matched,
    };
    let contested = Choice {
        candidates: 2,
        runner_up: Some(RunnerUp { license: 1, score: 2550 }).into(),
        decided_by: DecidedBy::Score,
        ..choice(2950, zone)
    };
    let mut direct = grant(0, 0, Phase::Direct, 1, None);
    (direct.assignment, direct.reservation) = (0.into(), 0.into());
    let server = Grant { covered: 8, ..grant(3, 2, Phase::Affinity, 8, Some(choice(0, none))) };
    Trace {
        grants: vec![
            direct,
            grant(1, 0, Phase::Affinity, 1, Some(contested)),
            server,
            grant(4, 4, Phase::Affinity, 0, Some(choice(0, none))),
        ]
        .into_iter()
        .collect(),
        deficits: vec![Deficit {
            demand: 2,
            units: 1,
            reason: DeficitReason::RequirementFailed,
            requirement: Some(0),
            candidates: 0,
            free_units: Some(0).into(),
            turn: None.into(),
            best: None.into(),
            cut_off_score: None.into(),
        }],
        outcomes: vec![
            Outcome::CoveredDirect,
            Outcome::CoveredAffinity,
            Outcome::Deficit,
            Outcome::CoveredAffinity,
            Outcome::CoveredAffinity,
        ],
        needs: vec![1, 1, 1, 8, 1].into(),
        served: Served::default(),
        bundles: Vec::new(),
        uses: uses(),
        positions: positions(),
        reservations: vec![Some(ReservationUse { used: 1, remaining: 1, cut: 1 })],
        conflicts: conflicts(estate),
        requirements: vec!["location".to_owned(), "scope-department".to_owned()],
        matches,
        pairs: 7,
    }
}

fn uses() -> Vec<LicenseUse> {
    let mut uses = vec![LicenseUse::default(); 6];
    uses[0] = LicenseUse { direct: 1, affinity: 1, reserved: 2, demands_covered: 2, inactive_covered: 1, ..LicenseUse::default() };
    uses[2] = LicenseUse { affinity: 8, demands_covered: 1, ..LicenseUse::default() };
    uses[4] = LicenseUse { demands_covered: 1, ..LicenseUse::default() };
    uses
}

fn positions() -> Vec<Position> {
    let empty = Position {
        consumptions: 1,
        demands: 1,
        required: 1,
        seats: 0,
        lent: 0,
        borrowed: 0,
        bundled: 0,
        allocated_direct: 0,
        allocated_bundle: 0,
        allocated_affinity: 1,
        allocated_downgrade: 0,
        outstanding: 0,
        available: 0,
        status: PositionStatus::Compliant,
    };
    let office = Position {
        consumptions: 4,
        demands: 3,
        required: 3,
        seats: 7,
        allocated_direct: 1,
        outstanding: 1,
        available: 5,
        status: PositionStatus::UnderLicensed,
        ..empty
    };
    let server = Position { required: 8, seats: 16, allocated_affinity: 8, available: 8, status: PositionStatus::OverLicensed, ..empty };
    vec![office, server, empty]
}

fn conflicts(estate: &Estate) -> Vec<ConflictNote> {
    let note = |conflict, subject, license: u32, units| ConflictNote {
        conflict,
        subject,
        license_id: estate.licenses.id[license as usize],
        license: Some(license),
        product: Some(estate.licenses.product[license as usize]),
        units,
        requirement: None,
    };
    vec![
        note(Conflict::LicenseNotUsable, Subject::Assignment(1), 5, None),
        note(Conflict::LicenseNotUsable, Subject::Assignment(2), 5, None),
        note(Conflict::OverReserved, Subject::Reservation(0), 0, Some(1)),
        ConflictNote { requirement: Some(0), ..note(Conflict::AssignmentOverridesRequirement, Subject::Demand(0), 0, None) },
    ]
}
