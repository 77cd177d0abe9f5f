//! Two runs compared: what went in, from their manifests, and what came out, from their tables. Nothing else of a run is read,
//! so that any two that are kept can be compared at any time.

use crate::report::ReportError;
use crate::report::compare::{Asked, Known, products, tables};
use crate::rules::nearest;
use crate::run::manifest::{InputFile, RulesInForce};
use crate::run::{Manifest, layout};
use crate::trace::diff::{
    Cell, Comparison, ExtractChange, FieldChange, FileChange, FileFacts, InputChanges, RuleChange, RuleText, RunFacts,
};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// What of two runs is to be compared.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope<'a> {
    /// One product alone.
    pub product: Option<&'a str>,
    /// How many of the demands with another score are told one by one.
    pub rescored: usize,
}

/// Why two runs cannot be compared.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotCompared {
    /// Neither run knows the product.
    NoSuchProduct { product: String, near: Option<String> },
    /// A file of a run cannot be read.
    Unreadable(String),
}

impl NotCompared {
    /// The exit code of contract §8.
    pub fn exit_code(&self) -> i32 {
        match self {
            NotCompared::NoSuchProduct { .. } => 2,
            NotCompared::Unreadable(_) => 3,
        }
    }
}

impl fmt::Display for NotCompared {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            NotCompared::NoSuchProduct { product, near: Some(near) } => {
                write!(out, "neither run knows the product {product}; did you mean {near}?")
            }
            NotCompared::NoSuchProduct { product, near: None } => write!(out, "neither run knows the product {product}"),
            NotCompared::Unreadable(why) => write!(out, "{why}; is it a complete run, and may you read it?"),
        }
    }
}

/// Compares two runs by their folders.
pub fn compare(before: &Path, after: &Path, scope: Scope<'_>) -> Result<Comparison, NotCompared> {
    let unreadable = |error: ReportError| NotCompared::Unreadable(error.to_string());
    let (was, is) = (manifest(before)?, manifest(after)?);
    if let Some(product) = scope.product {
        let mut known = products(before).map_err(unreadable)?;
        known.extend(products(after).map_err(unreadable)?);
        if !known.iter().any(|known| known == product) {
            let near = nearest(product, known.iter().map(String::as_str)).map(str::to_owned);
            return Err(NotCompared::NoSuchProduct { product: product.to_owned(), near });
        }
    }
    let inputs = input_changes(&was, &is);
    let known = Known {
        rules_changed: was.rules != is.rules,
        policies_changed: !inputs.policies.is_empty(),
        extracts_changed: !inputs.extracts.is_empty(),
    };
    let asked = Asked { product: scope.product, rescored: scope.rescored };
    let tables = tables(before, after, known, asked).map_err(unreadable)?;
    let (before, after) = (facts(&was), facts(&is));
    Ok(Comparison { before, after, licenses_set: Vec::new(), settings: Vec::new(), job_edited: false, inputs, tables })
}

/// The manifest of a run's folder.
pub fn manifest(folder: &Path) -> Result<Manifest, NotCompared> {
    let path = folder.join(layout::MANIFEST);
    let fail = |what: &str, error: &dyn fmt::Display| NotCompared::Unreadable(format!("{} cannot be {what}: {error}", path.display()));
    let bytes = std::fs::read(&path).map_err(|error| fail("read", &error))?;
    Manifest::from_bytes(&bytes).map_err(|error| fail("understood", &error))
}

fn facts(manifest: &Manifest) -> RunFacts {
    RunFacts { run_id: Some(manifest.run_id.clone()), job: manifest.job.name.clone(), as_of: manifest.as_of }
}

/// What went into two runs, as far as it differs.
fn input_changes(was: &Manifest, is: &Manifest) -> InputChanges {
    let rules = rule_changes(&was.rules, &is.rules);
    let mut inputs = InputChanges {
        as_of: (was.as_of != is.as_of).then_some((was.as_of, is.as_of)),
        extracts: extract_changes(&was.inputs, &is.inputs),
        rules_reordered: rules.is_empty() && was.rules != is.rules,
        rules,
        policies: choice_changes(&was.choices(), &is.choices()),
        job_otherwise: false,
        program: (was.program_version != is.program_version).then(|| (was.program_version.clone(), is.program_version.clone())),
    };
    let told = !inputs.rules.is_empty() || inputs.rules_reordered || !inputs.policies.is_empty();
    inputs.job_otherwise = was.job.digest != is.job.digest && !told;
    inputs
}

