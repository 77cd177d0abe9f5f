//! From rows of text to accepted records and rejects (§2, §2.0, §2.1).

use super::job::{Job, Source};
use super::schema::{self, Field, Kind};
use super::values::{self, Reason, Record, Type, Value};
use super::{RawEstate, RawTable, Refusal, refuse};
use std::collections::{BTreeMap, BTreeSet};

/// A row of the table `rejects`.
#[derive(Clone, Debug)]
pub struct Reject {
    pub extract: String,
    pub file: String,
    pub row: usize,
    pub column: Option<String>,
    pub value: Option<String>,
    pub reason: Reason,
}

/// An extract after reading.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    pub accepted: Vec<Record>,
    pub rejects: Vec<Reject>,
    pub rows: usize,
    /// Attributes in the order of their columns.
    pub attributes: Vec<(String, Type)>,
}

pub type Readings = BTreeMap<String, Reading>;

/// All extracts that the job names.
pub fn read_all(job: &Job, raw: &RawEstate) -> Result<Readings, Refusal> {
    if let Some((_, source)) = job.sources.iter().find(|(name, _)| !raw.extracts.contains_key(*name)) {
        return refuse(3, format!("{} is missing", source.path));
    }
    let mut headers = BTreeMap::new();
    for (name, source) in &job.sources {
        headers.insert(name.clone(), header(name, source, &raw.extracts[name])?);
    }
    let mut types = BTreeMap::new();
    for (name, columns) in &headers {
        types.insert(name.clone(), attribute_types(name, &job.sources[name], columns, &raw.extracts[name]));
    }
    join_types(&mut types)?;
    let mut readings = Readings::new();
    for (name, columns) in &headers {
        let reading = read_one(name, &job.sources[name], columns, &raw.extracts[name], &types[name])?;
        let limit = job.max_reject_ratio * reading.rows as i128;
        if reading.rejects.len() as i128 * values::ONE > limit {
            return refuse(4, format!("{name}: too many rejected rows"));
        }
        readings.insert(name.clone(), reading);
    }
    Ok(readings)
}

/// The names of the columns, trimmed, as our fields; none twice, none that is required missing (§2).
fn header(extract: &str, source: &Source, table: &RawTable) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = table.columns.iter().map(|name| name.trim().to_string()).collect();
    if names.iter().collect::<BTreeSet<_>>().len() < names.len() {
        return refuse(4, format!("{extract}: a column occurs twice"));
    }
    for (ours, theirs) in &source.columns {
        match names.iter_mut().find(|name| *name == theirs) {
            Some(name) => *name = ours.clone(),
            None => return refuse(4, format!("{extract}: no column {theirs}")),
        }
    }
    for field in schema::fields(extract).iter().filter(|field| field.required) {
        if !names.iter().any(|name| name == field.name) {
            return refuse(4, format!("{extract}: no column {}", field.name));
        }
    }
    Ok(names)
}

/// The attributes of an extract with their types: declared, else by all non-null values (§2.0).
fn attribute_types(extract: &str, source: &Source, columns: &[String], table: &RawTable) -> Vec<(String, Type)> {
    let fields = schema::fields(extract);
    let mut types = Vec::new();
    for (at, name) in columns.iter().enumerate() {
        if fields.iter().any(|field| field.name == name) {
            continue;
        }
        let inferred = || {
            let rows = table.rows.iter().filter(|row| row.len() == columns.len());
            let texts: Vec<&str> = rows.map(|row| row[at].trim()).filter(|text| !text.is_empty()).collect();
            infer(&texts)
        };
        types.push((name.clone(), source.types.get(name).copied().unwrap_or_else(inferred)));
    }
    types
}

/// Integer, else decimal, boolean, date, text; nothing but nulls: text (§2.0, §10).
fn infer(texts: &[&str]) -> Type {
    let all = |test: &dyn Fn(&str) -> bool| !texts.is_empty() && texts.iter().all(|text| test(text));
    let integer = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        values::parse_integer(text).is_ok() && !text.starts_with('+') && (digits == "0" || !digits.starts_with('0'))
    };
    if all(&integer) {
        Type::Integer
    } else if all(&|text| values::parse_decimal(text, 9, values::DECIMAL_BOUND).is_ok()) {
        Type::Decimal
    } else if all(&|text| ["true", "false"].contains(&text.to_ascii_lowercase().as_str())) {
        Type::Boolean
    } else if all(&|text| values::parse_date(text).is_ok()) {
        Type::Date
    } else {
        Type::Text
    }
}

