//! The file layer of a job that sets `output.mode`: what is made gets just that mode, whatever the umask says. Folders may be
//! entered by those who may read, and keep what else the system gave them, such as the group that they hand on.

use super::files::{FileWork, RealFiles, WorkFile};
use std::fs::{self, DirBuilder, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The file system, for a job with that mode; without one the umask decides.
pub fn files(mode: Option<u32>) -> Arc<dyn FileWork> {
    match mode {
        Some(mode) => Arc::new(ModedFiles { mode }),
        None => Arc::new(RealFiles),
    }
}

/// The file system, with a mode for what is made.
struct ModedFiles {
    /// Of files.
    mode: u32,
}

impl ModedFiles {
    /// Who may read may enter.
    fn folder_mode(&self) -> u32 {
        self.mode | (self.mode & 0o444) >> 2
    }
}

impl FileWork for ModedFiles {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        // Never more open than it is meant to be, not even for a moment.
        DirBuilder::new().mode(self.folder_mode()).create(path)?;
        let given = fs::symlink_metadata(path)?.permissions().mode() & 0o7000;
        fs::set_permissions(path, Permissions::from_mode(given | self.folder_mode()))
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>> {
        let file = OpenOptions::new().write(true).create_new(true).mode(self.mode).open(path)?;
        file.set_permissions(Permissions::from_mode(self.mode))?;
        Ok(Box::new(file))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_has_the_mode_of_the_job() {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
        for (asked, folder) in [(0o640, 0o750), (0o600, 0o700), (0o664, 0o775), (0o666, 0o777)] {
            let place = tempfile::tempdir().unwrap();
            let (runs, file) = (place.path().join("runs"), place.path().join("runs/a.parquet"));
            let files = files(Some(asked));
            files.create_folder(&runs).unwrap();
            drop(files.create_file(&file).unwrap());
            assert_eq!((mode(&runs), mode(&file)), (folder, asked));
        }
    }

    #[test]
    fn a_folder_keeps_the_group_that_it_hands_on() {
        let place = tempfile::tempdir().unwrap();
        fs::set_permissions(place.path(), Permissions::from_mode(0o2755)).unwrap();
        files(Some(0o640)).create_folder(&place.path().join("runs")).unwrap();
        let made = fs::metadata(place.path().join("runs")).unwrap().permissions().mode();
        assert_eq!(made & 0o7777, 0o2750);
    }
}
