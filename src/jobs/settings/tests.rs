//! Keys set for a trial: what becomes of the job, and what somebody is told who mistypes one.

use super::Trial;
use crate::jobs::{AsOf, Job, LogDepth};
use crate::rules::ParsedRules;
use std::path::Path;

const JOB: &str = r#"
name = "n"
[extracts.consumptions]
path = "c.csv"
[extracts.licenses]
path = "l.csv"
csv = { separator = ";" }
[attributes]
region = "location"
[[set]]
field = "consumption.big"
value = "consumption.cores >= 16"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "big box"
rule = "consumption.big"
points = 500
[[affinity]]
name = "cores-exact"
rule = "consumption.cores = license.cores"
points = 700
"#;

fn trial_of(settings: &[&str]) -> Result<Trial, String> {
    let job = Job::from_bytes(Path::new("job.toml"), JOB.as_bytes(), &|_| None).expect("a good job");
    let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
    Job::trial_with(job, &settings, &|_| None).map_err(|error| error.to_string())
}

fn job(settings: &[&str]) -> Job {
    trial_of(settings).unwrap_or_else(|error| panic!("{error}")).job
}

fn error(setting: &str) -> String {
    trial_of(&[setting]).map_or_else(|error| error, |_| panic!("{setting} is taken"))
}

/// The affinities in force, `name points`.
fn affinities(job: &Job) -> Vec<String> {
    let parsed = ParsedRules::parse(&job.rules).expect("rules");
    let own = job.rules.affinities.iter().map(|rule| format!("{} {}", rule.name, rule.points));
    assert!(format!("{parsed:?}").len() > 1);
    own.collect()
}

#[test]
fn single_keys() {
    let changed = job(&[
        "calculation.partial_cover=true",
        "calculation.grace_days = 7",
        "calculation.over_licensed_ratio=0.25",
        "calculation.tie_break=lowest_cost,in_term",
        "calculation.as_of=2027-01-31",
        "log.affinity=off",
        "extracts.licenses.csv.date_format=%d.%m.%Y",
        "extracts.licenses.columns.seats=Seats",
        "attributes.site=location",
        "attributes.region=off",
        "name=another",
    ]);
    let choices = changed.choices();
    let choice = |key: &str| choices.get(key).map(String::as_str);
    assert_eq!(choice("calculation.partial_cover"), Some("true"));
    assert_eq!(choice("calculation.grace_days"), Some("7"));
    assert_eq!(choice("calculation.over_licensed_ratio"), Some("0.25"));
    assert_eq!(choice("calculation.tie_break"), Some("lowest_cost, in_term"));
    assert_eq!((choice("attributes.site"), choice("attributes.region")), (Some("location"), None));
    assert_eq!(changed.as_of, AsOf::On(crate::model::date::Date::parse_iso("2027-01-31").expect("a date")));
    assert_eq!((changed.log.affinity, changed.name.as_str()), (LogDepth::Off, "another"));
    let licenses = &changed.extracts[1];
    assert_eq!((licenses.csv.separator, licenses.csv.date_format.as_deref()), (b';', Some("%d.%m.%Y")));
    assert_eq!(licenses.columns.get("seats").map(String::as_str), Some("Seats"));
}

#[test]
fn rules_by_their_names() {
    assert_eq!(affinities(&job(&["affinity.big box.points=-9"])), ["big box -9", "cores-exact 700"]);
    assert_eq!(affinities(&job(&["affinity.\"big box\"=off"])), ["cores-exact 700"]);
    let text = job(&["requirement.environment.rule=consumption.department = \"R&D\""]);
    assert_eq!(text.rules.requirements[0].rule, "consumption.department = \"R&D\"");
    assert_eq!(job(&["requirement.environment=off"]).rules.requirements.len(), 0);
    assert_eq!(job(&["set.consumption.big.value=consumption.cores >= 8"]).rules.sets[0].value, "consumption.cores >= 8");
    assert_eq!(affinities(&job(&["affinity.new.rule=true", "affinity.new.points=1"])), ["big box 500", "cores-exact 700", "new 1"]);
}

#[test]
fn standard_rules_too() {
    assert_eq!(affinities(&job(&["affinity.custodian.points=5"])), ["big box 500", "cores-exact 700", "custodian 5"]);
    assert_eq!(affinities(&job(&["affinity.custodian=off"])), ["big box 500", "cores-exact 700", "custodian 0"]);
    // The job's own rule stood in the place of the standard one, which must not come back.
    assert_eq!(affinities(&job(&["affinity.cores-exact=off"])), ["big box 500", "cores-exact 0"]);
    let location = job(&["requirement.location=off"]);
    assert_eq!(location.rules.requirements[1].rule, "true");
}

#[test]
fn licenses_and_dates_are_told_apart() {
    let trial = trial_of(&["license.L.9.seats=50", "calculation.as_of=today"]).expect("a trial");
    assert_eq!((trial.licenses[0].license_id.as_str(), trial.licenses[0].field.as_str(), trial.dated), ("L.9", "seats", true));
    let trial = trial_of(&["license.L-9.status=retired"]).expect("a trial");
    assert!(!trial.dated && trial.job.digest == job(&[]).digest);
    assert_ne!(job(&["calculation.grace_days=1"]).digest, job(&[]).digest);
}