/// The choices that differ. A manifest from before they were kept says nothing about them.
fn choice_changes(was: &BTreeMap<String, String>, is: &BTreeMap<String, String>) -> Vec<FieldChange> {
    if was.is_empty() || is.is_empty() {
        return Vec::new();
    }
    let cell = |value: Option<&String>| value.map_or(Cell::Null, |value| Cell::Text(value.clone()));
    let keys: BTreeSet<&String> = was.keys().chain(is.keys()).collect();
    let changes = keys.into_iter().map(|key| FieldChange { field: key.clone(), before: cell(was.get(key)), after: cell(is.get(key)) });
    changes.filter(|change| change.before != change.after).collect()
}

/// The extracts whose files differ, in the order of the manifests. A file that only lies elsewhere is the same file.
fn extract_changes(was: &[InputFile], is: &[InputFile]) -> Vec<ExtractChange> {
    let mut extracts: Vec<&str> = Vec::new();
    for file in is.iter().chain(was) {
        if !extracts.contains(&file.extract.as_str()) {
            extracts.push(&file.extract);
        }
    }
    let of =
        |files: &[InputFile], extract: &str| -> Vec<InputFile> { files.iter().filter(|file| file.extract == extract).cloned().collect() };
    extracts.into_iter().filter_map(|extract| extract_change(extract, of(was, extract), of(is, extract))).collect()
}

fn extract_change(extract: &str, was: Vec<InputFile>, is: Vec<InputFile>) -> Option<ExtractChange> {
    let rows = |files: &[InputFile]| (!files.is_empty()).then(|| files.iter().map(|file| file.rows).sum());
    let (rows_before, rows_after, files_now) = (rows(&was), rows(&is), is.len() as u64);
    let mut gone = was;
    let mut new = Vec::new();
    for file in is {
        // By content first, so that a file under another name is no change.
        match gone.iter().position(|other| other.sha256 == file.sha256) {
            Some(place) => _ = gone.remove(place),
            None => new.push(file),
        }
    }
    if new.is_empty() && gone.is_empty() {
        return None;
    }
    let facts = |file: &InputFile| FileFacts { rows: file.rows, sha256: file.sha256.clone() };
    let mut files: Vec<FileChange> = Vec::new();
    for file in new {
        let before = gone.iter().position(|other| other.path == file.path).map(|place| gone.remove(place));
        files.push(FileChange { before: before.as_ref().map(facts), after: Some(facts(&file)), path: file.path });
    }
    files.extend(gone.into_iter().map(|file| FileChange { before: Some(facts(&file)), after: None, path: file.path }));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    Some(ExtractChange { extract: extract.to_owned(), rows_before, rows_after, files_now, files })
}

/// The rules that differ, kind by kind in the order of the later run, then those that it has no more.
fn rule_changes(was: &RulesInForce, is: &RulesInForce) -> Vec<RuleChange> {
    let text = |text: &str, points: Option<i64>| RuleText { text: text.to_owned(), points };
    let requirements =
        |rules: &RulesInForce| rules.requirements.iter().map(|rule| (rule.name.clone(), text(&rule.rule, None))).collect::<Vec<_>>();
    let affinities = |rules: &RulesInForce| {
        rules.affinities.iter().map(|rule| (rule.name.clone(), text(&rule.rule, Some(rule.points)))).collect::<Vec<_>>()
    };
    let sets = |rules: &RulesInForce| rules.sets.iter().map(|set| (set.field.clone(), text(&set.value, None))).collect::<Vec<_>>();
    let entitles = |rules: &RulesInForce| {
        let what = |product: &str, when: &str| text(&format!("{product} when {when}"), None);
        rules.entitles.iter().map(|rule| (rule.name.clone(), what(&rule.product, &rule.when))).collect::<Vec<_>>()
    };
    let mut changes = Vec::new();
    differing("requirement", requirements(was), requirements(is), &mut changes);
    differing("affinity", affinities(was), affinities(is), &mut changes);
    differing("set", sets(was), sets(is), &mut changes);
    differing("entitle", entitles(was), entitles(is), &mut changes);
    changes
}

fn differing(kind: &'static str, was: Vec<(String, RuleText)>, is: Vec<(String, RuleText)>, changes: &mut Vec<RuleChange>) {
    let mut gone = was;
    for (name, after) in is {
        let before = gone.iter().position(|(other, _)| *other == name).map(|place| gone.remove(place).1);
        if before.as_ref() != Some(&after) {
            changes.push(RuleChange { kind, name, before, after: Some(after) });
        }
    }
    changes.extend(gone.into_iter().map(|(name, before)| RuleChange { kind, name, before: Some(before), after: None }));
}
