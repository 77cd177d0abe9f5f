//! Why a demand is covered otherwise than before: the first cause of the contract's list (§6.3) that the tables bear out, and
//! the license or the fields that it is about.

use super::super::error::ReportError;
use super::cursor::{Cursor, differing, rows_at};
use super::demands::{Difference, Differences};
use super::licenses::Licenses;
use super::{Cause, Change, origins};
use crate::trace::diff::Because;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cmp::Ordering;
use std::path::Path;

/// Columns of `demands` that change without a license being any the better or worse for it.
const NO_ATTRIBUTES: [&str; 5] = ["product_id", "demand_id", "last_used_on", "consumptions", "outcome"];

/// How many demands are looked at in full at a time: what bounds the memory where every demand differs.
const ROWS_AT_ONCE: usize = 65_536;

/// What the manifests of both runs say, which are not this module's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// Whether the rules in force differ.
    pub rules_changed: bool,
    /// Whether a choice of `[calculation]` differs.
    pub policies_changed: bool,
    /// Whether an extract differs.
    pub extracts_changed: bool,
}

/// What became of a demand's consumptions.
#[derive(Clone, Copy, Default)]
struct Consumptions {
    ended: bool,
    new: bool,
    disposed: bool,
    left: bool,
}

/// Why each difference, in their order.
pub fn explain(baseline: &Path, current: &Path, known: Known, differences: &mut Differences) -> Result<Vec<Because>, ReportError> {
    let found = &differences.found;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let consumptions = consumptions(baseline, current, found)?;
    let wanted: FxHashSet<&str> = found.iter().flat_map(|one| [one.from.license.as_deref(), one.to.license.as_deref()]).flatten().collect();
    let licenses = Licenses::read(baseline, current, &wanted)?;
    let changed = changed_attributes(baseline, current, found)?;
    let given = std::mem::take(&mut differences.newly_given);
    let evidence = Evidence { licenses, known, given, freed: std::mem::take(&mut differences.newly_freed) };
    let found = differences.found.iter().zip(consumptions).zip(changed);
    let mut reasons: Vec<Because> = found.map(|((one, consumptions), changed)| evidence.because(one, consumptions, changed)).collect();
    origins::add(&differences.found, &mut reasons);
    Ok(reasons)
}

/// What is known of a demand's attributes: none where both runs do not have it.
type Changed = Option<Vec<String>>;

struct Evidence {
    licenses: Licenses,
    known: Known,
    given: FxHashSet<String>,
    freed: FxHashSet<String>,
}

impl Evidence {
    /// The first cause that holds, in the order of the contract.
    fn because(&self, one: &Difference, consumptions: Consumptions, changed: Changed) -> Because {
        let of_consumptions = [
            (Cause::ConsumptionEnded, consumptions.ended),
            (Cause::ConsumptionNew, consumptions.new),
            (Cause::AssetDisposed, consumptions.disposed),
            (Cause::UserLeft, consumptions.left),
        ];
        let (from, to) = (one.from.license.as_deref(), one.to.license.as_deref());
        let any = |holds: fn(&Licenses, &str) -> bool| [from, to].into_iter().flatten().find(|id| holds(&self.licenses, id));
        let of_licenses = [
            (Cause::AssignmentChanged, self.assignment_changed(one)),
            (Cause::LicenseGone, from.filter(|id| self.licenses.gone(id))),
            (Cause::LicenseStatusChanged, any(Licenses::status_changed)),
            (Cause::LicenseNew, to.filter(|id| self.licenses.appeared(id))),
            (Cause::SeatsChanged, any(Licenses::seats_changed)),
        ];
        if let Some((cause, _)) = of_consumptions.into_iter().find(|(_, holds)| *holds) {
            return Because::plain(cause);
        }
        let found = of_licenses.into_iter().find_map(|(cause, license)| license.map(|license| Because::of(cause, license)));
        found.or_else(|| self.attributes(one, changed)).unwrap_or_else(|| self.others(one))
    }

    /// Attributes of the demand, else of a license. A demand that is new or gone without any consumption beginning or ending is
    /// made of consumptions that belonged elsewhere, or needed no license: something about them changed.
    fn attributes(&self, one: &Difference, changed: Changed) -> Option<Because> {
        match changed {
            None => return Some(Because::plain(Cause::AttributesChanged)),
            Some(fields) if !fields.is_empty() => return Some(Because { fields, ..Because::plain(Cause::AttributesChanged) }),
            Some(_) => {}
        }
        [&one.from.license, &one.to.license].into_iter().flatten().find_map(|license| {
            let fields = self.licenses.changed_fields(license);
            (!fields.is_empty()).then(|| Because { fields, ..Because::of(Cause::AttributesChanged, license) })
        })
    }

    /// What neither the demand nor its licenses show.
    fn others(&self, one: &Difference) -> Because {
        let (from, to) = (one.from.license.as_deref(), one.to.license.as_deref());
        if self.known.rules_changed {
            return Because::plain(Cause::RulesChanged);
        }
        if self.known.policies_changed {
            return Because::plain(Cause::PolicyChanged);
        }
        if let Some(license) = from.filter(|id| one.change != Change::Gone && self.given.contains(*id)) {
            return Because::of(Cause::Outscored, license);
        }
        if let Some(license) = to.filter(|id| one.change != Change::New && self.freed.contains(*id)) {
            return Because::of(Cause::SeatFreed, license);
        }
        Because::plain(if self.known.extracts_changed { Cause::InputChanged } else { Cause::Unknown })
    }

    /// The license of a direct grant that was lost or won although it could give as before. The assignments themselves are in
    /// no table.
    fn assignment_changed<'a>(&self, one: &'a Difference) -> Option<&'a str> {
        let license = |direct: bool, id: &'a Option<String>| id.as_deref().filter(|_| direct);
        let (before, now) = (license(one.from.direct, &one.from.license), license(one.to.direct, &one.to.license));
        let both_there = one.from.row.is_some() && one.to.row.is_some();
        [before, now].into_iter().flatten().find(|id| both_there && before != now && self.licenses.same_means(id))
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

/// Which of each demand's own attributes changed.
fn changed_attributes(baseline: &Path, current: &Path, found: &[Difference]) -> Result<Vec<Changed>, ReportError> {
    let mut changed: Vec<Changed> = found.iter().map(|_| None).collect();
    let pair = |(place, one): (usize, &Difference)| Some((place, one.from.row?, one.to.row?));
    let both: Vec<(usize, usize, usize)> = found.iter().enumerate().filter_map(pair).collect();
    for some in both.chunks(ROWS_AT_ONCE) {
        let (before, now): (Vec<usize>, Vec<usize>) = some.iter().map(|(_, from, to)| (*from, *to)).unzip();
        let (before, now) = (rows_at(baseline, "demands", &before)?, rows_at(current, "demands", &now)?);
        for (row, (place, ..)) in some.iter().enumerate() {
            changed[*place] = Some(differing(&before, row, &now, row, &NO_ATTRIBUTES));
        }
    }
    Ok(changed)
}
