//! What moved since the baseline (contract §6.3): the newest run of the greatest earlier date, compared from published tables.

use super::Night;
use super::refusal::Refusal;
use super::tables::write_one;
use crate::batch_log::Event;
use crate::report::compare::{Change, Movement, compare};
use crate::report::movements;
use crate::run::listing::total;
use crate::run::{Manifest, PublishedRun};

/// Compares this run's tables, which must be finished, with the baseline's, and writes `movements`; it is empty without a
/// baseline. A baseline that somebody damaged must not stop every night after it: it is noted, and counts as none.
pub fn write(night: &mut Night<'_>) -> Result<(), Refusal> {
    let as_of = night.manifest.as_of;
    let baseline = night.staged.history().baseline(as_of).cloned();
    let found = match baseline.as_ref().map(|baseline| since(night, baseline)) {
        None => Vec::new(),
        Some(Ok(found)) => {
            for change in Change::ALL {
                let rows = found.iter().filter(|movement| movement.change == change).count();
                night.manifest.totals.insert(format!("{}{}", total::MOVEMENTS, change.code()), rows as i64);
            }
            found
        }
        Some(Err(problem)) => {
            let message = format!("the baseline cannot be read, so that movements stays empty: {problem}");
            night.log.event(&Event::Noted { about: "movements", message: &message });
            night.manifest.baseline = None;
            Vec::new()
        }
    };
    write_one(&night.staged, "movements", &|file| movements::write(as_of, &found, file))
}

fn since(night: &Night<'_>, baseline: &PublishedRun) -> Result<Vec<Movement>, String> {
    let path = baseline.folder.join("manifest.json");
    let bytes = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let before = Manifest::from_bytes(&bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    let rules_changed = before.rules != night.manifest.rules;
    compare(&baseline.folder, night.staged.dir(), rules_changed).map_err(|error| error.to_string())
}
