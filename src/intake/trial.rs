//! The proposal tried out: the file is read as a run would read it, so that the numbers are the real ones.

use super::Proposal;
use crate::extract::{ExtractSpec, Ingest, ReadOptions, read_one};
use crate::model::date::Date;
use crate::model::value::Type;

/// What a run would make of the file.
#[derive(Clone, Default, Debug)]
pub struct Trial {
    pub rows: u64,
    pub rejected: u64,
    /// What would be refused, by column and reason; the most rows first.
    pub refused: Vec<Refused>,
    /// The columns that are no fields, with the type that is found in their values.
    pub attributes: Vec<(String, Type)>,
    /// What would stop the run.
    pub errors: Vec<String>,
}

/// Rows that are refused for one reason in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Our field; none where the row as a whole is meant.
    pub field: Option<String>,
    pub reason: &'static str,
    pub rows: u64,
    /// The first of them: its number, and the sentence.
    pub row: u64,
    pub message: String,
}

impl Trial {
    pub fn accepted(&self) -> u64 {
        self.rows - self.rejected
    }
}

/// What the extract would be in a job whose folder is the current one.
pub fn spec(proposal: &Proposal) -> ExtractSpec {
    let mut spec = ExtractSpec::new(proposal.kind, "", [proposal.path.as_str()]);
    spec.columns = proposal.columns();
    spec.join = proposal.join.iter().map(|join| (join.field.to_owned(), join.headings.clone())).collect();
    spec.values = proposal.values();
    spec.types.clone_from(&proposal.types);
    spec.csv.separator = proposal.separator.unwrap_or(b',');
    // Formats that the data leave open read the same rows, so that the numbers hold whichever it is.
    spec.csv.date_format = proposal.dates.format.clone().or_else(|| proposal.dates.open.first().cloned());
    if !proposal.nulls.is_empty() {
        spec.csv.null_values = proposal.nulls.iter().map(|null| null.word.clone()).collect();
    }
    spec
}

/// Reads the file so.
pub fn trial(proposal: &Proposal) -> Trial {
    // The path is that of a file, so that the date stands for nothing in it.
    match read_one(&spec(proposal), &ReadOptions::new(Date(0)), &mut Ingest::default()) {
        Ok(extract) => {
            let mut refused: Vec<Refused> = Vec::new();
            for reject in &extract.rejects {
                let reason = reject.reason.code();
                match refused.iter_mut().find(|known| known.field == reject.column && known.reason == reason) {
                    Some(known) => known.rows += 1,
                    None => refused.push(Refused {
                        field: reject.column.clone(),
                        reason,
                        rows: 1,
                        row: reject.row,
                        message: reject.message.clone(),
                    }),
                }
            }
            refused.sort_by(|left, right| right.rows.cmp(&left.rows).then(left.row.cmp(&right.row)));
            let kind = |name: &String| extract.frame.column(name).map(|column| (name.clone(), column.kind()));
            let attributes = extract.attributes.iter().filter_map(kind).collect();
            Trial { rows: extract.rows_read, rejected: extract.rejects.len() as u64, refused, attributes, errors: Vec::new() }
        }
        Err(errors) => Trial { errors: errors.iter().map(ToString::to_string).collect(), ..Trial::default() },
    }
}