/// The same attribute in consumptions, assets and users has one type; integer and decimal make decimal (§2.0).
fn join_types(types: &mut BTreeMap<String, Vec<(String, Type)>>) -> Result<(), Refusal> {
    let demand_side = ["consumptions", "assets", "users"];
    let mut joined: BTreeMap<String, Type> = BTreeMap::new();
    for extract in demand_side {
        for (name, found) in types.get(extract).cloned().unwrap_or_default() {
            let known = *joined.get(&name).unwrap_or(&found);
            let numbers = [Type::Integer, Type::Decimal];
            let one = match known == found {
                true => found,
                false if numbers.contains(&known) && numbers.contains(&found) => Type::Decimal,
                false => return refuse(4, format!("attribute {name} has two types")),
            };
            joined.insert(name, one);
        }
    }
    for extract in demand_side {
        for (name, found) in types.get_mut(extract).into_iter().flatten() {
            *found = joined[name];
        }
    }
    Ok(())
}

/// The rows of an extract: those that are good in themselves, then without those that occur twice (§2.1).
fn read_one(extract: &str, source: &Source, columns: &[String], table: &RawTable, types: &[(String, Type)]) -> Result<Reading, Refusal> {
    let reject = |row: usize, column: Option<&str>, value: Option<&str>, reason: Reason| Reject {
        extract: extract.to_string(),
        file: source.path.clone(),
        row,
        column: column.map(String::from),
        value: value.map(String::from),
        reason,
    };
    let mut rejects = Vec::new();
    let mut good: Vec<(usize, Record)> = Vec::new();
    for (at, cells) in table.rows.iter().enumerate() {
        let row = at + 1;
        if cells.len() != columns.len() {
            rejects.push(reject(row, None, None, "bad_row"));
            continue;
        }
        let trimmed: BTreeMap<&str, &str> = columns.iter().map(String::as_str).zip(cells.iter().map(|cell| cell.trim())).collect();
        match parse_row(extract, &trimmed, types) {
            Ok(record) => good.push((row, record)),
            Err((column, reason)) => {
                let value = column.and_then(|name| trimmed.get(name)).filter(|text| !text.is_empty());
                rejects.push(reject(row, column, value.copied(), reason));
            }
        }
    }
    let verdicts = duplicates(extract, &good)?;
    let mut accepted = Vec::new();
    for ((row, record), verdict) in good.into_iter().zip(verdicts) {
        match verdict {
            None => accepted.push(record),
            Some(reason) => rejects.push(reject(row, None, None, reason)),
        }
    }
    rejects.sort_by_key(|reject| reject.row);
    Ok(Reading { accepted, rejects, rows: table.rows.len(), attributes: types.to_vec() })
}

/// A row's values, or the first field that is wrong and why: fields in the order of §2, attributes last, then what
/// concerns the row as a whole (§2.1).
fn parse_row<'a>(
    extract: &str,
    cells: &BTreeMap<&'a str, &'a str>,
    types: &'a [(String, Type)],
) -> Result<Record, (Option<&'a str>, Reason)> {
    let mut record = Record::new();
    for field in schema::fields(extract) {
        let value = parse_field(&field, cells.get(field.name).copied().unwrap_or(""));
        record.insert(field.name.to_string(), value.map_err(|reason| (Some(field.name), reason))?);
    }
    for (name, value_type) in types {
        let value = parse_attribute(*value_type, cells[name.as_str()]);
        record.insert(name.clone(), value.map_err(|reason| (Some(name.as_str()), reason))?);
    }
    whole_row(extract, &record).map_err(|reason| (None, reason))?;
    Ok(record)
}

