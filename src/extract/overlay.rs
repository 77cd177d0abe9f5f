//! Licenses with some fields set otherwise, for a trial: values go into the accepted rows, read and judged as cells of the extract
//! are. No file is touched.

use super::columns::{Wanted, one};
use super::fields::fields;
use super::nearest::nearest;
use super::read::grammar;
use super::rejects::sentence_of;
use super::spec::ExtractSpec;
use super::{Ingest, Reading};
use crate::model::value::{Column, Frame, Value};
use crate::model::words::ExtractKind;

/// How many ids a message names.
const NAMED: usize = 3;

/// A field of a license with another value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Override {
    pub license_id: String,
    pub field: String,
    /// As text; empty for null.
    pub value: String,
    /// As somebody typed it, for messages.
    pub typed: String,
}

/// Sets fields of accepted licenses. What cannot be set is told, a sentence for each.
pub fn overlay(reading: &mut Reading, ingest: &mut Ingest, specs: &[ExtractSpec], overrides: &[Override]) -> Vec<String> {
    let spec = specs.iter().find(|spec| spec.kind == ExtractKind::Licenses);
    let extract = reading.extracts.iter_mut().find(|extract| extract.kind == ExtractKind::Licenses);
    let (Some(spec), Some(extract)) = (spec, extract) else { return Vec::new() };
    let mut problems = Vec::new();
    for one in overrides {
        if let Err(problem) = set(&mut extract.frame, ingest, spec, one) {
            problems.push(format!("{}: {problem}", one.typed));
        }
    }
    problems
}

fn set(frame: &mut Frame, ingest: &mut Ingest, spec: &ExtractSpec, wanted: &Override) -> Result<(), String> {
    let row = row(frame, ingest, &wanted.license_id)?;
    let column = column(frame, &wanted.field)?;
    let grammar = grammar(spec).map_err(|error| error.to_string())?;
    let value = one(&column, &wanted.value, &grammar, ingest)
        .map_err(|fault| sentence_of(&column, fault.reason, fault.value.as_deref().unwrap_or_default()))?;
    if let Some(place) = frame.place(&wanted.field) {
        frame.columns[place] = with(&frame.columns[place], row, value);
    }
    Ok(())
}

/// The row of a license among those accepted.
fn row(frame: &Frame, ingest: &mut Ingest, id: &str) -> Result<usize, String> {
    let ids = frame.column("license_id").map_or(&[][..], Column::texts);
    let code = ingest.texts.intern(id);
    if let Some(row) = ids.iter().position(|other| *other == code) {
        return Ok(row);
    }
    let mut known: Vec<&str> = ingest.texts.entries().filter(|(_, code)| ids.contains(code)).map(|(text, _)| text).collect();
    known.sort_unstable();
    let near = match nearest(id, known.iter().copied()) {
        Some(near) => format!("; did you mean {near}?"),
        None => {
            let begin_so: Vec<&str> = known.into_iter().filter(|other| other.starts_with(id)).take(NAMED).collect();
            if begin_so.is_empty() { String::new() } else { format!("; there are {}, for example", begin_so.join(", ")) }
        }
    };
    Err(format!("no accepted license is called {id}{near}"))
}

/// The column of a field or an attribute, and what is asked of its values.
fn column(frame: &Frame, name: &str) -> Result<Wanted, String> {
    if name == "license_id" {
        return Err("license_id is what a license is known by, and cannot be set".to_owned());
    }
    if let Some(field) = fields(ExtractKind::Licenses).iter().find(|field| field.name == name) {
        return Ok(Wanted::field(field));
    }
    match frame.column(name) {
        Some(column) => Ok(Wanted::attribute(name, column.kind())),
        None => {
            let near = nearest(name, frame.names.iter().map(String::as_str)).map(|near| format!("; did you mean {near}?"));
            Err(format!("licenses have no field {name}{}", near.unwrap_or_default()))
        }
    }
}

/// The column with another value in one row.
fn with(column: &Column, row: usize, value: Value) -> Column {
    let mut out = Column::with_capacity(column.kind(), column.len());
    for place in 0..column.len() {
        out.push(if place == row { value } else { column.get(place) });
    }
    out
}
