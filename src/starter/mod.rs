//! A project to begin with: a job file that explains itself, a made-up company of a few rows that it runs on, and what to type
//! next. The files stand in `files`, as they are written; nothing in them depends on the day or the place.

use crate::run::files::FileWork;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

#[cfg(test)]
mod tests;

/// The job file of a project.
pub const JOB_FILE: &str = "job.toml";

/// The folders of a project, each after the one it lies in.
const FOLDERS: &[&str] = &["extracts"];

/// The files with what they hold and what they are for. The job comes last: what lacks it is no project.
const FILES: &[(&str, &str, &str)] = &[
    ("extracts/consumptions.csv", include_str!("files/extracts/consumptions.csv"), "what is in use"),
    ("extracts/licenses.csv", include_str!("files/extracts/licenses.csv"), "what was bought"),
    ("extracts/products.csv", include_str!("files/extracts/products.csv"), "the catalog: names, metrics, prices"),
    ("extracts/assets.csv", include_str!("files/extracts/assets.csv"), "machines"),
    ("extracts/users.csv", include_str!("files/extracts/users.csv"), "people"),
    ("extracts/trees.csv", include_str!("files/extracts/trees.csv"), "departments, locations, cost centers"),
    ("extracts/assignments.csv", include_str!("files/extracts/assignments.csv"), "who was given a license by hand"),
    (".gitignore", include_str!("files/gitignore"), "leaves results out of version control"),
    ("README.md", include_str!("files/README.md"), "what to do next"),
    (JOB_FILE, include_str!("files/job.toml"), "what to read, how to decide, where to write"),
];

/// A file that was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made {
    pub name: &'static str,
    pub about: &'static str,
}

/// Why there is no project.
#[derive(Debug, thiserror::Error)]
pub enum StarterError {
    /// There is something in the folder; the first names, and how many more.
    #[error("{} is not empty: it holds {}; name a new folder, or an empty one", .0.display(), listed(.1))]
    NotEmpty(PathBuf, Vec<String>),
    /// There is something else where the folder should be.
    #[error("{} is a file; name a new folder, or an empty one", .0.display())]
    NoFolder(PathBuf),
    /// The disk, or whatever the folder lies on.
    #[error("{} cannot be written: {source}; nothing was left behind; is there room, and may you write there?", path.display())]
    Io { path: PathBuf, source: io::Error },
}

/// Makes a project in a folder, which is made too, and must be empty: all of it or, if anything fails, nothing.
pub fn make(folder: &Path, files: &dyn FileWork) -> Result<Vec<Made>, StarterError> {
    let failed = |path: &Path, source| StarterError::Io { path: path.to_owned(), source };
    match fs::metadata(folder) {
        Ok(found) if !found.is_dir() => return Err(StarterError::NoFolder(folder.to_owned())),
        Ok(_) => {
            let names = names(folder).map_err(|error| failed(folder, error))?;
            if !names.is_empty() {
                return Err(StarterError::NotEmpty(folder.to_owned(), names));
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(failed(folder, error)),
    }
    let mut done = Done { files, made: Vec::new() };
    match write_all(folder, &mut done) {
        Ok(()) => Ok(FILES.iter().map(|(name, _, about)| Made { name, about }).collect()),
        Err((path, source)) => {
            done.undo();
            Err(StarterError::Io { path, source })
        }
    }
}

/// What lies in a folder, by name.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// At most five names.
fn listed(names: &[String]) -> String {
    match names.get(5..) {
        Some(more) if !more.is_empty() => format!("{} and {} more", names[..5].join(", "), more.len()),
        _ => names.join(", "),
    }
}

fn write_all(folder: &Path, done: &mut Done<'_>) -> Result<(), (PathBuf, io::Error)> {
    let mut above: Vec<&Path> = folder.ancestors().filter(|path| !path.as_os_str().is_empty()).take_while(|path| !path.exists()).collect();
    above.reverse();
    for path in above {
        done.folder(path)?;
    }
    for name in FOLDERS {
        done.folder(&folder.join(name))?;
    }
    for (name, text, _) in FILES {
        done.file(&folder.join(name), text)?;
    }
    Ok(())
}

/// What was made, to be taken away again should the rest fail.
struct Done<'a> {
    files: &'a dyn FileWork,
    /// Whether it is a folder.
    made: Vec<(PathBuf, bool)>,
}

impl Done<'_> {
    fn folder(&mut self, path: &Path) -> Result<(), (PathBuf, io::Error)> {
        self.files.create_folder(path).map_err(|error| (path.to_owned(), error))?;
        self.made.push((path.to_owned(), true));
        Ok(())
    }

    fn file(&mut self, path: &Path, text: &str) -> Result<(), (PathBuf, io::Error)> {
        let failed = |error| (path.to_owned(), error);
        let mut file = self.files.create_file(path).map_err(failed)?;
        self.made.push((path.to_owned(), false));
        file.write_all(text.as_bytes()).and_then(|()| file.flush()).and_then(|()| file.sync()).map_err(failed)
    }

    /// Takes away what was made, the last first. What cannot be taken away stays: there is nobody else to tell.
    fn undo(&self) {
        for (path, is_folder) in self.made.iter().rev() {
            let _ = if *is_folder { self.files.remove_folder(path) } else { self.files.remove_file(path) };
        }
    }
}
