//! Settings into the tables of a job file. A standard rule that is set becomes a rule of the job that takes its place; a rule that
//! nobody knows is new, and then needs all that a rule needs.

use super::super::error::Problem;
use super::super::shape::{Absent, Field, Shape};
use super::target::{Target, identity};
use super::with_nearest;
use crate::rules::standard::{AFFINITIES, REQUIREMENTS};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;
use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

/// The tables of a file, while settings go into them.
pub struct Merge<'t, 'i> {
    pub top: &'t mut DeTable<'i>,
    /// Whether the standard rules are in force.
    pub standard: bool,
    pub problems: Vec<Problem>,
}

/// A table of a list that no file has.
const ADDED: &str = "\u{0}added";

impl<'i> Merge<'_, 'i> {
    /// Puts one value in its place; without a value, takes away what the target names.
    pub fn set(&mut self, target: &Target, span: Range<usize>, value: Option<Spanned<DeValue<'i>>>) {
        match target {
            Target::Key { tables, key, .. } => self.key(tables, key, span, value),
            Target::Rule { list, shape, name, field } => self.rule(list, shape, name, *field, span, value),
        }
    }

    fn key(&mut self, tables: &[&'static str], key: &str, span: Range<usize>, value: Option<Spanned<DeValue<'i>>>) {
        let mut table = &mut *self.top;
        for name in tables {
            if !table.contains_key(*name) {
                table.insert(key_at(name, &span), Spanned::new(span.clone(), DeValue::Table(DeTable::new())));
            }
            // The file was read before, so that a table is one.
            let Some(DeValue::Table(below)) = table.get_mut(*name).map(Spanned::get_mut) else { return };
            table = below;
        }
        match value {
            Some(value) => replace(table, key, &span, value),
            None if table.remove(key).is_none() => {
                let names: Vec<String> = table.keys().map(|key| key.get_ref().to_string()).collect();
                let problem = Problem::at(span, format!("there is no {}.{key} to take away", tables.join(".")));
                self.problems.push(with_nearest(problem, key, names.iter().map(String::as_str)));
            }
            None => {}
        }
    }

    fn rule(
        &mut self,
        list: &'static str,
        shape: &'static Shape,
        name: &str,
        field: Option<&'static Field>,
        span: Range<usize>,
        value: Option<Spanned<DeValue<'i>>>,
    ) {
        let standard = self.standard.then(|| standard(list, name, &span)).flatten();
        if !self.top.contains_key(list) {
            self.top.insert(key_at(list, &span), Spanned::new(span.clone(), DeValue::Array(DeArray::new())));
        }
        let Some(DeValue::Array(items)) = self.top.get_mut(list).map(Spanned::get_mut) else { return };
        let place = items.iter().position(|item| name_of(item, identity(shape)).as_deref() == Some(name));
        match (place, field, value) {
            (Some(place), None, _) => {
                keep(items, |other, _| other != place);
                // What took the place of a standard rule leaves it empty, and does not bring that one back.
                if let Some(table) = standard {
                    items.push(Spanned::new(span.clone(), DeValue::Table(without_effect(table, list, &span))));
                }
            }
            (Some(place), Some(field), Some(value)) => {
                if let Some(DeValue::Table(table)) = items.get_mut(place).map(Spanned::get_mut) {
                    replace(table, field.key, &span, value);
                }
            }
            (None, None, _) => match standard {
                Some(table) => items.push(Spanned::new(span.clone(), DeValue::Table(without_effect(table, list, &span)))),
                None => self.unknown(list, shape, name, span, "to take away"),
            },
            (None, Some(field), Some(value)) => {
                let mut table = standard.unwrap_or_else(|| {
                    let mut table = DeTable::new();
                    replace(&mut table, ADDED, &span, Spanned::new(span.clone(), DeValue::Boolean(true)));
                    replace(&mut table, identity(shape), &span, text(name, &span));
                    table
                });
                replace(&mut table, field.key, &span, value);
                items.push(Spanned::new(span, DeValue::Table(table)));
            }
            (_, Some(_), None) => {}
        }
    }

    /// Refuses new rules that lack something: most of them are known ones with a slip in their name.
    pub fn finish(&mut self) {
        let lists = super::super::definition::JOB.fields.iter().filter_map(|field| match field.kind {
            super::super::shape::Kind::Tables(shape) => Some((field.key, shape)),
            _ => None,
        });
        for (list, shape) in lists {
            let Some(DeValue::Array(items)) = self.top.get_mut(list).map(Spanned::get_mut) else { continue };
            let mut lacking = Vec::new();
            for item in items.iter_mut() {
                let span = item.span();
                let name = name_of(item, identity(shape)).unwrap_or_default();
                let DeValue::Table(table) = item.get_mut() else { continue };
                let needed = |field: &&Field| field.absent == Absent::Error && !table.contains_key(field.key);
                if table.contains_key(ADDED) && shape.fields.iter().any(|field| needed(&field)) {
                    lacking.push((name, span));
                }
                table.remove(ADDED);
            }
            keep(items, |_, item| !lacking.iter().any(|(_, span)| *span == item.span()));
            for (name, span) in lacking {
                self.unknown(list, shape, &name, span, "to set");
            }
        }
    }

    fn unknown(&mut self, list: &str, shape: &Shape, name: &str, span: Range<usize>, what_for: &str) {
        let mut names: Vec<String> = match self.top.get(list).map(Spanned::get_ref) {
            Some(DeValue::Array(items)) => items.iter().filter_map(|item| name_of(item, identity(shape))).collect(),
            _ => Vec::new(),
        };
        if self.standard {
            names.extend(standard_names(list));
        }
        let mut seen = BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        let problem = Problem::at(span, format!("there is no {list} {name} {what_for}"));
        let problem = if names.is_empty() { problem } else { problem.expected(format!("one of: {}", names.join(", "))) };
        let needed: Vec<&str> = shape.fields.iter().filter(|field| field.absent == Absent::Error).map(|field| field.key).collect();
        let problem = with_nearest(problem, name, names.iter().map(String::as_str));
        self.problems.push(match (&problem.help, what_for) {
            (None, "to set") => problem.help(format!("a new one needs: {}", needed.join(", "))),
            _ => problem,
        });
    }
}

