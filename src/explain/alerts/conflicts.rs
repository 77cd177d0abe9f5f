//! Alerts about explicit links and reservations that do not work out: the conflicts of the trace in words (contract §4.4, §4.6).

use super::super::phrases::count;
use super::{Alert, AlertKind, Severity};
use crate::model::estate::{Assignment, Estate, Target};
use crate::model::words::Conflict;
use crate::trace::{ConflictNote, Subject, Trace};

pub fn collect(estate: &Estate, trace: &Trace, alerts: &mut Vec<Alert>) {
    alerts.extend(in_order(estate, &trace.conflicts).into_iter().map(|note| {
        let subject = subject(estate, note.subject);
        let message = message(estate, trace, note, subject.as_deref().unwrap_or_default());
        let mut alert = Alert::new(AlertKind::AllocationConflict, note.conflict.code(), Severity::Warning, message);
        alert.license = estate.texts.opt(note.license_id).map(str::to_owned);
        alert.subject = subject;
        alert.units = note.units;
        match note.product {
            Some(product) => alert.product(estate, product as usize),
            None => alert,
        }
    }));
}

/// In about the order of the table, in which alerts are compared by their texts: codes are ordered as these.
fn in_order<'a>(estate: &Estate, conflicts: &'a [ConflictNote]) -> Vec<&'a ConflictNote> {
    let mut codes: Vec<&str> = Conflict::ALL.iter().map(|conflict| conflict.code()).collect();
    codes.sort_unstable();
    let ranks: Vec<usize> = Conflict::ALL.iter().map(|conflict| codes.partition_point(|code| *code < conflict.code())).collect();
    let mut notes: Vec<&ConflictNote> = conflicts.iter().collect();
    notes.sort_by_cached_key(|note| {
        let subject = match note.subject {
            Subject::Assignment(place) => target(&estate.assignments[place as usize]).1,
            Subject::Demand(place) | Subject::Reservation(place) => place,
            Subject::License => 0,
        };
        (ranks[note.conflict as usize], note.product.unwrap_or(u32::MAX), note.license_id, subject)
    });
    notes
}

/// The subject column: the target of an assignment, a `demand_id`, a `reservation_id`.
fn subject(estate: &Estate, subject: Subject) -> Option<String> {
    match subject {
        Subject::Assignment(place) => Some(estate.texts.get(target(&estate.assignments[place as usize]).1).to_owned()),
        Subject::Demand(demand) => Some(estate.demand_id(&estate.demands, demand as usize)),
        Subject::Reservation(place) => Some(estate.texts.get(estate.reservations[place as usize].id).to_owned()),
        Subject::License => None,
    }
}

fn target(assignment: &Assignment) -> (&'static str, u32) {
    match assignment.target {
        Target::Asset(asset) => ("asset", asset),
        Target::User(user) => ("user", user),
        Target::Consumption { id, .. } => ("consumption", id),
    }
}

fn message(estate: &Estate, trace: &Trace, note: &ConflictNote, subject: &str) -> String {
    let license = estate.texts.opt(note.license_id).unwrap_or("a license without an id");
    let product = note.product.map_or("its product", |product| super::product_id(estate, product as usize));
    let what = match note.subject {
        Subject::Assignment(place) => target(&estate.assignments[place as usize]).0,
        _ => "demand",
    };
    let units = note.units.unwrap_or(0);
    let status = note.license.map_or("unknown", |license| estate.licenses.status[license as usize].code());
    match note.conflict {
        Conflict::UnknownLicense => {
            format!("The assignment of {what} {subject} names license {license}, which nobody knows; correct it or delete it")
        }
        Conflict::UnknownTarget => {
            format!("License {license} is assigned to {what} {subject}, which nobody knows; correct the assignment or delete it")
        }
        Conflict::WrongProduct => {
            format!("License {license} is assigned to consumption {subject}, which is of another product than {product}; correct it")
        }
        Conflict::NoDemand => {
            format!(
                "License {license} is assigned to {what} {subject}, which needs no license of {product} that could be assigned; delete the assignment"
            )
        }
        Conflict::LicenseNotUsable => {
            format!(
                "License {license} of {product} is assigned to {what} {subject}, but it is {status} as of {}; renew it or assign another one",
                estate.policy.as_of
            )
        }
        Conflict::MetricMismatch => {
            format!(
                "License {license} is assigned to {what} {subject}, but its metric does not cover what {product} is counted in; assign another one"
            )
        }
        Conflict::DuplicateAssignment => {
            format!("License {license} is assigned to {what} {subject} more than once; delete the later assignment")
        }
        Conflict::AssignmentOverCapacity => {
            format!(
                "The licenses that {subject} is assigned to, {license} first, have too few seats left for it; it took part like any other demand"
            )
        }
        Conflict::OverlappingAssignments => {
            format!("{subject} is assigned to several licenses, {license} first; keep the one that is meant")
        }
        Conflict::AssignmentOverridesRequirement => overrides(trace, note, license, subject),
        Conflict::OverReserved => over_reserved(estate, note, license, subject),
        Conflict::OverlappingReservations => {
            format!("{} under several reservations of license {license}, and may draw on each; see that this is meant", fall(units))
        }
    }
}

/// `1 demand falls`, `3 demands fall`.
fn fall(number: i64) -> String {
    format!("{} {}", count(number, "demand"), if number == 1 { "falls" } else { "fall" })
}

fn overrides(trace: &Trace, note: &ConflictNote, license: &str, subject: &str) -> String {
    match note.requirement {
        Some(place) => {
            let name = &trace.requirements[usize::from(place)];
            format!("License {license} covers {subject} by direct assignment, against the requirement {name}; see that this is meant")
        }
        None => {
            format!("License {license} covers {subject} by direct assignment, against a preference that forbids it; see that this is meant")
        }
    }
}

fn over_reserved(estate: &Estate, note: &ConflictNote, license: &str, subject: &str) -> String {
    let booked = match note.subject {
        Subject::Reservation(place) => estate.reservations[place as usize].seats,
        _ => 0,
    };
    let cut = note.units.unwrap_or(0);
    format!(
        "Reservation {subject} is for {} of license {license}, which has {cut} too few; cut it, or move it to another license",
        count(booked, "seat")
    )
}
