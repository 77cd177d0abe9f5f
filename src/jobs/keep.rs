//! `output.keep`: how long results stay. What that means to runs and links is `run::prune`'s; nothing goes before
//! `seatwise prune` is called.

use super::definition::NO_END;
use super::error::Problem;
use super::section::Section;
use super::shape::{Absent, Field, Kind, Shape};

/// `output.keep`: a run stays that either of the two keeps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Keep {
    /// So many dates, the greatest.
    pub runs: Option<u64>,
    /// The dates of so many days, up to the greatest.
    pub days: Option<u64>,
}

const FROM_ONE: Kind = Kind::Integer { least: 1, most: NO_END };

/// `keep` of `[output]`.
pub static KEEP: Shape = Shape {
    header: "keep",
    about: "What `seatwise prune` leaves. A run stays that either of the two keeps.",
    fields: &[
        Field { key: "runs", kind: FROM_ONE, absent: Absent::Nothing, about: "So many dates, the greatest." },
        Field { key: "days", kind: FROM_ONE, absent: Absent::Nothing, about: "The dates of so many days, up to the greatest." },
    ],
};

/// Takes `keep` of `[output]` apart.
pub(super) fn read(output: &Section, problems: &mut Vec<Problem>) -> Option<Keep> {
    let keep = output.written_section("keep")?;
    if !keep.is_written("runs") && !keep.is_written("days") {
        let span = keep.span.clone().unwrap_or(0..0);
        problems.push(Problem::at(span, "keep does not say what to keep").help("add runs = 30, days = 90, or both"));
    }
    let number = |key| keep.integer(key).and_then(|number| u64::try_from(number).ok());
    Some(Keep { runs: number("runs"), days: number("days") })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jobs::Job;
    use std::path::Path;

    fn load(output: &str) -> Result<Option<Keep>, String> {
        let job = format!(
            "name = \"n\"\n[extracts.consumptions]\npath = \"c.csv\"\n[extracts.licenses]\npath = \"l.csv\"\n[output]\npath = \"out\"\n{output}\n"
        );
        let job = Job::from_bytes(Path::new("job.toml"), job.as_bytes(), &|_| None);
        job.map(|job| job.output.keep).map_err(|error| crate::jobs::render::plain(&error))
    }

    #[test]
    fn either_or_both_may_be_given() {
        assert_eq!(load(""), Ok(None));
        assert_eq!(load("keep = { runs = 30 }"), Ok(Some(Keep { runs: Some(30), days: None })));
        assert_eq!(load("[output.keep]\nruns = 30\ndays = 90"), Ok(Some(Keep { runs: Some(30), days: Some(90) })));
    }

    #[test]
    fn what_keeps_nothing_is_refused() {
        for (output, word) in
            [("keep = {}", "does not say what to keep"), ("keep = { runs = 0 }", "1 or more"), ("keep = { run = 1 }", "runs")]
        {
            let message = load(output).unwrap_err();
            assert!(message.contains(word), "{message}");
        }
    }
}
