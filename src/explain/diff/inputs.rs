//! What went into two runs, as far as it differs, in short lines.

use super::because::{shown, values};
use super::number;
use crate::trace::diff::{Comparison, ExtractChange, FieldChange, FileChange, RuleChange, RunFacts};

/// How many names stand in a sentence.
const NAMED: usize = 3;

/// A line on something that differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// as_of, the extract, the kind of rule, …
    pub about: String,
    pub text: String,
}

/// A run by its date and name.
pub fn run(run: &RunFacts) -> String {
    match &run.run_id {
        Some(id) => format!("{} for {}, run {id}", run.job, run.as_of),
        None => format!("{} for {}, tried and not published", run.job, run.as_of),
    }
}

/// All that differs in what went in.
pub fn inputs(comparison: &Comparison) -> Vec<Line> {
    let inputs = &comparison.inputs;
    let line = |about: &str, text: String| Line { about: about.to_owned(), text };
    let mut lines = Vec::new();
    lines.extend(inputs.as_of.map(|(was, is)| line("as_of", format!("{is} instead of {was}"))));
    lines.extend(comparison.licenses_set.iter().map(|license| line("license", set(comparison, license))));
    lines.extend(inputs.extracts.iter().map(|change| line(&change.extract, extract(change))));
    lines.extend(inputs.rules.iter().map(|change| line(change.kind, rule(change))));
    if inputs.rules_reordered {
        lines.push(line("rules", "the same rules in another order".to_owned()));
    }
    lines.extend(inputs.policies.iter().map(|change| {
        let (table, key) = change.field.split_once('.').unwrap_or(("choice", &change.field));
        line(table, format!("{key} {} instead of {}", shown(&change.after), shown(&change.before)))
    }));
    if inputs.job_otherwise && comparison.settings.is_empty() {
        lines.push(line("job", "the job file differs, but not in its rules or choices".to_owned()));
    }
    lines.extend(inputs.program.as_ref().map(|(was, is)| line("program", format!("version {is} instead of {was}"))));
    lines
}

/// In a trial, a job or inputs that are not those of the published run: what comes out then has two causes.
pub fn warning(comparison: &Comparison) -> Option<String> {
    let is_trial = comparison.after.run_id.is_none();
    let extracts = listed(comparison.inputs.extracts.iter().map(|change| change.extract.as_str()));
    let changed = match (extracts.is_empty(), comparison.job_edited) {
        _ if !is_trial => return None,
        (true, false) => return None,
        (true, true) => "the job file has changed since that run".to_owned(),
        (false, false) => format!("the inputs have changed since that run ({extracts})"),
        (false, true) => format!("the job file and the inputs have changed since that run ({extracts})"),
    };
    Some(format!("{changed}, so that what follows comes of both: of what you ask, and of what has changed since"))
}

/// `LIC-9 has seats 25 instead of 50`: what a trial sets of a license.
fn set(comparison: &Comparison, license: &str) -> String {
    let licenses = &comparison.tables.licenses;
    let known = licenses.binary_search_by(|one| one.license_id.as_str().cmp(license)).ok();
    // Its status follows from the others.
    let fields = known.map_or(&[][..], |place| &licenses[place].fields).iter().filter(|field| field.field != "status");
    let fields: Vec<String> = fields.map(values).collect();
    if fields.is_empty() { format!("{license} is as it was") } else { format!("{license} has {}", fields.join(", ")) }
}

/// `1 of 3 files differs (part-2.parquet), 1,222 rows instead of 1,211`.
fn extract(change: &ExtractChange) -> String {
    let rows = |rows: u64| if rows == 1 { "1 row".to_owned() } else { format!("{} rows", number(rows)) };
    let rows = match (change.rows_before, change.rows_after) {
        (Some(was), None) => return format!("was given with {}, and is not now", rows(was)),
        (None, Some(is)) => return format!("is given with {}, and was not before", rows(is)),
        (Some(was), Some(is)) if was != is => format!("{} instead of {}", rows(is), number(was)),
        (_, is) => format!("{}, as many as before", rows(is.unwrap_or(0))),
    };
    let names = listed(change.files.iter().map(file));
    if let [one] = change.files.as_slice()
        && change.files_now == 1
        && one.before.is_some()
    {
        return format!("{names} has another content, {rows}");
    }
    // One file a date: another name, and another content.
    let (new, gone): (Vec<&FileChange>, Vec<&FileChange>) = change.files.iter().partition(|file| file.after.is_some());
    if let ([new], [gone], 1) = (new.as_slice(), gone.as_slice(), change.files_now)
        && new.before.is_none()
    {
        return format!("{} instead of {}, {rows}", new.path, gone.path);
    }
    let differing = change.files.iter().filter(|file| file.after.is_some()).count() as u64;
    let gone = change.files.len() as u64 - differing;
    let are = if differing == 1 { "differs" } else { "differ" };
    let mut text = format!("{} of {} files {are}", number(differing), number(change.files_now));
    if gone > 0 {
        text.push_str(&format!(", {} {} gone", number(gone), if gone == 1 { "is" } else { "are" }));
    }
    format!("{text} ({names}), {rows}")
}

fn file(change: &FileChange) -> &str {
    change.path.rsplit('/').next().unwrap_or(&change.path)
}

/// `big-box gives 700 points instead of 500`.
pub fn rule(change: &RuleChange) -> String {
    let name = &change.name;
    let points = |points: i64| if points.abs() == 1 { format!("{points} point") } else { format!("{points} points") };
    match (&change.before, &change.after) {
        (None, Some(is)) => match is.points {
            Some(is_points) => format!("{name} is new: {} for {}", points(is_points), is.text),
            None => format!("{name} is new: {}", is.text),
        },
        (Some(was), None) => format!("{name} is gone: {}", was.text),
        (Some(was), Some(is)) => {
            let mut parts = Vec::new();
            if let (Some(was), Some(is)) = (was.points, is.points)
                && was != is
            {
                parts.push(format!("gives {} instead of {was}", points(is)));
            }
            if was.text != is.text {
                parts.push(format!("reads {} instead of {}", is.text, was.text));
            }
            format!("{name} {}", parts.join(" and "))
        }
        (None, None) => name.clone(),
    }
}

/// The same without the texts of rules, for the middle of a sentence: `the requirement environment is gone`.
pub fn rule_in_short(change: &RuleChange) -> String {
    let kind = if change.kind == "affinity" { "rule" } else { change.kind };
    let name = &change.name;
    match (&change.before, &change.after) {
        (None, _) => format!("the {kind} {name} is new"),
        (_, None) => format!("the {kind} {name} is gone"),
        (Some(was), Some(is)) if was.text == is.text => format!("the {kind} {}", rule(change)),
        _ => format!("the {kind} {name} reads otherwise"),
    }
}

/// `partial_cover is true instead of false`.
pub fn choice(change: &FieldChange) -> String {
    let key = change.field.strip_prefix("calculation.").unwrap_or(&change.field);
    format!("{key} is {} instead of {}", shown(&change.after), shown(&change.before))
}

/// The first few names, and how many more there are.
pub fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
