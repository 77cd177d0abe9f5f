//! A file beside the runs, for readers who want the last state only. It is replaced whole by a rename. No lock is held: a run that
//! begins meanwhile clears the staging folder, and what was being written there gives way to what that run will write.

use super::error::RunError;
use super::files::FileWork;
use super::layout::Layout;
use std::io;
use std::path::Path;

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Replaced {
    Yes,
    /// Another run has begun, and cleared the new file away.
    Overtaken,
}

/// Puts a file of this name and content into OUTPUT. A reader finds the old one or the new one.
pub fn replace(output: &Path, name: &str, bytes: &[u8], files: &dyn FileWork) -> Result<Replaced, RunError> {
    let layout = Layout::new(output);
    // Made where a crash leaves it to the next start, like a link on its way.
    let temporary = layout.staging().join(format!("{name}-{}", std::process::id()));
    let target = layout.root().join(name);
    let moved = write(&temporary, bytes, files).and_then(|()| files.rename(&temporary, &target));
    match moved {
        Ok(()) => Ok(Replaced::Yes),
        Err(error) if error.kind() == io::ErrorKind::NotFound && layout.staging().is_dir() => Ok(Replaced::Overtaken),
        Err(error) => {
            // Best effort: the next start removes it, too.
            let _ = files.remove_file(&temporary);
            Err(RunError::output("write", &target)(error))
        }
    }
}

fn write(path: &Path, bytes: &[u8], files: &dyn FileWork) -> io::Result<()> {
    let mut file = files.create_file(path)?;
    file.write_all(bytes)?;
    // Once and never again: see `files`.
    file.sync()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::files::RealFiles;
    use crate::run::testing::{Fault, FaultyFiles};

    fn output() -> tempfile::TempDir {
        let output = tempfile::tempdir().unwrap();
        std::fs::create_dir(output.path().join(".staging")).unwrap();
        output
    }

    fn read(output: &Path) -> String {
        std::fs::read_to_string(output.join("metrics.prom")).unwrap_or_default()
    }

    #[test]
    fn a_reader_finds_the_old_file_or_the_new_one() {
        let output = output();
        let output = output.path();
        assert_eq!(replace(output, "metrics.prom", b"old\n", &RealFiles).ok(), Some(Replaced::Yes));
        let undisturbed = FaultyFiles::default();
        assert_eq!(replace(output, "metrics.prom", b"old\n", &undisturbed).ok(), Some(Replaced::Yes));
        for call in 0..undisturbed.calls().len() {
            for fault in [Fault::Once(28), Fault::Once(5), Fault::Sticky(5)] {
                let files = FaultyFiles::failing(call, fault);
                assert!(replace(output, "metrics.prom", b"new\n", &files).is_err(), "call {call}");
                assert_eq!(read(output), "old\n", "call {call}");
                // On a disk that is dead nothing is cleaned up; the next start would.
                std::fs::remove_dir_all(output.join(".staging")).unwrap();
                std::fs::create_dir(output.join(".staging")).unwrap();
            }
        }
        assert_eq!(replace(output, "metrics.prom", b"new\n", &RealFiles).ok(), Some(Replaced::Yes));
        assert_eq!(read(output), "new\n");
        assert_eq!(std::fs::read_dir(output.join(".staging")).unwrap().count(), 0);
    }

    /// The staging folder was cleared just before the rename: the layer says that nothing is there.
    #[test]
    fn a_run_that_begins_meanwhile_goes_first() {
        let output = output();
        let undisturbed = FaultyFiles::default();
        replace(output.path(), "metrics.prom", b"old\n", &undisturbed).unwrap();
        let rename = undisturbed.calls().iter().position(|call| call.starts_with("rename ")).unwrap();
        let files = FaultyFiles::failing(rename, Fault::Once(2));
        assert_eq!(replace(output.path(), "metrics.prom", b"new\n", &files).ok(), Some(Replaced::Overtaken));
        assert_eq!(read(output.path()), "old\n");
    }

    #[test]
    fn without_an_output_there_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let error = replace(&folder.path().join("none"), "metrics.prom", b"new\n", &RealFiles).unwrap_err();
        assert_eq!(error.exit_code(), 74);
    }
}
