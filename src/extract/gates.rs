//! What a job expects of an extract before it believes it: that it is fresh, that it has rows enough, and about as many as last
//! time (contract §9, `fresh_within`, `min_rows`, `max_change`). A feed that broke off must not become a thousand false deficits.

use super::error::ExtractError;
use super::options::ReadOptions;
use super::seen::{Seen, SeenFile};
use super::spec::ExtractSpec;
use crate::model::date::Date;
use crate::model::decimal::{ONE, Scaled, format_short};
use crate::model::words::ExtractKind;
use std::time::{Duration, SystemTime};

/// A clock may be ahead of this one by so much; who is further ahead cannot be told the age of.
const AHEAD: Duration = Duration::from_secs(2 * 3600);

/// The expectations of one extract; none by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gates {
    /// How long ago every file of it may have been written.
    pub fresh_within: Option<Duration>,
    /// How many rows it has at least, rejected ones included.
    pub min_rows: Option<u64>,
    /// By which share its rows may be more or fewer than in the run before; times 10^9.
    pub max_change: Option<Scaled>,
}

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// It failed, and somebody let it through.
    Accepted,
    /// There was nothing to check it by.
    Skipped,
}

impl Verdict {
    /// As the manifest writes it.
    pub fn code(self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Accepted => "accepted",
            Verdict::Skipped => "skipped",
        }
    }
}

/// One expectation, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GateCheck {
    pub extract: ExtractKind,
    /// The key of the job file.
    pub gate: &'static str,
    /// What it allows.
    pub bound: String,
    /// A phrase.
    pub found: String,
    pub verdict: Verdict,
}

/// Checks an extract by what is known of it: the files that were opened, and its rows if it could be read.
pub fn check(spec: &ExtractSpec, seen: &Seen, rows: Option<u64>, options: &ReadOptions<'_>) -> (Vec<GateCheck>, Vec<ExtractError>) {
    let mut outcomes: Vec<(GateCheck, Option<ExtractError>)> = Vec::new();
    if let Some(within) = spec.gates.fresh_within {
        outcomes.extend(fresh(spec, seen, within, options));
    }
    if let Some(rows) = rows {
        outcomes.extend(spec.gates.min_rows.map(|least| enough(spec.kind, rows, least)));
        outcomes.extend(spec.gates.max_change.map(|most| changed(spec.kind, rows, most, options)));
    }
    let mut errors = Vec::new();
    let checks = outcomes.into_iter().map(|(check, error)| {
        errors.extend(error);
        check
    });
    (checks.collect(), errors)
}

/// Judges the oldest file: an extract is as old as that.
fn fresh(spec: &ExtractSpec, seen: &Seen, within: Duration, options: &ReadOptions<'_>) -> Option<(GateCheck, Option<ExtractError>)> {
    let check = |found: String, verdict| GateCheck { extract: spec.kind, gate: "fresh_within", bound: span(within), found, verdict };
    let dated = spec.paths.iter().any(|path| path.contains("{as_of}"));
    if dated && options.as_of < options.today {
        return Some((check(format!("the files of {} are old by right", options.as_of), Verdict::Skipped), None));
    }
    let SeenFile { source, mark, .. } = seen.files.iter().min_by_key(|file| file.mark.modified())?;
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(mark.modified()).unwrap_or(0));
    let at = moment(mark.modified());
    let newest = seen.files.iter().max_by_key(|file| file.mark.modified())?;
    if let Ok(ahead) =
        (SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(newest.mark.modified()).unwrap_or(0))).duration_since(options.now)
        && ahead > AHEAD
    {
        let found = format!("{} was written at {}, {} from now", newest.source.shown, moment(newest.mark.modified()), span(ahead));
        let problem = format!("it was written at {}, {} from now, so its age cannot be told", moment(newest.mark.modified()), span(ahead));
        let error = ExtractError::file(spec.kind, &newest.source.shown, problem, "set the clock right where it is exported, or here");
        return Some((check(found, Verdict::Failed), Some(error)));
    }
    let age = options.now.duration_since(written).unwrap_or_default();
    let found = format!("{} was written at {at}, {} ago", source.shown, span(age));
    if age <= within {
        return Some((check(found, Verdict::Passed), None));
    }
    let stale = seen.files.iter().filter(|file| is_older(file, within, options)).count();
    let also = if stale > 1 { format!(" ({} of {} files are too old)", stale, seen.files.len()) } else { String::new() };
    let problem = format!("stale: it was written at {at}, {} ago, and fresh_within = \"{}\"{also}", span(age), span(within));
    let remedy = format!("find out why its export did not run, or raise extracts.{}.fresh_within in the job", spec.kind.code());
    Some((check(found, Verdict::Failed), Some(ExtractError::file(spec.kind, &source.shown, problem, remedy))))
}

