//! Two runs of the small estate compared in full: positions, cover with scores, licenses, and a cause for each change.

use super::movements::{end_the_last, publish};
use crate::explain::testing::{Case, case, day};
use crate::model::words::{DeficitReason, LicenseStatus, Outcome, Phase};
use crate::report::compare::{Asked, Known, products, tables};
use crate::trace::diff::{Because, Cell, FieldChange, TableChanges};

fn compared_as(before: &Case, now: &Case, known: Known, asked: Asked<'_>) -> TableChanges {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    publish(before, one.path());
    publish(now, other.path());
    tables(one.path(), other.path(), known, asked).expect("a comparison")
}

fn compared(before: &Case, now: &Case) -> TableChanges {
    compared_as(before, now, Known::default(), Asked { product: None, rescored: 10 })
}

fn cause(because: &Because) -> String {
    let license = because.license.as_deref().map(|license| format!(" {license}")).unwrap_or_default();
    let fields = if because.fields.is_empty() { String::new() } else { format!(" {}", because.fields.join("+")) };
    let origin = because.origin.as_ref().map(|origin| format!(" < {} {}", cause(&origin.cause), origin.of_all)).unwrap_or_default();
    format!("{}{license}{fields}{origin}", because.cause.code())
}

/// `demand change before → after: cause`.
fn cover(changes: &TableChanges) -> Vec<String> {
    let held = |held: &Option<crate::trace::diff::Held>| match held {
        None => "-".to_owned(),
        Some(held) => {
            let license = held.license.clone().or_else(|| held.reason.clone()).unwrap_or_default();
            format!("{license} {}", held.score.map_or("-".to_owned(), |score| score.to_string()))
        }
    };
    let line = |one: &crate::trace::diff::CoverChange| {
        format!("{} {} {} → {}: {}", one.demand_id, one.change.code(), held(&one.before), held(&one.after), cause(&one.because))
    };
    changes.cover.changes.iter().map(line).collect()
}

fn fields(changes: &[FieldChange]) -> Vec<String> {
    let cell = |cell: &Cell| match cell {
        Cell::Null => "null".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
    };
    changes.iter().map(|change| format!("{} {} → {}", change.field, cell(&change.before), cell(&change.after))).collect()
}

/// PC-2's seat of L-1 goes to PC-3.
fn hand_over(case: &mut Case) {
    case.trace.grants.edit(|grants| grants[1].demand = 2);
    case.trace.deficits[0].demand = 1;
    case.trace.deficits[0].reason = DeficitReason::CapacityExhausted;
    (case.trace.outcomes[1], case.trace.outcomes[2]) = (Outcome::Deficit, Outcome::CoveredAffinity);
}

#[test]
fn equal_runs_do_not_differ() {
    let changes = compared(&case(), &case());
    assert_eq!((changes.positions.len(), changes.cover.changes.len(), changes.licenses.len()), (0, 0, 0));
    assert_eq!(changes.cover.rescored, 0);
    assert_eq!((changes.cover.after.demands, changes.cover.after.covered), (5, 4));
    assert_eq!(changes.cover.before, changes.cover.after);
}

#[test]
fn a_seat_goes_to_another() {
    let mut now = case();
    hand_over(&mut now);
    // Each took it because the other left it: the tables show no beginning.
    assert_eq!(
        cover(&compared(&case(), &now)),
        [
            "OFFICE/PC-2 lost L-1 2950 → capacity_exhausted -: outscored L-1",
            "OFFICE/PC-3 gained requirement_failed - → L-1 2950: seat_freed L-1",
        ]
    );
    // The one that took it moved, and that is where it began.
    now.estate.demands.location[2] = now.estate.demands.location[0];
    assert_eq!(
        cover(&compared(&case(), &now)),
        [
            "OFFICE/PC-2 lost L-1 2950 → capacity_exhausted -: outscored L-1 < attributes_changed location true",
            "OFFICE/PC-3 gained requirement_failed - → L-1 2950: attributes_changed location",
        ]
    );
}

