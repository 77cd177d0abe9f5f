//! A file layer for tests: it lists the calls, fails the n-th of them, and then cuts the power, that is, takes back what was not
//! synced. Renames and links are taken back in reverse order, files that were not synced are emptied. It does not sync: that
//! would only be slow, since what is durable is what it has noted as synced.

use super::files::{FileWork, RealFiles, WorkFile};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What happens at the n-th call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    /// This call fails with that error number, the later ones work.
    Once(i32),
    /// This call and all later ones fail: to the disk it looks as if the process had died.
    Dead,
}

/// A change of a folder that is not durable yet.
#[derive(Debug)]
enum Change {
    Made(PathBuf),
    Renamed { from: PathBuf, to: PathBuf, replaced: Option<PathBuf> },
}

#[derive(Default)]
struct State {
    calls: Vec<String>,
    fault: Option<(usize, Fault)>,
    changes: Vec<Change>,
    /// Files that were written since they were synced.
    unsynced: Vec<(u64, File)>,
    next_file: u64,
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
            Some((at, Fault::Dead)) if at <= number => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(()),
        }
    }

    fn changed(&self, change: Change) {
        self.0.lock().unwrap().changes.push(change);
    }
}

impl FileWork for FaultyFiles {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.call(format!("create_folder {}", name(path)))?;
        RealFiles.create_folder(path)?;
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
        Ok(Box::new(FaultyFile { files: self.clone(), id, file, name: name(path) }))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.call(format!("sync_folder {}", name(path)))?;
        let inside = |other: &Path| other.parent() == Some(path);
        self.0.lock().unwrap().changes.retain(|change| match change {
            Change::Made(made) => !inside(made),
            Change::Renamed { to, .. } => !inside(to),
        });
        Ok(())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.call(format!("rename {} {}", name(from), name(to)))?;
        let replaced = std::fs::read_link(to).ok();
        RealFiles.rename(from, to)?;
        move_paths(&mut self.0.lock().unwrap().changes, from, to);
        self.changed(Change::Renamed { from: from.to_owned(), to: to.to_owned(), replaced });
        Ok(())
    }

    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()> {
        self.call(format!("symlink {} {}", name(target), name(link)))?;
        RealFiles.symlink(target, link)?;
        self.changed(Change::Made(link.to_owned()));
        Ok(())
    }

    fn read_link(&self, link: &Path) -> io::Result<PathBuf> {
        self.call(format!("read_link {}", name(link)))?;
        RealFiles.read_link(link)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.call(format!("remove_file {}", name(path)))?;
        RealFiles.remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.call(format!("remove_folder {}", name(path)))?;
        RealFiles.remove_folder(path)
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
            // A torn write: half of it arrives.
            let _ = self.file.write(&bytes[..bytes.len() / 2]);
            return Err(error);
        }
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
        self.files.call(format!("sync {}", self.name))?;
        self.files.0.lock().unwrap().unsynced.retain(|(id, _)| *id != self.id);
        Ok(())
    }
}

/// The last part of a path, with the ids of runs made equal.
fn name(path: &Path) -> String {
    let name = path.file_name().map_or("/".into(), |name| name.to_string_lossy().into_owned());
    if super::id::RunId::parse(&name).is_some() { "RUN".to_owned() } else { name }
}
