//! Several files of one estate: whether they speak of the same products, machines and users by the same names. Where a file has two
//! columns that may be the product, the one that the other file knows is taken.

use super::names::points;
use super::profile::Profile;
use super::{Asked, Proposal, Said};
use crate::extract::nearest::nearest;
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use std::collections::{BTreeMap, BTreeSet};

/// What files share, and who tells whom.
const SHARED: &[(&str, ExtractKind, ExtractKind)] = &[
    ("product_id", ExtractKind::Consumptions, ExtractKind::Licenses),
    ("product_id", ExtractKind::Consumptions, ExtractKind::Products),
    ("product_id", ExtractKind::Licenses, ExtractKind::Products),
    ("asset_id", ExtractKind::Consumptions, ExtractKind::Assets),
    ("user_id", ExtractKind::Consumptions, ExtractKind::Users),
    ("user_id", ExtractKind::Assets, ExtractKind::Users),
];
/// Values of a column that are compared.
const MOST: usize = 50_000;
/// Strangers that are shown.
const SHOWN: usize = 5;

/// How two files agree on a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub field: &'static str,
    /// The files, by their place.
    pub from: usize,
    pub to: usize,
    /// Different values of the first, and how many of them the second has.
    pub values: usize,
    pub known: usize,
    /// Some that it has not, each with the one that it may mean.
    pub strangers: Vec<(String, Option<String>)>,
}

