//! What a job file means once it is read.

use super::{LEAST, load, load_with};
use crate::jobs::{AsOf, ExampleValue, Expected, Job, LogDepth, LogFormat, TableDepth};
use crate::model::date::Date;
use crate::model::decimal::ONE;
use crate::model::policy::Policy;
use crate::model::tree::Dimension;
use crate::model::value::Type;
use crate::model::words::{ExtractKind, TieBreak};
use crate::rules::{Place, ProgramError, RuleError};
use jiff::Timestamp;
use std::path::Path;

/// The example of contract §9, word for word.
const CONTRACT: &str = r#"
name = "nightly"                                  # required
[extracts.consumptions]                           # and licenses, products, assets, users, trees, assignments, reservations, bundles, preferences
path = "extracts/consumptions/*.parquet"          # or a list
columns = { asset_id = "Computer" }               # our field = their column
csv = { separator = ";", date_format = "%d/%m/%Y", null_values = ["", "NULL"] }
types = { environment = "text" }
[extracts.licenses]
path = ["a.csv", "b.csv"]

[calculation]
as_of = "today"                                   # or a date
time_zone = "Europe/London"                       # default UTC
rules = "standard"                                # or "none"
expiring_within_days = 30
grace_days = 0
inactive_after_days = 90
over_licensed_ratio = 0.10
partial_cover = false
split_across_licenses = true
downgrades = true
tie_break = ["unlimited", "in_term", "earliest_end", "lowest_cost"]

[attributes]
region = "location"                               # an attribute that holds nodes of a tree

[[set]]
field = "consumption.big"
value = "consumption.cores >= 16"
[[requirement]]
name = "environment"
rule = "consumption.environment = license.environment"
[[affinity]]
name = "big-box"
rule = "consumption.big and license.metric = \"processor\""
points = 500
[[entitle]]
name = "observers"
product = "OBSERVE"
when = "contains(user.roles, \"observer\")"

[output]
path = "out/nightly"
affinity = "full"                                 # full | top | off; default by size
[log]
affinity = "pairs"                                # pairs | top | off
format = "text"                                   # text | json
[limits]
max_reject_ratio = 0.05
max_pairs = 50_000_000
max_table_pairs = 10_000_000
"#;

fn good(source: &str) -> Job {
    load(source).unwrap_or_else(|error| panic!("{error}"))
}

fn day(text: &str) -> Date {
    Date::parse_iso(text).expect("a date")
}

#[test]
fn the_example_of_the_contract_is_a_job() {
    let job = good(CONTRACT);
    assert_eq!((job.name.as_str(), job.folder.as_path()), ("nightly", Path::new("jobs")));
    let [consumptions, licenses] = &job.extracts[..] else { panic!("two extracts") };
    assert_eq!((consumptions.kind, licenses.kind), (ExtractKind::Consumptions, ExtractKind::Licenses));
    assert_eq!(consumptions.base, Path::new("jobs"));
    assert_eq!(consumptions.columns.get("asset_id").map(String::as_str), Some("Computer"));
    assert_eq!(consumptions.types.get("environment"), Some(&Type::Text));
    assert_eq!(consumptions.csv.separator, b';');
    assert_eq!(consumptions.csv.date_format.as_deref(), Some("%d/%m/%Y"));
    assert_eq!(consumptions.csv.null_values, ["", "NULL"]);
    assert_eq!(licenses.paths, ["a.csv", "b.csv"]);
    assert_eq!(job.attributes.get("region"), Some(&Dimension::Location));
    assert_eq!(job.rules.affinities[0].rule, "consumption.big and license.metric = \"processor\"");
    assert_eq!((job.rules.affinities[0].points, job.rules.standard), (500, true));
    assert_eq!((job.rules.sets.len(), job.rules.requirements.len(), job.rules.entitles.len()), (1, 1, 1));
    assert_eq!(job.output.path.as_deref(), Some(Path::new("jobs/out/nightly")));
    assert_eq!(job.output.affinity, Some(TableDepth::Full));
    assert_eq!(job.digest.len(), 64);
}

#[test]
fn what_is_not_written_has_the_defaults_of_the_contract() {
    let (spelled, least) = (good(CONTRACT), good(LEAST));
    let date = day("2026-11-22");
    assert_eq!(least.policy(date), Policy::at(date));
    assert_eq!(spelled.policy(date), least.policy(date));
    assert_eq!((&spelled.limits, spelled.log), (&least.limits, least.log));
    assert_eq!(least.limits.max_reject_ratio, ONE / 20);
    assert_eq!((least.limits.max_pairs, least.limits.max_table_pairs), (50_000_000, 10_000_000));
    assert_eq!((least.log.affinity, least.log.format, least.log.compress), (LogDepth::Pairs, LogFormat::Text, None));
    assert_eq!((least.output.path, least.output.affinity), (None, None));
    assert!(least.rules.standard && least.attributes.is_empty() && least.examples.is_empty());
    assert_eq!(least.extracts[0].csv, crate::extract::spec::CsvOptions::default());
}

