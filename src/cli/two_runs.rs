//! Which two runs: of a date, by id, `latest`, `previous`, or by the folder of a run.

use super::{Exit, terminal};
use crate::model::date::Date;
use crate::rules::nearest;
use crate::run::{History, PublishedRun, layout};
use std::path::{Path, PathBuf};

/// How many runs or dates a message names.
const NAMED: usize = 8;

/// The history of a folder of results, or why it cannot be read on stderr.
pub fn history(output: &Path) -> Result<History, Exit> {
    History::read(output).map_err(|error| {
        terminal::say_error(&format!("error: {error}"));
        Exit::from_code(error.exit_code())
    })
}

/// The folder of a run that is named by its path, wherever it lies.
pub fn by_path(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    (name.contains('/') && path.join(layout::MANIFEST).is_file()).then(|| path.to_owned())
}

/// The folder of the run that is named, or what is wrong on stderr.
pub fn folder(output: &Path, history: &History, name: &str) -> Result<PathBuf, Exit> {
    if let Some(folder) = by_path(name) {
        return Ok(folder);
    }
    choose(history, name).map(|run| run.folder.clone()).map_err(|problem| {
        let known = known(output, history);
        terminal::say_error(&format!("error: {problem}\n  {known}"));
        Exit::Usage
    })
}

/// The run of a name.
fn choose<'a>(history: &'a History, name: &str) -> Result<&'a PublishedRun, String> {
    if let Some(date) = Date::parse_iso(name) {
        return history.newest_of(date).ok_or_else(|| format!("no run answers for {date}"));
    }
    match name {
        "latest" => history.latest().ok_or_else(|| "there is no run yet".to_owned()),
        "previous" => previous(history).ok_or_else(|| "there is no run before the latest".to_owned()),
        _ => by_id(history, name),
    }
}

/// What stands before the latest: the newest run of the greatest earlier date, else the run of the same date before it.
fn previous(history: &History) -> Option<&PublishedRun> {
    let latest = history.latest()?;
    let same_date = || history.runs().iter().rfind(|run| run.as_of == latest.as_of && run.id != latest.id);
    history.baseline(latest.as_of).or_else(same_date)
}

/// A run by its id, or by a part of it that no other has at its beginning or end.
fn by_id<'a>(history: &'a History, name: &str) -> Result<&'a PublishedRun, String> {
    let matches = |run: &&PublishedRun| !name.is_empty() && (run.id.as_str().starts_with(name) || run.id.as_str().ends_with(name));
    let found: Vec<&PublishedRun> = history.runs().iter().filter(matches).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let ids = history.runs().iter().map(|run| run.id.as_str()).chain(["latest", "previous"]);
            let near = nearest(name, ids).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Err(format!("no run is called {name}{near}"))
        }
        several => Err(format!("{} runs are called {name}…; write more of it", several.len())),
    }
}

/// What could be named.
fn known(output: &Path, history: &History) -> String {
    let mut dates: Vec<Date> = history.runs().iter().map(|run| run.as_of).collect();
    dates.sort_unstable();
    dates.dedup();
    if dates.is_empty() {
        return format!("help: {} holds no run; run the job first, or name another folder", output.display());
    }
    let more = dates.len().saturating_sub(NAMED);
    let shown: Vec<String> = dates.iter().skip(more).map(ToString::to_string).collect();
    let earlier = if more == 0 { String::new() } else { format!(" and {more} earlier") };
    format!("help: {} has runs for {}{earlier}", output.display(), shown.join(", "))
}