fn is_older(file: &SeenFile, within: Duration, options: &ReadOptions<'_>) -> bool {
    let written = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(file.mark.modified()).unwrap_or(0));
    options.now.duration_since(written).is_ok_and(|age| age > within)
}

fn enough(extract: ExtractKind, rows: u64, least: u64) -> (GateCheck, Option<ExtractError>) {
    let verdict = if rows >= least { Verdict::Passed } else { Verdict::Failed };
    let check = GateCheck { extract, gate: "min_rows", bound: least.to_string(), found: format!("{} in all", counted(rows)), verdict };
    let error = (verdict == Verdict::Failed).then(|| {
        let problem = format!("it has {}, and min_rows = {least}", counted(rows));
        let remedy = format!("find out why its export is short, or lower extracts.{}.min_rows in the job", extract.code());
        ExtractError::content(extract, None, None, problem, remedy)
    });
    (check, error)
}

fn changed(extract: ExtractKind, rows: u64, most: Scaled, options: &ReadOptions<'_>) -> (GateCheck, Option<ExtractError>) {
    let bound = format_short(most);
    let check = |found: String, verdict| GateCheck { extract, gate: "max_change", bound: bound.clone(), found, verdict };
    let before = options.earlier.as_ref().and_then(|earlier| Some((&earlier.run_id, earlier.rows_of(extract)?)));
    let Some((run_id, before)) = before else {
        let found = format!("{}, and no earlier run to compare with", counted(rows));
        return (check(found, Verdict::Skipped), None);
    };
    let found = format!("{}, after {before} in run {run_id}{}", counted(rows), percent(before, rows));
    if Scaled::from(rows.abs_diff(before)) * ONE <= most.saturating_mul(Scaled::from(before)) {
        return (check(found, Verdict::Passed), None);
    }
    if options.accept_change {
        return (check(found, Verdict::Accepted), None);
    }
    let problem = format!("it has {found}, and max_change = {bound}");
    let remedy = "find out why; if the change is real, run once with --accept-change";
    (check(found, Verdict::Failed), Some(ExtractError::content(extract, None, None, problem, remedy)))
}

/// How much more or less, where that is a number: ` (-62.0 %)`.
fn percent(before: u64, rows: u64) -> String {
    if before == 0 || before == rows {
        return String::new();
    }
    // Tenths of a percent, cut off: a change of less than that is none to speak of.
    let tenths = u128::from(rows.abs_diff(before)) * 1000 / u128::from(before);
    format!(" ({}{}.{} %)", if rows < before { '-' } else { '+' }, tenths / 10, tenths % 10)
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

/// A length of time as a person would say it and a job would write it: the two greatest of its units.
pub fn span(length: Duration) -> String {
    let seconds = length.as_secs();
    let parts = if seconds < 2 * 86_400 {
        [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"), (0, "")]
    } else {
        [(seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    };
    let shown: Vec<String> = parts
        .iter()
        .skip_while(|(count, _)| *count == 0)
        .take(2)
        .filter(|(count, _)| *count > 0)
        .map(|(count, unit)| format!("{count}{unit}"))
        .collect();
    if shown.is_empty() { "0s".to_owned() } else { shown.concat() }
}

/// Seconds since 1970 as a time in UTC.
fn moment(seconds: i64) -> String {
    let day = i32::try_from(seconds.div_euclid(86_400)).map(Date).unwrap_or(Date(0));
    let second = seconds.rem_euclid(86_400);
    format!("{day}T{:02}:{:02}:{:02}Z", second / 3600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time() {
        for (seconds, expected) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (93_600, "26h"),
            (5_400, "1h30m"),
            (172_799, "47h59m"),
            (172_800, "2d"),
            (180_060, "2d2h"),
            (3_601, "1h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn moments_and_percents() {
        assert_eq!(moment(0), "1970-01-01T00:00:00Z");
        assert_eq!(moment(1_795_314_604), "2026-11-22T02:30:04Z");
        assert_eq!(percent(1000, 380), " (-62.0 %)");
        assert_eq!(percent(3, 4), " (+33.3 %)");
        assert_eq!((percent(0, 4), percent(4, 4)), (String::new(), String::new()));
    }
}
