//! What a job says about one extract: where it lies, what its columns are called, how its text is to be read.
//! Says nothing about what is in it; the fields of the contract stand in `fields`.

use super::gates::Gates;
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One extract of a job (contract §2, §9).
#[derive(Clone, Debug)]
pub struct ExtractSpec {
    pub kind: ExtractKind,
    /// Files, folders or globs as the job writes them, with `{as_of}` still in them.
    pub paths: Vec<String>,
    /// The job's folder: paths are relative to it.
    pub base: PathBuf,
    /// Our field (or attribute) → their column.
    pub columns: BTreeMap<String, String>,
    /// Our field (or attribute) → the columns whose texts it is made of; see `join`.
    pub join: BTreeMap<String, Vec<String>>,
    pub csv: CsvOptions,
    /// Our field (or attribute) → their value → what it stands for.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// Declared types of attributes; an entry for a column that no file has is ignored (§10).
    pub types: BTreeMap<String, Type>,
    /// What the job expects of it before it believes it.
    pub gates: Gates,
}

impl ExtractSpec {
    /// An extract with nothing but its paths.
    pub fn new(kind: ExtractKind, base: impl Into<PathBuf>, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            kind,
            paths: paths.into_iter().map(Into::into).collect(),
            base: base.into(),
            columns: BTreeMap::new(),
            join: BTreeMap::new(),
            csv: CsvOptions::default(),
            values: BTreeMap::new(),
            types: BTreeMap::new(),
            gates: Gates::default(),
        }
    }
}

/// How the text of an extract is to be read (contract §9, `csv`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvOptions {
    pub separator: u8,
    /// Accepted beside `YYYY-MM-DD`; see [`super::date_format::DateFormat`] for what may stand in it. Holds for text columns of a
    /// Parquet file too.
    pub date_format: Option<String>,
    /// Texts that mean null, quoted or not. Empty text is null whatever stands here (§2.0).
    pub null_values: Vec<String>,
}

impl Default for CsvOptions {
    fn default() -> Self {
        Self { separator: b',', date_format: None, null_values: vec![String::new()] }
    }
}
