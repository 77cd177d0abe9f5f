//! Which slots of a schedule an OUTPUT tells of (contract §6: a manifest says the slot that its run was for). This is all that a
//! schedule remembers from one start to the next: complete runs in `runs/`, manifests of pruned ones, failed tries in `failed/`. It
//! needs no lock.

use super::error::RunError;
use super::layout::{Layout, MANIFEST};
use super::manifest::Status;
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// The slots of one job that an OUTPUT tells of.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Slots {
    /// Those with a complete run.
    pub done: BTreeMap<Timestamp, Ran>,
    /// Those with failed runs; they may be done all the same.
    pub failed: BTreeMap<Timestamp, Tries>,
}

/// The complete run of a slot.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ran {
    pub run_id: String,
    pub started_at: Timestamp,
    pub ended_at: Timestamp,
}

/// The failed runs of a slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Tries {
    pub count: u32,
    /// Of the last one.
    pub exit_code: i32,
    pub ended_at: Timestamp,
}

/// What is needed of a manifest of any version.
#[derive(Deserialize)]
struct Head {
    run_id: String,
    job: JobName,
    status: Status,
    started_at: Timestamp,
    ended_at: Timestamp,
    slot: Option<Timestamp>,
    error: Option<Code>,
}

#[derive(Deserialize)]
struct JobName {
    name: String,
}

#[derive(Deserialize)]
struct Code {
    exit_code: i32,
}

impl Slots {
    /// Reads the slots of a job. An OUTPUT that does not exist yet tells of none; a manifest that cannot be understood neither.
    pub fn read(output: &Path, job: &str) -> Result<Self, RunError> {
        let layout = Layout::new(output);
        let mut slots = Self::default();
        let mut all = heads(&layout.runs())?;
        all.extend(heads(&layout.failed())?);
        // A slot stays done when its run is pruned, as far as its manifest is still there.
        all.extend(heads(&layout.pruned())?);
        for head in all.into_iter().filter(|head| head.job.name == job) {
            let Some(slot) = head.slot else { continue };
            match head.status {
                Status::Complete => {
                    let ran = Ran { run_id: head.run_id, started_at: head.started_at, ended_at: head.ended_at };
                    slots.done.insert(slot, ran);
                }
                Status::Failed => slots.add_failure(slot, head.error.map_or(70, |error| error.exit_code), head.ended_at),
            }
        }
        Ok(slots)
    }

    fn add_failure(&mut self, slot: Timestamp, exit_code: i32, ended_at: Timestamp) {
        let tries = self.failed.entry(slot).or_insert(Tries { count: 0, exit_code, ended_at });
        tries.count += 1;
        if ended_at >= tries.ended_at {
            (tries.exit_code, tries.ended_at) = (exit_code, ended_at);
        }
    }
}

/// The manifests of a folder of runs that were run for a slot or not, in no order.
fn heads(folder: &Path) -> Result<Vec<Head>, RunError> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(RunError::output("read", folder)(error)),
    };
    let mut heads = Vec::new();
    for entry in entries {
        let path = entry.map_err(RunError::output("read", folder))?.path();
        let path = if path.extension().is_some_and(|end| end == "json") { path } else { path.join(MANIFEST) };
        match std::fs::read(&path) {
            Ok(bytes) => heads.extend(serde_json::from_slice::<Head>(&bytes).ok()),
            // A run may be deleted while its folder is read, and what is no run has no manifest.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory) => {}
            Err(error) => return Err(RunError::output("read", &path)(error)),
        }
    }
    Ok(heads)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn manifest(output: &Path, place: &str, id: &str, job: &str, slot: Option<&str>, code: Option<i32>) {
        let folder = output.join(place).join(id);
        std::fs::create_dir_all(&folder).unwrap();
        let ended = format!("2026-11-22T03:0{}:00Z", id.len() % 10);
        let text = json!({
            "run_id": id, "job": { "name": job, "digest": "" }, "status": if code.is_some() { "failed" } else { "complete" },
            "started_at": "2026-11-22T02:30:01Z", "ended_at": ended, "slot": slot,
            "error": code.map(|code| json!({ "exit_code": code, "message": "" })),
        });
        std::fs::write(folder.join(MANIFEST), text.to_string()).unwrap();
    }

    #[test]
    fn slots_are_read_back_from_manifests() {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path();
        assert_eq!(Slots::read(&output.join("none"), "nightly").unwrap(), Slots::default());
        manifest(output, "runs", "a", "nightly", Some("2026-11-21T02:30:00Z"), None);
        manifest(output, "runs", "b", "nightly", None, None);
        manifest(output, "runs", "c", "other", Some("2026-11-22T02:30:00Z"), None);
        manifest(output, "failed", "d", "nightly", Some("2026-11-22T02:30:00Z"), Some(4));
        manifest(output, "failed", "ee", "nightly", Some("2026-11-22T02:30:00Z"), Some(3));
        std::fs::create_dir_all(output.join("runs/f")).unwrap();
        std::fs::write(output.join("runs/f").join(MANIFEST), "{").unwrap();
        std::fs::write(output.join("runs/g"), "no folder").unwrap();
        manifest(output, "runs", "h", "nightly", Some("2026-11-20T02:30:00Z"), None);
        std::fs::create_dir(output.join("pruned")).unwrap();
        std::fs::rename(output.join("runs/h").join(MANIFEST), output.join("pruned/h.json")).unwrap();
        let slots = Slots::read(output, "nightly").unwrap();
        let done = [time("2026-11-20T02:30:00Z"), time("2026-11-21T02:30:00Z")];
        assert_eq!(slots.done.keys().copied().collect::<Vec<_>>(), done);
        let tries = Tries { count: 2, exit_code: 3, ended_at: time("2026-11-22T03:02:00Z") };
        assert_eq!(slots.failed.into_iter().collect::<Vec<_>>(), [(time("2026-11-22T02:30:00Z"), tries)]);
    }
}
