//! All runs of an OUTPUT as a list for people and programs: what `seatwise history` shows. It reads manifests and links, and
//! takes no lock.

use super::error::RunError;
use super::history::History;
use super::layout::{AS_OF_PREFIX, LATEST, Layout};
use super::manifest::Status;
use super::record::{Record, failed_runs};
use jiff::Timestamp;
use serde::Serialize;
use std::io;
use std::path::Path;

/// The names of the totals that this list reads, and `pipeline` writes.
pub mod total {
    pub const DEMANDS: &str = "demands";
    pub const COVERED: &str = "covered";
    pub const DEFICITS: &str = "deficits";
    pub const OUTSTANDING: &str = "outstanding";
    /// With the change behind it: `movements.gained`.
    pub const MOVEMENTS: &str = "movements.";
}

/// A run, one line of the list. What its manifest does not say is null.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Listed {
    pub run_id: String,
    pub as_of: String,
    pub status: Status,
    /// Of a failed run.
    pub exit_code: Option<i32>,
    /// Of a failed run.
    pub message: Option<String>,
    pub started_at: Timestamp,
    pub seconds: Option<f64>,
    pub slot: Option<String>,
    pub demands: Option<i64>,
    pub covered: Option<i64>,
    pub deficits: Option<i64>,
    pub outstanding: Option<i64>,
    /// The run that the changes are counted against.
    pub baseline: Option<String>,
    pub changes: Option<Changes>,
    /// The links that lead to it.
    pub links: Vec<String>,
    /// Whether a later run answers for the same date.
    pub superseded: bool,
}

/// The demands that are covered otherwise than in the baseline.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Changes {
    pub all: i64,
    /// By kind; null for a run of a program that did not note them.
    pub new: Option<i64>,
    pub gone: Option<i64>,
    pub gained: Option<i64>,
    pub lost: Option<i64>,
    pub moved: Option<i64>,
}

/// The list, and what could not be listed.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Listing {
    /// The newest first.
    pub runs: Vec<Listed>,
    /// Folders whose manifest cannot be understood, with the reason.
    pub damaged: Vec<(String, String)>,
}

impl Listing {
    /// Reads the runs of an OUTPUT.
    pub fn read(output: &Path) -> Result<Self, RunError> {
        let layout = Layout::new(output);
        let history = History::read(output)?;
        let links = links(&layout).map_err(RunError::output("read", output))?;
        let mut listing = Self::default();
        listing.damaged.extend(history.damaged.iter().map(|(name, why)| (format!("runs/{name}"), why.clone())));
        let mut complete = Vec::new();
        for run in history.runs() {
            match Record::read(&run.folder) {
                Ok(record) => {
                    let leading = links.iter().filter(|(_, id)| id == run.id.as_str()).map(|(link, _)| link.clone());
                    let superseded = history.newest_of(run.as_of).is_some_and(|newest| newest.id != run.id);
                    complete.push(Listed { links: leading.collect(), superseded, ..listed(record) });
                }
                Err(why) => listing.damaged.push((format!("runs/{}", run.id), why)),
            }
        }
        let mut failed = Vec::new();
        for run in failed_runs(&layout)? {
            match run.record {
                Ok(record) => failed.push(listed(record)),
                Err(why) => listing.damaged.push((format!("failed/{}", run.id), why)),
            }
        }
        listing.runs = newest_first(complete, failed);
        Ok(listing)
    }

    /// The runs as a JSON document.
    pub fn to_json(&self) -> Result<String, RunError> {
        serde_json::to_string_pretty(&self.runs).map_err(|error| RunError::Internal(format!("the list cannot be written: {error}")))
    }
}

/// Complete runs keep the order of publishing; failed ones have only their start.
fn newest_first(mut complete: Vec<Listed>, mut failed: Vec<Listed>) -> Vec<Listed> {
    let mut runs = Vec::with_capacity(complete.len() + failed.len());
    loop {
        let of_failed = match (complete.last(), failed.last()) {
            (None, None) => return runs,
            (Some(run), Some(failed)) => failed.started_at > run.started_at,
            (run, _) => run.is_none(),
        };
        runs.extend(if of_failed { failed.pop() } else { complete.pop() });
    }
}

fn listed(record: Record) -> Listed {
    let demands = record.total(total::DEMANDS).or_else(|| record.rows("demands"));
    let deficits = record.total(total::DEFICITS).or_else(|| record.rows("deficits"));
    Listed {
        exit_code: record.error.as_ref().map(|error| error.exit_code),
        message: record.error.as_ref().map(|error| error.message.clone()),
        seconds: record.seconds(),
        demands,
        covered: record.total(total::COVERED),
        deficits,
        outstanding: record.total(total::OUTSTANDING),
        changes: changes(&record),
        as_of: record.as_of.to_string(),
        run_id: record.run_id,
        status: record.status,
        started_at: record.started_at,
        slot: record.slot,
        baseline: record.baseline,
        links: Vec::new(),
        superseded: false,
    }
}

/// Without a baseline nothing was compared.
fn changes(record: &Record) -> Option<Changes> {
    record.baseline.as_ref()?;
    let of = |change: &str| record.total(&format!("{}{change}", total::MOVEMENTS));
    Some(Changes {
        all: record.rows("movements")?,
        new: of("new"),
        gone: of("gone"),
        gained: of("gained"),
        lost: of("lost"),
        moved: of("moved"),
    })
}

/// The links of OUTPUT that lead to a run, with its id, by name; `latest` stands first.
pub(super) fn links(layout: &Layout) -> io::Result<Vec<(String, String)>> {
    let mut links = Vec::new();
    let entries = match std::fs::read_dir(layout.root()) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(links),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        if !entry.file_type()?.is_symlink() || (name != LATEST && !name.starts_with(AS_OF_PREFIX)) {
            continue;
        }
        let target = std::fs::read_link(entry.path())?;
        let id = target.strip_prefix("runs").ok().and_then(|rest| rest.to_str()).unwrap_or_default();
        links.push((name, id.to_owned()));
    }
    links.sort_by(|(left, _), (right, _)| (left != LATEST, left).cmp(&(right != LATEST, right)));
    Ok(links)
}
