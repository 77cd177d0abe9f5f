//! Which key of a job file a setting means, by the definition of job files. Unknown keys have the reader's own message.

use super::super::definition::JOB;
use super::super::error::Problem;
use super::super::shape::{Field, Kind, Shape};
use super::super::slips::unknown_key;
use super::with_nearest;
use std::ops::Range;

/// What a setting is for.
pub enum Target {
    /// A key of a table: the tables above it, and the key, which the job may have chosen itself.
    Key { tables: Vec<&'static str>, key: String, kind: &'static Kind, off: bool },
    /// A key of one table of a list: `affinity`, the name of the rule, `points`; no key for `off`.
    Rule { list: &'static str, shape: &'static Shape, name: String, field: Option<&'static Field> },
}

impl Target {
    /// Whether something is taken away.
    pub fn is_off(&self) -> bool {
        matches!(self, Target::Key { off: true, .. } | Target::Rule { field: None, .. })
    }

    /// What the key holds.
    pub fn kind(&self) -> &'static Kind {
        match self {
            Target::Key { kind, .. } => kind,
            Target::Rule { field, .. } => field.map_or(&Kind::Text, |field| &field.kind),
        }
    }
}

/// The key that tells the tables of a list apart.
pub fn identity(shape: &Shape) -> &'static str {
    if shape.field("name").is_some() { "name" } else { "field" }
}

/// Follows a path down the definition. `off` says that the value is that word.
pub fn resolve(path: &[String], span: Range<usize>, off: bool) -> Result<Target, Box<Problem>> {
    let (mut shape, mut header, mut tables) = (&JOB, String::new(), Vec::new());
    let mut rest = path;
    while let [name, below @ ..] = rest {
        let Some(field) = shape.field(name) else {
            let problem = unknown_key(shape, &header, name, span).0;
            // The one table of settings that no job file has.
            return Err(Box::new(if tables.is_empty() && problem.help.is_none() {
                with_nearest(problem, name, ["license"])
            } else {
                problem
            }));
        };
        match &field.kind {
            Kind::Table(inner) => {
                header = inner.header.replace("NAME", field.key);
                (shape, rest) = (inner, below);
                tables.push(field.key);
            }
            Kind::Tables(inner) => return rule(field, inner, below, span, off),
            Kind::Texts | Kind::ChoiceMap(_) | Kind::Values if !below.is_empty() => {
                tables.push(field.key);
                return Ok(Target::Key { tables, key: below.join("."), kind: &Kind::Text, off });
            }
            kind if below.is_empty() => return Ok(Target::Key { tables, key: field.key.to_owned(), kind, off: false }),
            _ => return Err(Box::new(Problem::at(span, format!("{} has no keys below it", path[..path.len() - below.len()].join("."))))),
        }
    }
    let keys: Vec<&str> = shape.keys().collect();
    Err(Box::new(
        Problem::at(span, format!("{} is a table: which key of it?", path.join("."))).expected(format!("one of: {}", keys.join(", "))),
    ))
}

fn rule(field: &'static Field, shape: &'static Shape, below: &[String], span: Range<usize>, off: bool) -> Result<Target, Box<Problem>> {
    let keys: Vec<&str> = shape.keys().collect();
    let form = format!("{}.NAME.KEY=VALUE with a key of: {}; or {}.NAME=off", field.key, keys.join(", "), field.key);
    let list = field.key;
    match below {
        [] => Err(Box::new(Problem::at(span, format!("{list} is a list: which {list}?")).expected(form))),
        [name @ .., key] if !name.is_empty() && shape.field(key).is_some() => {
            Ok(Target::Rule { list, shape, name: name.join("."), field: shape.field(key) })
        }
        name if off => Ok(Target::Rule { list, shape, name: name.join("."), field: None }),
        [name] => Err(Box::new(Problem::at(span, format!("what of {list} {name}?")).expected(form))),
        [.., key] => {
            let problem = Problem::at(span, format!("unknown key '{key}' in {}", shape.header)).expected(form);
            Err(Box::new(with_nearest(problem, key, keys)))
        }
    }
}
