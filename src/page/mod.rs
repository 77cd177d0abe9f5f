//! `report.html` of a run: one file to look at, made from the run's tables alone, so that it can be made again from any published
//! run, with the same bytes. It needs no server and no network; all that it shows is embedded in it as JSON.
//!
//! [`bounds`] how much is embedded · `grid` rows of a table as JSON · `headline`, `deficits`, `licenses`, `places`, `alerts`,
//! `movements`, `trends`, `quality` the sections · `told` the answers that the search box gives, in the words of `seatwise why` ·
//! [`source`] what of the largest tables need not be read by who has it in memory ·
//! `html` the file. How it looks and what a click does stands in `page.html`, `page.css` and `js/`.

mod alerts;
pub mod bounds;
mod deficits;
mod grid;
mod headline;
mod html;
mod licenses;
mod movements;
mod places;
mod positions;
mod quality;
pub mod source;
mod told;
mod trends;

#[cfg(test)]
mod tests;

use crate::answers::{AnswerError, Published};
use crate::run::History;
use bounds::Bounds;
use grid::Grid;
use serde::Serialize;
use source::Source;

/// The file's name in the folder of a run.
pub const FILE: &str = "report.html";

/// Which run it is: the one place that names it. All else is the same for equal inputs.
#[derive(Serialize)]
struct RunMark<'a> {
    id: &'a str,
    job: &'a str,
    as_of: String,
    started_at: String,
    program_version: &'a str,
    /// The run that movements are counted against, and its date if that run is still there.
    baseline: Option<&'a str>,
    baseline_as_of: Option<String>,
    /// The first line of every answer.
    line: String,
}

/// All that the page shows.
#[derive(Serialize)]
struct PageData<'a> {
    run: RunMark<'a>,
    headline: headline::Headline,
    positions: Grid,
    deficits: deficits::Section,
    licenses: Grid,
    places: places::Section,
    alerts: alerts::Section,
    advice: alerts::Advice,
    movements: Option<movements::Section>,
    trends: trends::Section,
    quality: quality::Section<'a>,
    answers: told::Answers,
}

/// The bytes of the report. `history` is that of the OUTPUT; of it only what was published before the run is looked at.
pub fn make(run: &Published, history: &History) -> Result<Vec<u8>, AnswerError> {
    make_from(run, run, history)
}

/// The same bytes, for somebody who need not look through the largest tables.
pub fn make_from(source: &dyn Source, run: &Published, history: &History) -> Result<Vec<u8>, AnswerError> {
    make_within(source, run, history, &Bounds::default())
}

/// The report, with other bounds on what is embedded.
fn make_within(source: &dyn Source, run: &Published, history: &History, bounds: &Bounds) -> Result<Vec<u8>, AnswerError> {
    let positions = positions::Positions::read(run)?;
    let (asked, rest) = rayon::join(
        || {
            let (deficits, licenses) = rayon::join(|| deficits::read(run, source, &positions, bounds), || licenses::read(run, bounds));
            let (deficits, licenses) = (deficits?, licenses?);
            let asked = told::Asked { positions: &positions, deficits: &deficits, licenses: &licenses };
            let answers = told::read(run, asked, source, bounds)?;
            Ok::<_, AnswerError>((deficits, licenses, answers))
        },
        || {
            let places = places::read(run, bounds)?;
            let (alerts, advice) = (alerts::read(run, bounds)?, alerts::advice(run, bounds)?);
            let movements = movements::read(run, bounds)?;
            Ok::<_, AnswerError>((places, alerts, advice, movements, trends::read(run, history, &positions, bounds)?))
        },
    );
    let ((deficits, licenses, answers), (places, alerts, advice, movements, trends)) = (asked?, rest?);
    let data = PageData {
        run: mark(run, history),
        headline: headline::of(run, &positions, licenses.grid.all)?,
        positions: positions.grid(bounds)?,
        deficits: deficits.section,
        licenses: licenses.grid,
        places,
        alerts,
        advice,
        movements,
        trends,
        quality: quality::read(run, bounds)?,
        answers,
    };
    html::file(&data).map_err(|error| AnswerError::internal(format!("the report cannot be written: {error}")))
}

fn mark<'a>(run: &'a Published, history: &History) -> RunMark<'a> {
    let manifest = &run.manifest;
    let baseline = manifest.baseline.as_deref();
    RunMark {
        id: &manifest.run_id,
        job: &manifest.job.name,
        as_of: manifest.as_of.to_string(),
        started_at: manifest.started_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        program_version: &manifest.program_version,
        baseline,
        baseline_as_of: baseline.and_then(|id| history.run(id)).map(|run| run.as_of.to_string()),
        line: crate::explain::answer::run(&manifest.run_id, &manifest.job.name, &manifest.as_of.to_string()),
    }
}
