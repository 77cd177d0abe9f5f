//! The licenses of two runs: what each was, and whether it still is.

use super::super::error::ReportError;
use super::cursor::{Cursor, differing, rows_at};
use arrow::array::RecordBatch;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::Path;

/// What a run says of a license.
struct State {
    /// The place in `licenses`.
    row: usize,
    usable: bool,
    in_grace: bool,
    seats: Option<i64>,
}

/// The licenses that differences are about, in both runs.
pub struct Licenses {
    before: Run,
    now: Run,
}

struct Run {
    states: FxHashMap<String, State>,
    rows: RecordBatch,
}

impl Run {
    fn read(folder: &Path, wanted: &FxHashSet<&str>) -> Result<Self, ReportError> {
        let mut usage = Cursor::open(folder, "usage", &["license_id", "status", "seats"])?;
        let (mut states, mut places) = (FxHashMap::default(), Vec::new());
        while usage.on_row() {
            if let Some(id) = usage.text(0).filter(|id| wanted.contains(id)) {
                let status = usage.text(1).unwrap_or_default();
                let usable = matches!(status, "active" | "expiring" | "grace");
                // `usage` and `licenses` have the same rows in the same order.
                states.insert(id.to_owned(), State { row: places.len(), usable, in_grace: status == "grace", seats: usage.integer(2) });
                places.push(usage.passed);
            }
            usage.advance()?;
        }
        Ok(Self { states, rows: rows_at(folder, "licenses", &places)? })
    }
}

impl Licenses {
    pub fn read(baseline: &Path, current: &Path, wanted: &FxHashSet<&str>) -> Result<Self, ReportError> {
        Ok(Self { before: Run::read(baseline, wanted)?, now: Run::read(current, wanted)? })
    }

    /// Whether it was there, and is not any more.
    pub fn gone(&self, id: &str) -> bool {
        self.before.states.contains_key(id) && !self.now.states.contains_key(id)
    }

    pub fn appeared(&self, id: &str) -> bool {
        self.now.states.contains_key(id) && !self.before.states.contains_key(id)
    }

    /// Whether its status changed in a way that matters to the calculation: `expiring` is as good as `active`.
    pub fn status_changed(&self, id: &str) -> bool {
        self.both(id).is_some_and(|(before, now)| (before.usable, before.in_grace) != (now.usable, now.in_grace))
    }

    pub fn seats_changed(&self, id: &str) -> bool {
        self.both(id).is_some_and(|(before, now)| before.seats != now.seats)
    }

    /// What else of it changed.
    pub fn changed_fields(&self, id: &str) -> Vec<String> {
        let differing =
            |(before, now): (&State, &State)| differing(&self.before.rows, before.row, &self.now.rows, now.row, &["seats", "status"]);
        self.both(id).map_or_else(Vec::new, differing)
    }

    /// Whether it could be drawn from as before: what a lost or won direct grant from it then says is that the assignment changed.
    pub fn same_means(&self, id: &str) -> bool {
        self.both(id).is_some_and(|(before, now)| before.usable == now.usable && before.seats == now.seats)
    }

    fn both(&self, id: &str) -> Option<(&State, &State)> {
        Some((self.before.states.get(id)?, self.now.states.get(id)?))
    }
}
