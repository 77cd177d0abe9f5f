//! A file layer for tests: it lists the calls, fails the n-th of them, and then cuts the power, that is, takes back what was not
//! synced. Renames, links and removed links are taken back in reverse order, files that were not synced are emptied. It does not
//! sync: that would only be slow, since what is durable is what it has noted as synced. What was done it records, so that
//! `tests::power` can make every state that a power cut may leave.

use super::files::{FileWork, RealFiles, WorkFile};
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What happens at the n-th call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// This call fails with that error number, the later ones work.
    Once(i32),
    /// This call and all later ones fail with that error number.
    Sticky(i32),
}

/// What was done to the file system. Files are known by a number, since they move with their folder.
#[derive(Clone, PartialEq, Debug)]
pub enum Op {
    Folder(PathBuf),
    File(PathBuf, u64),
    Write(u64, Vec<u8>),
    SyncFile(u64),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Link { target: PathBuf, link: PathBuf },
    Remove(PathBuf),
}

/// A change of a folder that is not durable yet.
#[derive(Debug)]
enum Change {
    Made(PathBuf),
    Renamed {
        from: PathBuf,
        to: PathBuf,
        replaced: Option<PathBuf>,
    },
    /// A link that led to the target.
    Removed {
        link: PathBuf,
        target: PathBuf,
    },
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    fault: Option<(usize, Fault)>,
    changes: Vec<Change>,
    /// Files that were written since they were synced.
    unsynced: Vec<(u64, File)>,
    next_file: u64,
    ops: Vec<Op>,
    /// Files by number and folders by path whose sync failed.
    unsure: Vec<String>,
    /// Those of them that were synced again.
    retried: Vec<String>,
    /// The names of files that need not stay in memory, each once.
    let_go: BTreeSet<String>,
}

/// The file system, with a fault.
#[derive(Clone, Default)]
pub struct FaultyFiles(Arc<Mutex<State>>);

impl FaultyFiles {
    pub fn failing(call: usize, fault: Fault) -> Self {
        Self(Arc::new(Mutex::new(State { fault: Some((call, fault)), ..State::default() })))
    }

    pub fn calls(&self) -> Vec<String> {
        self.0.lock().unwrap().calls.clone()
    }

    pub fn ops(&self) -> Vec<Op> {
        self.0.lock().unwrap().ops.clone()
    }

    /// What was synced again after its sync had failed: the kernel may call that a success when it is none.
    pub fn retried_syncs(&self) -> Vec<String> {
        self.0.lock().unwrap().retried.clone()
    }

    /// The files that need not stay in memory.
    pub fn let_go(&self) -> Vec<String> {
        self.0.lock().unwrap().let_go.iter().cloned().collect()
    }

    /// Takes back what was not synced: all of it, as a strict file system may.
    pub fn cut_power(&self) {
        let mut state = self.0.lock().unwrap();
        for (_, file) in state.unsynced.drain(..) {
            file.set_len(0).unwrap();
        }
        let mut changes = std::mem::take(&mut state.changes);
        while let Some(change) = changes.pop() {
            // What is gone already was in something that is gone.
            match change {
                Change::Made(path) if path.is_dir() && !path.is_symlink() => drop(std::fs::remove_dir_all(path)),
                Change::Made(path) => drop(std::fs::remove_file(path)),
                Change::Removed { link, target } => drop(std::os::unix::fs::symlink(target, link)),
                Change::Renamed { from, to, replaced } => {
                    let back = std::fs::rename(&to, &from);
                    move_paths(&mut changes, &to, &from);
                    if let (Ok(()), Some(target)) = (back, replaced) {
                        std::os::unix::fs::symlink(target, &to).unwrap();
                    }
                }
            }
        }
    }

    /// Counts a call; an error if it is the one to fail.
    fn call(&self, what: String) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        let number = state.calls.len();
        state.calls.push(what);
        match state.fault {
            Some((at, Fault::Once(code))) if at == number => Err(io::Error::from_raw_os_error(code)),
            Some((at, Fault::Sticky(code))) if at <= number => Err(io::Error::from_raw_os_error(code)),
            _ => Ok(()),
        }
    }

    /// A sync of a file or a folder, which may be tried once.
    fn sync_call(&self, what: String, whom: String) -> io::Result<()> {
        if self.0.lock().unwrap().unsure.contains(&whom) {
            self.0.lock().unwrap().retried.push(what.clone());
        }
        self.call(what).inspect_err(|_| self.0.lock().unwrap().unsure.push(whom))
    }

    fn done(&self, op: Op) {
        self.0.lock().unwrap().ops.push(op);
    }

    fn changed(&self, change: Change) {
        self.0.lock().unwrap().changes.push(change);
    }
}

