//! What was looked at, and the second look at all of it when everything is read: a file that changed since, that is gone, or that
//! came into a folder meanwhile belongs to another night than the rest (contract §8, code 3).

use super::bytes::sha256_at;
use super::error::ExtractError;
use super::marks::Mark;
use super::open::{mark_at, unreadable};
use super::options::ReadOptions;
use super::sources::{Source, resolve};
use super::spec::ExtractSpec;
use crate::model::words::ExtractKind;
use std::time::SystemTime;

/// The files of an extract.
#[derive(Default)]
pub struct Seen {
    /// Those that its paths led to; `None` if they led to an error.
    pub listed: Option<Vec<Source>>,
    /// Those that were read to their end.
    pub files: Vec<SeenFile>,
}

/// A file that was read.
pub struct SeenFile {
    pub source: Source,
    pub mark: Mark,
    pub opened: SystemTime,
    /// Empty for a file that was refused.
    pub sha256: String,
}

/// What is different from when it was read.
pub fn second_look(spec: &ExtractSpec, seen: &Seen, options: &ReadOptions<'_>) -> Vec<ExtractError> {
    let Some(listed) = &seen.listed else { return Vec::new() };
    let mut errors: Vec<ExtractError> = seen.files.iter().filter_map(|file| since(spec.kind, file)).collect();
    // A path that leads to no file any more leads to an error; each file that is gone was there by itself.
    let (now, lost) = match resolve(spec, options.as_of) {
        Ok(now) => (now, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let changed = |source: &Source, what: &str| ExtractError::changed(spec.kind, &source.shown, what);
    let new = now.iter().filter(|source| !listed.contains(source));
    errors.extend(new.map(|source| changed(source, "it appeared while the extracts were read")));
    // Files that were read are judged above, by what lies at their paths.
    let unread = listed.iter().filter(|source| !seen.files.iter().any(|file| file.source == **source));
    let gone = unread.filter(|source| matches!(mark_at(&source.path), Ok(None)));
    errors.extend(gone.map(|source| changed(source, "it vanished while the extracts were read")));
    if errors.is_empty() {
        errors.extend(lost);
    }
    errors
}

fn since(extract: ExtractKind, file: &SeenFile) -> Option<ExtractError> {
    let SeenFile { source, mark, opened, sha256 } = file;
    let changed = |what: &str| Some(ExtractError::changed(extract, &source.shown, what));
    match mark_at(&source.path) {
        Ok(None) => changed("it vanished while the extracts were read"),
        Ok(Some(now)) => match mark.difference(&now) {
            Some(difference) => changed(&format!("{difference} while the extracts were read")),
            // Its times would be the same if it was changed right after it was opened, so that its bytes are asked.
            None if !sha256.is_empty() && mark.is_too_young_to_tell(*opened) => match sha256_at(&source.path) {
                Ok(now) if now == *sha256 => None,
                Ok(_) => changed("it was written to while the extracts were read"),
                Err(error) => Some(unreadable(extract, source, &error)),
            },
            None => None,
        },
        Err(error) => Some(unreadable(extract, source, &error)),
    }
}
