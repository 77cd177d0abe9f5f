//! What was read of each extract, and what was refused.

use crate::cli::exit::Exit;
use crate::cli::summary::{count, plural};
use crate::extract::{Extract, Reading, exit_code};

/// How many rejects are shown.
const SHOWN: usize = 10;

/// A line an extract.
pub fn page(reading: &Reading) -> Vec<String> {
    let width = reading.extracts.iter().map(|extract| extract.kind.code().len()).max().unwrap_or(0);
    reading.extracts.iter().map(|extract| line(extract, width)).collect()
}

fn line(extract: &Extract, width: usize) -> String {
    let files = plural(extract.files.len() as u64, "file", "files");
    let mut line = format!("{:width$}  {} in {files}", extract.kind.code(), plural(extract.rows_read, "row", "rows"));
    if !extract.rejects.is_empty() {
        line.push_str(&format!(", {} rejected", count(extract.rejects.len() as u64)));
    }
    if !extract.attributes.is_empty() {
        line.push_str(&format!("; attributes: {}", extract.attributes.join(", ")));
    }
    if !extract.ignored.is_empty() {
        line.push_str(&format!("; left out, for rules cannot read them: {}", extract.ignored.join(", ")));
    }
    line
}

/// The first rejects, each with the place to mend it.
pub fn rejects(reading: &Reading) -> Vec<String> {
    let mut lines: Vec<String> = reading
        .rejects()
        .take(SHOWN)
        .map(|reject| {
            let column = reject.column.as_ref().map_or_else(String::new, |column| format!(", column {column}"));
            format!("{} row {}{column}: {} ({})", reject.file, reject.row, reject.message, reject.reason.code())
        })
        .collect();
    let more = reading.rejects().count().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(format!("and {} more", count(more as u64)));
    }
    lines
}

/// What stops the run.
pub fn errors(reading: &Reading) -> Vec<String> {
    reading.errors.iter().map(ToString::to_string).collect()
}

/// The code of what stops the run: of 3 and 4 the smaller (§8).
pub fn exit(reading: &Reading) -> Exit {
    exit_code(&reading.errors).map_or(Exit::Complete, Exit::from_code)
}
