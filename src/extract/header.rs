//! Which column of a file is which field or attribute, after the job's renaming (contract §2). Looks at names only.

use super::error::ExtractError;
use super::fields::fields;
use super::headings::likeliest;
use super::nearest::nearest;
use super::raw::Table;
use super::sources::Source;
use super::spec::ExtractSpec;
use std::collections::BTreeMap;

/// Our name of a field or attribute → the place of its column in the file.
pub type Header = BTreeMap<String, usize>;

/// Finds the columns of a file. Errors: a name that occurs twice, a renamed or required column that is missing, a field that
/// holds what no field can hold.
pub fn header(spec: &ExtractSpec, source: &Source, table: &Table) -> Result<Header, Vec<ExtractError>> {
    let file = Some(source.shown.as_str());
    let mut errors = Vec::new();
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for (place, column) in table.columns.iter().enumerate() {
        // A column without a name cannot be read by any: spreadsheets and data frames write such.
        if !column.name.is_empty() && places.insert(&column.name, place).is_some() {
            let problem = "the name occurs twice in the header (names are compared without surrounding spaces)";
            errors.push(ExtractError::content(spec.kind, file, Some(&column.name), problem, "rename one of the two in the export"));
        }
    }
    let mut found = Header::new();
    for (ours, theirs) in &spec.columns {
        match places.get(theirs.trim()) {
            Some(place) => {
                found.insert(ours.clone(), *place);
            }
            None if refuse_unreadable(spec, source, table, theirs.trim(), ours, &mut errors) => {}
            None => errors.push(missing(spec, source, table, theirs.trim(), &format!("the job reads it as {ours}"))),
        }
    }
    for (name, place) in &places {
        if spec.columns.values().any(|theirs| theirs.trim() == *name) {
            continue;
        }
        if let Some(theirs) = spec.columns.get(*name) {
            let problem = format!("the job reads column {theirs} as {name}, but the file has a column of that name too");
            let remedy = format!("give it another name: columns = {{ other_{name} = \"{name}\" }}");
            errors.push(ExtractError::content(spec.kind, file, Some(name), problem, remedy));
            continue;
        }
        found.insert((*name).to_owned(), *place);
    }
    for field in fields(spec.kind) {
        if found.contains_key(field.name) || spec.columns.contains_key(field.name) {
            continue;
        }
        if !refuse_unreadable(spec, source, table, field.name, field.name, &mut errors) && field.required {
            errors.push(missing(spec, source, table, field.name, "it is required"));
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

/// Whether a column is there but holds what nothing can be read from. For a field that is an error; an attribute is left out.
fn refuse_unreadable(spec: &ExtractSpec, source: &Source, table: &Table, theirs: &str, ours: &str, errors: &mut Vec<ExtractError>) -> bool {
    let Some((_, kind)) = table.unreadable.iter().find(|(name, _)| name == theirs) else { return false };
    if let Some(field) = fields(spec.kind).iter().find(|field| field.name == ours) {
        let problem = format!("it holds {kind}, where {} is expected for {ours}", field.kind.word());
        let remedy = format!("export it as {}", field.kind.word());
        errors.push(ExtractError::content(spec.kind, Some(&source.shown), Some(theirs), problem, remedy));
    }
    true
}

fn missing(spec: &ExtractSpec, source: &Source, table: &Table, name: &str, why: &str) -> ExtractError {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).filter(|name| !name.is_empty()).collect();
    let free = || names.iter().copied().filter(|name| fields(spec.kind).iter().all(|field| field.name != *name));
    let listed = match names.len() {
        0 => "the file has no columns".to_owned(),
        1..=30 => format!("the file has {}", names.join(", ")),
        more => format!("the file has {} and {} more", names[..30].join(", "), more - 30),
    };
    let near = nearest(name, free()).or_else(|| likeliest(spec.kind, name, free()));
    let remedy = match near {
        Some(near) if spec.columns.values().any(|theirs| theirs.trim() == name) => {
            format!("did you mean {near:?}? correct the name under columns in the job")
        }
        Some(near) => format!("did you mean {near:?}? then say so in the job: columns = {{ {name} = {near:?} }}"),
        None if separator_is_wrong(spec, &names) => "is another separator set? see csv = { separator = \";\" }".to_owned(),
        None => format!("add it to the export, or name its column in the job: columns = {{ {name} = \"…\" }}"),
    };
    // Whoever wrote the name meant a column; who has a foreign export needs them all.
    let help = if fields(spec.kind).iter().any(|field| field.name == name) {
        format!("; `seatwise import {}={}` tells which column is which", spec.kind.code(), source.path.display())
    } else {
        String::new()
    };
    ExtractError::content(
        spec.kind,
        Some(&source.shown),
        Some(name),
        format!("the column is missing, and {why}; {listed}"),
        format!("{remedy}{help}"),
    )
}

/// Whether a header looks like one that was written with another separator: a single name with separators in it.
fn separator_is_wrong(spec: &ExtractSpec, names: &[&str]) -> bool {
    matches!(names, [only] if [b',', b';', b'\t', b'|'].iter().any(|other| *other != spec.csv.separator && only.contains(char::from(*other))))
}
