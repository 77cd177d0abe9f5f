//! The parts of the job file (§9) that decide results.

use super::schema::{self, EXTRACTS};
use super::values::{self, DECIMAL_BOUND, Type};
use super::{Refusal, refuse};
use std::collections::BTreeMap;
use toml::{Table as Toml, Value as TomlValue};

/// One extract as the job names it.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub path: String,
    /// Our field to their column.
    pub columns: BTreeMap<String, String>,
    pub types: BTreeMap<String, Type>,
}

#[derive(Clone, Debug)]
pub struct Affinity {
    pub name: String,
    pub rule: String,
    pub points: i64,
}

#[derive(Clone, Debug)]
pub struct Entitle {
    pub name: String,
    pub product: String,
    pub when: String,
}

#[derive(Clone, Debug)]
pub struct Job {
    pub as_of: i64,
    pub standard_rules: bool,
    pub expiring_within_days: i64,
    pub grace_days: i64,
    pub inactive_after_days: i64,
    /// Nine places.
    pub over_licensed_ratio: i128,
    pub partial_cover: bool,
    pub split_across_licenses: bool,
    pub downgrades: bool,
    pub tie_break: Vec<String>,
    /// Attribute to the tree whose nodes it holds.
    pub trees_of: BTreeMap<String, String>,
    /// (`side.field`, expression).
    pub sets: Vec<(String, String)>,
    /// (name, expression).
    pub requirements: Vec<(String, String)>,
    pub affinities: Vec<Affinity>,
    pub entitles: Vec<Entitle>,
    /// full | top | off.
    pub affinity_table: String,
    /// Nine places.
    pub max_reject_ratio: i128,
    pub sources: BTreeMap<String, Source>,
}

/// The job of a TOML text.
pub fn read(text: &str) -> Result<Job, Refusal> {
    let top: Toml = text.parse().or_else(|error| refuse(2, format!("the job is not TOML: {error}")))?;
    let calculation = table(&top, "calculation");
    let output = table(&top, "output");
    let limits = table(&top, "limits");
    let mut trees_of: BTreeMap<String, String> = table(&top, "attributes").iter().map(|(name, tree)| (name.clone(), plain(tree))).collect();
    for dimension in schema::DIMENSIONS {
        trees_of.insert(dimension.to_string(), dimension.to_string());
    }
    let as_of = words(&calculation, "as_of").ok_or(()).or_else(|()| refuse(2, "as_of must be written out here"))?;
    Ok(Job {
        as_of: values::parse_date(&as_of).or_else(|_| refuse(2, "as_of is no date"))?,
        standard_rules: words(&calculation, "rules").is_none_or(|rules| rules == "standard"),
        expiring_within_days: number(&calculation, "expiring_within_days", 30),
        grace_days: number(&calculation, "grace_days", 0),
        inactive_after_days: number(&calculation, "inactive_after_days", 90),
        over_licensed_ratio: ratio(&calculation, "over_licensed_ratio", "0.10"),
        partial_cover: flag(&calculation, "partial_cover", false),
        split_across_licenses: flag(&calculation, "split_across_licenses", true),
        downgrades: flag(&calculation, "downgrades", true),
        tie_break: tie_break(&calculation),
        trees_of,
        sets: pairs(&top, "set", "field", "value"),
        requirements: pairs(&top, "requirement", "name", "rule"),
        affinities: affinities(&top),
        entitles: entitles(&top),
        affinity_table: words(&output, "affinity").unwrap_or_else(|| "full".into()),
        max_reject_ratio: ratio(&limits, "max_reject_ratio", "0.05"),
        sources: sources(&top)?,
    })
}

/// §4.5: the default order.
fn tie_break(calculation: &Toml) -> Vec<String> {
    match calculation.get("tie_break").and_then(TomlValue::as_array) {
        Some(names) => names.iter().map(plain).collect(),
        None => ["unlimited", "in_term", "earliest_end", "lowest_cost"].map(String::from).to_vec(),
    }
}