fn key_at<'i>(name: &str, span: &Range<usize>) -> Spanned<Cow<'i, str>> {
    Spanned::new(span.clone(), Cow::Owned(name.to_owned()))
}

/// Keeps some of the tables of a list, by their places.
fn keep<'i>(items: &mut DeArray<'i>, wanted: impl Fn(usize, &Spanned<DeValue<'i>>) -> bool) {
    let all = std::mem::replace(items, DeArray::new()).into_iter().enumerate();
    all.filter(|(place, item)| wanted(*place, item)).for_each(|(_, item)| items.push(item));
}

/// Puts a value under a key, which then stands where the setting does.
fn replace<'i>(table: &mut DeTable<'i>, key: &str, span: &Range<usize>, value: Spanned<DeValue<'i>>) {
    table.remove(key);
    table.insert(key_at(key, span), value);
}

fn text<'i>(text: &str, span: &Range<usize>) -> Spanned<DeValue<'i>> {
    Spanned::new(span.clone(), DeValue::String(Cow::Owned(text.to_owned())))
}

fn name_of(item: &Spanned<DeValue<'_>>, identity: &str) -> Option<String> {
    item.get_ref().as_table()?.get(identity)?.get_ref().as_str().map(|name| name.trim().to_owned())
}

fn standard_names(list: &str) -> Vec<String> {
    match list {
        "requirement" => REQUIREMENTS.iter().map(|(name, _)| (*name).to_owned()).collect(),
        "affinity" => AFFINITIES.iter().map(|(name, ..)| (*name).to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// The standard rules as a job would write them.
static STANDARD: LazyLock<String> = LazyLock::new(|| {
    let requirements = REQUIREMENTS.iter().map(|(name, rule)| format!("[[requirement]]\nname = '{name}'\nrule = '{rule}'\n"));
    let affinities =
        AFFINITIES.iter().map(|(name, rule, points)| format!("[[affinity]]\nname = '{name}'\nrule = '{rule}'\npoints = {points}\n"));
    requirements.chain(affinities).collect()
});

/// A standard rule as a table of a job, all of it where the setting stands.
fn standard<'i>(list: &str, name: &str, span: &Range<usize>) -> Option<DeTable<'i>> {
    let rules: DeTable<'static> = DeTable::parse_recoverable(STANDARD.as_str()).0.into_inner();
    let Some(DeValue::Array(items)) = rules.get(list).map(Spanned::get_ref) else { return None };
    let item = items.iter().find(|item| name_of(item, "name").as_deref() == Some(name))?;
    let mut table = DeTable::new();
    for (key, value) in item.get_ref().as_table()? {
        replace(&mut table, key.get_ref(), span, Spanned::new(span.clone(), value.get_ref().clone()));
    }
    Some(table)
}

/// The rule as the contract removes a standard one: `points = 0`, or a requirement of `true` (§5.3).
fn without_effect<'i>(mut table: DeTable<'i>, list: &str, span: &Range<usize>) -> DeTable<'i> {
    match list {
        "requirement" => replace(&mut table, "rule", span, text("true", span)),
        _ => replace(&mut table, "points", span, Spanned::new(span.clone(), DeValue::Integer(DeInteger::default()))),
    }
    table
}
