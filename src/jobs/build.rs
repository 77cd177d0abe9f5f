//! From the sections of a file to a [`Job`]: what single values mean, and what they mean together. Goes on after every
//! problem, like `reader`; the job that comes out beside problems is never used.

use super::definition;
use super::error::Problem;
use super::extracts;
use super::job::{AsOf, Example, ExampleValue, Expected, Job, Limits, LogDepth, LogFormat, LogSettings, Output, TableDepth};
use super::mask::masked;
use super::notice_keys;
use super::place::place;
use super::section::{Entry, Given, Section};
use crate::model::date::Date;
use crate::model::policy::Policy;
use crate::model::tree::Dimension;
use crate::model::words::TieBreak;
use crate::rules::nearest;
use jiff::tz::TimeZone;
use std::collections::BTreeMap;
use std::path::Path;

/// Makes the job, and adds what is wrong to what was wrong before. The digest is left to the caller, who has the bytes.
pub(super) fn build(file: &Path, top: &Section, mut problems: Vec<Problem>, source: &str) -> (Job, Vec<Problem>) {
    let folder = file.parent().map_or_else(Default::default, Path::to_owned);
    let calculation = top.section("calculation", &definition::CALCULATION);
    let output = top.section("output", &definition::OUTPUT);
    let (rules, rule_texts) = super::rule_texts::read(top, &calculation, &mut problems);
    let time_zone = time_zone(&calculation, &mut problems);
    let job = Job {
        name: top.value("name").unwrap_or_default().trim().to_owned(),
        file: file.to_owned(),
        extracts: extracts::read(&top.section("extracts", &definition::EXTRACTS), &folder, &mut problems),
        as_of: calculation.date("as_of").map_or(AsOf::Today, AsOf::On),
        schedule: super::schedule::read(top, &time_zone, &mut problems),
        time_zone,
        attributes: attributes(top, &mut problems),
        rules,
        examples: top.sections("example").iter().filter_map(|section| example(section, source, &mut problems)).collect(),
        output: Output {
            path: output.value("path").map(|path| folder.join(path)),
            affinity: output.word("affinity").map(table_depth),
            report: output.boolean("report").unwrap_or(true),
            keep: super::keep::read(&output, &mut problems),
            mode: super::input_gates::mode(&output, &mut problems),
        },
        log: log(&top.section("log", &definition::LOG)),
        limits: limits(&top.section("limits", &definition::LIMITS), &folder, &mut problems),
        notices: notice_keys::notices(top, &folder, &mut problems),
        metrics: notice_keys::metrics(top),
        policy: policy(&calculation),
        digest: String::new(),
        rule_texts,
        source: masked(source),
        settings_from: None,
        folder,
    };
    same_name_twice(top.sections("example"), "example", &mut problems);
    (job, problems)
}

/// Reports every name that an earlier table of the same kind has.
pub(super) fn same_name_twice(sections: &[Section], what: &str, problems: &mut Vec<Problem>) {
    let mut seen: BTreeMap<&str, &Entry> = BTreeMap::new();
    for section in sections {
        let (Some(name), Some(entry)) = (section.value("name"), section.entry("name")) else { continue };
        match seen.get(name) {
            Some(first) => {
                let problem = Problem::at(entry.span.clone(), format!("two {what}s are called \"{name}\""));
                problems.push(problem.also(first.span.clone(), "the first one").help("give one of them another name"));
            }
            None => _ = seen.insert(name, entry),
        }
    }
}

/// The `time_zone` of a table.
pub(super) fn time_zone(section: &Section, problems: &mut Vec<Problem>) -> TimeZone {
    // The database of zones is many files, and nobody need look for this one.
    let Some(name) = section.value("time_zone").filter(|name| *name != "UTC") else { return TimeZone::UTC };
    TimeZone::get(name).unwrap_or_else(|_| {
        if let Some(text) = section.text("time_zone") {
            let known: Vec<String> = jiff::tz::db().available().map(|known| known.to_string()).collect();
            // People know the city: `London` means Europe/London.
            let city = known.iter().find(|known| known.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name)));
            let near = city.map(String::as_str).or_else(|| nearest(name, &known));
            let problem = Problem::at(text.span(), format!("there is no time zone \"{name}\""));
            let problem = problem.expected("a name of the IANA database, such as \"UTC\" or \"Europe/London\"");
            problems.push(match near {
                Some(near) => problem.help(format!("did you mean \"{near}\"?")),
                None => problem,
            });
        }
        TimeZone::UTC
    })
}

