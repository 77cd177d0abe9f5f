//! Two runs compared, in sentences: "3 demands of CAD lose cover, because LIC-9 has 25 seats instead of 50". Demands with the
//! same product, change and cause share a sentence; the sentences come worst first.
//!
//! [`inputs`] what went in · [`mod@because`] the second half of a sentence · here the first half, and what comes together.

pub mod because;
pub mod inputs;
#[cfg(test)]
mod tests;

use crate::model::words::DeficitReason;
use crate::trace::diff::{Because, Change, Comparison, Cover, CoverChange, Held, Totals};
use because::because;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What happened to demands, from the worst to the best.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Effect {
    Lost,
    /// A part of it was covered, and is not any more.
    LessInPart,
    NewInDeficit,
    /// It keeps the license, but in another phase or beside others.
    Otherwise,
    Moved,
    /// It stays in deficit, with a part that other licenses cover.
    OtherPart,
    /// It stays in deficit, but for a part.
    InPart,
    NewCovered,
    GoneFromDeficit,
    GoneCovered,
    Gained,
}

impl Effect {
    fn of(one: &CoverChange) -> Self {
        let covered = |held: &Option<Held>| held.as_ref().is_some_and(|held| held.covered());
        let license = |held: &Option<Held>| held.as_ref().and_then(|held| held.license.clone());
        let partly =
            |held: &Option<Held>| held.as_ref().and_then(|held| held.reason.as_deref()) == Some(DeficitReason::PartlyCovered.code());
        match one.change {
            Change::Lost => Effect::Lost,
            Change::Gained => Effect::Gained,
            Change::New if covered(&one.after) => Effect::NewCovered,
            Change::New => Effect::NewInDeficit,
            Change::Gone if covered(&one.before) => Effect::GoneCovered,
            Change::Gone => Effect::GoneFromDeficit,
            Change::Moved if !covered(&one.after) => match (partly(&one.before), partly(&one.after)) {
                (true, false) => Effect::LessInPart,
                (false, true) => Effect::InPart,
                _ => Effect::OtherPart,
            },
            Change::Moved if license(&one.before) == license(&one.after) => Effect::Otherwise,
            Change::Moved => Effect::Moved,
        }
    }
}

/// Demands of one product to which the same happened for the same cause.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    pub product_id: String,
    pub change: Change,
    pub because: Because,
    pub demands: u64,
    pub sentence: String,
}

/// What happened to demands, the worst first: by effect, then by how many, then by product.
pub fn groups(comparison: &Comparison) -> Vec<Group> {
    let mut places: BTreeMap<(Effect, &str, &Because), Vec<&CoverChange>> = BTreeMap::new();
    for one in &comparison.tables.cover.changes {
        places.entry((Effect::of(one), &one.product_id, &one.because)).or_default().push(one);
    }
    let mut groups: Vec<(Effect, Group)> = places
        .into_iter()
        .map(|((effect, product, cause), ones)| {
            let sentence = format!("{}, {}", what(effect, product, &ones), because(comparison, cause, ones[0].change, ones.len() as u64));
            let group = Group {
                product_id: product.to_owned(),
                change: ones[0].change,
                because: cause.clone(),
                demands: ones.len() as u64,
                sentence,
            };
            (effect, group)
        })
        .collect();
    groups.sort_by_key(|(effect, group)| (*effect, Reverse(group.demands)));
    groups.into_iter().map(|(_, group)| group).collect()
}

/// The first half of a sentence.
fn what(effect: Effect, product: &str, ones: &[&CoverChange]) -> String {
    let many = ones.len() as u64;
    let demands = |before: &str| format!("{} {before}{} of {product}", number(many), if many == 1 { "demand" } else { "demands" });
    let does = |one: &'static str, several: &'static str| if many == 1 { one } else { several };
    match effect {
        Effect::Lost => format!("{} {} cover", demands(""), does("loses", "lose")),
        Effect::Gained => format!("{} {} cover", demands(""), does("gains", "gain")),
        Effect::LessInPart => format!("{} in deficit {} covered in part no more", demands(""), does("is", "are")),
        Effect::InPart => format!("{} in deficit {} covered in part", demands(""), does("is", "are")),
        Effect::OtherPart => format!("{} in deficit {} covered in part by other licenses", demands(""), does("is", "are")),
        Effect::Otherwise => format!("{} {} covered in another way", demands(""), does("is", "are")),
        Effect::NewInDeficit => format!("{} {} not covered", demands("new "), does("is", "are")),
        Effect::NewCovered => format!("{} {} covered", demands("new "), does("is", "are")),
        Effect::GoneFromDeficit => format!("{} in deficit {} gone", demands(""), does("is", "are")),
        Effect::GoneCovered => format!("{} {} gone", demands("covered "), does("is", "are")),
        Effect::Moved => format!("{} {} {}", demands(""), does("moves", "move"), ways(ones)),
    }
}

/// From which license to which, where all of them go the same way.
fn ways(ones: &[&CoverChange]) -> String {
    let license = |held: &Option<Held>| held.as_ref().and_then(|held| held.license.clone()).unwrap_or_default();
    let way = |one: &CoverChange| (license(&one.before), license(&one.after));
    let first = way(ones[0]);
    if ones.iter().all(|one| way(one) == first) { format!("from {} to {}", first.0, first.1) } else { "to other licenses".to_owned() }
}

/// How cover as a whole stands: "930 of 1,168 demands are covered, 931 of 1,166 before".
pub fn totals(cover: &Cover) -> String {
    let of = |totals: Totals| format!("{} of {}", number(totals.covered), number(totals.demands));
    if cover.before == cover.after {
        return format!("{} demands are covered, as before", of(cover.after));
    }
    format!("{} demands are covered, {} before", of(cover.after), of(cover.before))
}

/// How many demands changed in which way: "3 lost, 5 moved, 1 gained; 34 keep their license with another score".
pub fn counts(cover: &Cover) -> String {
    let count = |change: Change| cover.changes.iter().filter(|one| one.change == change).count() as u64;
    let order = [Change::Lost, Change::Moved, Change::Gained, Change::New, Change::Gone];
    let parts = order.into_iter().map(|change| (count(change), change)).filter(|(many, _)| *many > 0);
    let parts: Vec<String> = parts.map(|(many, change)| format!("{} {}", number(many), change.code())).collect();
    let changed = if parts.is_empty() { "no demand is covered otherwise".to_owned() } else { parts.join(", ") };
    match cover.rescored {
        0 => changed,
        1 => format!("{changed}; 1 keeps its license with another score"),
        many => format!("{changed}; {} keep their license with another score", number(many)),
    }
}

/// A number with a comma between thousands.
pub fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
