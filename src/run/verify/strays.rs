//! What lies in OUTPUT beside runs and links.

use super::{Fault, Verified};
use crate::run::error::RunError;
use crate::run::history::names;
use crate::run::id::RunId;
use crate::run::layout::{AS_OF_PREFIX, LATEST, Layout};

/// What else OUTPUT holds by itself; what begins with a dot is passed over, too.
const OWN: [&str; 5] = ["runs", "failed", "pruned", LATEST, "metrics.prom"];

/// Checks that the folders of runs hold runs only, and notes what is left in the staging folder or is not ours.
pub fn check(layout: &Layout, verified: &mut Verified) -> Result<(), RunError> {
    for (folder, word) in [(layout.runs(), "runs"), (layout.failed(), "failed")] {
        for name in names(&folder)?.into_iter().filter(|name| RunId::parse(name).is_none()) {
            verified.wrong.push(Fault::new(format!("{word}/{name}"), "is no run"));
        }
    }
    let left = names(&layout.staging())?.len();
    if left > 0 {
        let what = format!("holds {left} entries: of a run under way, or of one that died; the next start removes those");
        verified.notes.push(Fault::new(".staging", what));
    }
    for name in names(layout.root())? {
        if !name.starts_with('.') && !name.starts_with(AS_OF_PREFIX) && !OWN.contains(&name.as_str()) {
            verified.notes.push(Fault::new(name, "is not of seatwise"));
        }
    }
    Ok(())
}