impl FileWork for FaultyFiles {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call(format!("create_folder {}", name(path)))?;
        RealFiles.create_folder(path)?;
        self.done(Op::Folder(path.to_owned()));
        self.changed(Change::Made(path.to_owned()));
        Ok(())
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>> {
        self.call(format!("create_file {}", name(path)))?;
        let file = OpenOptions::new().write(true).create_new(true).open(path)?;
        self.changed(Change::Made(path.to_owned()));
        let mut state = self.0.lock().unwrap();
        state.next_file += 1;
        let id = state.next_file;
        state.ops.push(Op::File(path.to_owned(), id));
        Ok(Box::new(FaultyFile { files: self.clone(), id, file, name: name(path) }))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.sync_call(format!("sync_folder {}", name(path)), path.display().to_string())?;
        self.done(Op::SyncFolder(path.to_owned()));
        let inside = |other: &Path| other.parent() == Some(path);
        self.0.lock().unwrap().changes.retain(|change| match change {
            Change::Made(made) => !inside(made),
            Change::Renamed { to, .. } => !inside(to),
            Change::Removed { link, .. } => !inside(link),
        });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(format!("rename {} {}", name(from), name(to)))?;
        let replaced = std::fs::read_link(to).ok();
        RealFiles.rename(from, to)?;
        self.done(Op::Rename(from.to_owned(), to.to_owned()));
        move_paths(&mut self.0.lock().unwrap().changes, from, to);
        self.changed(Change::Renamed { from: from.to_owned(), to: to.to_owned(), replaced });
        Ok(())
    }

    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()> {
        self.call(format!("symlink {} {}", name(target), name(link)))?;
        RealFiles.symlink(target, link)?;
        self.done(Op::Link { target: target.to_owned(), link: link.to_owned() });
        self.changed(Change::Made(link.to_owned()));
        Ok(())
    }

    fn read_link(&self, link: &Path) -> io::Result<PathBuf> {
        self.call(format!("read_link {}", name(link)))?;
        RealFiles.read_link(link)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(format!("remove_file {}", name(path)))?;
        let target = std::fs::read_link(path);
        RealFiles.remove_file(path)?;
        self.done(Op::Remove(path.to_owned()));
        if let Ok(target) = target {
            self.changed(Change::Removed { link: path.to_owned(), target });
        }
        Ok(())
    }

    /// One call for each entry, as the system does it.
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        let mut entries = std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
        entries.sort();
        for entry in entries {
            if entry.is_dir() && !entry.is_symlink() { self.remove_folder(&entry)? } else { self.remove_file(&entry)? }
        }
        self.call(format!("remove_folder {}", name(path)))?;
        std::fs::remove_dir(path)?;
        self.done(Op::Remove(path.to_owned()));
        Ok(())
    }
}

/// What was made in a folder goes with it.
fn move_paths(changes: &mut [Change], from: &Path, to: &Path) {
    for change in changes {
        if let Change::Made(path) = change
            && let Ok(rest) = path.strip_prefix(from)
            && rest != Path::new("")
        {
            *path = to.join(rest);
        }
    }
}

struct FaultyFile {
    files: FaultyFiles,
    id: u64,
    file: File,
    name: String,
}

impl Write for FaultyFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = self.files.call(format!("write {}", self.name)) {
            // A torn write: half of it arrives. One that was interrupted had not begun.
            let half = if error.kind() == io::ErrorKind::Interrupted { 0 } else { bytes.len() / 2 };
            let _ = self.file.write(&bytes[..half]);
            self.files.done(Op::Write(self.id, bytes[..half].to_vec()));
            return Err(error);
        }
        self.files.done(Op::Write(self.id, bytes.to_vec()));
        let mut state = self.files.0.lock().unwrap();
        if !state.unsynced.iter().any(|(id, _)| *id == self.id) {
            state.unsynced.push((self.id, self.file.try_clone()?));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl WorkFile for FaultyFile {
    fn sync(&mut self) -> io::Result<()> {
        self.files.sync_call(format!("sync {}", self.name), format!("file {}", self.id))?;
        self.files.done(Op::SyncFile(self.id));
        self.files.0.lock().unwrap().unsynced.retain(|(id, _)| *id != self.id);
        Ok(())
    }

    fn twin(&self) -> Option<Box<dyn WorkFile>> {
        let file = self.file.try_clone().ok()?;
        Some(Box::new(FaultyFile { files: self.files.clone(), id: self.id, file, name: self.name.clone() }))
    }

    /// Only what is durable may be let go.
    fn let_go(&self) {
        let mut state = self.files.0.lock().unwrap();
        assert!(state.ops.contains(&Op::SyncFile(self.id)), "{} was not synced", self.name);
        state.let_go.insert(self.name.clone());
    }
}

/// The last part of a path, with the ids of runs made equal.
fn name(path: &Path) -> String {
    let name = path.file_name().map_or("/".into(), |name| name.to_string_lossy().into_owned());
    if super::id::RunId::parse(&name).is_some() { "RUN".to_owned() } else { name }
}
