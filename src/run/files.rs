//! The one small layer that every change a run makes to the file system goes through, so that a test can record the changes and
//! fail each of them. No policy here: no retry, no cleaning up, no message. An fsync that failed is never repeated on the same
//! file: the kernel may have dropped the pages and then calls the second one a success. That holds for an interrupted one, too,
//! which is why this is not `File::sync_all`: that one tries again.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a run does to the file system.
pub trait FileWork: Send + Sync {
    /// Makes one folder in a folder that exists.
    fn create_folder(&self, path: &Path) -> io::Result<()>;
    /// Makes a file that must not exist yet.
    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>>;
    /// Makes the names in a folder durable.
    fn sync_folder(&self, path: &Path) -> io::Result<()>;
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Makes `link` point at `target`, as written.
    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()>;
    fn read_link(&self, link: &Path) -> io::Result<PathBuf>;
    /// Removes a file or a link, never what a link points at.
    fn remove_file(&self, path: &Path) -> io::Result<()>;
    /// Removes a folder and all that is in it.
    fn remove_folder(&self, path: &Path) -> io::Result<()>;
}

/// A file that is being written.
pub trait WorkFile: Write + Send {
    /// Makes what was written durable.
    fn sync(&mut self) -> io::Result<()>;

    /// The same file once more, to be synced while more is written to it; none where that cannot be.
    fn twin(&self) -> Option<Box<dyn WorkFile>> {
        None
    }

    /// Tells the system that what is durable of it is not read soon and need not stay in memory. A hint: it cannot fail.
    fn let_go(&self) {}
}

/// The file system as it is.
pub struct RealFiles;

impl FileWork for RealFiles {
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        fs::create_dir(path)
    }

    fn create_file(&self, path: &Path) -> io::Result<Box<dyn WorkFile>> {
        Ok(Box::new(File::create_new(path)?))
    }

    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        sync_once(&File::open(path)?)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn symlink(&self, target: &Path, link: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(target, link)
    }

    fn read_link(&self, link: &Path) -> io::Result<PathBuf> {
        fs::read_link(link)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir_all(path)
    }
}

impl WorkFile for File {
    fn sync(&mut self) -> io::Result<()> {
        sync_once(self)
    }

    fn twin(&self) -> Option<Box<dyn WorkFile>> {
        self.try_clone().ok().map(|file| Box::new(file) as Box<dyn WorkFile>)
    }

    fn let_go(&self) {
        let _ = rustix::fs::fadvise(self, 0, None, rustix::fs::Advice::DontNeed);
    }
}

/// One fsync, whatever it answers.
fn sync_once(file: &File) -> io::Result<()> {
    rustix::fs::fsync(file).map_err(io::Error::from)
}