#[test]
fn decimals_are_read_as_they_are_written() {
    for (written, value) in [("0.1", ONE / 10), ("0.100000001", 100_000_001), ("2", 2 * ONE), ("1_0.5", 21 * ONE / 2), ("+0.25", ONE / 4)] {
        let job = load_with(&format!("[calculation]\nover_licensed_ratio = {written}\n")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(job.policy(Date(0)).over_licensed_ratio, value, "{written}");
    }
}

#[test]
fn the_date_is_asked_then_the_jobs_then_the_slots_then_todays() {
    let now: Timestamp = "2026-11-21T23:30:00Z".parse().expect("a time");
    let today = load_with("[calculation]\ntime_zone = \"Asia/Tokyo\"\n").expect("good");
    assert_eq!(today.as_of, AsOf::Today);
    assert_eq!(today.as_of_date(None, None, now), day("2026-11-22"));
    assert_eq!(today.as_of_date(None, Some(day("2026-11-20")), now), day("2026-11-20"));
    assert_eq!(today.as_of_date(Some(day("2026-01-01")), Some(day("2026-11-20")), now), day("2026-01-01"));
    for written in ["2026-03-31", "\"2026-03-31\""] {
        let fixed = load_with(&format!("[calculation]\nas_of = {written}\n")).expect("good");
        assert_eq!(fixed.as_of_date(None, Some(day("2026-11-20")), now), day("2026-03-31"));
    }
}

#[test]
fn a_tie_break_may_leave_keys_out() {
    let job = load_with("[calculation]\ntie_break = [\"lowest_cost\", \"unlimited\"]\n").expect("good");
    assert_eq!(job.policy(Date(0)).tie_break, [TieBreak::LowestCost, TieBreak::Unlimited]);
    let none = load_with("[calculation]\ntie_break = []\n").expect("good");
    assert_eq!(none.policy(Date(0)).tie_break, []);
}

#[test]
fn variables_stand_in_every_text_value() {
    let job = load_with("[output]\npath = \"out/${SITE}-$$1\"\naffinity = \"${DEPTH:-top}\"\n").expect("good");
    assert_eq!(job.output.path.as_deref(), Some(Path::new("jobs/out/zurich-$1")));
    assert_eq!(job.output.affinity, Some(TableDepth::Top));
}

#[test]
fn examples_are_typed_by_what_is_written() {
    let more = r#"
[[example]]
name = "same department"
consumption = { department = "R&D", cores = 8, ratio = 0.5, critical = true, started_on = 2026-01-31, groups = ["a", "b"] }
license.department = "R&D"
points = 4500
[[example]]
name = "elsewhere"
license = { location = "Rome" }
fails = "location"
"#;
    let job = load_with(more).unwrap_or_else(|error| panic!("{error}"));
    let first = &job.examples[0];
    let value = |name: &str| first.consumption.iter().find(|(field, _)| field == name).map(|(_, value)| value.clone());
    assert_eq!(value("cores"), Some(ExampleValue::Integer(8)));
    assert_eq!(value("ratio"), Some(ExampleValue::Decimal(ONE / 2)));
    assert_eq!(value("critical"), Some(ExampleValue::Boolean(true)));
    assert_eq!(value("started_on"), Some(ExampleValue::Date(day("2026-01-31"))));
    assert_eq!(value("groups"), Some(ExampleValue::List(vec!["a".to_owned(), "b".to_owned()])));
    assert_eq!(first.license, [("department".to_owned(), ExampleValue::Text("R&D".to_owned()))]);
    assert_eq!((first.expected.clone(), first.line), (Expected::Points(4500), 7));
    assert_eq!(job.examples[1].expected, Expected::Fails("location".to_owned()));
}

#[test]
fn type_errors_of_tonights_data_point_into_the_file() {
    let job = good(CONTRACT);
    let found = RuleError::new("unknown field `license.metrik`", 20..34).help("did you mean `license.metric`?");
    let error = job.rule_errors(&[ProgramError { place: Place::AffinityRule(0), errors: vec![found] }]);
    insta::assert_snapshot!(error.to_string(), @r#"
    jobs/nightly.toml:35:29: error: unknown field `license.metrik`
      35 | rule = "consumption.big and license.metric = \"processor\""
         |                             ^^^^^^^^^^^^^^
      help: did you mean `license.metric`?
    "#);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_do_no_harm() {
    let job = good(&format!("\u{feff}{}", CONTRACT.replace('\n', "\r\n")));
    assert_eq!(job.rules.sets[0].value, "consumption.cores >= 16");
}

/// The jobs of the fixtures are other people's reading of the contract. One that expects exit code 2 may be refused, with the words
/// that it expects; every other is good.
#[test]
fn the_jobs_of_the_fixtures_are_read_as_they_expect() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cases");
    for case in std::fs::read_dir(cases).into_iter().flatten().flatten() {
        let file = case.path().join("job.toml");
        let exit = std::fs::read_to_string(case.path().join("expected/exit.txt")).unwrap_or_default();
        match (Job::load(&file), exit.strip_prefix("2\n")) {
            (Err(error), Some(words)) => {
                let missing = words.lines().find(|words| !error.to_string().contains(words));
                assert_eq!(missing, None, "{error}");
            }
            (Err(error), None) if file.is_file() => panic!("{error}"),
            _ => {}
        }
    }
}