#[test]
fn slips_are_told_as_the_job_reader_tells_them() {
    let messages: Vec<String> = [
        "calculation.partial_covr=true",
        "calcluation.partial_cover=true",
        "licence.L-9.seats=5",
        "calculation.partial_cover=yes",
        "calculation.grace_days=-1",
        "calculation.tie_break=lowest_cst",
        "calculation.time_zone=London",
        "affinity.bg-box.points=700",
        "affinity.big box.pionts=700",
        "affinity.big box=700",
        "affinity.other.points=700",
        "requirement.enviroment=off",
        "affinity.big box.rule=consumption.big and",
        "attributes.zone=off",
        "calculation=1",
        "affinity=1",
        "name.first=x",
        "license.seats=1",
        "no key",
        "=1",
    ]
    .into_iter()
    .map(error)
    .collect();
    insta::assert_snapshot!(messages.join("\n\n"), @r#"
        --set:1:1: error: unknown key 'partial_covr' in [calculation]
          1 | calculation.partial_covr = true
            | ^^^^^^^^^^^^^^^^^^^^^^^^
          expected one of: as_of, time_zone, rules, expiring_within_days, grace_days, inactive_after_days, over_licensed_ratio, partial_cover, split_across_licenses, downgrades, tie_break
          help: did you mean 'partial_cover'?

        --set:1:1: error: unknown key 'calcluation' at the top of the file
          1 | calcluation.partial_cover = true
            | ^^^^^^^^^^^^^^^^^^^^^^^^^
          expected one of: name, extracts, calculation, attributes, set, requirement, affinity, entitle, example, output, log, limits
          help: did you mean 'calculation'?

        --set:1:1: error: unknown key 'licence' at the top of the file
          1 | licence.L-9.seats = 5
            | ^^^^^^^^^^^^^^^^^
          expected one of: name, extracts, calculation, attributes, set, requirement, affinity, entitle, example, output, log, limits
          help: did you mean 'license'?

        --set:1:29: error: partial_cover cannot be text
          1 | calculation.partial_cover = "yes"
            |                             ^^^^^
          expected true or false, without quotes

        --set:1:26: error: grace_days cannot be -1
          1 | calculation.grace_days = -1
            |                          ^^
          expected an integer, 0 or more

        --set:1:26: error: tie_break cannot be "lowest_cst"
          1 | calculation.tie_break = ["lowest_cst"]
            |                          ^^^^^^^^^^^^
          expected one of: "unlimited", "in_term", "earliest_end", "lowest_cost"
          help: did you mean "lowest_cost"?

        --set:1:25: error: there is no time zone "London"
          1 | calculation.time_zone = "London"
            |                         ^^^^^^^^
          expected a name of the IANA database, such as "UTC" or "Europe/London"
          help: did you mean "Europe/London"?

        --set:1:1: error: there is no affinity bg-box to set
          1 | affinity.bg-box.points = 700
            | ^^^^^^^^^^^^^^^^^^^^^^
          expected one of: big box, cores-exact, department-exact, department-within, custodian, big-server, small-server, location-exact, location-within, cost-center-exact, cost-center-within
          help: did you mean 'big box'?

        --set:1:1: error: unknown key 'pionts' in [[affinity]]
          1 | affinity.big box.pionts = 700
            | ^^^^^^^^^^^^^^^^^^^^^^^
          expected affinity.NAME.KEY=VALUE with a key of: name, rule, points; or affinity.NAME=off
          help: did you mean 'points'?

        --set:1:1: error: what of affinity big box?
          1 | affinity.big box = 700
            | ^^^^^^^^^^^^^^^^
          expected affinity.NAME.KEY=VALUE with a key of: name, rule, points; or affinity.NAME=off

        --set:1:1: error: there is no affinity other to set
          1 | affinity.other.points = 700
            | ^^^^^^^^^^^^^^^^^^^^^
          expected one of: big box, cores-exact, department-exact, department-within, custodian, big-server, small-server, location-exact, location-within, cost-center-exact, cost-center-within
          help: a new one needs: name, rule, points

        --set:1:1: error: there is no requirement enviroment to take away
          1 | requirement.enviroment = off
            | ^^^^^^^^^^^^^^^^^^^^^^
          expected one of: environment, location
          help: did you mean 'environment'?

        --set:1:45: error: expected a field, a literal, a function or `(`, found the end of the rule
          1 | affinity.big box.rule = "consumption.big and"
            |                                             ^

        --set:1:1: error: there is no attributes.zone to take away
          1 | attributes.zone = off
            | ^^^^^^^^^^^^^^^

        --set:1:1: error: calculation is a table: which key of it?
          1 | calculation = 1
            | ^^^^^^^^^^^
          expected one of: as_of, time_zone, rules, expiring_within_days, grace_days, inactive_after_days, over_licensed_ratio, partial_cover, split_across_licenses, downgrades, tie_break

        --set:1:1: error: affinity is a list: which affinity?
          1 | affinity = 1
            | ^^^^^^^^
          expected affinity.NAME.KEY=VALUE with a key of: name, rule, points; or affinity.NAME=off

        --set:1:1: error: name has no keys below it
          1 | name.first = x
            | ^^^^^^^^^^

        --set:1:1: error: a field of a license is written license.ID.FIELD=VALUE, such as license.LIC-9.seats=50
          1 | license.seats=1
            | ^^^^^^^^^^^^^^^
          expected KEY=VALUE, such as calculation.partial_cover=true

        --set:1:1: error: a setting has the form KEY=VALUE
          1 | no key
            | ^^^^^^
          expected KEY=VALUE, such as calculation.partial_cover=true

        --set:1:1: error: a key is names with dots between them
          1 | =1
            | ^^
          expected KEY=VALUE, such as calculation.partial_cover=true
    "#);
}

#[test]
fn a_slip_is_found_where_it_was_typed() {
    let both = trial_of(&["calculation.grace_days=7", "calculation.grace_dys=8"]).expect_err("a slip");
    assert!(both.starts_with("--set:2:1: error: unknown key 'grace_dys' in [calculation]"), "{both}");
    let several = trial_of(&["calculation.grace_dys=8", "nam=x"]).expect_err("slips");
    assert!(several.ends_with("2 errors in --set"), "{several}");
}
