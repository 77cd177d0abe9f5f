//! What a job file says about inputs that are not to be believed, or not to be read at all: `fresh_within`, `min_rows` and
//! `max_change` of an extract, the bounds of `[limits]` on files, and the mode of what is written. Their tables are `definition`'s.

use super::duration;
use super::error::Problem;
use super::section::Section;
use crate::extract::{Gates, InputLimits};
use std::path::Path;

/// The expectations of an extract.
pub(super) fn gates(section: &Section, problems: &mut Vec<Problem>) -> Gates {
    let fresh_within = section.text("fresh_within").and_then(|text| match duration::parse(text.value()) {
        Ok(length) if !length.is_zero() => Some(length),
        outcome => {
            let problem = Problem::at(text.span(), format!("fresh_within cannot be \"{}\"", text.value()));
            let help = match outcome {
                Ok(_) => "no file is written at the very moment of a run".to_owned(),
                Err(error) => error.to_string(),
            };
            problems.push(problem.expected("a length of time, such as \"26h\", \"90m\" or \"1d12h\"").help(help));
            None
        }
    });
    Gates {
        fresh_within,
        min_rows: section.integer("min_rows").and_then(|rows| u64::try_from(rows).ok()),
        max_change: section.decimal("max_change"),
    }
}

/// The bounds on what is read.
pub(super) fn limits(section: &Section, folder: &Path) -> InputLimits {
    // What is missing here has a default in its definition, so the fallbacks only keep this total.
    let default = InputLimits::default();
    let count = |key, default| section.integer(key).and_then(|number| u64::try_from(number).ok()).unwrap_or(default);
    InputLimits {
        max_file_bytes: count("max_file_bytes", default.max_file_bytes),
        max_unpack_ratio: count("max_unpack_ratio", default.max_unpack_ratio),
        max_rows: count("max_rows", default.max_rows),
        max_columns: count("max_columns", default.max_columns),
        max_field_bytes: count("max_field_bytes", default.max_field_bytes),
        roots: section.texts("roots").iter().map(|root| folder.join(root.value().trim())).collect(),
    }
}

/// `output.mode`: who may read and write what a run leaves.
pub(super) fn mode(output: &Section, problems: &mut Vec<Problem>) -> Option<u32> {
    let text = output.text("mode")?;
    let digits = text.value().strip_prefix('0').unwrap_or(text.value());
    let mode = (digits.len() == 3).then(|| u32::from_str_radix(digits, 8).ok()).flatten();
    match mode {
        Some(mode) if mode & 0o600 == 0o600 && mode & 0o111 == 0 => Some(mode),
        _ => {
            let problem = Problem::at(text.span(), format!("mode cannot be \"{}\"", text.value()));
            let help = match mode {
                Some(mode) if mode & 0o111 != 0 => "leave out the right to execute: folders get it wherever they may be read",
                Some(_) => "the owner must be able to read and write: the first digit is 6",
                None => "write three digits from 0 to 7, as for chmod",
            };
            problems.push(problem.expected("the mode of files in octal digits, such as \"0640\"").help(help));
            None
        }
    }
}
