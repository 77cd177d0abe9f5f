//! That a project is made whole or not at all.

use super::{FILES, JOB_FILE, StarterError, make};
use crate::run::files::{FileWork, RealFiles, WorkFile};
use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

/// The real files until a call that fails.
struct Failing {
    left: Mutex<Cell<usize>>,
}

impl Failing {
    fn at(call: usize) -> Self {
        Self { left: Mutex::new(Cell::new(call)) }
    }

    fn step(&self) -> io::Result<()> {
        let left = self.left.lock().expect("a lock");
        match left.get() {
            0 => Err(io::Error::other("no room")),
            more => {
                left.set(more - 1);
                Ok(())
            }
        }
    }
}

impl FileWork for Failing {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        RealFiles.create_folder(path)
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>> {
        self.step()?;
        RealFiles.create_file(path)
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        RealFiles.sync_folder(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealFiles.rename(from, to)
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

#[test]
fn a_project_that_cannot_be_made_leaves_nothing() {
    let desk = tempfile::tempdir().expect("a folder");
    let project = desk.path().join("a/b");
    // Two folders above, one below, and the files.
    let steps = 3 + FILES.len();
    for call in 0..steps {
        let error = make(&project, &Failing::at(call)).expect_err("it fails");
        assert!(error.to_string().contains("no room"), "{error}");
        assert_eq!(fs::read_dir(desk.path()).expect("the desk").count(), 0, "after call {call}");
    }
    assert_eq!(make(&project, &Failing::at(steps)).expect("a project").len(), FILES.len());
    fs::create_dir(desk.path().join("empty")).expect("a folder");
    make(&desk.path().join("empty"), &Failing::at(4)).expect_err("it fails");
    assert_eq!(fs::read_dir(desk.path().join("empty")).expect("still there").count(), 0);
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let desk = tempfile::tempdir().expect("a folder");
    for number in 0..7 {
        fs::write(desk.path().join(format!("f{number}")), "").expect("a file");
    }
    let error = make(desk.path(), &RealFiles).expect_err("it is not empty");
    assert!(error.to_string().contains("it holds f0, f1, f2, f3, f4 and 2 more"), "{error}");
    assert_eq!(fs::read_dir(desk.path()).expect("the desk").count(), 7);
    let file = make(&desk.path().join("f0"), &RealFiles).expect_err("it is a file");
    assert!(matches!(file, StarterError::NoFolder(_)));
    let below = make(&desk.path().join("f0/x"), &RealFiles).expect_err("it is a file");
    assert!(matches!(below, StarterError::Io { .. }));
}

#[test]
fn every_file_of_the_folder_is_part_of_the_project() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/starter/files");
    let count = |path: &Path| fs::read_dir(path).expect("a folder").flatten().filter(|entry| entry.path().is_file()).count();
    assert_eq!(count(&root) + count(&root.join("extracts")), FILES.len());
    for (name, text, _) in FILES {
        assert!(text.ends_with('\n') && !text.contains('\r'), "{name}");
    }
}

#[test]
fn every_option_that_waits_as_a_comment_can_be_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().join("project");
    make(&folder, &RealFiles).expect("a project");
    let job = folder.join(JOB_FILE);
    let text = std::fs::read_to_string(&job).expect("a job");
    let option = |line: &str| {
        line.starts_with('[')
            || line.split_once(" = ").is_some_and(|(key, _)| key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'))
    };
    let lines = text.lines().map(|line| line.strip_prefix("# ").filter(|rest| option(rest)).unwrap_or(line));
    let taken: String = lines.flat_map(|line| [line, "\n"]).collect();
    assert_ne!(taken, text);
    std::fs::write(&job, taken).expect("room for it");
    if let Err(error) = crate::jobs::Job::load(&job) {
        panic!("{error:?}");
    }
}
