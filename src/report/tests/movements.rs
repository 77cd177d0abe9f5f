//! Two runs of the small estate, the second with changes: which demands moved, and why.

use super::read_back;
use crate::explain::testing::{AS_OF, Case, case, day};
use crate::model::date::Date;
use crate::model::text::NULL_CODE;
use crate::model::words::{DeficitReason, LicenseStatus, Outcome, Phase};
use crate::report::compare::{Movement, compare};
use crate::report::{Report, allocations, coverage, deficits, demands, licenses, movements, positions, usage};
use std::fs::File;
use std::path::Path;

pub(super) fn publish(case: &Case, folder: &Path) {
    let report = Report::new(&case.estate, &case.program, &case.schema, &case.trace);
    let file = |name: &str| File::create(folder.join(name).with_extension("parquet")).expect("a file");
    allocations::write(&report, file("allocations")).expect("allocations");
    deficits::write(&report, file("deficits")).expect("deficits");
    positions::write(&report, file("positions")).expect("positions");
    coverage::write(&report, file("coverage")).expect("coverage");
    demands::write(&report, file("demands")).expect("demands");
    licenses::write(&report, file("licenses")).expect("licenses");
    usage::write(&report, file("usage")).expect("usage");
}

fn moved(before: &Case, now: &Case) -> Vec<Movement> {
    let (one, other) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    publish(before, one.path());
    publish(now, other.path());
    compare(one.path(), other.path(), false).expect("movements")
}

/// `demand change from to cause`.
fn lines(movements: &[Movement]) -> Vec<String> {
    let text = |id: &Option<String>| id.clone().unwrap_or("-".to_owned());
    let line = |one: &Movement| {
        format!("{} {} {} {} {}", one.demand_id, one.change.code(), text(&one.from_license_id), text(&one.to_license_id), one.cause.code())
    };
    movements.iter().map(line).collect()
}

/// Takes the last demand, TEAM/u1, out of the estate: its consumption ended.
pub(super) fn end_the_last(case: &mut Case) {
    let (demands, consumptions) = (&mut case.estate.demands, &mut case.estate.consumptions);
    (consumptions.outcome[4], consumptions.demand[4]) = (Some(Outcome::Ended), NULL_CODE);
    demands.product.pop();
    demands.subject.pop();
    case.trace.outcomes.pop();
    case.trace.grants.edit(|grants| grants.retain(|grant| grant.demand != 4));
}

#[test]
fn equal_runs_have_no_movements() {
    assert_eq!(moved(&case(), &case()), []);
}

#[test]
fn causes_follow_the_list_of_the_contract() {
    let before = case();
    let mut now = case();
    end_the_last(&mut now);
    // PC-2's seat of L-1 goes to PC-3.
    now.trace.grants.edit(|grants| grants[1].demand = 2);
    now.trace.deficits[0].demand = 1;
    now.trace.deficits[0].reason = DeficitReason::CapacityExhausted;
    (now.trace.outcomes[1], now.trace.outcomes[2]) = (Outcome::Deficit, Outcome::CoveredAffinity);
    // SRV-1 is covered by L-3 no more, which expired.
    now.estate.licenses.status[2] = LicenseStatus::Expired;
    now.trace.grants.edit(|grants| grants.retain(|grant| grant.demand != 3));
    now.trace.outcomes[3] = Outcome::Deficit;
    // PC-1 has L-1 by affinity, for its assignment is gone.
    now.trace.grants.edit(|grants| (grants[0].phase, grants[0].assignment) = (Phase::Affinity, None.into()));
    now.trace.outcomes[0] = Outcome::CoveredAffinity;
    assert_eq!(
        lines(&moved(&before, &now)),
        [
            "OFFICE/PC-1 moved L-1 L-1 assignment_changed",
            "OFFICE/PC-2 lost L-1 - outscored",
            "OFFICE/PC-3 gained - L-1 unknown",
            "SERVER/SRV-1 lost L-3 - license_status_changed",
            "TEAM/u1 gone L-5 - consumption_ended",
        ]
    );
    let back = lines(&moved(&now, &before));
    assert_eq!(back[4], "TEAM/u1 new - L-5 consumption_new");
    assert_eq!(back[1], "OFFICE/PC-2 gained - L-1 unknown");
    // A demand's attribute that changed explains what nothing before it explains.
    now.estate.demands.location[2] = now.estate.demands.location[0];
    assert_eq!(lines(&moved(&before, &now))[2], "OFFICE/PC-3 gained - L-1 attributes_changed");
}

#[test]
fn movements_are_a_table() {
    let mut now = case();
    end_the_last(&mut now);
    let found = moved(&case(), &now);
    let mut bytes = Vec::new();
    let info = movements::write(Date(day(AS_OF)), &found, &mut bytes).expect("a table");
    let table = read_back(bytes, info);
    assert_eq!(table.column("cause"), ["consumption_ended"]);
    assert_eq!(table.column("to_license_id"), ["-"]);
}
