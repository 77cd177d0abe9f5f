//! The complete runs of an OUTPUT, read back from their manifests, in the order in which they were published. It needs no lock:
//! what is in `runs/` never changes. Of a run that was pruned from the middle the manifest stays in `pruned/`, so that the chain
//! has no hole. Whether the files of a run are what its manifest says is for `verify` to find out.

use super::error::RunError;
use super::id::RunId;
use super::layout::{Layout, MANIFEST};
use super::manifest::{Status, date_text};
use crate::model::date::Date;
use jiff::Timestamp;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};

/// A complete run in `runs/`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedRun {
    pub id: RunId,
    pub folder: PathBuf,
    pub as_of: Date,
    pub started_at: Timestamp,
    /// Of its `manifest.json`.
    pub manifest_sha256: String,
    pub previous_manifest_sha256: Option<String>,
}

/// All complete runs of an OUTPUT.
#[derive(Clone, Debug, Default)]
pub struct History {
    /// In the order of publishing.
    runs: Vec<PublishedRun>,
    /// The same with the pruned runs between and after them: the chain, whose last link the next run names.
    chain: Vec<PublishedRun>,
    /// Folders of `runs/` whose manifest is missing or cannot be understood, with the reason, by name. No link leads to them.
    pub damaged: Vec<(String, String)>,
}

/// What links and chain need of a manifest of any version.
#[derive(Deserialize)]
struct Head {
    run_id: String,
    #[serde(with = "date_text")]
    as_of: Date,
    status: Status,
    started_at: Timestamp,
    previous_manifest_sha256: Option<String>,
}

impl History {
    /// Reads the history of an OUTPUT; one that does not exist yet has none.
    pub fn read(output: &Path) -> Result<Self, RunError> {
        let layout = Layout::new(output);
        let (runs, pruned) = (layout.runs(), layout.pruned());
        let mut history = Self::default();
        for name in names(&runs)? {
            let Some(id) = RunId::parse(&name) else { continue };
            match read_run(runs.join(&name), MANIFEST, id)? {
                Ok(run) => history.runs.push(run),
                Err(reason) => history.damaged.push((name, reason)),
            }
        }
        let mut chain = history.runs.clone();
        for name in names(&pruned)? {
            let Some(id) = name.strip_suffix(".json").and_then(RunId::parse) else { continue };
            // Between the two steps of pruning a run it is in both places. A damaged manifest is `verify`'s to tell.
            if history.run(id.as_str()).is_none()
                && let Ok(run) = read_run(pruned.clone(), &name, id)?
            {
                chain.push(run);
            }
        }
        history.damaged.sort();
        history.chain = sorted(chain);
        let present: FxHashSet<RunId> = history.runs.drain(..).map(|run| run.id).collect();
        history.runs = history.chain.iter().filter(|run| present.contains(&run.id)).cloned().collect();
        Ok(history)
    }

    /// The complete runs, in the order of publishing.
    pub fn runs(&self) -> &[PublishedRun] {
        &self.runs
    }

    /// The run of an id.
    pub fn run(&self, id: &str) -> Option<&PublishedRun> {
        self.runs.iter().find(|run| run.id.as_str() == id)
    }

    /// The complete runs and, between and after them, those of which pruning left the manifest, in the order of publishing.
    pub fn chain(&self) -> &[PublishedRun] {
        &self.chain
    }

    /// The run that was published last, whatever its date, and even if it was pruned since: the head of the chain.
    pub fn last_published(&self) -> Option<&PublishedRun> {
        self.chain.last()
    }

    /// The complete run with the greatest as_of, of those the newest: where `latest` points.
    pub fn latest(&self) -> Option<&PublishedRun> {
        // Of equal dates `max_by_key` gives the last one, which was published last.
        self.runs.iter().max_by_key(|run| run.as_of)
    }

    /// The newest complete run of a date: where `as_of=DATE` points.
    pub fn newest_of(&self, as_of: Date) -> Option<&PublishedRun> {
        self.runs.iter().rfind(|run| run.as_of == as_of)
    }

    /// The newest run of the greatest earlier as_of: the baseline of `movements` (contract §6.3).
    pub fn baseline(&self, as_of: Date) -> Option<&PublishedRun> {
        self.runs.iter().filter(|run| run.as_of < as_of).max_by_key(|run| run.as_of)
    }

    /// Adds the run that was just published.
    pub(super) fn push(&mut self, run: PublishedRun) {
        self.chain.push(run.clone());
        self.runs.push(run);
    }
}

/// The names in a folder, in their order; none where there is no such folder.
pub(super) fn names(folder: &Path) -> Result<Vec<String>, RunError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RunError::output("read", folder)(error)),
    };
    let names: Result<Vec<String>, _> = entries.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect();
    let mut names = names.map_err(RunError::output("read", folder))?;
    names.sort_unstable();
    Ok(names)
}

/// The runs in the order of publishing. A run is never before the one that its manifest names, even where the clock went back
/// between them; where the chain says nothing the start decides, then the id.
fn sorted(mut runs: Vec<PublishedRun>) -> Vec<PublishedRun> {
    runs.sort_by(|left, right| (left.started_at, &left.id).cmp(&(right.started_at, &right.id)));
    let place: FxHashMap<&str, usize> = runs.iter().enumerate().map(|(place, run)| (run.manifest_sha256.as_str(), place)).collect();
    let previous: Vec<Option<usize>> =
        runs.iter().map(|run| run.previous_manifest_sha256.as_deref().and_then(|sha256| place.get(sha256)).copied()).collect();
    // (the latest start up to here along the chain, how many links since that start)
    let mut keys: Vec<Option<(Timestamp, usize)>> = vec![None; runs.len()];
    let mut path = Vec::new();
    for start in 0..runs.len() {
        let mut at = Some(start);
        while let Some(place) = at.filter(|place| keys[*place].is_none() && path.len() <= runs.len()) {
            path.push(place);
            at = previous[place];
        }
        while let Some(place) = path.pop() {
            let own = (runs[place].started_at, 0);
            let after = previous[place].and_then(|before| keys[before]).map_or(own, |(time, links)| (time, links + 1));
            keys[place] = Some(if own.0 > after.0 { own } else { after });
        }
    }
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|place| (keys[*place], *place));
    order.into_iter().map(|place| runs[place].clone()).collect()
}

/// Reads one run from a folder and the name of its manifest. The outer error is the disk's, which says nothing about the run; the inner one says why it is damaged.
fn read_run(folder: PathBuf, name: &str, id: RunId) -> Result<Result<PublishedRun, String>, RunError> {
    let path = folder.join(name);
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory) => {
            return Ok(Err(format!("{name}: {error}")));
        }
        Err(error) => return Err(RunError::output("read", &path)(error)),
    };
    let head: Head = match serde_json::from_slice(&bytes) {
        Ok(head) => head,
        Err(error) => return Ok(Err(format!("{name}: {error}"))),
    };
    if head.run_id != id.as_str() {
        return Ok(Err(format!("{name} is of run {}", head.run_id)));
    }
    if head.status != Status::Complete {
        return Ok(Err(format!("{name} is of a run that failed")));
    }
    Ok(Ok(PublishedRun {
        id,
        folder,
        as_of: head.as_of,
        started_at: head.started_at,
        manifest_sha256: hex(&Sha256::digest(&bytes)),
        previous_manifest_sha256: head.previous_manifest_sha256,
    }))
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
