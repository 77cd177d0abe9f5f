//! What a row is known by, where no column says so: the fewest columns that together name each row. An export of installations seldom
//! numbers its rows.

use crate::extract::preview::Sheet;
use crate::model::words::ExtractKind;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::{Hash, Hasher};

/// Columns that make an identifier.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Join {
    pub field: &'static str,
    pub headings: Vec<String>,
    pub why: String,
}

/// Rows that stand for several things, of a hundred, that an identifier may leave.
const MOST_CLASHES: usize = 2;

/// Makes an identifier for an extract: of the columns that are `first` in this order (machine, user, product …), with one or two of
/// the others if need be. `None` where the extract has none to make, or nothing names the rows.
pub fn join(kind: ExtractKind, sheet: &Sheet, first: &[usize], others: &[usize]) -> Option<Join> {
    let field = match kind {
        ExtractKind::Consumptions => "consumption_id",
        ExtractKind::Licenses => "license_id",
        _ => return None,
    };
    if first.is_empty() {
        return None;
    }
    let headings = |parts: &[usize]| parts.iter().map(|place| sheet.columns[*place].name.clone()).collect();
    if sheet.rows == 0 {
        return Some(Join { field, headings: headings(first), why: "no column numbers the rows; there is no row to try it on".to_owned() });
    }
    let columns: Vec<Vec<u64>> = sheet.columns.iter().map(|column| column.values().map(|value| value.map_or(0, hash)).collect()).collect();
    let whole: Vec<u64> = (0..sheet.rows).map(|row| hash(columns.iter().map(|column| column[row]).collect::<Vec<_>>())).collect();
    let alone = [first.to_vec()];
    let with_one = others.iter().map(|other| [first, &[*other]].concat());
    let with_two =
        others.iter().enumerate().flat_map(|(place, left)| others[place + 1..].iter().map(move |right| [first, &[*left, *right]].concat()));
    for parts in alone.into_iter().chain(with_one).chain(with_two) {
        let clashes = clashes(&columns, &whole, &parts);
        if clashes * 100 <= sheet.rows * MOST_CLASHES {
            let why = if clashes == 0 {
                "no column numbers the rows, and these together do".to_owned()
            } else {
                format!("no column numbers the rows, and these together do, but for {clashes} of {}", sheet.rows)
            };
            return Some(Join { field, headings: headings(&parts), why });
        }
    }
    None
}

/// Rows that share their identifier with a row that differs from them.
fn clashes(columns: &[Vec<u64>], whole: &[u64], parts: &[usize]) -> usize {
    let mut known: FxHashMap<u64, (u64, usize, bool)> = FxHashMap::default();
    for (row, whole) in whole.iter().enumerate() {
        let key = hash(parts.iter().map(|part| columns[*part][row]).collect::<Vec<_>>());
        let entry = known.entry(key).or_insert((*whole, 0, false));
        entry.1 += 1;
        entry.2 |= entry.0 != *whole;
    }
    known.values().filter(|(_, _, differ)| *differ).map(|(_, rows, _)| rows).sum()
}

fn hash(value: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    value.hash(&mut hasher);
    hasher.finish()
}
