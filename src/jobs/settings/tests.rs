//! Keys set for a trial: what becomes of the job, and what somebody is told who mistypes one.

use super::Trial;
use crate::jobs::{AsOf, Job, LogDepth};
use crate::model::decimal::format_short;
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
    assert!(changed.policy.partial_cover);
    assert_eq!(changed.policy.grace_days, 7);
    assert_eq!(format_short(changed.policy.over_licensed_ratio), "0.25");
    assert_eq!(changed.policy.tie_break.iter().map(|key| key.code()).collect::<Vec<_>>(), ["lowest_cost", "in_term"]);
    assert_eq!(changed.attributes.keys().collect::<Vec<_>>(), ["site"]);
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

/// What people mistype.
const SLIPS: &[&str] = &[
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
];

#[test]
fn slips_are_told_as_the_job_reader_tells_them() {
    let messages: Vec<String> = SLIPS.iter().map(|slip| error(slip)).collect();
    insta::assert_snapshot!(messages.join("\n\n"));
}

#[test]
fn a_slip_is_found_where_it_was_typed() {
    let both = trial_of(&["calculation.grace_days=7", "calculation.grace_dys=8"]).expect_err("a slip");
    assert!(both.starts_with("--set:2:1: error: unknown key 'grace_dys' in [calculation]"), "{both}");
    let several = trial_of(&["calculation.grace_dys=8", "nam=x"]).expect_err("slips");
    assert!(several.ends_with("2 errors in --set"), "{several}");
}
