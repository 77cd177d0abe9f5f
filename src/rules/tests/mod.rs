//! Tests of the rule language, by tables of one-line cases. In rules of these tables `c.` is short for `consumption.`,
//! `l.` for `license.` and `u.` for `user.`.

mod eval;
mod laws;
mod messages;
mod program;
mod syntax;
mod values;

use super::*;
use crate::model::date::Date;
use crate::model::decimal;
use crate::model::text::{Lists, Texts, TextsBuilder};
use crate::model::tree::{Dimension, Tree, Trees};
use crate::model::value::{Type, Value};

/// The fields of consumption and license are the same here.
pub fn schema() -> Schema {
    let pair = || {
        let plain = [("t", Type::Text), ("u", Type::Text), ("i", Type::Integer), ("j", Type::Integer), ("d", Type::Decimal)];
        let more = [("b", Type::Boolean), ("on", Type::Date), ("off", Type::Date), ("ls", Type::List), ("metric", Type::Text)];
        let standard = [("cores", Type::Integer), ("user_id", Type::Text)];
        let all = plain.into_iter().chain(more).chain(standard);
        let mut fields: Vec<FieldInfo> = all.map(|(name, kind)| FieldInfo::new(name, kind, None)).collect();
        fields.extend(Dimension::ALL.map(|tree| FieldInfo::new(tree.word(), Type::Text, Some(tree))));
        fields.push(FieldInfo::new("region", Type::Text, Some(Dimension::Location)));
        fields
    };
    let user = [("name", Type::Text), ("active", Type::Boolean), ("roles", Type::List), ("left_on", Type::Date)];
    let user = user.into_iter().map(|(name, kind)| FieldInfo::new(name, kind, None)).collect();
    Schema { consumption: pair(), license: pair(), user }
}

/// `c.` → `consumption.` and so on, at the beginning of a word.
pub fn expand(short: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for (at, letter) in short.char_indices() {
        let starts = !(before.is_alphanumeric() || before == '_') && short[at + letter.len_utf8()..].starts_with('.');
        match letter {
            'c' if starts => out.push_str("consumption"),
            'l' if starts => out.push_str("license"),
            'u' if starts => out.push_str("user"),
            letter => out.push(letter),
        }
        before = letter;
    }
    out
}

/// The lines of a table, cut at `|`; blank lines and those that begin with `#` are left out.
pub fn lines(table: &str) -> impl Iterator<Item = Vec<&str>> {
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('|').map(str::trim).collect())
}

/// One row of each side.
pub struct Rows([Vec<Value>; 3]);

impl Fields for Rows {
    fn field(&self, side: Side, slot: usize) -> Value {
        self.0[side as usize][slot]
    }
}

/// All that an expression needs.
pub struct World {
    pub expr: Expr,
    pub rows: Rows,
    pub texts: Texts,
    pub lists: Lists,
    pub trees: Trees,
    pub lower: LowerTable,
}

/// (parent, child) of the location tree; the department tree is IT > OPS.
const LOCATIONS: [(&str, &str); 4] = [("", "EU"), ("EU", "DE"), ("DE", "BER"), ("EU", "FR")];
const DEPARTMENTS: [(&str, &str); 2] = [("", "IT"), ("IT", "OPS")];

impl World {
    /// A rule in short form and `c.i=5 l.t=EU` bindings; fields that are not bound are null.
    pub fn new(rule: &str, bindings: &str, sides: Sides) -> Self {
        let ast = parse(&expand(rule)).unwrap_or_else(|errors| panic!("{rule}: {errors:?}"));
        let schema = schema();
        let mut builder = TextsBuilder::new();
        text_literals(&ast).for_each(|text| _ = builder.intern(text));
        let nodes = LOCATIONS.iter().chain(&DEPARTMENTS).flat_map(|(parent, node)| [*parent, *node]);
        let bound: Vec<(Side, usize, &str)> = bindings.split_whitespace().map(|binding| bind(&schema, binding)).collect();
        nodes.chain(bound.iter().flat_map(|(_, _, value)| value.split(';'))).for_each(|text| _ = builder.intern(text));
        add_lower_closure(&mut builder);
        let (texts, _) = builder.freeze();
        let lower = LowerTable::build(&texts);
        let mut lists = Lists::default();
        let mut rows = Rows(Side::ALL.map(|side| vec![Value::Null; schema.side(side).len()]));
        for (side, slot, text) in bound {
            rows.0[side as usize][slot] = value(schema.side(side)[slot].kind, text, &texts, &mut lists);
        }
        let trees = Trees { department: tree(&DEPARTMENTS, &texts), location: tree(&LOCATIONS, &texts), cost_center: Tree::default() };
        let expr = check(&ast, &schema, sides, &texts).unwrap_or_else(|errors| panic!("{rule}: {errors:?}"));
        Self { expr, rows, texts, lists, trees, lower }
    }

    pub fn value(&self, mode: Mode) -> Value {
        let Self { texts, lists, trees, lower, .. } = self;
        evaluate(&self.expr, &self.rows, &Env { texts, lists, trees, lower, as_of: as_of() }, mode)
    }

    pub fn show(&self, mode: Mode) -> String {
        match self.value(mode) {
            Value::Null => "null".to_owned(),
            Value::Text(code) => self.texts.get(code).to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => format!("{}d", decimal::format_short(number)),
            Value::Boolean(truth) => if truth { "T" } else { "F" }.to_owned(),
            Value::Date(day) => Date(day).to_string(),
            Value::List(id) => format!("list {id}"),
        }
    }
}

/// The date of every test.
pub fn as_of() -> i32 {
    Date::parse_iso("2026-11-22").expect("a date").0
}

fn bind<'a>(schema: &Schema, binding: &'a str) -> (Side, usize, &'a str) {
    let (field, value) = binding.split_once('=').expect("field=value");
    let field = expand(field);
    let (side, name) = field.split_once('.').expect("side.name");
    let side = Side::parse(side).expect("a side");
    (side, schema.slot(side, name).unwrap_or_else(|| panic!("no field {field}")), value)
}

fn value(kind: Type, text: &str, texts: &Texts, lists: &mut Lists) -> Value {
    let code = |text: &str| texts.code(text).expect("interned");
    match kind {
        Type::Text => Value::Text(code(text)),
        Type::Integer => Value::Integer(text.parse().expect("an integer")),
        Type::Decimal => Value::Decimal(decimal::parse(text).expect("a decimal")),
        Type::Boolean => Value::Boolean(text == "true"),
        Type::Date => Value::Date(Date::parse_iso(text).expect("a date").0),
        Type::List => Value::List(lists.intern(&text.split(';').map(code).collect::<Vec<_>>())),
    }
}

fn tree(edges: &[(&str, &str)], texts: &Texts) -> Tree {
    let code = |text: &str| if text.is_empty() { crate::model::text::NULL_CODE } else { texts.code(text).expect("interned") };
    let rows: Vec<_> = edges.iter().map(|(parent, node)| (code(node), code(parent))).collect();
    Tree::build(&rows).expect("a forest")
}
