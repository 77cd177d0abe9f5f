//! A run as a unit (contract §6, §8): its id, its lock, its staging folder, the one rename that publishes it, the manifest, the
//! links, and the history that they are derived from. What a run calculates and what its tables hold is left to `pipeline` and
//! `report`; here a table is a name and bytes.
//!
//! Reading order: [`output`] opens OUTPUT and begins a run, [`staging`] is the run while it is built, [`publish`] ends it in
//! `runs/` or `failed/`, [`links`] points readers at it, [`history`] reads it all back, [`slots`] what a schedule wants to know of
//! it. `syncing` is what makes the files of a run durable behind its back. [`prune`] removes old runs. [`listing`] and [`verify`] look at what is there, by the [`record`] that each manifest is. Every
//! change of the file system goes through [`files`] ([`modes`] where the job sets a mode), so that a test can fail each of them in
//! turn. [`access`] foresees what would be in the way of a run; [`beside`] puts a file next to it all; [`scratch`] is a place for trials, which are not published, [`whole_file`] a file elsewhere
//! that somebody asked for. [`signals`] and [`memory`] ask a run to end.
//!
//! The commit order: lock, staging folder, files, all of them synced, `manifest.json` (synced), staging folder synced, **rename into
//! `runs/`**, folders synced, links swapped, OUTPUT synced. Before the rename nothing is published; after it everything is, and
//! links that a crash left behind are repaired by the next start.

pub mod access;
pub mod beside;
pub mod error;
pub mod files;
pub mod history;
pub mod id;
pub mod layout;
pub mod links;
pub mod listing;
pub mod lock;
pub mod manifest;
pub mod memory;
pub mod modes;
pub mod output;
pub mod prune;
pub mod publish;
pub mod record;
pub mod scratch;
pub mod signals;
pub mod slots;
pub mod staging;
mod syncing;
pub mod verify;
pub mod whole_file;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use error::RunError;
pub use history::{History, PublishedRun};
pub use id::RunId;
pub use lock::Patience;
pub use manifest::Manifest;
pub use output::OutputFolder;
pub use publish::Published;
pub use signals::stop_requested;
pub use slots::Slots;
pub use staging::{StagedFile, StagedRun};
