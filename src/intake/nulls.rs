//! Words that people and programs write where there is nothing to write.

use super::profile::Profile;

/// What stands for nothing wherever it stands, in lower case.
const ANYWHERE: &[&str] = &[
    "null",
    "(null)",
    "<null>",
    "n/a",
    "#n/a",
    "n.a.",
    "-",
    "--",
    "none",
    "(none)",
    "<none>",
    "nil",
    "nan",
    "(blank)",
    "not available",
    "not applicable",
    "?",
];
/// What stands for nothing where a date or a number is expected; elsewhere it may be a name.
const OF_TYPED: &[&str] =
    &["na", "unknown", "tbd", "never", "perpetual", "no expiry", "00/00/0000", "0000-00-00", "00.00.0000", "0000-00-00 00:00:00"];

/// A word, and the rows that hold it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NullWord {
    pub word: String,
    pub rows: u64,
}

/// Whether a word stands for nothing where a date or a number is expected.
pub fn is_typed_null(value: &str) -> bool {
    OF_TYPED.iter().any(|word| value.eq_ignore_ascii_case(word))
}

/// The words for nothing in some columns, as they are spelled there. Of columns of dates and numbers (`typed`) more are known.
pub fn null_words<'a>(profiles: impl IntoIterator<Item = &'a Profile<'a>>, typed: bool) -> Vec<NullWord> {
    let mut found: Vec<NullWord> = Vec::new();
    for profile in profiles {
        for (value, rows) in &profile.values {
            let lower = value.to_lowercase();
            let known = ANYWHERE.contains(&lower.as_str()) || (typed && is_typed_null(value));
            if !known {
                continue;
            }
            match found.iter_mut().find(|known| known.word == *value) {
                Some(known) => known.rows += rows,
                None => found.push(NullWord { word: (*value).to_owned(), rows: *rows }),
            }
        }
    }
    found.sort_by(|left, right| left.word.cmp(&right.word));
    found
}
