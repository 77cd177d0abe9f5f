//! Which attributes the files of an extract have, and of what type (contract §2.0, §10).

use super::columns::{File, Grammar, Wanted};
use super::error::ExtractError;
use super::fields::fields;
use super::infer::{Evidence, evidence, unify};
use super::raw::Cells;
use super::sources::Source;
use super::spec::ExtractSpec;
use super::textual::textual;
use crate::model::value::Type;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// The attributes of an extract, by name; and the names of those that have neither a value nor a declared type.
pub struct Attributes {
    pub wanted: Vec<Wanted>,
    pub untyped: Vec<String>,
}

/// Finds the attributes and their types; a declared type wins.
pub fn attributes(spec: &ExtractSpec, files: &[File], sources: &[Source], grammar: &Grammar) -> Result<Attributes, Vec<ExtractError>> {
    let is_field = |name: &str| fields(spec.kind).iter().any(|field| field.name == name);
    let names: BTreeSet<&str> =
        files.iter().flat_map(|file| file.header.keys()).map(String::as_str).filter(|name| !is_field(name)).collect();
    let mut out = Attributes { wanted: Vec::new(), untyped: Vec::new() };
    let mut errors = Vec::new();
    for name in names {
        let found = match spec.types.get(name) {
            Some(declared) => accepted(spec, files, sources, name, *declared),
            None => inferred(spec, files, sources, grammar, name),
        };
        match found {
            Ok(Some(kind)) => out.wanted.push(Wanted::attribute(name, kind)),
            Ok(None) => {
                out.wanted.push(Wanted::attribute(name, Type::Text));
                out.untyped.push(name.to_owned());
            }
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(out) } else { Err(errors) }
}

fn cells<'a>(file: &'a File, name: &str) -> Option<&'a Cells> {
    file.header.get(name).map(|place| &file.table.columns[*place].cells)
}

/// A declared type, if no file holds what cannot be read so at all.
fn accepted(spec: &ExtractSpec, files: &[File], sources: &[Source], name: &str, declared: Type) -> Result<Option<Type>, ExtractError> {
    for (file, source) in files.iter().zip(sources) {
        if declared != Type::List && matches!(cells(file, name), Some(Cells::List(_))) {
            let problem = format!("the job declares it as {}, but it holds lists of text", declared.word());
            let remedy = format!("declare it as a list: types = {{ {name} = \"list\" }}");
            return Err(ExtractError::content(spec.kind, Some(&source.shown), Some(name), problem, remedy));
        }
    }
    Ok(Some(declared))
}

/// The one type of all files: what all CSV files together look like, and the physical type of each Parquet file.
fn inferred(spec: &ExtractSpec, files: &[File], sources: &[Source], grammar: &Grammar, name: &str) -> Result<Option<Type>, ExtractError> {
    let csv: Vec<&Cells> = files.iter().filter(|file| file.is_csv).filter_map(|file| cells(file, name)).collect();
    let (format, translation) = (grammar.date_format.as_ref(), grammar.translations.get(name));
    let all = csv.par_iter().map(|cells| evidence(cells, &grammar.nulls, format, translation)).reduce(|| Evidence::NONE, Evidence::and);
    let mut found: Option<(Type, &str)> = all.kind().map(|kind| (kind, "the CSV files"));
    for (file, source) in files.iter().zip(sources).filter(|(file, _)| !file.is_csv) {
        let found_kind = match translation {
            Some(_) => cells(file, name).and_then(|cells| evidence(&Cells::Text(textual(cells).0), &[], format, translation).kind()),
            None => cells(file, name).and_then(Cells::attribute_type),
        };
        let Some(kind) = found_kind else { continue };
        found = Some(match found {
            None => (kind, source.shown.as_str()),
            Some((known, first)) => match unify(known, kind) {
                Ok(both) => (both, first),
                Err(_) => return Err(clash(spec, source, name, (known, first), kind)),
            },
        });
    }
    Ok(found.map(|(kind, _)| kind))
}

fn clash(spec: &ExtractSpec, source: &Source, name: &str, (known, first): (Type, &str), kind: Type) -> ExtractError {
    let problem = format!("the attribute is {} here and {} in {first}: it must have one type", kind.word(), known.word());
    let remedy = format!("declare it: types = {{ {name} = \"{}\" }}", remedy_type(known, kind).word());
    ExtractError::content(spec.kind, Some(&source.shown), Some(name), problem, remedy)
}

/// A type that both can be read as.
pub fn remedy_type(left: Type, right: Type) -> Type {
    if left == Type::List || right == Type::List { Type::List } else { Type::Text }
}
