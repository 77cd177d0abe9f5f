//! The folders of runs against their manifests: each file is there, of its size, its SHA-256 and its rows, and no other file is.
//! Files are read once, by all cores, in pieces.

use super::{Check, Fault, Verified};
use crate::run::history::hex;
use crate::run::id::RunId;
use crate::run::layout::{Layout, MANIFEST};
use crate::run::manifest::{OutputFile, Status};
use crate::run::record::Record;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How much is read at a time.
const PIECE: usize = 256 * 1024;

/// The folder of a run.
pub struct Folder {
    pub id: RunId,
    /// As people see it: `runs/RUN_ID`.
    place: String,
    path: PathBuf,
    status: Status,
}

impl Folder {
    pub fn complete(layout: &Layout, id: RunId) -> Self {
        Self { place: format!("runs/{id}"), path: layout.run(id.as_str()), status: Status::Complete, id }
    }

    pub fn failed(layout: &Layout, id: RunId) -> Self {
        Self { place: format!("failed/{id}"), path: layout.failed().join(id.as_str()), status: Status::Failed, id }
    }

    pub fn is_complete(&self) -> bool {
        self.status == Status::Complete
    }

    fn fault(&self, name: &str, what: impl Into<String>) -> Fault {
        Fault::new(format!("{}/{name}", self.place), what)
    }

    /// The files to read, and what is wrong before any of them is read.
    fn listed(&self) -> (Vec<OutputFile>, Vec<Fault>) {
        if std::fs::symlink_metadata(&self.path).is_ok_and(|found| !found.is_dir()) {
            return (Vec::new(), vec![Fault::new(&self.place, "is no folder")]);
        }
        let record = match Record::read(&self.path) {
            Ok(record) => record,
            Err(why) => {
                let why = why.strip_prefix(&format!("{MANIFEST}: ")).unwrap_or(&why).to_owned();
                return (Vec::new(), vec![self.fault(MANIFEST, format!("cannot be read: {why}"))]);
            }
        };
        let mut faults = Vec::new();
        if record.run_id != self.id.as_str() {
            faults.push(self.fault(MANIFEST, format!("is that of run {}", record.run_id)));
        }
        if record.status != self.status {
            let word = if self.is_complete() { "failed" } else { "complete" };
            faults.push(self.fault(MANIFEST, format!("is that of a {word} run")));
        }
        let mut named: BTreeSet<&str> = [MANIFEST].into();
        let mut files = Vec::new();
        for file in &record.outputs {
            let plain = !file.name.is_empty() && !file.name.contains(['/', '\0']) && file.name != "." && file.name != "..";
            if !plain || !named.insert(&file.name) {
                faults.push(self.fault(MANIFEST, format!("names the file {:?}, twice or where no file of the run can be", file.name)));
            } else {
                files.push(file.clone());
            }
        }
        match names(&self.path) {
            Err(error) => faults.push(Fault::new(&self.place, format!("cannot be read: {error}"))),
            Ok(found) => {
                let strange = found.iter().filter(|name| !named.contains(name.as_str()));
                faults.extend(strange.map(|name| self.fault(name, "is not in the manifest")));
            }
        }
        (files, faults)
    }
}

fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned())).collect()
}

/// Checks folders; gives how many files and bytes there were.
pub fn check(folders: &[Folder], check: &dyn Check, verified: &mut Verified) -> (usize, u64) {
    let listed: Vec<(Vec<OutputFile>, Vec<Fault>)> = folders.iter().map(Folder::listed).collect();
    let work: Vec<(usize, &OutputFile)> =
        listed.iter().enumerate().flat_map(|(place, (files, _))| files.iter().map(move |file| (place, file))).collect();
    let bytes = work.iter().map(|(_, file)| file.bytes).sum();
    check.begin(bytes);
    let found: Vec<(usize, Option<Fault>)> = work
        .par_iter()
        .with_max_len(1)
        .map(|(place, file)| {
            let folder = &folders[*place];
            (*place, one(&folder.path.join(&file.name), file, check).err().map(|what| folder.fault(&file.name, what)))
        })
        .collect();
    let files = work.len();
    let mut faults: Vec<Vec<Fault>> = listed.into_iter().map(|(_, faults)| faults).collect();
    for (place, fault) in found {
        faults[place].extend(fault);
    }
    for (folder, faults) in folders.iter().zip(faults) {
        // A run that was pruned while it was read is no damage.
        if !faults.is_empty() && !folder.path.exists() {
            verified.notes.push(Fault::new(&folder.place, "was removed while it was checked"));
        } else {
            verified.wrong.extend(faults);
        }
    }
    (files, bytes)
}

/// Checks one file; the error says what is wrong with it.
fn one(path: &Path, file: &OutputFile, check: &dyn Check) -> Result<(), String> {
    let cannot = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read: {error}"),
    };
    let found = std::fs::symlink_metadata(path).map_err(cannot)?;
    if !found.is_file() {
        return Err("is no regular file".to_owned());
    }
    if found.len() != file.bytes {
        return Err(format!("has {} bytes, but was published with {}", found.len(), file.bytes));
    }
    let sha256 = digest(path, check).map_err(cannot)?;
    if sha256 != file.sha256 {
        return Err(format!("is not what was published: its SHA-256 is {sha256}, that of the manifest {}", file.sha256));
    }
    let rows = check.rows(path).map_err(|error| format!("cannot be read: {error}"))?;
    match (rows, file.rows) {
        (Some(rows), Some(published)) if rows != published => Err(format!("has {rows} rows, but the manifest says {published}")),
        _ => Ok(()),
    }
}

fn digest(path: &Path, check: &dyn Check) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Ok(hex(&hash.finalize())),
            Ok(count) => {
                hash.update(&piece[..count]);
                check.read(count as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
