//! Which demands are covered otherwise than in the baseline: one walk along both `demands` tables and both `allocations`, which
//! are sorted alike. Holds one demand of each side at a time, and the differences.

use super::super::error::ReportError;
use super::Change;
use super::cursor::Cursor;
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::path::Path;

/// A demand that is covered otherwise.
pub struct Difference {
    pub product: String,
    pub demand: String,
    pub change: Change,
    pub from: Side,
    pub to: Side,
}

/// One run's part in a difference.
#[derive(Clone, Default)]
pub struct Side {
    /// The place in `demands`; none where the run has no such demand.
    pub row: Option<usize>,
    /// The license first drawn from, if any.
    pub license: Option<String>,
    /// Whether that was by direct assignment.
    pub direct: bool,
}

/// All differences, in the order of the table, and the licenses that some demand has now and did not have before.
#[derive(Default)]
pub struct Differences {
    pub found: Vec<Difference>,
    pub newly_given: FxHashSet<String>,
}

pub fn differences(baseline: &Path, current: &Path) -> Result<Differences, ReportError> {
    let (mut before, mut now) = (Walk::open(baseline)?, Walk::open(current)?);
    let mut differences = Differences::default();
    loop {
        let order = match (before.demands.key(), now.demands.key()) {
            (None, None) => return Ok(differences),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(&other),
        };
        let change = match order {
            Ordering::Less => Some(Change::Gone),
            Ordering::Greater => Some(Change::New),
            Ordering::Equal => change(&before, &now),
        };
        if let Some(change) = change {
            differences.add(change, (order != Ordering::Greater).then_some(&before), (order != Ordering::Less).then_some(&now));
        }
        if order != Ordering::Greater {
            before.advance()?;
        }
        if order != Ordering::Less {
            now.advance()?;
        }
    }
}

/// What changed for a demand that both runs have.
fn change(before: &Walk, now: &Walk) -> Option<Change> {
    let (was, is) = (before.outcome(), now.outcome());
    match (was == Some("deficit"), is == Some("deficit")) {
        (true, false) => Some(Change::Gained),
        (false, true) => Some(Change::Lost),
        _ => (was != is || before.cover.licenses != now.cover.licenses).then_some(Change::Moved),
    }
}

impl Differences {
    fn add(&mut self, change: Change, before: Option<&Walk>, now: Option<&Walk>) {
        let Some((product, demand)) = now.or(before).and_then(|walk| walk.demands.key()) else {
            return;
        };
        let (product, demand) = (product.to_owned(), demand.to_owned());
        let had = |license: &String| before.is_some_and(|before| before.cover.licenses.contains(license));
        if let Some(now) = now {
            self.newly_given.extend(now.cover.licenses.iter().filter(|license| !had(license)).cloned());
        }
        let side = |walk: Option<&Walk>| walk.map_or(Side::default(), Walk::side);
        self.found.push(Difference { product, demand, change, from: side(before), to: side(now) });
    }
}

/// One run's demands, and what covers the one that the walk stands on.
struct Walk {
    demands: Cursor,
    grants: Cursor,
    cover: Cover,
}

/// The licenses of a demand, and the first drawn of them: by rank, or by the order of direct assignments.
#[derive(Default)]
struct Cover {
    licenses: Vec<String>,
    first: usize,
    first_key: Option<(i64, bool, Option<i32>)>,
    direct: bool,
}

impl Walk {
    fn open(folder: &Path) -> Result<Self, ReportError> {
        let demands = Cursor::open(folder, "demands", &["product_id", "demand_id", "outcome"])?;
        let grants = Cursor::open(folder, "allocations", &["product_id", "demand_id", "license_id", "phase", "rank", "assigned_on"])?;
        let mut walk = Self { demands, grants, cover: Cover::default() };
        walk.collect()?;
        Ok(walk)
    }

    fn outcome(&self) -> Option<&str> {
        self.demands.text(2)
    }

    fn advance(&mut self) -> Result<(), ReportError> {
        self.demands.advance()?;
        self.collect()
    }

    /// Collects the grants of the demand that the walk stands on.
    fn collect(&mut self) -> Result<(), ReportError> {
        self.cover.licenses.clear();
        self.cover.first_key = None;
        while self.grants.on_row() && self.grants.key() <= self.demands.key() && self.demands.on_row() {
            if self.grants.key() == self.demands.key() {
                self.cover.take(&self.grants);
            }
            self.grants.advance()?;
        }
        Ok(())
    }

    fn side(&self) -> Side {
        let covered = self.outcome() != Some("deficit");
        let license = self.cover.licenses.get(self.cover.first).filter(|_| covered).cloned();
        Side { row: Some(self.demands.passed), direct: license.is_some() && self.cover.direct, license }
    }
}

impl Cover {
    fn take(&mut self, grant: &Cursor) {
        let day = grant.day(5);
        let key = (grant.integer(4).unwrap_or(0), day.is_none(), day);
        // Rows come by license_id, so that the earlier one wins among equals.
        if self.first_key.is_none_or(|first| key < first) {
            (self.first, self.first_key) = (self.licenses.len(), Some(key));
            self.direct = grant.text(3) == Some("direct");
        }
        self.licenses.push(grant.text(2).unwrap_or_default().to_owned());
    }
}
