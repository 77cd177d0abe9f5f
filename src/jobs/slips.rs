//! Keys that are unknown or missing, and what was probably meant.

use super::definition;
use super::error::Problem;
use super::shape::{Field, Kind, Shape};
use crate::rules::nearest;
use std::ops::Range;

/// A key that its table does not have, and the known key that it was most likely meant to be.
pub(super) fn unknown_key(shape: &Shape, header: &str, key: &str, span: Range<usize>) -> (Problem, Option<&'static str>) {
    let known = shape.keys().collect::<Vec<_>>();
    let table = if header.is_empty() { "at the top of the file".to_owned() } else { format!("in {header}") };
    let problem = Problem::at(span, format!("unknown key '{key}' {table}")).expected(format!("one of: {}", known.join(", ")));
    let near = nearest(key, known.iter().copied()).and_then(|near| known.iter().copied().find(|known| *known == near));
    let problem = match (near, home(key)) {
        (Some(near), _) => problem.help(format!("did you mean '{near}'?")),
        (None, Some(home)) => problem.help(format!("'{key}' belongs {home}")),
        (None, None) => problem,
    };
    (problem, near)
}

/// Where a key would be right, if that is clear: it most likely stands below the wrong header.
fn home(key: &str) -> Option<String> {
    let homes: Vec<&str> = definition::ALL.iter().filter(|shape| shape.field(key).is_some()).map(|shape| shape.header).collect();
    match homes.as_slice() {
        [""] => Some("at the top of the file, before the first [table]".to_owned()),
        [home] => Some(format!("in {home}")),
        [one, other] if !one.is_empty() => Some(format!("in {one} or {other}")),
        _ => None,
    }
}

/// A key that must be there and is not.
pub(super) fn missing_key(header: &str, field: &Field, span: Option<Range<usize>>) -> Problem {
    let (key, about) = (field.key, field.about.trim_end_matches('.'));
    match (&field.kind, header, span) {
        (Kind::Table(_), "[extracts]", _) => Problem::somewhere(format!("[extracts.{key}] is missing"))
            .help(format!("add [extracts.{key}] with path = \"{key}.csv\", or wherever it lies ({about})")),
        (Kind::Table(_), ..) => Problem::somewhere(format!("[{key}] is missing"))
            .help("add [extracts.consumptions] and [extracts.licenses], each with path = \"...\""),
        (Kind::Integer { .. }, _, Some(span)) => {
            missing_here(header, key, span).help(format!("add {key} = 100, or another integer ({about})"))
        }
        (_, _, Some(span)) => missing_here(header, key, span).help(format!("add {key} = \"...\" ({about})")),
        (_, _, None) => {
            Problem::somewhere(format!("'{key}' is missing at the top of the file")).help(format!("add {key} = \"...\" ({about})"))
        }
    }
}

fn missing_here(header: &str, key: &str, span: Range<usize>) -> Problem {
    Problem::at(span, format!("'{key}' is missing in {header}"))
}
