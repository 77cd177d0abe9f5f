//! The fields that rules can read, by side, and the nearest known word to one that is not known.
//! Which fields there are (contract §5.1: those of §2, attributes, set fields) is for the caller to say.

use super::expr::Side;
use crate::model::tree::Dimension;
use crate::model::value::Type;

/// A field as rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    pub name: String,
    pub kind: Type,
    /// The tree that it holds nodes of (contract §5.1: department, location, cost_center, and what `[attributes]` maps).
    pub tree: Option<Dimension>,
}

impl FieldInfo {
    pub fn new(name: impl Into<String>, kind: Type, tree: Option<Dimension>) -> Self {
        Self { name: name.into(), kind, tree }
    }
}

/// The fields of each side. The place in the vector is the slot of `Expr::Field`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schema {
    pub consumption: Vec<FieldInfo>,
    pub license: Vec<FieldInfo>,
    pub user: Vec<FieldInfo>,
}

impl Schema {
    /// The fields of a side, by slot.
    pub fn side(&self, side: Side) -> &[FieldInfo] {
        match side {
            Side::Consumption => &self.consumption,
            Side::License => &self.license,
            Side::User => &self.user,
        }
    }

    /// The slot of a field.
    pub fn slot(&self, side: Side, name: &str) -> Option<usize> {
        self.side(side).iter().position(|field| field.name == name)
    }

    /// Appends a field and gives its slot.
    pub fn push(&mut self, side: Side, field: FieldInfo) -> usize {
        let fields = match side {
            Side::Consumption => &mut self.consumption,
            Side::License => &mut self.license,
            Side::User => &mut self.user,
        };
        fields.push(field);
        fields.len() - 1
    }
}

/// The candidate that `word` was most likely meant to be: fewest edits, at most one in three letters; the first of equals.
pub fn nearest<'a, S: AsRef<str> + ?Sized + 'a>(word: &str, candidates: impl IntoIterator<Item = &'a S>) -> Option<&'a str> {
    let length = word.chars().count();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let candidate = candidate.as_ref();
        let edits = if candidate.eq_ignore_ascii_case(word) { 0 } else { distance(word, candidate) };
        let bound = (length.max(candidate.chars().count()) / 3).max(1);
        if edits <= bound && edits < length && best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Insertions, deletions, substitutions and swaps of neighbors that make one word of the other.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    let mut previous = None;
    for (row, letter) in from.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let substituted = last[column] + usize::from(letter != *other);
            let mut least = substituted.min(last[column + 1] + 1).min(current[column] + 1);
            if column > 0 && previous == Some(*other) && to[column - 1] == letter {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
        previous = Some(letter);
    }
    last[to.len()]
}
