//! The links against the runs: each leads to a whole run of its date, `latest` to the newest run of the greatest date. A crash
//! between the rename of a run and that of its links leaves links as they were before that run; the next start moves them, so
//! that is a note. Any other link is wrong.

use super::{Fault, Verified};
use crate::run::error::RunError;
use crate::run::history::{History, names};
use crate::run::layout::{AS_OF_PREFIX, LATEST, Layout};
use crate::run::links::wanted;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The links by name, and where they lead; none for what has the name of a link and is none.
pub type Links = BTreeMap<String, Option<PathBuf>>;

/// Reads what has the name of a link in OUTPUT.
pub fn present(layout: &Layout) -> Result<Links, RunError> {
    let mut links = Links::new();
    for name in names(layout.root())? {
        if name == LATEST || name.starts_with(AS_OF_PREFIX) {
            let path = layout.root().join(&name);
            let is_link = path.is_symlink();
            let target = if is_link { Some(std::fs::read_link(&path).map_err(RunError::output("read", &path))?) } else { None };
            links.insert(name, target);
        }
    }
    Ok(links)
}

/// Checks the links.
pub fn check(history: &History, links: &Links, verified: &mut Verified) {
    let runs = history.runs();
    let now = wanted(runs);
    let before = wanted(&runs[..runs.len().saturating_sub(1)]);
    for (name, target) in links {
        let Some(target) = target else {
            verified.wrong.push(Fault::new(name, "is no link"));
            continue;
        };
        let shown = target.display();
        match (now.get(name), before.get(name)) {
            (Some(wanted), _) if wanted == target => {}
            (Some(wanted), Some(before)) if before == target => {
                let what = format!("is behind: it leads to {shown}, not to {}; the next start moves it", wanted.display());
                verified.notes.push(Fault::new(name, what));
            }
            _ if !runs.iter().any(|run| Layout::link_target(run.id.as_str()) == *target) => {
                verified.wrong.push(Fault::new(name, format!("leads to {shown}, which is no complete run")));
            }
            (Some(wanted), _) => {
                verified.wrong.push(Fault::new(name, format!("leads to {shown}, but should lead to {}", wanted.display())));
            }
            (None, _) => verified.wrong.push(Fault::new(name, format!("leads to {shown}, but no run answers for that date"))),
        }
    }
    for (name, wanted) in now.iter().filter(|(name, _)| !links.contains_key(*name)) {
        let fault = Fault::new(name, format!("is missing: it should lead to {}; the next start makes it", wanted.display()));
        // Pruning takes the links of dates before their runs, and the first run of all has no link before it.
        if name == LATEST && !before.is_empty() { verified.wrong.push(fault) } else { verified.notes.push(fault) }
    }
}
