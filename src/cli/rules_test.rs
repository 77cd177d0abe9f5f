//! `seatwise rules test`: the job's `[[example]]` pairs through its rules, as a run would judge them. No extract is read but
//! the trees. How one pair is judged is `bench`'s.

use super::args::RulesTestArgs;
use super::bench::{Bench, Judgement};
use super::exit::Exit;
use super::terminal::{self, Paint};
use super::{load, show_job_error};
use crate::jobs::{Expected, Job};
use jiff::Timestamp;

/// `seatwise rules test`.
pub fn rules_test(args: &RulesTestArgs) -> Exit {
    let job = match load(&args.job) {
        Ok(job) => job,
        Err(exit) => return exit,
    };
    if job.examples.is_empty() {
        terminal::say(&format!("{} has no [[example]]; `seatwise rules test --help` shows how one is written", job.file.display()));
        return Exit::Complete;
    }
    let as_of = job.as_of_date(None, None, Timestamp::now());
    match Bench::new(&job, as_of) {
        Ok(bench) => {
            let (text, hold) = report(&job, &bench, Paint { on: terminal::stdout_has_color() });
            terminal::say(&text);
            if hold { Exit::Complete } else { Exit::FailOn }
        }
        Err(error) => {
            show_job_error(&error);
            Exit::Usage
        }
    }
}

/// What to print, and whether every example holds.
fn report(job: &Job, bench: &Bench, paint: Paint) -> (String, bool) {
    let mut lines = Vec::new();
    let mut failed = 0;
    for example in &job.examples {
        let judgement = bench.judge(example);
        let place = format!("{} (line {})", example.name, example.line);
        match complaint(&example.expected, &judgement, bench) {
            None => lines.push(format!("{}  {place}: {}", paint.green("ok  "), judged(&judgement))),
            Some(complaint) => {
                failed += 1;
                lines.push(format!("{}  {place}: {complaint}", paint.red("FAIL")));
                lines.extend(matched(&judgement).map(|matched| format!("        {matched}")));
            }
        }
        lines.extend(bench.notes(example).into_iter().map(|note| format!("        {} {note}", paint.yellow("note:"))));
    }
    lines.extend(bench.general_notes.iter().map(|note| format!("{} {note}", paint.yellow("note:"))));
    let all = job.examples.len();
    let noun = if all == 1 { "example" } else { "examples" };
    lines.push(match failed {
        0 => paint.green(&format!("{all} {noun}, all hold")),
        _ => paint.red(&format!("{failed} of {all} {noun} {} not hold", if failed == 1 { "does" } else { "do" })),
    });
    (lines.join("\n"), failed == 0)
}

/// What is other than expected.
fn complaint(expected: &Expected, judgement: &Judgement, bench: &Bench) -> Option<String> {
    match (expected, judgement) {
        (_, Judgement::Wrong(message)) => Some(message.clone()),
        (Expected::Points(wanted), Judgement::Eligible { points, .. }) if wanted == points => None,
        (Expected::Fails(wanted), Judgement::Fails { requirement, .. }) if wanted == requirement => None,
        (Expected::Fails(wanted), _) if !bench.has_requirement(wanted) => {
            let known = bench.requirements().join(", ");
            Some(format!("there is no requirement \"{wanted}\" in force; there are: {known}"))
        }
        (Expected::Points(wanted), _) => Some(format!("expected {wanted} points, but {}", judged(judgement))),
        (Expected::Fails(wanted), _) => Some(format!("expected to fail {wanted}, but {}", judged(judgement))),
    }
}

fn judged(judgement: &Judgement) -> String {
    match judgement {
        Judgement::Eligible { points, .. } => format!("it is eligible, with {points} points"),
        Judgement::Fails { requirement, text } => format!("it fails {requirement}: {text}"),
        Judgement::Wrong(message) => message.clone(),
    }
}

/// The rules that gave points, for somebody who expected others.
fn matched(judgement: &Judgement) -> Option<String> {
    match judgement {
        Judgement::Eligible { matched, .. } if matched.is_empty() => Some("no affinity rule matches".to_owned()),
        Judgement::Eligible { matched, .. } => {
            Some(matched.iter().map(|(name, points)| format!("{name} {points}")).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const JOB: &str = r#"
name = "nightly"
[extracts.consumptions]
path = "c.csv"
[extracts.licenses]
path = "l.csv"
types = { environment = "text" }
[[set]]
field = "consumption.big"
value = "consumption.cores * consumption.weight >= 16"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "big-box"
rule = "consumption.big and lower(license.vendor) = \"acme\""
points = 500
"#;

    fn tested(examples: &str) -> String {
        let source = format!("{JOB}{examples}");
        let job = Job::from_bytes(Path::new("/nowhere/job.toml"), source.as_bytes(), &|_| None).unwrap_or_else(|error| panic!("{error}"));
        let as_of = crate::model::date::Date(20_000);
        match Bench::new(&job, as_of) {
            Ok(bench) => report(&job, &bench, Paint { on: false }).0,
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn examples_that_hold() {
        insta::assert_snapshot!(tested(r#"
[[example]]
name = "own department first"
consumption = { department = "R&D" }
license = { department = "R&D" }
points = 4500
[[example]]
name = "another environment"
consumption = { environment = "test" }
license = { environment = "prod" }
fails = "environment"
[[example]]
name = "a big box of ACME"
consumption = { cores = 16, weight = 1.5 }
license = { vendor = "ACME", cores = 16 }
points = 2000
[[example]]
name = "a license that is bound to a place"
consumption = { location = "Rome" }
license = { cost_center = "7", scope = "cost_center;location" }
fails = "scope-cost_center"
"#), @r"
        ok    own department first (line 19): it is eligible, with 4500 points
        ok    another environment (line 24): it fails environment: consumption.environment = license.environment
        ok    a big box of ACME (line 29): it is eligible, with 2000 points
        ok    a license that is bound to a place (line 34): it fails scope-cost_center: consumption.cost_center within license.cost_center
        4 examples, all hold
        ");
    }

    #[test]
    fn examples_that_do_not_hold() {
        insta::assert_snapshot!(tested(r#"
[[example]]
name = "wrong sum"
consumption = { department = "R&D", location = "Rome" }
license = { department = "R&D", location = "Rome" }
points = 3000
[[example]]
name = "not eligible"
consumption = { location = "Rome" }
license = { location = "Oslo" }
points = 0
[[example]]
name = "eligible"
license = { departement = "R&D" }
fails = "location"
[[example]]
name = "no such requirement"
fails = "place"
[[example]]
name = "wrong type"
consumption = { cores = "16", started_on = "2026-01-31" }
points = 0
"#), @r#"
        FAIL  wrong sum (line 19): expected 3000 points, but it is eligible, with 5700 points
                department-exact 3000, department-within 1500, location-exact 800, location-within 400
        FAIL  not eligible (line 24): expected 0 points, but it fails location: consumption.location within license.location
        FAIL  eligible (line 29): expected to fail location, but it is eligible, with 0 points
                no affinity rule matches
                note: no rule reads license.departement; did you mean department?
        FAIL  no such requirement (line 33): there is no requirement "place" in force; there are: location, environment, scope-department, scope-location, scope-cost_center
                no affinity rule matches
        FAIL  wrong type (line 36): consumption.cores holds integer, and not text; write it without quotes
        5 of 5 examples do not hold
        "#);
    }
}
