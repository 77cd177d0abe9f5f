//! Sentences about the small estate, and what was found out about it on the way.

use super::advice::advice;
use super::alerts::alerts;
use super::deficit::Deficits;
use super::testing::{Case, case};
use super::{facts, grant};
use crate::model::text::NULL_CODE;
use crate::model::words::{DecidedBy, DeficitReason};
use crate::trace::{Grant, RunnerUp};

fn detail(case: &Case) -> String {
    let mut out = String::new();
    Deficits::new(&case.estate, &case.trace).write(&case.trace.deficits[0], &mut out);
    out
}

fn grant_sentence(case: &Case, place: usize) -> String {
    let mut out = String::new();
    grant::write(&case.estate, &case.trace.grants.get(place), &mut out);
    out
}

#[test]
fn a_deficit_names_its_reason_and_its_numbers() {
    let mut case = case();
    assert_eq!(
        detail(&case),
        "No usable license of OFFICE meets every requirement; most fail location first (the demand's location is Bonn): 1 device is missing."
    );
    let deficit = &mut case.trace.deficits[0];
    (deficit.reason, deficit.candidates, deficit.turn) = (DeficitReason::CapacityExhausted, 2, 3.into());
    (deficit.best, deficit.cut_off_score) = (Some(RunnerUp { license: 0, score: 900 }).into(), Some(2950).into());
    assert_eq!(
        detail(&case),
        "At its turn, number 3, none of its 2 candidates had a free seat; its best, L-1, scores 900 for it and went to demands down to a score of 2950: 1 device is missing."
    );
    case.trace.deficits[0].free_units = Some(2).into();
    case.trace.deficits[0].reason = DeficitReason::NoUsableLicense;
    assert_eq!(
        detail(&case),
        "Of the 3 licenses of OFFICE none is usable (1 active, 1 expiring, 1 expired): 1 device is missing, and 2 seats are free for it in the end."
    );
    for reason in DeficitReason::ALL {
        case.trace.deficits[0].reason = *reason;
        assert!(detail(&case).ends_with('.'), "{reason:?}");
    }
}

#[test]
fn a_grant_names_the_runner_up_and_what_decided() {
    let mut case = case();
    assert_eq!(grant_sentence(&case, 0), "License L-1 covers it with 1 seat, by direct assignment since 2026-01-05 (named).");
    assert_eq!(grant_sentence(&case, 1), "License L-1 covers it with 1 seat: score 2950, rank 1 of 2, before L-2 by 400 points.");
    assert_eq!(
        grant_sentence(&case, 3),
        "License L-5 covers it, as it covers everything on its site: score 0, rank 1 of 1, the only candidate."
    );
    case.trace.grants.edit(|grants| {
        let choice = grants[1].choice.as_mut().expect("a choice");
        (choice.decided_by, choice.passed_over) = (DecidedBy::LicenseId, 2);
    });
    assert_eq!(
        grant_sentence(&case, 1),
        "License L-1 covers it with 1 seat: score 2950, rank 1 of 2, before L-2 of equal score by nothing but its license_id; 2 better-ranked ones had nothing to give."
    );
}

#[test]
fn the_first_license_is_the_best_ranked() {
    let mut case = case();
    let first = |case: &Case| facts::first_licenses(&case.estate, &case.trace).collect::<Vec<_>>();
    assert_eq!(first(&case), [0, 0, NULL_CODE, 2, 4]);
    case.trace.grants.edit(|grants| {
        grants.insert(2, Grant { license: 1, ..grants[1] });
        grants[1].choice.as_mut().expect("a choice").rank = 2;
    });
    assert_eq!(first(&case)[1], 1);
}

#[test]
fn advice_adds_up_to_what_is_outstanding() {
    let case = case();
    let alerts = alerts(&case.estate, &case.trace, &[]);
    let text = |code: u32| case.estate.texts.opt(code).unwrap_or("-");
    let rows = advice(&case.estate, &case.trace, &alerts);
    let lines: Vec<String> =
        rows.iter().map(|row| format!("{} {} {} {:?}", row.action.code(), text(row.product), text(row.license), row.units)).collect();
    let expected = [
        "drop SERVER L-3 Some(8)",
        "fix_data SERVER L-4 None",
        "reassign OFFICE L-6 Some(2)",
        "reassign OFFICE - Some(1)",
        "reclaim OFFICE L-1 Some(1)",
        "renew SERVER L-3 Some(8)",
        "renew TEAM L-5 None",
    ];
    assert_eq!(lines, expected);
}
