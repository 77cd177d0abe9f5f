//! Why a demand is covered otherwise than before: the first cause of the contract's list (§6.3) that the tables bear out.

use super::super::error::ReportError;
use super::cursor::{Cursor, rows_agree, rows_at};
use super::demands::{Difference, Differences};
use super::licenses::Licenses;
use super::{Cause, Change, Movement};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::path::Path;

/// Columns of `demands` that change without a license being any the better or worse for it.
const NO_ATTRIBUTES: [&str; 5] = ["product_id", "demand_id", "last_used_on", "consumptions", "outcome"];

/// What became of a demand's consumptions.
#[derive(Clone, Copy, Default)]
struct Consumptions {
    ended: bool,
    new: bool,
    disposed: bool,
    left: bool,
}

pub fn explain(baseline: &Path, current: &Path, rules_changed: bool, differences: Differences) -> Result<Vec<Movement>, ReportError> {
    let Differences { found, newly_given } = differences;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let consumptions = consumptions(baseline, current, &found)?;
    let wanted: FxHashSet<&str> = found.iter().flat_map(|one| [one.from.license.as_deref(), one.to.license.as_deref()]).flatten().collect();
    let licenses = Licenses::read(baseline, current, &wanted)?;
    let changed = changed_attributes(baseline, current, &found)?;
    let evidence = Evidence { licenses, rules_changed, newly_given };
    let causes: Vec<Cause> =
        found.iter().enumerate().map(|(place, one)| evidence.cause(one, consumptions[place], changed[place])).collect();
    let movement = |(one, cause): (Difference, Cause)| Movement {
        product_id: one.product,
        demand_id: one.demand,
        change: one.change,
        from_license_id: one.from.license,
        to_license_id: one.to.license,
        cause,
    };
    Ok(found.into_iter().zip(causes).map(movement).collect())
}

struct Evidence {
    licenses: Licenses,
    rules_changed: bool,
    newly_given: FxHashSet<String>,
}

impl Evidence {
    fn cause(&self, one: &Difference, consumptions: Consumptions, attributes_changed: bool) -> Cause {
        let (from, to) = (one.from.license.as_deref(), one.to.license.as_deref());
        let any = |holds: fn(&Licenses, &str) -> bool| [from, to].into_iter().flatten().any(|id| holds(&self.licenses, id));
        let causes = [
            (Cause::ConsumptionEnded, consumptions.ended),
            (Cause::ConsumptionNew, consumptions.new),
            (Cause::AssetDisposed, consumptions.disposed),
            (Cause::UserLeft, consumptions.left),
            (Cause::AssignmentChanged, self.assignment_changed(one)),
            (Cause::LicenseGone, from.is_some_and(|id| self.licenses.gone(id))),
            (Cause::LicenseStatusChanged, any(Licenses::status_changed)),
            (Cause::LicenseNew, to.is_some_and(|id| self.licenses.appeared(id))),
            (Cause::SeatsChanged, any(Licenses::seats_changed)),
            (Cause::AttributesChanged, attributes_changed || any(Licenses::attributes_changed)),
            (Cause::RulesChanged, self.rules_changed),
            (Cause::Outscored, from.is_some_and(|id| one.change != Change::Gone && self.newly_given.contains(id))),
        ];
        causes.into_iter().find(|(_, holds)| *holds).map_or(Cause::Unknown, |(cause, _)| cause)
    }

    /// A direct grant was lost or won although its license could give as before. The assignments themselves are in no table.
    fn assignment_changed(&self, one: &Difference) -> bool {
        let license = |direct: bool, id: &Option<String>| id.clone().filter(|_| direct);
        let (before, now) = (license(one.from.direct, &one.from.license), license(one.to.direct, &one.to.license));
        let both_there = one.from.row.is_some() && one.to.row.is_some();
        both_there && before != now && [before, now].iter().flatten().any(|id| self.licenses.same_means(id))
    }
}

/// One walk along both `coverage` tables, for the consumptions of the demands in question.
fn consumptions(baseline: &Path, current: &Path, found: &[Difference]) -> Result<Vec<Consumptions>, ReportError> {
    let places: FxHashMap<(&str, &str), usize> =
        found.iter().enumerate().map(|(place, one)| ((one.product.as_str(), one.demand.as_str()), place)).collect();
    let place = |walk: &Cursor| places.get(&(walk.text(1)?, walk.text(2)?)).copied();
    let mut states = vec![Consumptions::default(); found.len()];
    let columns = ["consumption_id", "product_id", "demand_id", "outcome"];
    let (mut before, mut now) = (Cursor::open(baseline, "coverage", &columns)?, Cursor::open(current, "coverage", &columns)?);
    while before.on_row() || now.on_row() {
        let order = match (before.text(0), now.text(0)) {
            (Some(one), Some(other)) => one.cmp(other),
            (one, _) => {
                if one.is_some() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
        };
        let (was, is) = (before.text(3).filter(|_| order != Ordering::Greater), now.text(3).filter(|_| order != Ordering::Less));
        if was != is {
            if let Some(place) = place(&before).filter(|_| order != Ordering::Greater) {
                let state = &mut states[place];
                state.ended |= matches!(is, None | Some("ended"));
                state.disposed |= is == Some("asset_disposed");
                state.left |= is == Some("user_left");
            }
            if let Some(place) = place(&now).filter(|_| order != Ordering::Less) {
                states[place].new |= matches!(was, None | Some("not_started" | "ended"));
            }
        }
        if order != Ordering::Greater {
            before.advance()?;
        }
        if order != Ordering::Less {
            now.advance()?;
        }
    }
    Ok(states)
}

/// Whether each demand's own attributes changed. One that is new or gone without any consumption beginning or ending is made of
/// consumptions that belonged elsewhere, or needed no license: something about them changed.
fn changed_attributes(baseline: &Path, current: &Path, found: &[Difference]) -> Result<Vec<bool>, ReportError> {
    let pairs: Vec<(usize, usize)> = found.iter().filter_map(|one| Some((one.from.row?, one.to.row?))).collect();
    let (before, now): (Vec<usize>, Vec<usize>) = pairs.into_iter().unzip();
    let (before, now) = (rows_at(baseline, "demands", &before)?, rows_at(current, "demands", &now)?);
    let mut next = 0;
    let changed = found.iter().map(|one| match one.change {
        Change::New | Change::Gone => true,
        _ => {
            next += 1;
            !rows_agree(&before, next - 1, &now, next - 1, &NO_ATTRIBUTES)
        }
    });
    Ok(changed.collect())
}
