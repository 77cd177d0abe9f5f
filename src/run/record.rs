//! What a manifest of any version tells of its run: for `history`, `verify` and `prune`, which look at runs of earlier programs
//! too, and so ask for no more than they need. Keys that a manifest lacks are empty.

use super::error::RunError;
use super::history::names;
use super::id::RunId;
use super::layout::{Layout, MANIFEST};
use super::manifest::{Failure, OutputFile, Status, date_text};
use crate::model::date::Date;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// A run as its manifest tells it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub struct Record {
    pub run_id: String,
    #[serde(with = "date_text")]
    pub as_of: Date,
    pub status: Status,
    pub started_at: Timestamp,
    #[serde(default)]
    pub ended_at: Option<Timestamp>,
    /// The slot of a schedule that it was run for.
    #[serde(default)]
    pub slot: Option<String>,
    /// The run that its `movements` compares with.
    #[serde(default)]
    pub baseline: Option<String>,
    #[serde(default)]
    pub outputs: Vec<OutputFile>,
    #[serde(default)]
    pub totals: BTreeMap<String, i64>,
    #[serde(default)]
    pub error: Option<Failure>,
}

impl Record {
    /// Reads the manifest in the folder of a run; the error says what is wrong with it.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let bytes = std::fs::read(folder.join(MANIFEST)).map_err(|error| format!("{MANIFEST}: {error}"))?;
        Self::from_bytes(&bytes)
    }

    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(bytes).map_err(|error| format!("{MANIFEST}: {error}"))
    }

    /// The seconds from its start to its end, by the wall clock.
    pub fn seconds(&self) -> Option<f64> {
        // To milliseconds: more would be noise.
        self.ended_at.map(|ended| ended.duration_since(self.started_at).as_millis() as f64 / 1000.0)
    }

    /// A number of its totals.
    pub fn total(&self, name: &str) -> Option<i64> {
        self.totals.get(name).copied()
    }

    /// The rows of one of its tables.
    pub fn rows(&self, table: &str) -> Option<i64> {
        let file = self.outputs.iter().find(|file| file.name.strip_suffix(".parquet") == Some(table))?;
        i64::try_from(file.rows?).ok()
    }
}

/// A folder of `failed/`.
pub struct FailedRun {
    pub id: RunId,
    /// The error says what is wrong with its manifest.
    pub record: Result<Record, String>,
}

/// The failed runs of an OUTPUT, in the order of their ids.
pub fn failed_runs(layout: &Layout) -> Result<Vec<FailedRun>, RunError> {
    let folder = layout.failed();
    let ids = names(&folder)?.into_iter().filter_map(|name| RunId::parse(&name));
    Ok(ids.map(|id| FailedRun { record: Record::read(&folder.join(id.as_str())), id }).collect())
}
