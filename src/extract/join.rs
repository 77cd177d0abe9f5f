//! Fields that are made of several columns: an export of installations seldom numbers its rows, but machine and title together
//! name one. Adds such a field to a table as a column of text; what the text means is judged later, like any other's.

use super::error::ExtractError;
use super::raw::{Cells, Raw, Table};
use super::sources::Source;
use super::spec::ExtractSpec;
use super::textual::textual;
use polars::prelude::{StringChunked, StringChunkedBuilder};

/// What stands between the parts.
const BETWEEN: char = '/';

/// Adds the columns that the job makes of others. Errors: a part that the file lacks, a name that the file has already.
pub fn add(spec: &ExtractSpec, source: &Source, table: &mut Table) -> Result<(), Vec<ExtractError>> {
    let mut errors = Vec::new();
    for (ours, parts) in &spec.join {
        let refused = |column: &str, problem: String, remedy: String| {
            ExtractError::content(spec.kind, Some(&source.shown), Some(column), problem, remedy)
        };
        if table.columns.iter().any(|column| column.name == *ours) {
            let problem = format!("the job makes {ours} of {}, but the file has a column of that name too", parts.join(", "));
            errors.push(refused(ours, problem, "leave it out of join in the job, or rename the column in the export".to_owned()));
            continue;
        }
        let place = |part: &String| table.columns.iter().position(|column| column.name == part.trim());
        if let Some(missing) = parts.iter().find(|part| place(part).is_none()) {
            let names: Vec<&str> =
                table.columns.iter().map(|column| column.name.as_str()).filter(|name| !name.is_empty()).take(30).collect();
            let problem = format!("the column is missing, and the job makes {ours} of it; the file has {}", names.join(", "));
            errors.push(refused(missing.trim(), problem, "correct the name under join in the job".to_owned()));
            continue;
        }
        let texts: Vec<StringChunked> = parts.iter().filter_map(place).map(|place| textual(&table.columns[place].cells).0).collect();
        table.columns.push(Raw { name: ours.clone(), cells: Cells::Text(joined(&texts, table.rows)), faults: Vec::new() });
    }
    if errors.is_empty() { Ok(()) } else { Err(errors) }
}

/// The parts of each row, trimmed, with [`BETWEEN`] between them; null where all are null.
fn joined(parts: &[StringChunked], rows: usize) -> StringChunked {
    let mut out = StringChunkedBuilder::new("".into(), rows);
    let mut text = String::new();
    for row in 0..rows {
        text.clear();
        let mut any = false;
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                text.push(BETWEEN);
            }
            let value = part.get(row).map(str::trim).filter(|value| !value.is_empty());
            any |= value.is_some();
            text.push_str(value.unwrap_or_default());
        }
        if any { out.append_value(&text) } else { out.append_null() }
    }
    out.finish()
}
