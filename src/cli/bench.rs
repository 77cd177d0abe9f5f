//! Judges made-up pairs by a job's rules, as a run judges real ones: set fields, requirements in rule order, scope, points.
//! What an example expects, and how that is told, is `rules_test`'s.

use super::rulebook::{Rulebook, ShownField, rulebook};
use crate::extract::{self, Ingest, ReadOptions};
use crate::jobs::{Example, ExampleValue, Job, JobError};
use crate::model::date::Date;
use crate::model::text::{Code, Lists};
use crate::model::tree::{Dimension, Tree, Trees};
use crate::model::value::{Frame, Type, Value};
use crate::model::words::ExtractKind;
use crate::rules::program::scope_requirement;
use crate::rules::{Env, Fields, Mode, Side, evaluate, holds, nearest};
use std::cell::RefCell;

/// What a row of an extract has where nothing is written (contract §2), as far as a rule can see it.
const DEFAULTS: &[(Side, &str, ExampleDefault)] = &[
    (Side::License, "license_type", ExampleDefault::Text("perpetual")),
    (Side::License, "status", ExampleDefault::Text("in_service")),
    (Side::License, "downgrade", ExampleDefault::Text("none")),
    (Side::Consumption, "quantity", ExampleDefault::Integer(1)),
];

enum ExampleDefault {
    Text(&'static str),
    Integer(i64),
}

/// What the rules say to a pair.
pub enum Judgement {
    /// Every requirement is true.
    Eligible {
        /// The affinity.
        points: i64,
        /// The rules that matched, with their points.
        matched: Vec<(String, i64)>,
    },
    /// A requirement is false; the first.
    Fails {
        /// Its name.
        requirement: String,
        /// As written.
        text: String,
    },
    /// The example itself is wrong.
    Wrong(String),
}

/// A job's rules, ready for made-up pairs.
pub struct Bench {
    rulebook: Rulebook,
    trees: Trees,
    /// Lists of examples get their ids while they are judged.
    lists: RefCell<Lists>,
    as_of: Date,
    names_read: Vec<(Side, String)>,
    /// What concerns all examples.
    pub general_notes: Vec<String>,
}

struct Rows {
    consumption: Vec<Value>,
    license: Vec<Value>,
}

impl Fields for Rows {
    fn field(&self, side: Side, slot: usize) -> Value {
        let row = if side == Side::License { &self.license } else { &self.consumption };
        row.get(slot).copied().unwrap_or(Value::Null)
    }
}

impl Bench {
    /// Checks the rules against the fields of the contract and of the examples. The trees are those of the job, if they can be
    /// read.
    pub fn new(job: &Job, as_of: Date) -> Result<Self, JobError> {
        let mut ingest = Ingest::default();
        let mut general_notes = Vec::new();
        let spec = job.extracts.iter().find(|spec| spec.kind == ExtractKind::Trees);
        let options = ReadOptions { limits: job.limits.inputs.clone(), ..ReadOptions::new(as_of) };
        let nodes = spec.and_then(|spec| match extract::read_one(spec, &options, &mut ingest) {
            Ok(extract) => Some(extract.frame),
            Err(errors) => {
                let why = errors.first().map(ToString::to_string).unwrap_or_default();
                general_notes.push(format!("the trees cannot be read, so every node is within itself alone: {why}"));
                None
            }
        });
        for text in job.examples.iter().flat_map(texts_of) {
            ingest.texts.intern(text);
        }
        let shown = shown_fields(&job.examples);
        let rulebook = rulebook(job, &shown, ingest.texts).map_err(|errors| job.rule_errors(&errors))?;
        let trees = nodes.map(|nodes| trees(&nodes, &rulebook, &mut general_notes)).unwrap_or_default();
        let program = &rulebook.program;
        let exprs = program.requirements.iter().map(|rule| &rule.expr).chain(program.affinities.iter().map(|rule| &rule.expr));
        let mut names_read = Vec::new();
        for expr in exprs.chain(program.sets.iter().map(|set| &set.expr)) {
            for side in [Side::Consumption, Side::License] {
                let names = expr.fields(side).into_iter().map(|slot| rulebook.schema.side(side)[slot].name.clone());
                names_read.extend(names.map(|name| (side, name)));
            }
        }
        Ok(Self { trees, lists: RefCell::default(), as_of, names_read, general_notes, rulebook })
    }

