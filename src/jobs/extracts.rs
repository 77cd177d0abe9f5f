//! `[extracts.*]` of the job file → what the readers of extracts want to know. Looks at no file but the job's.

use super::definition;
use super::error::Problem;
use super::section::{Given, Section};
use crate::extract::date_format::DateFormat;
use crate::extract::fields::fields;
use crate::extract::spec::{CsvOptions, ExtractSpec};
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use std::collections::BTreeMap;
use std::path::Path;

/// The extracts that the job has, in the order of §2.
pub(super) fn read(extracts: &Section, folder: &Path, problems: &mut Vec<Problem>) -> Vec<ExtractSpec> {
    let written = |kind: &ExtractKind| extracts.written_section(kind.code()).map(|section| (*kind, section));
    ExtractKind::ALL.iter().filter_map(written).map(|(kind, section)| extract(kind, section, folder, problems)).collect()
}

fn extract(kind: ExtractKind, section: &Section, folder: &Path, problems: &mut Vec<Problem>) -> ExtractSpec {
    let mut spec = ExtractSpec::new(kind, folder, section.texts("path").iter().map(|path| path.value().trim()));
    for entry in section.map("columns") {
        if let Given::Text(column) = &entry.given {
            spec.columns.insert(entry.key.clone(), column.value().trim().to_owned());
        }
    }
    spec.types = types(kind, section, problems);
    spec.join = super::foreign_keys::join(section, problems);
    spec.values = super::foreign_keys::values(kind, section, problems);
    spec.gates = super::input_gates::gates(section, problems);
    spec.csv = csv(&section.section("csv", &definition::CSV), problems);
    spec
}

fn types(kind: ExtractKind, section: &Section, problems: &mut Vec<Problem>) -> BTreeMap<String, Type> {
    let mut types = BTreeMap::new();
    for entry in section.map("types") {
        if fields(kind).iter().any(|field| field.name == entry.key) {
            let message = format!("the type of '{}' is not the job's to choose: it is a field of {}", entry.key, kind.code());
            let help = "leave it out; types is for attributes, the columns that the contract does not name";
            problems.push(Problem::at(entry.key_span.clone(), message).help(help));
        }
        if let Given::Word(word) = entry.given {
            types.extend(type_of(word).map(|kind| (entry.key.clone(), kind)));
        }
    }
    types
}

fn type_of(word: &str) -> Option<Type> {
    [Type::Text, Type::Integer, Type::Decimal, Type::Boolean, Type::Date, Type::List].into_iter().find(|kind| kind.word() == word)
}

fn csv(section: &Section, problems: &mut Vec<Problem>) -> CsvOptions {
    let mut csv = CsvOptions::default();
    if let Some(entry) = section.entry("separator")
        && let Some(text) = section.value("separator")
    {
        match text.as_bytes() {
            [b'"' | b'\n' | b'\r', ..] => {
                let problem = Problem::at(entry.span.clone(), format!("{text:?} cannot separate fields"));
                problems.push(problem.expected("a character other than the quote and line ends, such as \",\", \";\", \"|\" or \"\\t\""));
            }
            [separator] => csv.separator = *separator,
            _ => {
                let problem = Problem::at(entry.span.clone(), format!("{text:?} cannot separate fields: it is more than one byte"));
                problems.push(problem.expected("an ASCII character, such as \",\", \";\", \"|\" or \"\\t\""));
            }
        }
    }
    if section.entry("null_values").is_some() {
        csv.null_values = section.texts("null_values").iter().map(|text| text.value().to_owned()).collect();
    }
    csv.date_format = date_format(section, problems);
    csv
}

/// The format as it is written; whether it is one, the reader of dates says.
fn date_format(section: &Section, problems: &mut Vec<Problem>) -> Option<String> {
    let (entry, format) = (section.entry("date_format")?, section.value("date_format")?);
    match DateFormat::parse(format) {
        Ok(_) => Some(format.to_owned()),
        Err(message) => {
            problems.push(
                Problem::at(entry.span.clone(), format!("\"{format}\" is no date format: {message}"))
                    .help("for 31/01/2026 write \"%d/%m/%Y\""),
            );
            None
        }
    }
}
