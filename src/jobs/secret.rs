//! What must not be seen. A [`Secret`] shows as `***` wherever it could be shown; a [`Hidden`] is the value of a key that may be
//! secret: a reference to where it is kept, or, where the key allows it, a text as written. Nothing is looked up here: a job is
//! good on a machine that does not know its secrets.

use super::error::Problem;
use super::text::Text;
use std::fmt;
use std::path::{Path, PathBuf};

/// A text that no log, message or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for the one place that it is for.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// The value of a key that may be secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Hidden {
    /// As it stands in the job file. It is no password, but may be nobody's business all the same.
    Written(Secret),
    /// `env:NAME`: what an environment variable holds when it is needed.
    Environment { before: String, name: String },
    /// `file:PATH`: what a file holds when it is needed, without the line end.
    File { before: String, path: PathBuf },
}

impl Hidden {
    /// The reference as it was written; nothing of a text that stands in the job file.
    pub fn reference(&self) -> Option<String> {
        match self {
            Hidden::Written(_) => None,
            Hidden::Environment { name, .. } => Some(format!("env:{name}")),
            Hidden::File { path, .. } => Some(format!("file:{}", path.display())),
        }
    }
}

/// Whether a text is a reference, with a word such as `Bearer` before it or without.
pub(super) fn is_reference(text: &str) -> bool {
    let (_, reference) = split(text);
    reference.starts_with("env:") || reference.starts_with("file:")
}

/// A reference, or `None` for a text that is none. What follows `env:` or `file:` may be wrong.
pub(super) fn reference(key: &str, text: &Text, folder: &Path) -> Option<Result<Hidden, Problem>> {
    let (before, reference) = split(text.value());
    let before = before.to_owned();
    if let Some(name) = reference.strip_prefix("env:") {
        let good = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let wrong =
            || Problem::at(text.span(), format!("{key} names no environment variable")).expected("env:NAME, with letters, digits and _");
        return Some(if good { Ok(Hidden::Environment { before, name: name.to_owned() }) } else { Err(wrong()) });
    }
    let path = reference.strip_prefix("file:")?;
    let wrong = || Problem::at(text.span(), format!("{key} names no file")).expected("file:PATH, such as file:/run/secrets/smtp");
    Some(if path.is_empty() { Err(wrong()) } else { Ok(Hidden::File { before, path: folder.join(path) }) })
}

/// A text that must be a reference.
pub(super) fn only_reference(key: &str, text: &Text, folder: &Path) -> Result<Hidden, Problem> {
    reference(key, text, folder).unwrap_or_else(|| {
        let problem = Problem::at(text.span(), format!("{key} is a secret, and must not stand in the job file"));
        Err(problem
            .expected("\"env:NAME\" or \"file:PATH\"")
            .help("put it into an environment variable or a file that only the job's user can read, and name that; change a secret that was in a file others can read"))
    })
}

/// `Bearer env:TOKEN` is a word and a reference.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    match text.split_once(' ') {
        Some((word, rest)) if word.bytes().all(|byte| byte.is_ascii_alphanumeric()) => (&text[..=word.len()], rest.trim_start()),
        _ => ("", text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(source: &str) -> Text {
        Text::new(source, 0..source.len(), source.trim_matches('\''))
    }

    #[test]
    fn a_secret_never_shows() {
        let secret = Secret::new("hunter2");
        assert_eq!((format!("{secret}"), format!("{secret:?}"), secret.expose()), ("***".into(), "***".into(), "hunter2"));
        assert_eq!(format!("{:?}", Hidden::Written(secret)), "Written(***)");
    }

    #[test]
    fn references() {
        let read = |source| only_reference("password", &text(source), Path::new("jobs"));
        assert_eq!(read("'env:PW'"), Ok(Hidden::Environment { before: String::new(), name: "PW".into() }));
        assert_eq!(read("'Bearer env:PW'"), Ok(Hidden::Environment { before: "Bearer ".into(), name: "PW".into() }));
        assert_eq!(read("'file:/run/pw'"), Ok(Hidden::File { before: String::new(), path: "/run/pw".into() }));
        assert_eq!(read("'file:pw'"), Ok(Hidden::File { before: String::new(), path: "jobs/pw".into() }));
        for wrong in ["'env:'", "'env:A-B'", "'file:'", "'hunter2'", "'Bearer hunter2'", "'a b env:PW'"] {
            let problem = read(wrong).expect_err(wrong);
            assert!(!format!("{problem:?}").contains("hunter2"), "{problem:?}");
        }
    }
}