fn policy(calculation: &Section) -> Policy {
    // What is missing here has a default in its definition, so the fallbacks of `Policy::at` only keep this total.
    let default = Policy::at(Date(0));
    let integer = |key, default| calculation.integer(key).unwrap_or(default);
    let boolean = |key, default| calculation.boolean(key).unwrap_or(default);
    Policy {
        expiring_within_days: integer("expiring_within_days", default.expiring_within_days),
        grace_days: integer("grace_days", default.grace_days),
        inactive_after_days: integer("inactive_after_days", default.inactive_after_days),
        over_licensed_ratio: calculation.decimal("over_licensed_ratio").unwrap_or(default.over_licensed_ratio),
        partial_cover: boolean("partial_cover", default.partial_cover),
        split_across_licenses: boolean("split_across_licenses", default.split_across_licenses),
        downgrades: boolean("downgrades", default.downgrades),
        tie_break: calculation.words("tie_break").into_iter().filter_map(TieBreak::parse).collect(),
        as_of: default.as_of,
    }
}

fn attributes(top: &Section, problems: &mut Vec<Problem>) -> BTreeMap<String, Dimension> {
    let mut attributes = BTreeMap::new();
    for entry in top.map("attributes") {
        let Given::Word(word) = entry.given else { continue };
        if Dimension::parse(&entry.key).is_some() {
            let problem = Problem::at(entry.key_span.clone(), format!("'{}' always holds nodes of its own tree", entry.key));
            problems.push(problem.help("leave it out; [attributes] is for columns that the contract does not name"));
        }
        attributes.extend(Dimension::parse(word).map(|dimension| (entry.key.clone(), dimension)));
    }
    attributes
}

fn example(section: &Section, source: &str, problems: &mut Vec<Problem>) -> Option<Example> {
    let span = section.span.clone().unwrap_or(0..0);
    let expected = match (section.entry("points"), section.entry("fails")) {
        (Some(_), None) => Expected::Points(section.integer("points")?),
        (None, Some(_)) => Expected::Fails(section.value("fails")?.to_owned()),
        (Some(points), Some(fails)) => {
            let problem = Problem::at(fails.key_span.clone(), "an example expects either points or a failure");
            problems.push(problem.also(points.key_span.clone(), "points are expected here").help("leave out one of the two"));
            return None;
        }
        // A wrong value was reported where it stands.
        (None, None) if section.is_written("points") || section.is_written("fails") => return None,
        (None, None) => {
            let problem = Problem::at(span, "this example does not say what it expects");
            problems.push(problem.help("add points = 4500, or fails = \"location\""));
            return None;
        }
    };
    Some(Example {
        name: section.value("name")?.to_owned(),
        consumption: section.map("consumption").iter().filter_map(example_value).collect(),
        license: section.map("license").iter().filter_map(example_value).collect(),
        expected,
        line: place(source, span.start).line,
    })
}

fn example_value(entry: &Entry) -> Option<(String, ExampleValue)> {
    let value = match &entry.given {
        Given::Text(text) => ExampleValue::Text(text.value().to_owned()),
        Given::Integer(number) => ExampleValue::Integer(*number),
        Given::Decimal(number) => ExampleValue::Decimal(*number),
        Given::Boolean(truth) => ExampleValue::Boolean(*truth),
        Given::Date(date) => ExampleValue::Date(*date),
        Given::Texts(texts) => ExampleValue::List(texts.iter().map(|text| text.value().to_owned()).collect()),
        _ => return None,
    };
    Some((entry.key.clone(), value))
}

fn table_depth(word: &str) -> TableDepth {
    match word {
        "full" => TableDepth::Full,
        "top" => TableDepth::Top,
        _ => TableDepth::Off,
    }
}

fn log(log: &Section) -> LogSettings {
    LogSettings {
        affinity: match log.word("affinity") {
            Some("top") => LogDepth::Top,
            Some("off") => LogDepth::Off,
            _ => LogDepth::Pairs,
        },
        format: if log.word("format") == Some("json") { LogFormat::Json } else { LogFormat::Text },
        compress: log.boolean("compress"),
    }
}

fn limits(limits: &Section, folder: &Path, problems: &mut Vec<Problem>) -> Limits {
    let count = |key| limits.integer(key).and_then(|number| u64::try_from(number).ok()).unwrap_or(u64::MAX);
    Limits {
        max_reject_ratio: limits.decimal("max_reject_ratio").unwrap_or(0),
        max_pairs: count("max_pairs"),
        max_table_pairs: count("max_table_pairs"),
        memory: super::bytes::memory(limits, problems),
        inputs: super::input_gates::limits(limits, folder),
    }
}