    /// What the rules say to an example's pair.
    pub fn judge(&self, example: &Example) -> Judgement {
        let mut rows = match self.rows(example) {
            Ok(rows) => rows,
            Err(message) => return Judgement::Wrong(message),
        };
        let lists = self.lists.borrow();
        let Rulebook { schema, program, texts, lower, .. } = &self.rulebook;
        let env = Env { texts, lists: &lists, trees: &self.trees, lower, as_of: self.as_of.0 };
        for set in &program.sets {
            let value = evaluate(&set.expr, &rows, &env, Mode::Affinity);
            let row = if set.side == Side::License { &mut rows.license } else { &mut rows.consumption };
            row[set.slot] = value;
        }
        let scope = schema.slot(Side::License, "scope").map_or(Value::Null, |slot| rows.license[slot]);
        let in_scope = |dimension: &Dimension| match scope {
            Value::List(list) => lists.get(list).iter().any(|code| texts.get(*code) == dimension.word()),
            _ => false,
        };
        let scopes = Dimension::ALL.into_iter().filter(in_scope).filter_map(|dimension| scope_requirement(dimension, schema));
        let scopes: Vec<_> = scopes.collect();
        let failed = program.requirements.iter().chain(&scopes).find(|rule| !holds(&rule.expr, &rows, &env, Mode::Requirement));
        if let Some(rule) = failed {
            return Judgement::Fails { requirement: rule.name.clone(), text: rule.text.clone() };
        }
        let matching = program.affinities.iter().filter(|rule| holds(&rule.expr, &rows, &env, Mode::Affinity));
        let matched: Vec<(String, i64)> = matching.map(|rule| (rule.name.clone(), rule.points)).collect();
        Judgement::Eligible { points: matched.iter().map(|(_, points)| points).sum(), matched }
    }

    /// What may be a slip in an example: fields that no rule reads and the contract does not name.
    pub fn notes(&self, example: &Example) -> Vec<String> {
        let sides = [(Side::Consumption, &example.consumption), (Side::License, &example.license)];
        let mut notes = Vec::new();
        for (side, fields) in sides {
            for (name, _) in fields {
                let read = self.names_read.iter().any(|(of, known)| *of == side && known == name);
                if read || contract_names(side).any(|known| known == name) {
                    continue;
                }
                let mut known: Vec<&str> = self.names_read.iter().filter(|(of, _)| *of == side).map(|(_, name)| name.as_str()).collect();
                contract_names(side).for_each(|name| known.push(name));
                let near = nearest(name, known);
                let meant = near.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                notes.push(format!("no rule reads {}.{name}{meant}", side.word()));
            }
        }
        notes
    }

    /// Whether a requirement of this name is in force, or could be by a license's scope.
    pub fn has_requirement(&self, name: &str) -> bool {
        self.requirements().iter().any(|known| known == name)
    }

    /// The requirements in force, in rule order, and those of scope.
    pub fn requirements(&self) -> Vec<String> {
        let own = self.rulebook.program.requirements.iter().map(|rule| rule.name.clone());
        own.chain(Dimension::ALL.iter().map(|dimension| format!("scope-{}", dimension.word()))).collect()
    }

    fn rows(&self, example: &Example) -> Result<Rows, String> {
        Ok(Rows { consumption: self.row(Side::Consumption, &example.consumption)?, license: self.row(Side::License, &example.license)? })
    }

    fn row(&self, side: Side, shown: &[(String, ExampleValue)]) -> Result<Vec<Value>, String> {
        let schema = &self.rulebook.schema;
        let mut row = vec![Value::Null; schema.side(side).len()];
        for (of, name, default) in DEFAULTS {
            if let (true, Some(slot)) = (*of == side, schema.slot(side, name)) {
                row[slot] = match default {
                    ExampleDefault::Text(text) => self.text(text),
                    ExampleDefault::Integer(number) => Value::Integer(*number),
                };
            }
        }
        for (name, value) in shown {
            let Some(slot) = schema.slot(side, name) else { continue };
            let kind = schema.side(side)[slot].kind;
            row[slot] = self.value(value, kind).ok_or_else(|| {
                let help = if matches!(value, ExampleValue::Text(_)) { "; write it without quotes" } else { "" };
                format!("{}.{name} holds {}, and not {}{help}", side.word(), kind.word(), shown_type(value).word())
            })?;
        }
        Ok(row)
    }

