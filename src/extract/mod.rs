//! Extracts: files → Polars frames → checked, typed columns, and the rows that were refused. The only module that knows
//! Polars. It judges each extract by itself (contract §2); what extracts say about each other is the estate's business.
//!
//! In reading order: [`spec`] what the job says · [`options`], [`limits`] what else reading is told · [`fields`], [`meanings`] what the contract
//! says · `read` one extract, on one screen · `sources` which files · `open`, `bytes`, `marks` a file in memory, and whether it stayed
//! what it was · `csv_file` with `row_guard`, `parquet_file` with `footer`, `page_headers` and `thrift`, `sizes`, `parts`, `raw` a file as columns of what stands in it · `join` fields made of several columns · `header` which
//! column is which field · `attributes`, `infer` the types of attributes · `columns`, `stretch`, `cast`, `parse`, [`date_format`],
//! `textual` text and physical values → columns · `rows`, `duplicates` what concerns rows · `rejects` why rows were refused ·
//! `agree` all extracts of a job, and what they must agree on · [`gates`] whether an extract is to be believed · `seen` the second
//! look at what was read · [`headings`] what other programs call our fields, [`preview`] a look at a file that nobody knows yet · `overlay` fields of licenses set otherwise, for a trial.

mod agree;
mod attributes;
mod bytes;
mod cast;
mod columns;
mod csv_file;
pub mod date_format;
mod duplicates;
mod error;
pub mod fields;
mod footer;
pub mod gates;
mod guard;
mod header;
pub mod headings;
mod infer;
mod join;
pub mod limits;
mod marks;
pub mod meanings;
pub mod nearest;
mod open;
pub mod options;
mod overlay;
mod page_headers;
mod parquet_file;
mod parse;
mod parts;
pub mod preview;
mod raw;
mod read;
mod rejects;
mod row_guard;
mod rows;
mod seen;
mod sizes;
mod sources;
pub mod spec;
mod stretch;
#[cfg(test)]
mod tests;
mod textual;
mod thrift;

pub use agree::{read_all, read_one};
pub use error::{Complaint, ExtractError, exit_code};
pub use gates::{GateCheck, Gates, Verdict};
pub use limits::InputLimits;
pub use options::{Earlier, ReadOptions};
pub use overlay::{Override, overlay};
pub use sources::largest;
pub use spec::{CsvOptions, ExtractSpec};

use crate::model::text::{Lists, TextArena, TextsBuilder};
use crate::model::value::Frame;
use crate::model::words::{ExtractKind, RejectReason};
use std::path::PathBuf;

/// What reading hands texts and lists to. Codes are provisional: the caller freezes and renumbers.
#[derive(Default)]
pub struct Ingest {
    pub texts: TextsBuilder,
    pub lists: Lists,
}

/// One extract after reading.
#[derive(Debug)]
pub struct Extract {
    pub kind: ExtractKind,
    /// The accepted rows: consumptions in the order of `consumption_id`, all others by (file, row). Every field of §2 of this
    /// extract is a column of its type, in the order of §2, null where the extract has none (defaults are not filled in); then
    /// the attributes, by name. Consumptions have no `consumption_id` here.
    pub frame: Frame,
    /// The identifiers of the accepted consumptions, in frame order; empty for every other extract.
    pub consumption_ids: TextArena,
    /// The names of the attributes, in frame order.
    pub attributes: Vec<String>,
    /// Those of them that hold nothing but nulls and have no declared type: text, unless another extract knows better.
    untyped: Vec<String>,
    /// Columns that were left out because rules cannot read what they hold (a struct, a list of numbers).
    pub ignored: Vec<String>,
    /// Rows read, rejected ones included.
    pub rows_read: u64,
    /// In the order of (file, row).
    pub rejects: Vec<Reject>,
    /// In the order of `shown`.
    pub files: Vec<SourceFile>,
}

/// A row that was refused (contract §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    pub extract: ExtractKind,
    /// The file as §2.1 and §10 show it.
    pub file: String,
    /// 1-based data row.
    pub row: u64,
    /// Our name of the column; `None` where the row as a whole is meant.
    pub column: Option<String>,
    /// What stood there, shortened.
    pub value: Option<String>,
    pub reason: RejectReason,
    /// A plain sentence: what was found, what was expected.
    pub message: String,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As `rejects.file` shows it.
    pub shown: String,
    pub path: PathBuf,
    pub bytes: u64,
    /// Data rows, rejected ones included.
    pub rows: u64,
    /// Of the bytes that were read, in lower-case hexadecimal.
    pub sha256: String,
}

/// All extracts of a job after reading. With `errors` the run must not go on, but what was read, and above all what was
/// rejected, is here all the same, so that it can be written under `failed/`.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order of the specs; without those that could not be read at all.
    pub extracts: Vec<Extract>,
    /// Ordered by exit code, then as they were found. Of 3 and 4 the smaller is the run's (contract §8): that of the first.
    pub errors: Vec<ExtractError>,
    /// What the job expects of its extracts, and what was found; in the order of the specs.
    pub checks: Vec<GateCheck>,
}

impl Reading {
    /// The rejects of all extracts.
    pub fn rejects(&self) -> impl Iterator<Item = &Reject> {
        self.extracts.iter().flat_map(|extract| &extract.rejects)
    }

    /// The extract of a kind, if the job has it and it was read.
    pub fn extract(&self, kind: ExtractKind) -> Option<&Extract> {
        self.extracts.iter().find(|extract| extract.kind == kind)
    }
}
