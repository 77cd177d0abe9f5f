//! Why demands are covered otherwise: the second half of a sentence, with both values of what changed.

use super::inputs::{choice, listed, rule_in_short};
use crate::trace::diff::{Because, Cause, Cell, Change, Comparison, FieldChange, LicenseChange};

/// Fields of a license that decide its status (contract §3).
const OF_STATUS: [&str; 6] = ["booked_status", "starts_on", "ends_on", "retired_on", "grace_days", "metric"];

/// The clause for so many demands.
pub fn because(comparison: &Comparison, cause: &Because, change: Change, many: u64) -> String {
    if cause.cause == Cause::Unknown {
        return "for a reason that the tables of the two runs do not show".to_owned();
    }
    let text = clause(comparison, cause, change, if many == 1 { "its" } else { "their" });
    match &cause.origin {
        None => format!("because {text}"),
        Some(origin) if origin.cause.cause == Cause::Unknown => format!("because {text}"),
        Some(origin) => {
            let mostly = if origin.of_all { "" } else { "mostly since " };
            format!("because {text}: {mostly}{}", clause(comparison, &origin.cause, Change::Moved, "their"))
        }
    }
}

/// What happened, as a main clause. `its` are those that it happened to.
fn clause(comparison: &Comparison, cause: &Because, change: Change, its: &str) -> String {
    let license = cause.license.as_deref().unwrap_or("a license");
    let one_or_many = |one: &str, many: &str| if its == "its" { one.to_owned() } else { many.to_owned() };
    match cause.cause {
        Cause::ConsumptionEnded => one_or_many("its consumption ended or left the extract", "their consumptions ended or left the extract"),
        Cause::ConsumptionNew => one_or_many("its consumption is new", "their consumptions are new"),
        Cause::AssetDisposed => one_or_many("its asset was disposed of", "their assets were disposed of"),
        Cause::UserLeft => one_or_many("its user left", "their users left"),
        Cause::AssignmentChanged => format!("an assignment of {license} changed"),
        Cause::LicenseGone => format!("{license} is gone from the licenses"),
        Cause::LicenseNew => format!("{license} is new"),
        Cause::LicenseStatusChanged => status(comparison, license),
        Cause::SeatsChanged => seats(comparison, license),
        Cause::AttributesChanged => attributes(comparison, cause, change, its),
        Cause::RulesChanged => rules(comparison),
        Cause::PolicyChanged => choices(comparison),
        Cause::Outscored => format!("other demands took {its} place on {license}"),
        Cause::SeatFreed => format!("other demands left seats of {license}"),
        Cause::InputChanged => others(comparison),
        Cause::Unknown => "the tables of the two runs do not show why".to_owned(),
    }
}

/// What is known of a license that differs.
fn of<'a>(comparison: &'a Comparison, license: &str) -> Option<&'a LicenseChange> {
    let licenses = &comparison.tables.licenses;
    licenses.binary_search_by(|one| one.license_id.as_str().cmp(license)).ok().map(|place| &licenses[place])
}

fn field<'a>(license: Option<&'a LicenseChange>, name: &str) -> Option<&'a FieldChange> {
    license.and_then(|license| license.fields.iter().find(|field| field.field == name))
}

fn seats(comparison: &Comparison, license: &str) -> String {
    let seats = |cell: &Cell| match cell {
        Cell::Integer(1) => "1 seat".to_owned(),
        Cell::Integer(seats) => format!("{} seats", super::number(seats.unsigned_abs())),
        _ => "no number of seats".to_owned(),
    };
    match field(of(comparison, license), "seats") {
        Some(change) => format!("{license} has {} instead of {}", seats(&change.after), shown(&change.before)),
        None => format!("the seats of {license} changed"),
    }
}

/// The status, and what made it so: a field, or the date alone.
fn status(comparison: &Comparison, license: &str) -> String {
    let known = of(comparison, license);
    let Some(change) = field(known, "status") else {
        return format!("the status of {license} changed");
    };
    let made_by: Vec<String> = OF_STATUS.iter().filter_map(|name| field(known, name)).map(values).collect();
    let word = |cell: &Cell| if *cell == Cell::Text("grace".to_owned()) { "in grace".to_owned() } else { shown(cell) };
    let (before, after) = (word(&change.before), word(&change.after));
    match (made_by.is_empty(), comparison.inputs.as_of) {
        (true, Some((was, is))) => format!("{license} is {after} on {is}, and was {before} on {was}"),
        (true, None) => format!("{license} is {after}, and was {before}"),
        (false, _) => format!("{license} is {after}, and was {before} ({})", made_by.join(", ")),
    }
}

/// `ends_on 2026-11-01 instead of 2027-01-01`.
pub fn values(change: &FieldChange) -> String {
    let field = if change.field == "booked_status" { "booked status" } else { &change.field };
    format!("{field} {} instead of {}", shown(&change.after), shown(&change.before))
}

/// A value as it is written; `none` for null.
pub fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Null => "none".to_owned(),
        Cell::Integer(number) => {
            let digits = super::number(number.unsigned_abs());
            if *number < 0 { format!("-{digits}") } else { digits }
        }
        Cell::Text(text) => text.clone(),
    }
}

fn attributes(comparison: &Comparison, cause: &Because, change: Change, its: &str) -> String {
    let fields = listed(cause.fields.iter().map(String::as_str));
    match (&cause.license, cause.fields.as_slice(), change) {
        (Some(license), [one], _) => match field(of(comparison, license), one) {
            Some(change) => format!("{license} has {}", values(change)),
            None => format!("{one} of {license} changed"),
        },
        (Some(license), ..) => format!("{fields} of {license} changed"),
        (None, [], Change::New) => format!("{its} consumptions needed no license before, or belonged to another demand"),
        (None, [], _) => format!("{its} consumptions need no license now, or belong to another demand"),
        (None, [one], _) => format!("{its} attribute {one} changed"),
        (None, ..) => format!("{its} attributes changed: {fields}"),
    }
}

fn rules(comparison: &Comparison) -> String {
    let inputs = &comparison.inputs;
    match inputs.rules.as_slice() {
        [] => "the rules stand in another order".to_owned(),
        [one] => rule_in_short(one),
        [one, other] => format!("{}, and {}", rule_in_short(one), rule_in_short(other)),
        several => format!("{} rules differ", several.len()),
    }
}

fn choices(comparison: &Comparison) -> String {
    match comparison.inputs.policies.as_slice() {
        [one] => choice(one),
        several => format!("{} choices differ: {}", several.len(), listed(several.iter().map(|one| one.field.as_str()))),
    }
}

/// Extracts whose rows stand in no table that both runs have.
fn others(comparison: &Comparison) -> String {
    let extracts = comparison.inputs.extracts.iter().map(|change| change.extract.as_str());
    format!("extracts differ: {}", listed(extracts))
}
