//! What the inputs were like: rows read and rejected, expectations of the job, and the control totals that held.

use super::bounds::Bounds;
use super::grid::{Grid, texts};
use crate::answers::{AnswerError, Published};
use crate::report::back::Query;
use serde::Serialize;
use std::collections::BTreeMap;

const COLUMNS: [&str; 6] = ["extract", "file", "row", "column", "value", "message"];

#[derive(Serialize)]
pub struct Section<'a> {
    /// In the order in which they were read.
    extracts: Vec<Extract<'a>>,
    /// (extract, column, reason, how many).
    reasons: Vec<(String, Option<String>, String, usize)>,
    rejects: Grid,
    /// (extract, check, bound, found, verdict).
    checks: Vec<[&'a str; 5]>,
    totals: &'a BTreeMap<String, i64>,
}

#[derive(Serialize)]
struct Extract<'a> {
    extract: &'a str,
    files: usize,
    rows: u64,
    rejected: u64,
}

pub fn read<'a>(run: &'a Published, bounds: &Bounds) -> Result<Section<'a>, AnswerError> {
    let manifest = &run.manifest;
    let mut extracts: Vec<Extract<'a>> = Vec::new();
    for input in &manifest.inputs {
        match extracts.iter_mut().find(|known| known.extract == input.extract) {
            Some(known) => (known.files, known.rows) = (known.files + 1, known.rows + input.rows),
            None => extracts.push(Extract { extract: &input.extract, files: 1, rows: input.rows, rejected: 0 }),
        }
    }
    for extract in &mut extracts {
        extract.rejected = manifest.rejects.iter().filter(|count| count.extract == extract.extract).map(|count| count.rejected).sum();
    }
    let rows = run.read(&Query::of("rejects").columns(&["extract", "column", "reason"]))?;
    let (extract, column, reason) = (texts(&rows, "extract")?, texts(&rows, "column")?, texts(&rows, "reason")?);
    let mut found: BTreeMap<(&str, Option<&str>, &str), usize> = BTreeMap::new();
    for row in 0..rows.len() {
        *found.entry((extract(row).unwrap_or_default(), column(row), reason(row).unwrap_or_default())).or_default() += 1;
    }
    let mut reasons: Vec<(String, Option<String>, String, usize)> = found
        .into_iter()
        .map(|((extract, column, reason), many)| (extract.to_owned(), column.map(str::to_owned), reason.to_owned(), many))
        .collect();
    reasons.sort_by(|one, other| other.3.cmp(&one.3).then_with(|| one.cmp(other)));
    let first = run.read(&Query::of("rejects").columns(&COLUMNS).first(bounds.rejects))?;
    let places: Vec<usize> = (0..first.len()).collect();
    let rejects = Grid { all: rows.len(), ..Grid::of(&first, &COLUMNS, &places) };
    let checks = manifest.input_checks.iter().map(|one| {
        let columns = [&one.extract, &one.check, &one.bound, &one.found, &one.verdict];
        columns.map(String::as_str)
    });
    Ok(Section { extracts, reasons, rejects, checks: checks.collect(), totals: &manifest.totals })
}
