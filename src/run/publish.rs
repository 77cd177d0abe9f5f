//! The end of a run (contract §6): manifest last, everything synced, then one rename into `runs/` or `failed/`. Before the rename
//! an error leaves OUTPUT as it was; after it the run is published, and only its links can be behind.

use super::error::RunError;
use super::history::{PublishedRun, hex};
use super::id::RunId;
use super::layout::{KEPT_OF_FAILED, MANIFEST};
use super::links;
use super::manifest::{Failure, Manifest, OutputFile, Status};
use super::output::make_folders;
use super::staging::StagedRun;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    pub id: RunId,
    pub folder: PathBuf,
    pub manifest_sha256: String,
}

impl StagedRun {
    /// Publishes the run. Of the manifest it fills in id, status, outputs and the link of the chain. A run that cannot be published
    /// goes to `failed/`, as far as the disk still lets it.
    pub fn publish(mut self, mut manifest: Manifest) -> Result<Published, RunError> {
        match self.commit(&mut manifest) {
            Ok(published) => self.point_at(&published, manifest).map(|()| published),
            // The first error is the one to tell. A folder that cannot be synced is no place for what is to last.
            Err(error) if self.unsure => Err(error),
            Err(error) => {
                let failure = Failure { exit_code: error.exit_code(), message: error.to_string() };
                let _ = self.fail(manifest, failure);
                Err(error)
            }
        }
    }

    /// All up to the rename: when this fails, nothing is published.
    fn commit(&mut self, manifest: &mut Manifest) -> Result<Published, RunError> {
        self.synced()?;
        let (outputs, open) = self.files();
        if let Some(name) = open.first() {
            return Err(RunError::Internal(format!("{name} was not finished")));
        }
        self.check_listing(&outputs)?;
        manifest.status = Status::Complete;
        manifest.error = None;
        manifest.previous_manifest_sha256 = self.output.history.last_published().map(|run| run.manifest_sha256.clone());
        let runs = self.output.layout.runs();
        self.end(manifest, outputs, &runs)
    }

    /// All after the rename. The run is complete and stays, whatever happens here: links are derived, and every start repairs them.
    fn point_at(&mut self, published: &Published, manifest: Manifest) -> Result<(), RunError> {
        self.output.history.push(PublishedRun {
            id: published.id.clone(),
            folder: published.folder.clone(),
            as_of: manifest.as_of,
            started_at: manifest.started_at,
            manifest_sha256: published.manifest_sha256.clone(),
            previous_manifest_sha256: manifest.previous_manifest_sha256,
        });
        let synced = self.sync_ends(&self.output.layout.runs()).map_err(|(link, source)| links::LinkError { link, source });
        synced
            .and_then(|()| links::repair(&self.output.layout, &*self.output.files, &self.output.history))
            .map_err(|error| RunError::LinksBehind { run_id: self.id.to_string(), link: error.link, source: error.source })
    }

    /// Leaves rejects, log and manifest of a failed run in `failed/`. Nothing else of it stays.
    pub fn fail(mut self, mut manifest: Manifest, failure: Failure) -> Result<Published, RunError> {
        let kept = |path: &Path| KEPT_OF_FAILED.iter().any(|name| path.ends_with(name));
        self.syncing.wait(kept)?;
        let (mut outputs, _) = self.files();
        outputs.retain(|file| KEPT_OF_FAILED.contains(&file.name.as_str()));
        for name in self.listing()? {
            if !outputs.iter().any(|file| file.name == name) {
                let path = self.folder.join(&name);
                let removed = if path.is_dir() { self.output.files.remove_folder(&path) } else { self.output.files.remove_file(&path) };
                removed.map_err(RunError::output("remove", &path))?;
            }
        }
        manifest.status = Status::Failed;
        manifest.error = Some(failure);
        manifest.previous_manifest_sha256 = None;
        let failed = self.output.layout.failed();
        make_folders(&failed, &*self.output.files)?;
        let ended = self.end(&mut manifest, outputs, &failed)?;
        self.sync_ends(&failed).map_err(|(path, source)| RunError::Output { action: "sync", path, source })?;
        Ok(ended)
    }

    /// Writes the manifest, syncs the folder and moves it: up to here nothing is published, after it everything.
    fn end(&mut self, manifest: &mut Manifest, outputs: Vec<OutputFile>, into: &Path) -> Result<Published, RunError> {
        manifest.run_id = self.id.to_string();
        manifest.outputs = outputs;
        let bytes = manifest.to_bytes().map_err(|error| RunError::Internal(format!("the manifest cannot be written: {error}")))?;
        let mut file = self.create(MANIFEST)?;
        // An error of this write is kept by the file, and comes out of `finish` with its path.
        let _ = file.write_all(&bytes);
        file.finish(None)?;
        self.syncing.wait(|path| path.ends_with(MANIFEST))?;
        let files = std::sync::Arc::clone(&self.output.files);
        if let Err(error) = files.sync_folder(&self.folder) {
            self.unsure = true;
            return Err(RunError::output("sync", &self.folder)(error));
        }
        let folder = into.join(self.id.as_str());
        files.rename(&self.folder, &folder).map_err(RunError::output("publish into", &folder))?;
        self.moved = true;
        Ok(Published { id: self.id.clone(), folder, manifest_sha256: hex(&Sha256::digest(&bytes)) })
    }

    /// Makes the rename durable at both of its ends.
    fn sync_ends(&self, into: &Path) -> Result<(), (PathBuf, std::io::Error)> {
        for folder in [into, &self.output.layout.staging()] {
            self.output.files.sync_folder(folder).map_err(|error| (folder.to_owned(), error))?;
        }
        Ok(())
    }

    /// The folder must hold what the manifest will say, no more and no less: all of that is synced and hashed.
    fn check_listing(&self, outputs: &[OutputFile]) -> Result<(), RunError> {
        let listed = self.listing()?;
        let known: BTreeSet<String> = outputs.iter().map(|file| file.name.clone()).collect();
        match listed.symmetric_difference(&known).next() {
            None => Ok(()),
            Some(name) if listed.contains(name) => Err(RunError::Internal(format!("{name} was written past the run"))),
            Some(name) => Err(RunError::Internal(format!("{name} has vanished from {}", self.folder.display()))),
        }
    }

    /// The names in the staging folder.
    fn listing(&self) -> Result<BTreeSet<String>, RunError> {
        let entries = std::fs::read_dir(&self.folder).map_err(RunError::output("read", &self.folder))?;
        entries
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<Result<_, _>>()
            .map_err(RunError::output("read", &self.folder))
    }
}
