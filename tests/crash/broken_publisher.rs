//! Not an example of use: a publisher with a slip, so that the fault run (`tests/crash`) can prove that it sees one. It publishes
//! a small run by the code that `seatwise run` publishes by, over a file layer that does its work in a wrong order.
//!
//! `broken_publisher sound|links-first|rename-first OUTPUT AS_OF`

#![allow(clippy::expect_used, reason = "a tool of the tests: what goes wrong ends it")]

use jiff::Timestamp;
use seatwise::model::date::Date;
use seatwise::run::files::{FileWork, RealFiles, WorkFile};
use seatwise::run::manifest::JobMark;
use seatwise::run::{Manifest, OutputFolder};
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is done in a wrong order.
#[derive(Clone, Copy, PartialEq)]
enum Slip {
    None,
    /// Links are swapped before the run that they lead to is in its place.
    LinksFirst,
    /// A run is renamed into its place before its files are written and synced.
    RenameFirst,
}

/// Names of files with their bytes.
type Unwritten = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// The real file system, in the order of the slip.
struct Slipping {
    slip: Slip,
    /// A rename that waits for the links.
    waiting: Mutex<Option<(PathBuf, PathBuf)>>,
    /// What waits to be written until the run is in its place.
    unwritten: Unwritten,
}

fn locked<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
}

fn is_publishing(to: &Path) -> bool {
    to.parent().is_some_and(|parent| parent.ends_with("runs"))
}

impl FileWork for Slipping {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        RealFiles.create_folder(path)
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>> {
        let file = RealFiles.create_file(path)?;
        if self.slip != Slip::RenameFirst {
            return Ok(file);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Box::new(Later { name, bytes: Vec::new(), unwritten: Arc::clone(&self.unwritten) }))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        // The last sync of a run is that of the folder of the links.
        if path.join("runs").is_dir()
            && let Some((from, to)) = locked(&self.waiting).take()
        {
            RealFiles.rename(&from, &to)?;
        }
        RealFiles.sync_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        if is_publishing(to) && self.slip == Slip::LinksFirst {
            *locked(&self.waiting) = Some((from.to_owned(), to.to_owned()));
            return Ok(());
        }
        RealFiles.rename(from, to)?;
        if is_publishing(to) {
            for (name, bytes) in locked(&self.unwritten).drain(..) {
                let mut file = File::create(to.join(name))?;
                file.write_all(&bytes)?;
                file.sync_all()?;
            }
        }
        Ok(())
    }

    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()> {
        RealFiles.symlink(target, link)
    }

    fn read_link(&self, link: &Path) -> io::Result<PathBuf> {
        RealFiles.read_link(link)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        RealFiles.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        RealFiles.remove_folder(path)
    }
}

/// A file that is written when it is too late.
struct Later {
    name: String,
    bytes: Vec<u8>,
    unwritten: Unwritten,
}

impl Write for Later {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WorkFile for Later {
    fn sync(&mut self) -> io::Result<()> {
        locked(&self.unwritten).push((self.name.clone(), std::mem::take(&mut self.bytes)));
        Ok(())
    }
}

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let [_, slip, output, as_of] = &words[..] else { panic!("broken_publisher SLIP OUTPUT AS_OF") };
    let slip = match slip.as_str() {
        "links-first" => Slip::LinksFirst,
        "rename-first" => Slip::RenameFirst,
        _ => Slip::None,
    };
    let as_of = Date::parse_iso(as_of).expect("a date");
    let files = Slipping { slip, waiting: Mutex::default(), unwritten: Arc::default() };
    let started = Timestamp::now();
    let run = OutputFolder::open_with(Path::new(output), Arc::new(files)).and_then(|open| open.begin(started)).expect("an output");
    for name in ["usage.txt", "positions.txt"] {
        let mut file = run.create(name).expect("a file");
        file.write_all(name.repeat(100).as_bytes()).expect("bytes");
        file.finish(None).expect("a synced file");
    }
    let job = JobMark { name: "broken".to_owned(), digest: String::new() };
    let manifest = Manifest::begin(run.id().as_str(), job, as_of, started);
    run.publish(manifest).expect("a published run");
}
