//! Secrets, looked up when they are needed and taken out of every message. They live as long as one notice.

use crate::jobs::{Hidden, Secret};
use std::ffi::OsString;
use std::io::Read;

/// Where environment variables come from: the process, or a test.
pub type Lookup = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// No secret is longer; a wrong path may be a disk.
const MOST_BYTES: u64 = 64 * 1024;
/// What is this short is no secret, and would take letters out of words.
const LEAST_SCRUBBED: usize = 3;

/// The variables of the process.
pub fn from_process(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// The secrets of one entry: looked up through this, they are known to [`Revealed::scrub`].
pub struct Revealed<'a> {
    lookup: &'a Lookup,
    seen: Vec<Secret>,
}

impl<'a> Revealed<'a> {
    pub fn new(lookup: &'a Lookup) -> Self {
        Self { lookup, seen: Vec::new() }
    }

    /// What a key stands for. The error names the reference, never a value.
    pub fn reveal(&mut self, key: &str, hidden: &Hidden) -> Result<Secret, String> {
        let (before, value) = match hidden {
            Hidden::Written(secret) => ("", secret.expose().to_owned()),
            Hidden::Environment { before, name } => (before.as_str(), self.variable(key, name)?),
            Hidden::File { before, path } => {
                let said = |error: String| format!("{key} cannot be read from {}: {error}", path.display());
                (before.as_str(), file(path).map_err(said)?)
            }
        };
        let value = value.trim_end_matches(['\r', '\n']);
        if value.is_empty() {
            return Err(format!("{key} is empty in {}", hidden.reference().unwrap_or_default()));
        }
        if value.contains(|character: char| character.is_control()) {
            return Err(format!("{key} holds a control character in {}", hidden.reference().unwrap_or_default()));
        }
        self.seen.push(Secret::new(value));
        Ok(Secret::new(format!("{before}{value}")))
    }

    fn variable(&self, key: &str, name: &str) -> Result<String, String> {
        let value = (self.lookup)(name).ok_or_else(|| format!("{key} needs the environment variable {name}, which is not set"))?;
        value.into_string().map_err(|_| format!("{key} needs the environment variable {name}, which is not valid UTF-8"))
    }

    /// A message without any of the secrets: servers and libraries like to repeat what they were sent.
    pub fn scrub(&self, message: &str) -> String {
        let mut scrubbed = message.to_owned();
        let mut seen: Vec<&str> = self.seen.iter().map(Secret::expose).filter(|secret| secret.len() >= LEAST_SCRUBBED).collect();
        // The longest first: one may be a part of another.
        seen.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        for secret in seen {
            scrubbed = scrubbed.replace(secret, "***");
        }
        scrubbed
    }
}

fn file(path: &std::path::Path) -> Result<String, String> {
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    if !file.metadata().map_err(|error| error.to_string())?.is_file() {
        return Err("it is no file".to_owned());
    }
    let mut text = String::new();
    let read = file.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    if read as u64 > MOST_BYTES { Err(format!("it is longer than {MOST_BYTES} bytes")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(name: &str) -> Option<OsString> {
        match name {
            "PW" => Some("hunter2".into()),
            "LINES" => Some("a\nb".into()),
            "EMPTY" => Some("\n".into()),
            _ => None,
        }
    }

    #[test]
    fn from_the_environment_or_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pw");
        std::fs::write(&path, "s3cret\r\n").unwrap();
        let mut revealed = Revealed::new(&environment);
        let mut env = |before: &str, name: &str| {
            let hidden = Hidden::Environment { before: before.to_owned(), name: name.to_owned() };
            revealed.reveal("password", &hidden).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(env("Bearer ", "PW"), Ok("Bearer hunter2".to_owned()));
        assert_eq!(env("", "NO"), Err("password needs the environment variable NO, which is not set".to_owned()));
        assert_eq!(env("", "EMPTY"), Err("password is empty in env:EMPTY".to_owned()));
        assert_eq!(env("", "LINES"), Err("password holds a control character in env:LINES".to_owned()));
        let mut file = |path: &std::path::Path| {
            let hidden = Hidden::File { before: String::new(), path: path.to_owned() };
            revealed.reveal("password", &hidden).map(|secret| secret.expose().to_owned())
        };
        assert_eq!(file(&path), Ok("s3cret".to_owned()));
        assert!(file(folder.path()).is_err_and(|error| error.ends_with("it is no file")));
        assert!(file(&folder.path().join("none")).is_err());
        assert_eq!(revealed.scrub("535 hunter2 is wrong for s3cret"), "535 *** is wrong for ***");
    }
}
