//! How a run is named, by every command alike: `latest` · `previous` · a date, as `2026-11-22` or `as_of=2026-11-22`, for its newest
//! run · a run's id, or a part at its beginning or end that no other has · the path of a run's folder. The one answer for all
//! options and arguments that name a run; in which OUTPUT it is looked for, `which_output` answers.

use crate::answers::AnswerError;
use crate::model::date::Date;
use crate::rules::nearest;
use crate::run::layout::{AS_OF_PREFIX, LATEST, Layout, MANIFEST};
use crate::run::{History, PublishedRun};
use std::path::{Path, PathBuf};

/// How many runs or dates a message names.
const NAMED: usize = 8;

/// The folder of a run that is named by its path, wherever it lies.
pub fn by_path(name: &str) -> Option<PathBuf> {
    let path = Path::new(name);
    (name.contains('/') && path.join(MANIFEST).is_file()).then(|| path.to_owned())
}

/// The folder of the run that is named, or what is wrong with the name.
pub fn folder(output: &Path, name: &str) -> Result<PathBuf, AnswerError> {
    if let Some(folder) = by_path(name).or_else(|| at_once(output, name)) {
        return Ok(folder);
    }
    let history = History::read(output).map_err(|error| AnswerError::unreadable(error.to_string()))?;
    if history.runs().is_empty() {
        let shown = output.display();
        return Err(AnswerError::unreadable(format!("{shown} holds no published run\n  help: run the job first, or name another folder")));
    }
    let found = choose(&history, name).map(|run| run.folder.clone());
    found.map_err(|problem| AnswerError::usage(format!("{problem}\n  {}", known(output, &history))))
}

/// The usual names without a look at all runs. A link is read once: it may move before the last table is opened.
fn at_once(output: &Path, name: &str) -> Option<PathBuf> {
    let layout = Layout::new(output);
    let place = match (name, date(name)) {
        (LATEST, _) => output.join(LATEST),
        (_, Some(date)) => output.join(Layout::as_of_link(date)),
        (id, None) => layout.run(Path::new(id).file_name()?.to_str().filter(|plain| *plain == id)?),
    };
    let folder = std::fs::read_link(&place).map_or(place, |target| output.join(target));
    folder.join(MANIFEST).is_file().then_some(folder)
}

/// The date of a name that is one.
fn date(name: &str) -> Option<Date> {
    Date::parse_iso(name.strip_prefix(AS_OF_PREFIX).unwrap_or(name))
}

/// The run of a name.
fn choose<'a>(history: &'a History, name: &str) -> Result<&'a PublishedRun, String> {
    if let Some(date) = date(name) {
        return history.newest_of(date).ok_or_else(|| format!("no run answers for {date}"));
    }
    match name {
        LATEST => history.latest().ok_or_else(|| "there is no run yet".to_owned()),
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
            let ids = history.runs().iter().map(|run| run.id.as_str()).chain([LATEST, "previous"]);
            let near = nearest(name, ids).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
            Err(format!("no run is called {name}{near}"))
        }
        several => {
            let names: Vec<&str> = several.iter().take(NAMED).map(|run| run.id.as_str()).collect();
            let more = several.len().saturating_sub(NAMED);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            Err(format!("{name} is a part of several runs: {}{more}; write more of it", names.join(", ")))
        }
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
