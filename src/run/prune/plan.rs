//! What goes: decided from ids and dates alone. No clock is asked: days are counted back from the newest date that is there, so
//! that an output that nobody adds to loses nothing.

use crate::model::date::Date;
use crate::run::error::RunError;
use crate::run::history::{History, names};
use crate::run::id::RunId;
use crate::run::layout::{LATEST, Layout};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What stays: a date stays that either of the two keeps. At least one of them is given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Keep {
    /// So many dates, the greatest; of failed runs so many, the newest.
    pub runs: Option<u64>,
    /// The dates of so many days, the last of them the greatest date.
    pub days: Option<u64>,
}

/// Why a run goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Why {
    /// Its date is past keep.
    PastKeep,
    /// A later run answers for its date.
    Superseded,
    /// It failed, and is past keep.
    Failed,
}

/// A run that goes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    pub id: RunId,
    pub why: Why,
    /// The date that it answers for; of a failed run the day of its start.
    pub date: Date,
    pub bytes: u64,
}

/// All that goes: dates past keep from the oldest on, then superseded reruns, then failed runs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Plan {
    pub targets: Vec<Target>,
    /// How many complete and failed runs stay.
    pub stay: usize,
    /// Folders without a readable manifest: they are nobody's, and stay.
    pub damaged: usize,
}

impl Plan {
    pub(super) fn read(layout: &Layout, keep: Keep) -> Result<Self, RunError> {
        let history = History::read(layout.root())?;
        let runs: Vec<(RunId, Date)> = history.runs().iter().map(|run| (run.id.clone(), run.as_of)).collect();
        let failed: Vec<RunId> = names(&layout.failed())?.iter().filter_map(|name| RunId::parse(name)).collect();
        let pointed = std::fs::read_link(layout.root().join(LATEST)).ok();
        let mut goes = choose(&runs, &failed, keep);
        // Where `latest` leads is what readers hold, whatever it should lead to.
        goes.retain(|(id, _, _)| pointed.as_deref() != Some(&Layout::link_target(id.as_str())));
        let stay = runs.len() + failed.len() - goes.len();
        let mut targets = Vec::new();
        for (id, date, why) in goes {
            let folder = if why == Why::Failed { layout.failed().join(id.as_str()) } else { layout.run(id.as_str()) };
            let bytes = size(&folder).map_err(RunError::output("read", &folder))?;
            targets.push(Target { id, why, date, bytes });
        }
        Ok(Self { targets, stay, damaged: history.damaged.len() })
    }

    pub fn bytes(&self) -> u64 {
        self.targets.iter().map(|target| target.bytes).sum()
    }

    /// The links of the dates that go.
    pub fn links(&self) -> BTreeSet<String> {
        self.targets.iter().filter(|target| target.why == Why::PastKeep).map(|target| Layout::as_of_link(target.date)).collect()
    }
}

/// Which runs go, and why. Complete runs come in the order of publishing, failed ones in that of their ids.
fn choose(runs: &[(RunId, Date)], failed: &[RunId], keep: Keep) -> Vec<(RunId, Date, Why)> {
    let dates: BTreeSet<Date> = runs.iter().map(|(_, as_of)| *as_of).collect();
    let greatest: Vec<Date> = dates.into_iter().rev().collect();
    let past: BTreeSet<Date> = greatest.first().map_or_else(BTreeSet::new, |newest| past_keep(&greatest, *newest, keep).collect());
    let mut goes: Vec<(RunId, Date, Why)> = Vec::new();
    goes.extend(runs.iter().filter(|(_, as_of)| past.contains(as_of)).map(|(id, as_of)| (id.clone(), *as_of, Why::PastKeep)));
    goes.sort_by_key(|(_, as_of, _)| *as_of);
    for (place, (id, as_of)) in runs.iter().enumerate() {
        if !past.contains(as_of) && runs[place + 1..].iter().any(|(_, other)| other == as_of) {
            goes.push((id.clone(), *as_of, Why::Superseded));
        }
    }
    // A failed run has no date that anybody asks for; the day of its start says how old it is.
    let newest = runs.iter().map(|(id, _)| id.day()).chain(failed.iter().map(RunId::day)).max();
    let days: Vec<Date> = failed.iter().rev().map(RunId::day).collect();
    let old = newest.map_or(0, |newest| past_keep(&days, newest, keep).count());
    goes.extend(failed[..old].iter().map(|id| (id.clone(), id.day(), Why::Failed)));
    goes
}

