//! Rows that are known by the same identifier (contract §2.1): of equal rows the first is kept, contradicting rows all go. Gives
//! the rows that stay, consumptions in the order of their identifiers.

use super::columns::Wanted;
use super::fields::{Identity, identity};
use super::rejects::Faults;
use crate::model::codes::CodeSet;
use crate::model::text::TextArena;
use crate::model::value::Column;
use crate::model::words::{ExtractKind, RejectReason};
use rayon::prelude::*;
use std::cmp::Ordering;

/// The columns of an extract, place by place those of `wanted`, and its identifiers if they are kept apart.
pub struct Rows<'a> {
    pub extract: ExtractKind,
    pub wanted: &'a [&'a Wanted],
    pub columns: &'a [Column],
    pub identifiers: &'a TextArena,
    pub count: usize,
}

/// The rows that stay, in the order of the frame, or none if all stay as they are; `faults` gets those that do not.
pub fn settle(rows: &Rows<'_>, faults: &mut Faults) -> Option<Vec<u32>> {
    let is_sorted = rows.extract == ExtractKind::Consumptions;
    if is_sorted && faults.is_empty() && all_ascending(rows.identifiers) {
        return None;
    }
    let good: Vec<u32> = (0..rows.count as u32).filter(|row| faults.is_empty() || !faults.holds(*row)).collect();
    if is_sorted && ascending(rows.identifiers, &good) {
        return Some(good);
    }
    if let [name] = identity(rows.extract).columns()
        && all_differ(codes_of(rows, name), &good)
    {
        return (good.len() < rows.count).then_some(good);
    }
    let sorted = match identity(rows.extract) {
        Identity::ConsumptionId => by_identifier(rows.identifiers, good),
        identity @ (Identity::Columns(_) | Identity::WholeRow) => by_codes(rows, identity.columns(), good),
    };
    let before = sorted.len();
    let mut kept = Vec::with_capacity(before);
    let mut start = 0;
    while start < sorted.len() {
        let length = sorted[start..].iter().take_while(|(group, _)| *group == sorted[start].0).count();
        judge(rows, &sorted[start..start + length], faults, &mut kept);
        start += length;
    }
    if !is_sorted {
        kept.sort_unstable();
        if kept.len() == rows.count {
            return None;
        }
    }
    Some(kept)
}

/// Judges the rows of one identity; they come in the order of (file, row).
fn judge(rows: &Rows<'_>, group: &[(u32, u32)], faults: &mut Faults, kept: &mut Vec<u32>) {
    let [(_, first), others @ ..] = group else { return };
    if others.is_empty() {
        kept.push(*first);
    } else if others.iter().all(|(_, other)| compare(rows, *first, *other).is_eq()) {
        kept.push(*first);
        for (_, row) in others {
            faults.of_row(*row, RejectReason::DuplicateRow, None, "an equal row came before: the first is kept".to_owned());
        }
    } else if identity(rows.extract) == Identity::WholeRow {
        judge_whole_rows(rows, group, faults, kept);
    } else if rows.extract == ExtractKind::Trees && contradicting_parents(rows, group) {
        // No reject: a node with two parents stops the run, which is for the builder of the tree to say.
        kept.extend(group.iter().map(|(_, row)| *row));
    } else {
        let message = format!("{} rows of this identifier differ from each other: none of them is taken", group.len());
        for (_, row) in group {
            faults.of_row(*row, RejectReason::DuplicateId, None, message.clone());
        }
    }
}

/// Rows that are known by all their columns cannot contradict: equal ones are doubles, others are different rows.
fn judge_whole_rows(rows: &Rows<'_>, group: &[(u32, u32)], faults: &mut Faults, kept: &mut Vec<u32>) {
    let mut order: Vec<u32> = group.iter().map(|(_, row)| *row).collect();
    order.sort_by(|left, right| compare(rows, *left, *right).then(left.cmp(right)));
    let mut last: Option<u32> = None;
    for row in order {
        if last.is_some_and(|last| compare(rows, last, row).is_eq()) {
            faults.of_row(row, RejectReason::DuplicateRow, None, "an equal row came before: the first is kept".to_owned());
        } else {
            kept.push(row);
            last = Some(row);
        }
    }
}