    /// A value as its field holds it; `None` if it is of another type.
    fn value(&self, value: &ExampleValue, kind: Type) -> Option<Value> {
        Some(match (kind, value) {
            (Type::Text, ExampleValue::Text(text)) => self.text(text),
            (Type::Integer, ExampleValue::Integer(number)) => Value::Integer(*number),
            (Type::Decimal, ExampleValue::Integer(number)) => Value::Decimal(Value::Integer(*number).scaled()?),
            (Type::Decimal, ExampleValue::Decimal(number)) => Value::Decimal(*number),
            (Type::Boolean, ExampleValue::Boolean(truth)) => Value::Boolean(*truth),
            (Type::Date, ExampleValue::Date(date)) => Value::Date(date.0),
            (Type::List, ExampleValue::List(items)) => self.list(items.iter().map(String::as_str)),
            (Type::List, ExampleValue::Text(items)) => self.list(items.split(';')),
            _ => return None,
        })
    }

    /// Trimmed, and null if nothing is left (§2.0).
    fn text(&self, text: &str) -> Value {
        self.rulebook.texts.code(text.trim()).filter(|_| !text.trim().is_empty()).map_or(Value::Null, Value::Text)
    }

    fn list<'a>(&self, items: impl Iterator<Item = &'a str>) -> Value {
        let code = |item: &str| self.rulebook.texts.code(item.trim()).filter(|_| !item.trim().is_empty());
        let codes: Vec<Code> = items.filter_map(code).collect();
        if codes.is_empty() { Value::Null } else { Value::List(self.lists.borrow_mut().intern(&codes)) }
    }
}

/// The fields that rules may read without any attribute, of one side.
fn contract_names(side: Side) -> impl Iterator<Item = &'static str> {
    let kinds: &[ExtractKind] = match side {
        Side::License => &[ExtractKind::Licenses],
        Side::Consumption => &[ExtractKind::Consumptions, ExtractKind::Assets, ExtractKind::Users],
        Side::User => &[ExtractKind::Users],
    };
    kinds.iter().flat_map(|kind| extract::fields::fields(*kind)).map(|field| field.name)
}

/// Every text of an example, as it is looked up: trimmed, lists in their elements.
fn texts_of(example: &Example) -> Vec<&str> {
    let mut texts = Vec::new();
    for (_, value) in example.consumption.iter().chain(&example.license) {
        match value {
            ExampleValue::Text(text) => texts.extend(std::iter::once(text.trim()).chain(text.split(';').map(str::trim))),
            ExampleValue::List(items) => texts.extend(items.iter().map(|item| item.trim())),
            _ => {}
        }
    }
    texts
}

/// The fields that examples show, each once; integers and decimals together make decimals, as in an extract (§2.0).
fn shown_fields(examples: &[Example]) -> Vec<ShownField<'_>> {
    let mut shown: Vec<ShownField<'_>> = Vec::new();
    for example in examples {
        let consumption = example.consumption.iter().map(|field| (Side::Consumption, field));
        for (side, (name, value)) in consumption.chain(example.license.iter().map(|field| (Side::License, field))) {
            let kind = shown_type(value);
            match shown.iter_mut().find(|(of, known, _)| *of == side && known == name) {
                Some((_, _, before)) if before.is_number() && kind == Type::Decimal => *before = kind,
                Some(_) => {}
                None => shown.push((side, name, kind)),
            }
        }
    }
    shown
}

fn shown_type(value: &ExampleValue) -> Type {
    match value {
        ExampleValue::Text(_) => Type::Text,
        ExampleValue::Integer(_) => Type::Integer,
        ExampleValue::Decimal(_) => Type::Decimal,
        ExampleValue::Boolean(_) => Type::Boolean,
        ExampleValue::Date(_) => Type::Date,
        ExampleValue::List(_) => Type::List,
    }
}

/// The trees of the job; one that is no tree is left out, with a note.
fn trees(nodes: &Frame, rulebook: &Rulebook, notes: &mut Vec<String>) -> Trees {
    let column = |name: &str| nodes.column(name).map_or(&[][..], |column| column.texts());
    let (kinds, ids, parents) = (column("tree"), column("node"), column("parent"));
    let frozen = |code: Code| rulebook.renumbering.of(code);
    let mut trees = Trees::default();
    for dimension in Dimension::ALL {
        let of_dimension = |row: &usize| rulebook.texts.opt(frozen(kinds[*row])) == Some(dimension.word());
        let row = |row: usize| (frozen(ids[row]), frozen(parents[row]));
        let rows: Vec<(Code, Code)> = (0..nodes.rows).filter(of_dimension).map(row).collect();
        match Tree::build(&rows) {
            Ok(tree) => *trees.of_mut(dimension) = tree,
            Err(_) => notes.push(format!(
                "the {} tree has a cycle or a node with two parents, and is left out; see `seatwise check`",
                dimension.word()
            )),
        }
    }
    trees
}
