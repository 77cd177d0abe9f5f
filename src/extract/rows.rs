//! What concerns a row as a whole (contract §2.1): whether it has a target, and only one. Looks only at rows whose values are good.

use super::columns::Wanted;
use super::rejects::Faults;
use crate::model::text::NULL_CODE;
use crate::model::value::{Column, NULL_INT};
use crate::model::words::{ExtractKind, RejectReason};
use rayon::prelude::*;

/// The columns that name the target of an assignment or a preference.
const TARGETS: [&str; 3] = ["asset_id", "user_id", "consumption_id"];

/// Judges every row that is good so far. `wanted` and `columns` belong together, place by place.
pub fn judge(extract: ExtractKind, wanted: &[&Wanted], columns: &[Column], rows: usize, faults: &mut Faults) {
    let named = |name: &str| wanted.iter().position(|wanted| wanted.name == name).map(|place| &columns[place]);
    let given = |names: &[&str]| -> Vec<&[u32]> { names.iter().filter_map(|name| named(name)).map(Column::texts).collect() };
    match extract {
        ExtractKind::Consumptions => {
            let targets = given(&TARGETS[..2]);
            for_good_rows(rows, faults, |row| {
                let message = "the row has neither an asset_id nor a user_id: at least one of them is needed";
                (count(&targets, row) == 0).then(|| (RejectReason::MissingValue, message.to_owned()))
            });
        }
        ExtractKind::Assignments => {
            let targets = given(&TARGETS);
            for_good_rows(rows, faults, |row| target_fault(count(&targets, row)));
        }
        ExtractKind::Preferences => {
            let targets = given(&TARGETS);
            let points = named("points").map_or(&[][..], Column::integers);
            let forbid = named("forbid").map_or(&[][..], Column::booleans);
            for_good_rows(rows, faults, |row| {
                let has_points = points.get(row).is_some_and(|points| *points != NULL_INT);
                // `forbid = false` says nothing, as if it were not there.
                let forbids = forbid.get(row) == Some(&Some(true));
                target_fault(count(&targets, row)).or_else(|| effect_fault(has_points, forbids))
            });
        }
        _ => {}
    }
}

fn count(targets: &[&[u32]], row: usize) -> usize {
    targets.iter().filter(|codes| codes.get(row).is_some_and(|code| *code != NULL_CODE)).count()
}

fn target_fault(targets: usize) -> Option<(RejectReason, String)> {
    match targets {
        0 => Some((RejectReason::MissingValue, "the row has no target: one of asset_id, user_id and consumption_id is needed".to_owned())),
        1 => None,
        many => {
            let message = format!("the row has {many} targets: exactly one of asset_id, user_id and consumption_id is expected");
            Some((RejectReason::NotOneTarget, message))
        }
    }
}

fn effect_fault(has_points: bool, forbids: bool) -> Option<(RejectReason, String)> {
    let message = match (has_points, forbids) {
        (true, true) => "the row has both points and forbid: exactly one of them is expected",
        (false, false) => "the row has neither points nor forbid = true: exactly one of them is expected",
        _ => return None,
    };
    Some((RejectReason::NotOneTarget, message.to_owned()))
}

fn for_good_rows(rows: usize, faults: &mut Faults, judge: impl Fn(usize) -> Option<(RejectReason, String)> + Sync) {
    let good: &Faults = faults;
    let found = |row: usize| judge(row).filter(|_| !good.holds(row as u32)).map(|found| (row as u32, found));
    let bad: Vec<_> = (0..rows).into_par_iter().filter_map(found).collect();
    for (row, (reason, message)) in bad {
        faults.of_row(row, reason, None, message);
    }
}
