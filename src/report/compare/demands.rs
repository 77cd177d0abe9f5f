//! Which demands are covered otherwise than in the baseline: one walk along both `demands` tables, both `allocations` and both
//! `deficits`, which are sorted alike. Holds one demand of each side at a time, and the differences.

use super::super::error::ReportError;
use super::Change;
use super::cursor::Cursor;
use super::rescored::Most;
use crate::trace::diff::{Held, Rescored, Totals};
use rustc_hash::FxHashSet;
use std::cmp::Ordering;
use std::path::Path;

/// Which differences are wanted.
#[derive(Default)]
pub struct Wanted<'a> {
    /// One product alone, as far as totals and scores go.
    pub product: Option<&'a str>,
    /// How many of the demands with another score are told one by one.
    pub rescored: usize,
}

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
    pub score: Option<i64>,
    pub outcome: String,
    /// Why it is not covered.
    pub reason: Option<String>,
}

impl Side {
    /// The same as data for others; none where the run has no such demand.
    pub fn held(self) -> Option<Held> {
        self.row?;
        Some(Held { outcome: self.outcome, license: self.license, score: self.score, reason: self.reason })
    }
}

/// All differences, in the order of the table.
pub struct Differences {
    pub found: Vec<Difference>,
    /// Licenses that some demand has now and did not have before, of whatever product.
    pub newly_given: FxHashSet<String>,
    /// Licenses that some demand had before and does not have now.
    pub newly_freed: FxHashSet<String>,
    pub before: Totals,
    pub after: Totals,
    pub rescored: Most,
}

pub fn differences(baseline: &Path, current: &Path, wanted: &Wanted<'_>) -> Result<Differences, ReportError> {
    let (mut before, mut now) = (Walk::open(baseline)?, Walk::open(current)?);
    let mut differences = Differences {
        found: Vec::new(),
        newly_given: FxHashSet::default(),
        newly_freed: FxHashSet::default(),
        before: Totals::default(),
        after: Totals::default(),
        rescored: Most::new(wanted.rescored),
    };
    loop {
        let order = match (before.demands.key(), now.demands.key()) {
            (None, None) => return Ok(differences),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(one), Some(other)) => one.cmp(&other),
        };
        let (was, is) = ((order != Ordering::Greater).then_some(&before), (order != Ordering::Less).then_some(&now));
        differences.judge(was, is, wanted);
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
        _ => (was != is || before.cover.licenses() != now.cover.licenses()).then_some(Change::Moved),
    }
}

impl Differences {
    /// Judges one demand, which one run has or both.
    fn judge(&mut self, before: Option<&Walk>, now: Option<&Walk>, wanted: &Wanted<'_>) {
        let Some((product, demand)) = now.or(before).and_then(|walk| walk.demands.key()) else {
            return;
        };
        let change = match (before, now) {
            (Some(before), Some(now)) => change(before, now),
            (None, _) => Some(Change::New),
            (_, None) => Some(Change::Gone),
        };
        let is_wanted = wanted.product.is_none_or(|wanted| wanted == product);
        if is_wanted {
            count(&mut self.before, before);
            count(&mut self.after, now);
        }
        if change.is_some() {
            let (had, has) = (licenses(before), licenses(now));
            self.newly_given.extend(has.iter().filter(|license| !had.contains(license)).cloned());
            self.newly_freed.extend(had.iter().filter(|license| !has.contains(license)).cloned());
        }
        match change {
            Some(change) => {
                let side = |walk: Option<&Walk>| walk.map_or(Side::default(), Walk::side);
                let (from, to) = (side(before), side(now));
                self.found.push(Difference { product: product.to_owned(), demand: demand.to_owned(), change, from, to });
            }
            None if is_wanted => {
                let (Some(before), Some(now)) = (before, now) else { return };
                let (was, is) = (before.cover.score, now.cover.score);
                if was != is
                    && let Some(license) = now.cover.first_license()
                {
                    let (product_id, demand_id) = (product.to_owned(), demand.to_owned());
                    let one = || Rescored { product_id, demand_id, license: license.to_owned(), before: was, after: is };
                    self.rescored.add(was, is, one);
                }
            }
            _ => {}
        }
    }
}