#[test]
fn what_the_manifests_know_comes_before_seats() {
    let mut now = case();
    hand_over(&mut now);
    let with = |known| {
        let lines = cover(&compared_as(&case(), &now, known, Asked::default()));
        lines[0].rsplit(": ").next().expect("a cause").to_owned()
    };
    assert_eq!(with(Known { rules_changed: true, ..Known::default() }), "rules_changed");
    assert_eq!(with(Known { policies_changed: true, ..Known::default() }), "policy_changed");
    assert_eq!(with(Known { extracts_changed: true, ..Known::default() }), "outscored L-1");
    // A demand that is covered in another phase, without its license being any other.
    let mut phase = case();
    phase.trace.grants.edit(|grants| grants[3].phase = Phase::Downgrade);
    phase.trace.outcomes[4] = Outcome::CoveredDowngrade;
    let lines = |known| cover(&compared_as(&case(), &phase, known, Asked::default()));
    assert_eq!(lines(Known { extracts_changed: true, ..Known::default() }), ["TEAM/u1 moved L-5 0 → L-5 0: input_changed"]);
    assert_eq!(lines(Known::default()), ["TEAM/u1 moved L-5 0 → L-5 0: unknown"]);
}

#[test]
fn licenses_show_both_values_and_the_status_of_the_date() {
    let mut now = case();
    now.estate.licenses.status[2] = LicenseStatus::Expired;
    now.estate.licenses.ends_on[2] = day("2026-10-01");
    now.estate.licenses.seats[0] = 1;
    if let crate::model::value::Column::Integer(seats) = &mut now.estate.licenses.fields[1] {
        seats[0] = 1;
    }
    let changes = compared(&case(), &now);
    let lines: Vec<(String, Vec<String>)> =
        changes.licenses.iter().map(|one| (format!("{} {}", one.license_id, one.presence.code()), fields(&one.fields))).collect();
    assert_eq!(lines[0], ("L-1 changed".to_owned(), vec!["seats 2 → 1".to_owned()]));
    assert_eq!(lines[1], ("L-3 changed".to_owned(), vec!["status grace → expired".to_owned()]));
    assert_eq!(lines.len(), 2);
}

#[test]
fn positions_come_worst_first() {
    let mut now = case();
    let positions = &mut now.trace.positions;
    (positions[0].outstanding, positions[0].allocated_affinity) = (0, 2);
    (positions[2].outstanding, positions[2].allocated_affinity) = (1, 0);
    let changes = compared(&case(), &now);
    let lines: Vec<String> = changes.positions.iter().map(|one| format!("{} {:+}", one.product_id, one.worse_by)).collect();
    assert_eq!(lines, ["TEAM +1", "OFFICE -1"]);
    assert_eq!(fields(&changes.positions[0].fields), ["outstanding 0 → 1", "allocated 1 → 0"]);
    let one = compared_as(&case(), &now, Known::default(), Asked { product: Some("OFFICE"), rescored: 0 });
    assert_eq!((one.positions.len(), one.cover.after.demands), (1, 3));
}

#[test]
fn scores_of_demands_that_keep_their_license() {
    let mut now = case();
    for (grant, score) in [(1, 3000), (2, -4)] {
        now.trace.grants.edit(|grants| grants[grant].choice.as_mut().expect("a choice").score = score);
    }
    let changes = compared_as(&case(), &now, Known::default(), Asked { product: None, rescored: 1 });
    assert_eq!((changes.cover.changes.len(), changes.cover.rescored), (0, 2));
    let most = &changes.cover.most_rescored;
    assert_eq!(
        most.iter().map(|one| (one.demand_id.as_str(), one.before, one.after)).collect::<Vec<_>>(),
        [("OFFICE/PC-2", Some(2950), Some(3000))]
    );
}

#[test]
fn what_only_one_run_has() {
    let mut now = case();
    end_the_last(&mut now);
    let changes = compared(&case(), &now);
    assert_eq!(cover(&changes), ["TEAM/u1 gone L-5 0 → -: consumption_ended"]);
    assert_eq!((changes.cover.before.demands, changes.cover.after.demands), (5, 4));
    assert_eq!(cover(&compared(&now, &case())), ["TEAM/u1 new - → L-5 0: consumption_new"]);
}

#[test]
fn the_products_of_a_run() {
    let folder = tempfile::tempdir().expect("a folder");
    publish(&case(), folder.path());
    assert_eq!(products(folder.path()).expect("products"), ["OFFICE", "SERVER", "TEAM"]);
    assert!(products(&folder.path().join("nowhere")).is_err());
}
