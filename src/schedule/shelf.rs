//! The job files that a schedule was given, and what became of them since the last look. A file is read again when its size or its time
//! of change is another, and taken as changed when its content is.

use crate::jobs::{Job, JobError};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders and files with jobs.
pub struct Shelf {
    places: Vec<PathBuf>,
    known: BTreeMap<PathBuf, Known>,
}

/// What was seen of a file.
struct Known {
    changed: Option<SystemTime>,
    bytes: u64,
    /// Of a good job; of a broken one what is wrong with it.
    content: String,
}

/// A file that is new, other than before, or gone.
pub struct Found {
    pub file: PathBuf,
    pub standing: Standing,
}

/// How a job file stands.
pub enum Standing {
    Good(Box<Job>),
    Broken(JobError),
    Gone,
}

impl Shelf {
    /// Files, and folders of which every `*.toml` is a job but for names that begin with `.` or `_`.
    pub fn new(places: Vec<PathBuf>) -> Self {
        Self { places, known: BTreeMap::new() }
    }

    /// What is new since the last look, by path. A place that cannot be read keeps what was known of it, and is told.
    pub fn look(&mut self) -> (Vec<Found>, Vec<(PathBuf, io::Error)>) {
        let mut errors = Vec::new();
        let mut files = BTreeMap::new();
        for place in &self.places {
            match files_of(place) {
                Ok(found) => files.extend(found),
                Err(error) => {
                    let kept = self.known.iter().filter(|(file, _)| file.starts_with(place));
                    files.extend(kept.map(|(file, known)| (file.clone(), (known.changed, known.bytes))));
                    errors.push((place.clone(), error));
                }
            }
        }
        let gone: Vec<PathBuf> = self.known.keys().filter(|file| !files.contains_key(*file)).cloned().collect();
        self.known.retain(|file, _| files.contains_key(file));
        let mut found: Vec<Found> = gone.into_iter().map(|file| Found { file, standing: Standing::Gone }).collect();
        for (file, (changed, bytes)) in files {
            let before = self.known.get(&file);
            if before.is_some_and(|known| (known.changed, known.bytes) == (changed, bytes)) {
                continue;
            }
            let (content, standing) = match Job::load(&file) {
                Ok(job) => (job.digest.clone(), Standing::Good(Box::new(job))),
                Err(error) => (error.to_string(), Standing::Broken(error)),
            };
            let is_news = before.is_none_or(|known| known.content != content);
            self.known.insert(file.clone(), Known { changed, bytes, content });
            if is_news {
                found.push(Found { file, standing });
            }
        }
        found.sort_by(|left, right| left.file.cmp(&right.file));
        (found, errors)
    }
}

type Stamp = (Option<SystemTime>, u64);

/// The job files of a place, with what shows a change. A file that is named itself stays one when it is gone: to load it says so.
fn files_of(place: &Path) -> io::Result<Vec<(PathBuf, Stamp)>> {
    if !place.is_dir() {
        return Ok(vec![(place.to_owned(), stamp(place))]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(place)? {
        let path = entry?.path();
        let hidden = path.file_name().and_then(OsStr::to_str).is_some_and(|name| name.starts_with(['.', '_']));
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") && path.is_file() {
            let stamp = stamp(&path);
            files.push((path, stamp));
        }
    }
    Ok(files)
}

fn stamp(file: &Path) -> Stamp {
    std::fs::metadata(file).map_or((None, 0), |found| (found.modified().ok(), found.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const JOB: &str = "name = \"a\"\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n";

    fn look(shelf: &mut Shelf) -> Vec<String> {
        let (found, errors) = shelf.look();
        assert!(errors.is_empty(), "{errors:?}");
        let word = |found: Found| {
            let name = found.file.file_name().unwrap().to_string_lossy().into_owned();
            match found.standing {
                Standing::Good(job) => format!("{name} is {}", job.name),
                Standing::Broken(_) => format!("{name} is broken"),
                Standing::Gone => format!("{name} is gone"),
            }
        };
        found.into_iter().map(word).collect()
    }

    #[test]
    fn only_what_changed_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        let mut shelf = Shelf::new(vec![folder.path().to_owned()]);
        assert_eq!(look(&mut shelf), Vec::<String>::new());
        write("b.toml", JOB);
        write("a.toml", "nonsense");
        write("_draft.toml", "nonsense");
        write("readme.md", "nonsense");
        assert_eq!(look(&mut shelf), ["a.toml is broken", "b.toml is a"]);
        assert_eq!(look(&mut shelf), Vec::<String>::new());
        write("a.toml", "nonsense!");
        assert_eq!(look(&mut shelf), ["a.toml is broken"]);
        write("a.toml", &JOB.replace("\"a\"", "\"other\""));
        std::fs::remove_file(folder.path().join("b.toml")).unwrap();
        assert_eq!(look(&mut shelf), ["a.toml is other", "b.toml is gone"]);
    }

    #[test]
    fn a_file_of_the_same_content_is_no_news() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.toml");
        std::fs::write(&file, JOB).unwrap();
        let mut shelf = Shelf::new(vec![file.clone()]);
        assert_eq!(look(&mut shelf).len(), 1);
        let later = SystemTime::now() + std::time::Duration::from_secs(60);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        assert_eq!(look(&mut shelf), Vec::<String>::new());
        std::fs::remove_file(&file).unwrap();
        assert_eq!(look(&mut shelf), ["a.toml is broken"]);
    }
}