/// Of dates in descending order those at the end that neither `runs` nor `days`, counted back from `newest`, keeps.
fn past_keep(dates: &[Date], newest: Date, keep: Keep) -> impl Iterator<Item = Date> {
    let by_runs = keep.runs.map_or(0, |runs| usize::try_from(runs.max(1)).unwrap_or(usize::MAX));
    let young = |date: &&Date| {
        keep.days.is_some_and(|days| i64::from(newest.0) - i64::from(date.0) < i64::try_from(days.max(1)).unwrap_or(i64::MAX))
    };
    let by_days = dates.iter().take_while(young).count();
    dates.iter().copied().skip(by_runs.max(by_days))
}

/// The bytes of all files below a folder.
fn size(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            match entry.file_type()?.is_dir() {
                true => folders.push(entry.path()),
                false => bytes += entry.metadata()?.len(),
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(number: u32, as_of: &str) -> (RunId, Date) {
        (id(number), Date::parse_iso(as_of).unwrap())
    }

    fn id(number: u32) -> RunId {
        RunId::parse(&format!("202611{number:02}T023000Z-000000")).unwrap()
    }

    /// What goes of six runs of five dates, one of them run again and one filled in late, and of three failed runs.
    fn goes(runs: Option<u64>, days: Option<u64>) -> String {
        let complete = [
            run(1, "2026-11-01"),
            run(2, "2026-11-02"),
            run(3, "2026-11-03"),
            run(4, "2026-11-02"),
            run(10, "2026-11-10"),
            run(11, "2026-10-01"),
        ];
        let failed = [id(5), id(8), id(9)];
        let goes = choose(&complete, &failed, Keep { runs, days });
        let told = |(id, _, why): &(RunId, Date, Why)| format!("{}{}", why_letter(*why), &id.as_str()[6..8]);
        goes.iter().map(told).collect::<Vec<_>>().join(" ")
    }

    fn why_letter(why: Why) -> &'static str {
        match why {
            Why::PastKeep => "p",
            Why::Superseded => "s",
            Why::Failed => "f",
        }
    }

    #[test]
    fn what_goes_as_a_table() {
        // p: past keep, s: superseded, f: failed; then the day on which it was run.
        let table = [
            (Some(1), None, "p11 p01 p02 p04 p03 f05 f08"),
            (Some(2), None, "p11 p01 p02 p04 f05"),
            (Some(3), None, "p11 p01 s02"),
            (Some(5), None, "s02"),
            (Some(99), None, "s02"),
            (None, Some(1), "p11 p01 p02 p04 p03 f05 f08 f09"),
            (None, Some(3), "p11 p01 p02 p04 p03 f05 f08"),
            (None, Some(8), "p11 p01 p02 p04"),
            (None, Some(9), "p11 p01 s02"),
            (None, Some(40), "p11 s02"),
            (None, Some(41), "s02"),
            // Either of the two keeps.
            (Some(2), Some(9), "p11 p01 s02"),
            (Some(3), Some(1), "p11 p01 s02"),
            // No keep counts down to nothing.
            (Some(0), Some(0), "p11 p01 p02 p04 p03 f05 f08"),
        ];
        for (runs, days, wanted) in table {
            assert_eq!(goes(runs, days), wanted, "runs {runs:?} days {days:?}");
        }
    }

    #[test]
    fn the_greatest_date_stays_even_if_it_was_run_long_ago() {
        let runs = [run(1, "2026-11-30"), run(2, "2026-01-01"), run(3, "2026-01-02")];
        let goes = choose(&runs, &[], Keep { runs: Some(1), days: Some(1) });
        assert_eq!(goes.iter().map(|(id, _, _)| id.clone()).collect::<Vec<_>>(), [id(2), id(3)]);
    }

    #[test]
    fn where_nothing_is_nothing_goes() {
        assert!(choose(&[], &[], Keep { runs: Some(1), days: None }).is_empty());
        assert!(choose(&[run(1, "2026-11-30")], &[id(1)], Keep { runs: Some(1), days: None }).is_empty());
    }
}