fn licenses(walk: Option<&Walk>) -> &[String] {
    walk.map_or(&[], |walk| walk.cover.licenses())
}

fn count(totals: &mut Totals, walk: Option<&Walk>) {
    if let Some(walk) = walk {
        totals.demands += 1;
        totals.covered += u64::from(walk.outcome() != Some("deficit"));
    }
}

/// One run's demands, and what covers the one that the walk stands on.
struct Walk {
    demands: Cursor,
    grants: Cursor,
    deficits: Cursor,
    cover: Cover,
}

/// The licenses of a demand, and the first drawn of them: by rank, or by the order of direct assignments.
#[derive(Default)]
struct Cover {
    /// The first `count` of them count; the others are room for later demands.
    slots: Vec<String>,
    count: usize,
    first: usize,
    first_key: Option<(i64, bool, Option<i32>)>,
    direct: bool,
    score: Option<i64>,
}

impl Walk {
    fn open(folder: &Path) -> Result<Self, ReportError> {
        let demands = Cursor::open(folder, "demands", &["product_id", "demand_id", "outcome"])?;
        let columns = ["product_id", "demand_id", "license_id", "phase", "score", "rank", "assigned_on"];
        let grants = Cursor::open(folder, "allocations", &columns)?;
        let deficits = Cursor::open(folder, "deficits", &["product_id", "demand_id", "reason"])?;
        let mut walk = Self { demands, grants, deficits, cover: Cover::default() };
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

    /// Collects the grants of the demand that the walk stands on, and goes to its deficit.
    fn collect(&mut self) -> Result<(), ReportError> {
        self.cover.clear();
        while self.grants.on_row() && self.grants.key() <= self.demands.key() && self.demands.on_row() {
            if self.grants.key() == self.demands.key() {
                self.cover.take(&self.grants);
            }
            self.grants.advance()?;
        }
        while self.deficits.on_row() && self.deficits.key() < self.demands.key() {
            self.deficits.advance()?;
        }
        Ok(())
    }

    fn side(&self) -> Side {
        let covered = self.outcome() != Some("deficit");
        let license = self.cover.first_license().filter(|_| covered).map(str::to_owned);
        let reason = self.deficits.text(2).filter(|_| !covered && self.deficits.key() == self.demands.key());
        Side {
            row: Some(self.demands.passed),
            direct: license.is_some() && self.cover.direct,
            score: self.cover.score.filter(|_| license.is_some()),
            license,
            outcome: self.outcome().unwrap_or_default().to_owned(),
            reason: reason.map(str::to_owned),
        }
    }
}

impl Cover {
    fn clear(&mut self) {
        (self.count, self.first, self.first_key, self.score, self.direct) = (0, 0, None, None, false);
    }

    fn licenses(&self) -> &[String] {
        &self.slots[..self.count]
    }

    fn first_license(&self) -> Option<&str> {
        self.licenses().get(self.first).map(String::as_str)
    }

    fn take(&mut self, grant: &Cursor) {
        let day = grant.day(6);
        let key = (grant.integer(5).unwrap_or(0), day.is_none(), day);
        // Rows come by license_id, so that the earlier one wins among equals.
        if self.first_key.is_none_or(|first| key < first) {
            (self.first, self.first_key) = (self.count, Some(key));
            self.direct = grant.text(3) == Some("direct");
            self.score = grant.integer(4);
        }
        if self.count == self.slots.len() {
            self.slots.push(String::new());
        }
        let slot = &mut self.slots[self.count];
        slot.clear();
        slot.push_str(grant.text(2).unwrap_or_default());
        self.count += 1;
    }
}
