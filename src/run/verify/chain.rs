//! The chain of manifests: each names the SHA-256 of the one that was published before it. There is one beginning, the oldest
//! manifest that is left, and from there one line to the end: no gap, no fork. A manifest that was changed has another SHA-256
//! than the next one names, and so makes a gap.

use super::{Fault, Verified};
use crate::run::error::RunError;
use crate::run::history::{History, PublishedRun, hex, names};
use crate::run::id::RunId;
use crate::run::layout::{Layout, MANIFEST};
use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

/// Checks the chain, and the manifests that pruning left of it.
pub fn check(layout: &Layout, history: &History, verified: &mut Verified) -> Result<(), RunError> {
    check_pruned(layout, history, verified)?;
    let known: FxHashSet<&str> = history.chain().iter().map(|run| run.manifest_sha256.as_str()).collect();
    let mut followed: FxHashMap<&str, &PublishedRun> = FxHashMap::default();
    let place = |run: &PublishedRun| place(history, run);
    for (number, run) in history.chain().iter().enumerate() {
        let previous = run.previous_manifest_sha256.as_deref();
        match previous {
            Some(sha256) if known.contains(sha256) => match followed.insert(sha256, run) {
                None => {}
                Some(other) => {
                    let what = format!("names the same manifest as the one before it as {} does", place(other));
                    verified.wrong.push(Fault::new(place(run), what));
                }
            },
            // The oldest that is left: what it names was pruned.
            _ if number == 0 => {}
            Some(sha256) => {
                let what = format!(
                    "names {sha256} as the SHA-256 of the manifest before it, and no run has it: a run was deleted by hand, or its \
                     manifest was changed; the run before it here is {}",
                    history.chain()[number - 1].id
                );
                verified.wrong.push(Fault::new(place(run), what));
            }
            None => {
                let what = format!("says that no run was published before it, but {} was", history.chain()[number - 1].id);
                verified.wrong.push(Fault::new(place(run), what));
            }
        }
    }
    Ok(())
}

/// Where the manifest of a run of the chain lies.
fn place(history: &History, run: &PublishedRun) -> String {
    match history.run(run.id.as_str()) {
        Some(_) => format!("runs/{}/{MANIFEST}", run.id),
        None => format!("pruned/{}.json", run.id),
    }
}

/// The manifests in `pruned/`: each can be read, and says of a run that is still there what that says itself.
fn check_pruned(layout: &Layout, history: &History, verified: &mut Verified) -> Result<(), RunError> {
    let folder = layout.pruned();
    for name in names(&folder)? {
        let place = format!("pruned/{name}");
        let Some(id) = name.strip_suffix(".json").and_then(RunId::parse) else {
            verified.wrong.push(Fault::new(place, "is no manifest of a pruned run"));
            continue;
        };
        match history.run(id.as_str()) {
            None if history.chain().iter().any(|run| run.id == id) => {}
            None => verified.wrong.push(Fault::new(place, "cannot be read as a manifest of that run")),
            Some(run) => {
                let bytes = std::fs::read(folder.join(&name)).map_err(RunError::output("read", &folder))?;
                if hex(&Sha256::digest(&bytes)) != run.manifest_sha256 {
                    verified.wrong.push(Fault::new(place, format!("differs from runs/{id}/{MANIFEST}")));
                }
            }
        }
    }
    Ok(())
}
