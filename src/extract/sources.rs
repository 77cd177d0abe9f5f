//! Which files an extract is: a file, a list, a folder or a glob, as the job writes them (contract §2, §10). Opens none of them.

use super::error::ExtractError;
use super::nearest::nearest;
use super::spec::ExtractSpec;
use crate::model::date::Date;
use crate::model::words::ExtractKind;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As the job writes it, or the match relative to the job's folder.
    pub shown: String,
    pub path: PathBuf,
    pub format: Format,
}

/// What an extension promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    CsvGz,
    CsvZst,
    Parquet,
}

const EXTENSIONS: [(&str, Format); 4] =
    [(".csv", Format::Csv), (".csv.gz", Format::CsvGz), (".csv.zst", Format::CsvZst), (".parquet", Format::Parquet)];
const EXPECTED: &str = "a name that ends in .csv, .csv.gz, .csv.zst or .parquet is expected";
/// Deeper than any export; links to folders are not followed, so that there is no way round in circles.
const MAX_DEPTH: usize = 64;

impl Format {
    fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        EXTENSIONS.iter().find(|(extension, _)| name.ends_with(extension)).map(|(_, format)| *format)
    }

    pub fn is_csv(self) -> bool {
        self != Format::Parquet
    }
}

/// The files of an extract in the byte order of their names, each once.
pub fn resolve(spec: &ExtractSpec, as_of: Date) -> Result<Vec<Source>, ExtractError> {
    let mut sources = Vec::new();
    for path in &spec.paths {
        let written = path.replace("{as_of}", &as_of.to_string());
        let full = spec.base.join(&written);
        match fs::metadata(&full) {
            Ok(found) if found.is_dir() => folder(spec, &written, &full, &mut sources)?,
            Ok(_) => sources.push(named(spec.kind, written, full)?),
            Err(_) if written.contains(['*', '?', '[']) => matches(spec, &written, &mut sources)?,
            Err(error) => return Err(absent(spec.kind, &written, &full, &error)),
        }
    }
    if sources.is_empty() {
        return Err(ExtractError::file(spec.kind, "(none)", "the job names no file", "give it a path"));
    }
    sources.sort_by(|left, right| left.shown.cmp(&right.shown).then_with(|| left.path.cmp(&right.path)));
    sources.dedup_by(|later, earlier| later.path == earlier.path);
    Ok(sources)
}

/// The largest file of the extracts of a job, with its bytes: each is in memory whole while it is read. What cannot be looked at is
/// passed over; reading will tell.
pub fn largest(specs: &[ExtractSpec], as_of: Date) -> Option<(ExtractKind, String, u64)> {
    let sources = specs.iter().flat_map(|spec| resolve(spec, as_of).unwrap_or_default().into_iter().map(|source| (spec.kind, source)));
    let sized = sources.filter_map(|(kind, source)| Some((kind, fs::metadata(&source.path).ok()?.len(), source.shown)));
    let (kind, bytes, shown) = sized.reduce(|one, other| if other.1 > one.1 { other } else { one })?;
    Some((kind, shown, bytes))
}

/// A file that the job names itself.
fn named(extract: ExtractKind, shown: String, path: PathBuf) -> Result<Source, ExtractError> {
    match Format::of(&path) {
        Some(format) => Ok(Source { shown, path, format }),
        None => Err(ExtractError::file(extract, &shown, format!("its kind is unknown: {EXPECTED}"), "rename or convert the file")),
    }
}

fn absent(extract: ExtractKind, written: &str, full: &Path, error: &std::io::Error) -> ExtractError {
    if error.kind() != std::io::ErrorKind::NotFound {
        return ExtractError::file(extract, written, format!("it cannot be read: {error}"), "check its permissions");
    }
    let wanted = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside: Vec<String> = full
        .parent()
        // The folder of a bare name is the one that we are in.
        .map(|parent| if parent.as_os_str().is_empty() { Path::new(".") } else { parent })
        .and_then(|parent| fs::read_dir(parent).ok())
        .map(|entries| entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect())
        .unwrap_or_default();
    let remedy = match nearest(&wanted, beside.iter().map(String::as_str)) {
        Some(name) => format!("did you mean {name}, which lies beside it?"),
        None => "check the path in the job, which is relative to the job's folder, and that the export has run".to_owned(),
    };
    ExtractError::file(extract, written, format!("there is no such file ({})", full.display()), remedy)
}

/// The path of a match relative to the job's folder, if it lies in it.
fn relative(base: &Path, path: &Path) -> String {
    path.strip_prefix(base).unwrap_or(path).to_string_lossy().into_owned()
}

/// Whether a name on the way is one that folders and globs leave out: half-written and hidden files begin so.
fn hidden(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => name.as_encoded_bytes().starts_with(b".") || name.as_encoded_bytes().starts_with(b"_"),
        _ => false,
    })
}

fn folder(spec: &ExtractSpec, written: &str, full: &Path, sources: &mut Vec<Source>) -> Result<(), ExtractError> {
    let before = sources.len();
    walk(spec, full, 0, sources)?;
    if sources.len() == before {
        let problem = format!("the folder holds no extract: {EXPECTED}, and none that starts with . or _ is read");
        return Err(ExtractError::file(spec.kind, written, problem, "check the path in the job, and that the export has run"));
    }
    Ok(())
}

fn walk(spec: &ExtractSpec, folder: &Path, depth: usize, sources: &mut Vec<Source>) -> Result<(), ExtractError> {
    let failed = |error: std::io::Error| {
        let shown = relative(&spec.base, folder);
        ExtractError::file(spec.kind, &shown, format!("the folder cannot be read: {error}"), "check its permissions")
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if hidden(Path::new(&entry.file_name())) {
            continue;
        }
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth < MAX_DEPTH {
                walk(spec, &path, depth + 1, sources)?;
            }
        } else if let Some(format) = Format::of(&path)
            && fs::metadata(&path).is_ok_and(|found| !found.is_dir())
        {
            sources.push(Source { shown: relative(&spec.base, &path), path, format });
        }
    }
    Ok(())
}

/// The files that a glob matches. Like a folder it leaves out hidden names, unless it asks for them, and other extensions.
fn matches(spec: &ExtractSpec, written: &str, sources: &mut Vec<Source>) -> Result<(), ExtractError> {
    let refused = |problem: String, remedy: &str| ExtractError::file(spec.kind, written, problem, remedy);
    let pattern = if Path::new(written).is_absolute() || spec.base.as_os_str().is_empty() {
        written.to_owned()
    } else {
        format!("{}/{written}", glob::Pattern::escape(&spec.base.to_string_lossy()).trim_end_matches('/'))
    };
    let asks_for_hidden = hidden(Path::new(written));
    let found = glob::glob(&pattern).map_err(|error| refused(format!("it is no valid glob: {error}"), "correct the pattern in the job"))?;
    let (before, mut others) = (sources.len(), 0);
    for entry in found {
        let path = entry.map_err(|error| refused(format!("it cannot be searched: {error}"), "check the permissions of the folder"))?;
        if !asks_for_hidden && hidden(Path::new(&relative(&spec.base, &path))) {
            continue;
        }
        match Format::of(&path) {
            Some(format) if !path.is_dir() => sources.push(Source { shown: relative(&spec.base, &path), path, format }),
            _ => others += 1,
        }
    }
    if sources.len() == before {
        let also = if others > 0 { format!(" (but {others} other names: {EXPECTED})") } else { String::new() };
        let remedy = "check the pattern in the job, which is relative to the job's folder, and that the export has run";
        return Err(refused(format!("the glob matches no extract{also}"), remedy));
    }
    Ok(())
}