fn parse_field(field: &Field, text: &str) -> Result<Value, Reason> {
    if text.is_empty() {
        return if field.required { Err("missing_value") } else { Ok(Value::Null) };
    }
    if text.contains('\0') {
        return Err("nul_character");
    }
    match field.kind {
        Kind::Text => Ok(Value::Text(text.to_string())),
        Kind::Integer(least) => match values::parse_integer(text)? {
            number if least.is_some_and(|least| number < least) => Err("out_of_range"),
            number => Ok(Value::Int(number)),
        },
        Kind::Money => match values::parse_decimal(text, 4, values::MONEY_BOUND)? {
            number if number < 0 => Err("out_of_range"),
            number => Ok(Value::Dec(number)),
        },
        Kind::Boolean => values::parse_boolean(text).map(Value::Bool),
        Kind::OnlyTrue => match values::parse_boolean(text)? {
            true => Ok(Value::Bool(true)),
            false => Err("not_in_list"),
        },
        Kind::Date => values::parse_date(text).map(Value::Date),
        Kind::List => Ok(values::parse_list(text)),
        Kind::Choice(known) if known.contains(&text) => Ok(Value::Text(text.to_string())),
        Kind::Choice(_) => Err("not_in_list"),
        Kind::Choices(known) => match values::parse_list(text) {
            Value::List(items) if items.iter().any(|item| !known.contains(&item.as_str())) => Err("not_in_list"),
            value => Ok(value),
        },
    }
}

fn parse_attribute(value_type: Type, text: &str) -> Result<Value, Reason> {
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if text.contains('\0') {
        return Err("nul_character");
    }
    match value_type {
        Type::Integer => values::parse_integer(text).map(Value::Int),
        Type::Decimal => values::parse_decimal(text, 9, values::DECIMAL_BOUND).map(Value::Dec),
        Type::Boolean => values::parse_boolean(text).map(Value::Bool),
        Type::Date => values::parse_date(text).map(Value::Date),
        Type::Text => Ok(Value::Text(text.to_string())),
        Type::List => Ok(values::parse_list(text)),
    }
}

/// What concerns the row as a whole (§2.1).
fn whole_row(extract: &str, record: &Record) -> Result<(), Reason> {
    let given = |names: &[&str]| names.iter().filter(|name| !values::get(record, name).is_null()).count();
    match extract {
        "consumptions" if given(&["asset_id", "user_id"]) == 0 => Err("missing_value"),
        "assignments" | "preferences" => match given(&["asset_id", "user_id", "consumption_id"]) {
            0 => Err("missing_value"),
            1 if extract == "preferences" && given(&["points", "forbid"]) != 1 => Err("not_one_target"),
            1 => Ok(()),
            _ => Err("not_one_target"),
        },
        _ => Ok(()),
    }
}

/// For each row nothing, `duplicate_row` or `duplicate_id` (§2.1).
fn duplicates(extract: &str, rows: &[(usize, Record)]) -> Result<Vec<Option<Reason>>, Refusal> {
    let key = |record: &Record| -> Vec<Value> {
        match extract {
            "assignments" => record.values().cloned().collect(),
            _ => schema::identity(extract).iter().map(|field| values::get(record, field).clone()).collect(),
        }
    };
    let mut groups: BTreeMap<Vec<Value>, Vec<usize>> = BTreeMap::new();
    for (at, (_, record)) in rows.iter().enumerate() {
        groups.entry(key(record)).or_default().push(at);
    }
    let mut verdicts = vec![None; rows.len()];
    for group in groups.values() {
        let first = &rows[group[0]].1;
        let equal = group.iter().all(|at| rows[*at].1 == *first);
        let parent = |at: usize| values::get(&rows[at].1, "parent");
        if extract == "trees" && group.iter().any(|at| parent(*at) != parent(group[0])) {
            return refuse(4, "a tree node has two parents");
        }
        for (nth, at) in group.iter().enumerate() {
            verdicts[*at] = match (equal, nth) {
                (true, 0) => None,
                (true, _) => Some("duplicate_row"),
                (false, _) => Some("duplicate_id"),
            };
        }
    }
    Ok(verdicts)
}
