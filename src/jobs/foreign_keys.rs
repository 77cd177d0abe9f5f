//! What a job says about extracts that were not made for it: `join`, fields made of several columns, and `values`, what the
//! values of a column stand for. Their keys are `definition`'s; what they do to an extract is `extract`'s.

use super::error::Problem;
use super::section::{Entry, Given, Section};
use crate::extract::fields::{Check, fields};
use crate::model::words::ExtractKind;
use crate::rules::nearest;
use std::collections::BTreeMap;

/// `join`: our field → the columns that it is made of.
pub(super) fn join(section: &Section, problems: &mut Vec<Problem>) -> BTreeMap<String, Vec<String>> {
    let mut join = BTreeMap::new();
    for entry in section.map("join") {
        if let Some(renamed) = section.map("columns").iter().find(|renamed| renamed.key == entry.key) {
            let problem = Problem::at(entry.key_span.clone(), format!("'{}' is a column already", entry.key));
            problems.push(problem.also(renamed.key_span.clone(), "it is renamed here").help("leave out one of the two"));
        }
        if let Given::Texts(parts) = &entry.given {
            join.insert(entry.key.clone(), parts.iter().map(|part| part.value().trim().to_owned()).collect());
        }
    }
    join
}

/// `values`: our field → their value → what it stands for. What a field of a closed list is to hold is held against the list here,
/// for it is the job that is wrong and not the extract.
pub(super) fn values(kind: ExtractKind, section: &Section, problems: &mut Vec<Problem>) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for entry in section.map("values") {
        let Given::Map(pairs) = &entry.given else { continue };
        let known: &mut BTreeMap<String, String> = values.entry(entry.key.clone()).or_default();
        for pair in pairs {
            let Given::Text(ours) = &pair.given else { continue };
            problems.extend(stranger(kind, &entry.key, ours.value().trim(), pair));
            known.insert(pair.key.trim().to_owned(), ours.value().trim().to_owned());
        }
    }
    values
}

/// What is wrong with a value that the field's closed list lacks.
fn stranger(kind: ExtractKind, field: &str, ours: &str, pair: &Entry) -> Option<Problem> {
    let (Check::OneOf(members) | Check::EachOf(members)) = fields(kind).iter().find(|known| known.name == field)?.check else {
        return None;
    };
    if (members.holds)(ours) {
        return None;
    }
    let all = (members.all)();
    let problem = Problem::at(pair.span.clone(), format!("{field} cannot be \"{ours}\"")).expected(format!("one of: {}", all.join(", ")));
    Some(match nearest(ours, all.iter().copied()) {
        Some(near) => problem.help(format!("did you mean \"{near}\"?")),
        None => problem,
    })
}