fn contradicting_parents(rows: &Rows<'_>, group: &[(u32, u32)]) -> bool {
    let parents = rows.wanted.iter().position(|wanted| wanted.name == "parent").map_or(&[][..], |place| rows.columns[place].texts());
    group.iter().any(|(_, row)| parents.get(*row as usize) != parents.get(group[0].1 as usize))
}

/// Two rows, column by column. Any total order does: equal rows are what matters.
fn compare(rows: &Rows<'_>, left: u32, right: u32) -> Ordering {
    rows.columns
        .iter()
        .map(|column| column.get(left as usize).cmp(&column.get(right as usize)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// [`ascending`] for all rows.
fn all_ascending(identifiers: &TextArena) -> bool {
    (1..identifiers.len()).into_par_iter().all(|row| identifiers.get(row - 1) < identifiers.get(row))
}

/// Whether identifiers ascend from row to row, as in many an extract: then each is there once, and nothing is to be sorted.
fn ascending(identifiers: &TextArena, rows: &[u32]) -> bool {
    rows.par_windows(2).all(|two| identifiers.get(two[0] as usize) < identifiers.get(two[1] as usize))
}

/// Rows with the number of their group, sorted by identifier and row. Identifiers often begin alike (`C-0000…`), so what all have
/// in common is left out, and the next 16 bytes nearly always decide without looking at the texts.
fn by_identifier(identifiers: &TextArena, rows: Vec<u32>) -> Vec<(u32, u32)> {
    let text = |row: u32| identifiers.get(row as usize).as_bytes();
    let common = rows.first().map_or(0, |first| {
        let first = text(*first);
        rows.par_iter().map(|row| first.iter().zip(text(*row)).take_while(|(left, right)| left == right).count()).min().unwrap_or(0)
    });
    let mut keys: Vec<(u128, u32)> = rows.par_iter().map(|row| (prefix(&text(*row)[common..]), *row)).collect();
    let by_text =
        |left: &(u128, u32), right: &(u128, u32)| left.0.cmp(&right.0).then_with(|| text(left.1)[common..].cmp(&text(right.1)[common..]));
    keys.par_sort_unstable_by(|left, right| by_text(left, right).then(left.1.cmp(&right.1)));
    numbered(&keys, |left, right| by_text(left, right).is_eq())
}

/// The first 16 bytes as a number that is ordered as they are.
fn prefix(bytes: &[u8]) -> u128 {
    let mut first = [0; 16];
    let length = bytes.len().min(16);
    first[..length].copy_from_slice(&bytes[..length]);
    u128::from_be_bytes(first)
}

/// The codes of a text column; none if it is no column of texts.
fn codes_of<'a>(rows: &Rows<'a>, name: &str) -> &'a [u32] {
    rows.wanted.iter().position(|wanted| wanted.name == name).map_or(&[], |place| rows.columns[place].texts())
}

/// Whether each row has a code of its own, as in nearly every extract: then nothing is to be sorted.
fn all_differ(codes: &[u32], rows: &[u32]) -> bool {
    let mut seen = CodeSet::default();
    rows.iter().all(|row| codes.get(*row as usize).is_some_and(|code| seen.insert(*code)))
}

/// Rows with the number of their group, sorted by the codes of some text columns and row.
fn by_codes(rows: &Rows<'_>, names: &[&str], good: Vec<u32>) -> Vec<(u32, u32)> {
    let mut codes: [&[u32]; 4] = [&[]; 4];
    codes.iter_mut().zip(names).for_each(|(codes, name)| *codes = codes_of(rows, name));
    let key = |row: u32| codes.map(|codes| codes.get(row as usize).copied().unwrap_or(0));
    let mut keys: Vec<([u32; 4], u32)> = good.par_iter().map(|row| (key(*row), *row)).collect();
    keys.par_sort_unstable();
    numbered(&keys, |left, right| left.0 == right.0)
}

fn numbered<K>(keys: &[(K, u32)], same: impl Fn(&(K, u32), &(K, u32)) -> bool) -> Vec<(u32, u32)> {
    let mut out = Vec::with_capacity(keys.len());
    let mut group = 0;
    for (place, key) in keys.iter().enumerate() {
        if place > 0 && !same(&keys[place - 1], key) {
            group += 1;
        }
        out.push((group, key.1));
    }
    out
}
