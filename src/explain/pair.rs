//! What a demand and a license that do not fit together failed, in one plain sentence with both values (contract §4.9).

use super::phrases::{family, unit};
use crate::model::date::Date;
use crate::model::decimal::format_short;
use crate::model::estate::Estate;
use crate::model::tree::Dimension;
use crate::model::value::Value;
use crate::model::words::{Failure, Family, Metric};
use crate::rules::eval::{Env, Fields, Mode, evaluate, holds};
use crate::rules::{CompareOp, Expr, Program, Schema, Side, scope_requirement};
use crate::trace::answer::FailureAnswer;
use crate::trace::pairs::Failed;

/// What the sentences on pairs of a run are made of.
#[derive(Clone, Copy)]
pub struct Pairs<'a> {
    pub estate: &'a Estate,
    pub program: &'a Program,
    pub schema: &'a Schema,
    pub env: Env<'a>,
}

impl Pairs<'_> {
    /// What a pair failed. `product` is the demand's; `fields` are both sides'.
    pub fn failure(&self, failed: Failed, product: usize, license: usize, fields: &dyn Fields) -> FailureAnswer {
        let metric = self.estate.licenses.metric[license].unwrap_or(Metric::Device);
        let plain = |sentence: String| FailureAnswer { code: failed.failure.code().to_owned(), rule: None, sentence };
        match failed.failure {
            Failure::NoUser => {
                plain("neither the consumption nor its asset names a user, and only a site license covers such a demand".to_owned())
            }
            Failure::MetricMismatch => {
                let own = self.estate.products.family(product);
                let other = if own == Family::Device { Family::User } else { Family::Device };
                let name = self.estate.texts.get(self.estate.products.id[product]);
                plain(format!("it counts {}, and {name} is in use by {}", family(other), family(own)))
            }
            Failure::NotAssigned => plain("it is for named users, and this demand is not assigned to it".to_owned()),
            Failure::UnitsUnknown => plain(format!("it counts {}s, and those of the demand are unknown", unit(metric))),
            Failure::Forbidden => plain("a preference forbids it".to_owned()),
            Failure::RequirementFailed => self.requirement(failed.requirement, fields),
        }
    }

    fn requirement(&self, place: Option<u16>, fields: &dyn Fields) -> FailureAnswer {
        let place = usize::from(place.unwrap_or_default());
        let scope =
            || Dimension::ALL.get(place - self.program.requirements.len()).and_then(|dimension| scope_requirement(*dimension, self.schema));
        let requirement = self.program.requirements.get(place).cloned().or_else(scope);
        match requirement {
            Some(rule) => FailureAnswer { sentence: self.untrue(&rule.expr, fields), code: rule.name, rule: Some(rule.text) },
            None => FailureAnswer { code: String::new(), rule: None, sentence: String::new() },
        }
    }

    /// Why a condition is false, for these rows.
    fn untrue(&self, expr: &Expr, fields: &dyn Fields) -> String {
        match expr {
            Expr::And(operands) => {
                let first = operands.iter().find(|operand| !holds(operand, fields, &self.env, Mode::Requirement));
                first.map_or_else(|| "it does not hold".to_owned(), |operand| self.untrue(operand, fields))
            }
            Expr::Or(operands) => operands.iter().map(|operand| self.untrue(operand, fields)).collect::<Vec<_>>().join(", and "),
            Expr::Compare { op: CompareOp::Equal, left, right } => self.unequal(left, right, fields),
            Expr::Compare { op, left, right } => self.compared(negation(*op), left, right, fields),
            Expr::Within { inner, outer, .. } => self.compared("is not within", inner, outer, fields),
            Expr::StartsWith { text, prefix } => self.compared("does not start with", text, prefix, fields),
            Expr::Contains { list, item } => self.compared("does not contain", list, item, fields),
            Expr::In { item, list } => {
                let values: Vec<String> = list.iter().map(|value| self.shown(*value)).collect();
                match self.unknown(item, fields) {
                    Some(unknown) => unknown,
                    None => format!("{} is none of {}", self.operand(item, None, fields), values.join(", ")),
                }
            }
            Expr::IsNull { operand, negated: false } => format!("{} is known", self.operand(operand, None, fields)),
            Expr::IsNull { operand, negated: true } => format!("{} is unknown", self.named(operand)),
            Expr::Not(operand) => self.read(operand, fields),
            other => match self.unknown(other, fields) {
                Some(unknown) => unknown,
                None => format!("{} is false", self.named(other)),
            },
        }
    }

    /// `environment is production, not test`.
    fn unequal(&self, left: &Expr, right: &Expr, fields: &dyn Fields) -> String {
        let unknown = self.unknown(left, fields).or_else(|| self.unknown(right, fields));
        unknown.unwrap_or_else(|| {
            let value = |operand: &Expr| self.shown(evaluate(operand, fields, &self.env, Mode::Requirement));
            let same = !matches!(right, Expr::Field { .. }) || self.field_name(left) == self.field_name(right);
            let subject = if matches!(left, Expr::Field { .. }) { format!("{} is {}", self.named(left), value(left)) } else { value(left) };
            match same {
                true => format!("{subject}, not {}", value(right)),
                false => format!("{subject}, and {} is {}", self.named(right), value(right)),
            }
        })
    }

    fn compared(&self, verb: &str, left: &Expr, right: &Expr, fields: &dyn Fields) -> String {
        let unknown = self.unknown(left, fields).or_else(|| self.unknown(right, fields));
        unknown.unwrap_or_else(|| format!("{} {verb} {}", self.operand(left, None, fields), self.operand(right, Some(left), fields)))
    }

    /// `the demand's location is unknown`, where an operand is null.
    fn unknown(&self, operand: &Expr, fields: &dyn Fields) -> Option<String> {
        evaluate(operand, fields, &self.env, Mode::Requirement).is_null().then(|| match operand {
            Expr::Field { side: Side::License, .. } => format!("{} is not set", self.named(operand)),
            Expr::Field { .. } => format!("the demand's {} is unknown", self.named(operand)),
            _ => self.read(operand, fields),
        })
    }

    /// An operand with its value. A license's field that is compared with the demand's field of the same name needs no name.
    fn operand(&self, operand: &Expr, other: Option<&Expr>, fields: &dyn Fields) -> String {
        let value = self.shown(evaluate(operand, fields, &self.env, Mode::Requirement));
        match operand {
            Expr::Field { .. } if other.is_some_and(|other| self.field_name(other) == self.field_name(operand)) => value,
            Expr::Field { .. } => format!("{} {value}", self.named(operand)),
            _ => value,
        }
    }

    fn field_name(&self, expr: &Expr) -> Option<&str> {
        match expr {
            Expr::Field { side, slot, .. } => Some(&self.schema.side(*side)[*slot].name),
            _ => None,
        }
    }

    /// What a part of a rule is called.
    fn named(&self, expr: &Expr) -> String {
        match expr {
            Expr::Field { side, slot, .. } => {
                let name = &self.schema.side(*side)[*slot].name;
                if *side == Side::License { format!("the license's {name}") } else { name.clone() }
            }
            _ => "the condition".to_owned(),
        }
    }

    /// For what no phrase fits: every field that it reads, with its value.
    fn read(&self, expr: &Expr, fields: &dyn Fields) -> String {
        let mut parts = Vec::new();
        for side in [Side::Consumption, Side::License] {
            for slot in expr.fields(side) {
                let info = &self.schema.side(side)[slot];
                let field = Expr::Field { side, slot, kind: info.kind };
                let value = evaluate(&field, fields, &self.env, Mode::Requirement);
                let value = if value.is_null() { "unknown".to_owned() } else { self.shown(value) };
                parts.push(format!("{} is {value}", self.named(&field)));
            }
        }
        if parts.is_empty() { "it never holds".to_owned() } else { parts.join(", and ") }
    }

    fn shown(&self, value: Value) -> String {
        match value {
            Value::Null => "nothing".to_owned(),
            Value::Text(code) => self.estate.texts.get(code).to_owned(),
            Value::Integer(number) => number.to_string(),
            Value::Decimal(number) => format_short(number),
            Value::Boolean(truth) => truth.to_string(),
            Value::Date(day) => Date(day).to_string(),
            Value::List(list) => {
                let items: Vec<&str> = self.estate.lists.get(list).iter().map(|code| self.estate.texts.get(*code)).collect();
                items.join(", ")
            }
        }
    }
}

/// What is so where a comparison is false.
fn negation(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Equal => "is not equal to",
        CompareOp::NotEqual => "is",
        CompareOp::Less => "is not below",
        CompareOp::LessOrEqual => "is above",
        CompareOp::Greater => "is not above",
        CompareOp::GreaterOrEqual => "is below",
    }
}