/// The values of the columns that files may have in common.
pub(super) fn keys(proposal: &Proposal, profiles: &[Profile<'_>]) -> Vec<(usize, Vec<String>)> {
    let may_be = |heading: &str| SHARED.iter().any(|(field, ..)| points(proposal.kind, field, heading).is_some());
    let chosen = |column: usize| {
        proposal.matches.iter().any(|found| found.column == column && SHARED.iter().any(|(field, ..)| *field == found.field))
    };
    let values = |profile: &Profile<'_>| profile.values.iter().take(MOST).map(|(value, _)| (*value).to_owned()).collect();
    profiles
        .iter()
        .enumerate()
        .filter(|(column, profile)| chosen(*column) || may_be(profile.heading))
        .map(|(column, profile)| (column, values(profile)))
        .collect()
}

/// For each file what is better said of it, so that they speak of the same things: a column that the other file knows in the place
/// of one that it does not. Nothing is changed that somebody said.
pub fn better(proposals: &[Proposal], asked: &[Asked]) -> Vec<Asked> {
    let mut better = asked.to_vec();
    for (field, from, to) in SHARED.iter().filter(|(field, ..)| *field == "product_id") {
        let place = |kind: ExtractKind| proposals.iter().position(|proposal| proposal.kind == kind);
        let (Some(from), Some(to)) = (place(*from), place(*to)) else { continue };
        let said = |file: usize| asked[file].columns.contains_key(*field);
        let candidates = |file: usize| {
            if said(file) || better[file].columns.contains_key(*field) { Vec::new() } else { candidates(&proposals[file], field) }
        };
        let chosen = |file: usize| {
            let forced = better[file].columns.get(*field).map(|said| said.heading.as_str());
            let heading = forced.or_else(|| proposals[file].heading_of(field));
            heading.and_then(|heading| proposals[file].headings.iter().position(|other| other == heading))
        };
        let (Some(old_from), Some(old_to)) = (chosen(from), chosen(to)) else { continue };
        let shared = |left: usize, right: usize| common(&proposals[from], left, &proposals[to], right);
        let mut best = (shared(old_from, old_to), old_from, old_to);
        let lefts: Vec<usize> = std::iter::once(old_from).chain(candidates(from)).collect();
        let rights: Vec<usize> = std::iter::once(old_to).chain(candidates(to)).collect();
        for left in &lefts {
            for right in &rights {
                let found = shared(*left, *right);
                if found > best.0 {
                    best = (found, *left, *right);
                }
            }
        }
        for (file, other, old, new) in [(from, to, old_from, best.1), (to, from, old_to, best.2)] {
            if old != new {
                let heading = proposals[file].headings[new].clone();
                let why =
                    format!("by its values: {} has them too, and not those of {}", proposals[other].path, proposals[file].headings[old]);
                better[file].columns.insert((*field).to_owned(), Said { heading, why });
            }
        }
    }
    better
}

/// Columns that could be a field by their name, and are no other.
fn candidates(proposal: &Proposal, field: &str) -> Vec<usize> {
    let free = |column: usize| !proposal.matches.iter().any(|found| found.column == column && found.field != field && found.points >= 90);
    (0..proposal.headings.len())
        .filter(|column| free(*column) && points(proposal.kind, field, &proposal.headings[*column]).is_some())
        .collect()
}

/// How many values of one column another has, in thousandths of the first.
fn common(from: &Proposal, left: usize, to: &Proposal, right: usize) -> usize {
    let (Some(left), Some(right)) = (values(from, left), values(to, right)) else { return 0 };
    let known: BTreeSet<&String> = right.iter().collect();
    left.iter().filter(|value| known.contains(value)).count() * 1000 / left.len().max(1)
}

fn values(proposal: &Proposal, column: usize) -> Option<&Vec<String>> {
    proposal.keys.iter().find(|(known, _)| *known == column).map(|(_, values)| values)
}

/// Declares as text what consumptions, assets and users call by one name and hold of different types: one name must have one type,
/// and as text all of it can be read.
pub fn settle_types(proposals: &mut [Proposal]) {
    const SHARING: [ExtractKind; 3] = [ExtractKind::Consumptions, ExtractKind::Assets, ExtractKind::Users];
    let mut known: BTreeMap<String, BTreeSet<Type>> = BTreeMap::new();
    for proposal in proposals.iter().filter(|proposal| SHARING.contains(&proposal.kind)) {
        for (name, kind) in &proposal.trial.attributes {
            known.entry(name.clone()).or_default().insert(*kind);
        }
    }
    known.retain(|_, kinds| kinds.len() > 1);
    for proposal in proposals.iter_mut().filter(|proposal| SHARING.contains(&proposal.kind)) {
        let clashing = proposal.trial.attributes.iter().filter(|(name, _)| known.contains_key(name));
        proposal.types = clashing.map(|(name, _)| (name.clone(), Type::Text)).collect();
    }
}

/// How the files agree, for each field that two of them share.
pub fn links(proposals: &[Proposal]) -> Vec<Link> {
    let mut links = Vec::new();
    for (field, from, to) in SHARED {
        for (left, first) in proposals.iter().enumerate().filter(|(_, proposal)| proposal.kind == *from) {
            for (right, second) in proposals.iter().enumerate().filter(|(_, proposal)| proposal.kind == *to) {
                links.extend(link(field, (left, first), (right, second)));
            }
        }
    }
    links
}

fn link(field: &'static str, (left, first): (usize, &Proposal), (right, second): (usize, &Proposal)) -> Option<Link> {
    let column = |proposal: &Proposal| proposal.matches.iter().find(|found| found.field == field).map(|found| found.column);
    let (theirs, others) = (values(first, column(first)?)?, values(second, column(second)?)?);
    let is_null = |value: &&String| first.nulls.iter().any(|null| null.word == **value);
    let theirs: Vec<&String> = theirs.iter().filter(|value| !is_null(value)).collect();
    let known: BTreeSet<&String> = others.iter().collect();
    let strangers: Vec<&String> = theirs.iter().filter(|value| !known.contains(**value)).copied().collect();
    let unused: Vec<&str> = others.iter().filter(|value| !theirs.contains(value)).map(String::as_str).take(2_000).collect();
    let shown = strangers.iter().take(SHOWN).map(|value| {
        let near = nearest(value, unused.iter().copied()).or_else(|| same_words(value, &unused));
        ((*value).clone(), near.map(str::to_owned))
    });
    Some(Link { field, from: left, to: right, values: theirs.len(), known: theirs.len() - strangers.len(), strangers: shown.collect() })
}

/// The first that has the words of the other, some of them in full where the other cuts them short: `Visio Pro 2019` and `Visio
/// Professional 2019`. Numbers must be the same.
fn same_words<'a>(value: &str, others: &[&'a str]) -> Option<&'a str> {
    let words = |text: &str| -> Vec<String> { text.to_lowercase().split_whitespace().map(str::to_owned).collect() };
    let alike = |left: &String, right: &String| {
        let number = left.bytes().chain(right.bytes()).any(|byte| byte.is_ascii_digit());
        left == right || (!number && (left.starts_with(right.as_str()) || right.starts_with(left.as_str())))
    };
    let own = words(value);
    others.iter().copied().find(|other| {
        let other = words(other);
        let (short, long) = if own.len() <= other.len() { (&own, &other) } else { (&other, &own) };
        short.len() >= 2 && short.iter().all(|word| long.iter().any(|other| alike(word, other)))
    })
}