fn affinities(top: &Toml) -> Vec<Affinity> {
    let read = |rule: &Toml| Affinity {
        name: words(rule, "name").unwrap_or_default(),
        rule: words(rule, "rule").unwrap_or_default(),
        points: number(rule, "points", 0),
    };
    blocks(top, "affinity").iter().map(read).collect()
}

fn entitles(top: &Toml) -> Vec<Entitle> {
    let read = |rule: &Toml| Entitle {
        name: words(rule, "name").unwrap_or_default(),
        product: words(rule, "product").unwrap_or_default(),
        when: words(rule, "when").unwrap_or_default(),
    };
    blocks(top, "entitle").iter().map(read).collect()
}

/// The extracts; consumptions and licenses are required (§2), types of our own fields are an error (§10).
fn sources(top: &Toml) -> Result<BTreeMap<String, Source>, Refusal> {
    let mut sources = BTreeMap::new();
    for (name, entry) in table(top, "extracts").iter() {
        if !EXTRACTS.contains(&name.as_str()) {
            return refuse(2, format!("no extract is called {name}"));
        }
        let entry = entry.as_table().cloned().unwrap_or_default();
        let columns = table(&entry, "columns").iter().map(|(ours, theirs)| (ours.clone(), plain(theirs))).collect();
        let mut types = BTreeMap::new();
        for (field, written) in table(&entry, "types").iter() {
            if schema::fields(name).iter().any(|known| known.name == field) {
                return refuse(2, format!("the type of {name}.{field} is fixed"));
            }
            types.insert(field.clone(), type_of(&plain(written))?);
        }
        let path = words(&entry, "path").unwrap_or_default();
        sources.insert(name.clone(), Source { path, columns, types });
    }
    for name in ["consumptions", "licenses"] {
        if !sources.contains_key(name) {
            return refuse(2, format!("the job has no extract {name}"));
        }
    }
    Ok(sources)
}

fn type_of(word: &str) -> Result<Type, Refusal> {
    match word {
        "text" => Ok(Type::Text),
        "integer" => Ok(Type::Integer),
        "decimal" => Ok(Type::Decimal),
        "boolean" => Ok(Type::Boolean),
        "date" => Ok(Type::Date),
        "list" => Ok(Type::List),
        other => refuse(2, format!("no type is called {other}")),
    }
}

fn table(within: &Toml, key: &str) -> Toml {
    within.get(key).and_then(TomlValue::as_table).cloned().unwrap_or_default()
}

fn blocks(top: &Toml, key: &str) -> Vec<Toml> {
    let array = top.get(key).and_then(TomlValue::as_array).cloned().unwrap_or_default();
    array.iter().filter_map(TomlValue::as_table).cloned().collect()
}

fn pairs(top: &Toml, key: &str, first: &str, second: &str) -> Vec<(String, String)> {
    let read = |block: &Toml| (words(block, first).unwrap_or_default(), words(block, second).unwrap_or_default());
    blocks(top, key).iter().map(read).collect()
}

fn plain(value: &TomlValue) -> String {
    value.as_str().unwrap_or_default().to_string()
}

fn words(within: &Toml, key: &str) -> Option<String> {
    within.get(key).and_then(TomlValue::as_str).map(String::from)
}

fn number(within: &Toml, key: &str, default: i64) -> i64 {
    within.get(key).and_then(TomlValue::as_integer).unwrap_or(default)
}

fn flag(within: &Toml, key: &str, default: bool) -> bool {
    within.get(key).and_then(TomlValue::as_bool).unwrap_or(default)
}

/// A ratio as an exact decimal: the shortest text of the float is what was written.
fn ratio(within: &Toml, key: &str, default: &str) -> i128 {
    let text = match within.get(key) {
        Some(TomlValue::Float(number)) => number.to_string(),
        Some(TomlValue::Integer(number)) => number.to_string(),
        _ => default.to_string(),
    };
    values::parse_decimal(&text, 9, DECIMAL_BOUND).expect("a ratio")
}
