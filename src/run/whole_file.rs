//! A file that somebody asked for, whole or not at all: it is written under another name beside its place, synced, and renamed. What is
//! no ordinary file (a pipe, a device) cannot be replaced, and is written to.

use super::files::{FileWork, WorkFile};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file on its way. Dropped before [`WholeFile::finish`], it leaves nothing.
pub struct WholeFile<'a> {
    files: &'a dyn FileWork,
    file: Option<Box<dyn WorkFile>>,
    /// Where it is written and where it belongs; none for what is written to in its place.
    moves: Option<(PathBuf, PathBuf)>,
}

impl<'a> WholeFile<'a> {
    /// Begins the file of a name. A link is followed: what it leads to is replaced, not the link.
    pub fn begin(target: &Path, files: &'a dyn FileWork) -> io::Result<Self> {
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        if let Ok(there) = fs::metadata(&target)
            && !there.is_file()
        {
            if there.is_dir() {
                return Err(io::Error::from(io::ErrorKind::IsADirectory));
            }
            let file = OpenOptions::new().write(true).open(&target)?;
            return Ok(Self { files, file: Some(Box::new(Unsynced(file))), moves: None });
        }
        let name = target.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
        let temporary = target.with_file_name(format!(".{name}.{}", std::process::id()));
        let file = files.create_file(&temporary)?;
        Ok(Self { files, file: Some(file), moves: Some((temporary, target)) })
    }

    /// Puts it into its place.
    pub fn finish(mut self) -> io::Result<()> {
        let Some(mut file) = self.file.take() else { return Ok(()) };
        file.flush()?;
        file.sync()?;
        drop(file);
        let Some((temporary, target)) = &self.moves else { return Ok(()) };
        self.files.rename(temporary, target)?;
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned();
        // From here on it is in its place, synced or not.
        self.moves = None;
        self.files.sync_folder(&folder)
    }
}

impl Write for WholeFile<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Err(io::ErrorKind::BrokenPipe.into()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), |file| file.flush())
    }
}

impl Drop for WholeFile<'_> {
    fn drop(&mut self) {
        if let Some((temporary, _)) = &self.moves {
            // Best effort: whoever failed before has told why.
            let _ = self.files.remove_file(temporary);
        }
    }
}

/// A pipe or a device, which need not know of syncing.
struct Unsynced(fs::File);

impl Write for Unsynced {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl WorkFile for Unsynced {
    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::files::RealFiles;
    use crate::run::testing::{Fault, FaultyFiles};

    fn write(target: &Path, files: &dyn FileWork) -> io::Result<()> {
        let mut file = WholeFile::begin(target, files)?;
        file.write_all(b"new")?;
        file.finish()
    }

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    #[test]
    fn whatever_fails_the_old_file_or_the_new_one_is_there_and_nothing_else() {
        const NO_SPACE: i32 = 28;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("sheet.csv");
        let counting = FaultyFiles::default();
        write(&target, &counting).unwrap();
        let calls = counting.calls().len();
        assert!(calls >= 5, "{:?}", counting.calls());
        for call in 0..calls {
            fs::write(&target, "old").unwrap();
            let files = FaultyFiles::failing(call, Fault::Once(NO_SPACE));
            assert!(write(&target, &files).is_err(), "call {call}");
            let found = fs::read_to_string(&target).unwrap();
            let renamed = files.calls().iter().any(|call| call.starts_with("sync_folder"));
            assert_eq!(found, if renamed { "new" } else { "old" }, "{:?}", files.calls());
            assert_eq!(names(folder.path()), ["sheet.csv"], "{:?}", files.calls());
            assert!(files.retried_syncs().is_empty());
        }
    }

    #[test]
    fn what_is_given_up_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("sheet.csv");
        let mut file = WholeFile::begin(&target, &RealFiles).unwrap();
        file.write_all(b"half").unwrap();
        drop(file);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn links_are_followed_and_folders_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("sheet.csv"), folder.path().join("link.csv"));
        fs::write(&target, "old").unwrap();
        std::os::unix::fs::symlink("sheet.csv", &link).unwrap();
        write(&link, &RealFiles).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        assert!(link.is_symlink());
        assert_eq!(write(folder.path(), &RealFiles).unwrap_err().kind(), io::ErrorKind::IsADirectory);
        write(Path::new("/dev/null"), &RealFiles).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }
}
