//! Types (contract §5.1): from a rule as written to a checked [`Expr`], or everything that is wrong with it.
//! What a field is comes from the [`Schema`]; which rules may read which side is the caller's to say.

use super::ast::{Ast, AstKind, Function, Literal};
use super::error::RuleError;
use super::expr::{ArithOp, CompareOp, Expr, Side, Sides};
use super::hints;
use super::schema::Schema;
use crate::model::decimal::{ONE, Scaled};
use crate::model::text::Texts;
use crate::model::tree::Dimension;
use crate::model::value::{Type, Value};
use std::ops::Range;

/// The sides whose fields an expression may read.
pub type AllowedSides = Sides;

/// Checks an expression of any type that a field can have, but for lists: the value of a `[[set]]`.
pub fn check(ast: &Ast, schema: &Schema, sides: AllowedSides, texts: &Texts) -> Result<Expr, Vec<RuleError>> {
    let mut checker = Checker { schema, sides, texts, errors: Vec::new() };
    let expr = checker.no_list(ast, "a value");
    checker.finish(expr)
}

/// Checks a condition: a requirement, an affinity, the `when` of a role rule.
pub fn check_condition(ast: &Ast, schema: &Schema, sides: AllowedSides, texts: &Texts) -> Result<Expr, Vec<RuleError>> {
    let mut checker = Checker { schema, sides, texts, errors: Vec::new() };
    let expr = checker.typed(ast, Type::Boolean, "a rule");
    checker.finish(expr)
}

struct Checker<'a> {
    schema: &'a Schema,
    sides: AllowedSides,
    texts: &'a Texts,
    errors: Vec<RuleError>,
}

/// `None` stands for an expression with an error in it, which is among the errors.
type Checked = Option<Expr>;

impl Checker<'_> {
    fn finish(mut self, expr: Checked) -> Result<Expr, Vec<RuleError>> {
        self.errors.sort_by_key(|error| error.span.start);
        match expr {
            Some(expr) if self.errors.is_empty() => Ok(expr),
            _ => Err(self.errors),
        }
    }

    fn fail<T>(&mut self, error: RuleError) -> Option<T> {
        self.errors.push(error);
        None
    }

    fn type_error<T>(&mut self, message: String, span: &Range<usize>, help: Option<String>) -> Option<T> {
        self.fail(RuleError { message, span: span.clone(), help })
    }

    fn expr(&mut self, ast: &Ast) -> Checked {
        match &ast.kind {
            AstKind::Literal(literal) => Some(Expr::Literal(self.literal(literal, &ast.span)?)),
            AstKind::AsOf => Some(Expr::AsOf),
            AstKind::Field { side, name } => self.field(*side, name, ast),
            AstKind::Or(operands) => self.conditions(operands, "`or`").map(Expr::Or),
            AstKind::And(operands) => self.conditions(operands, "`and`").map(Expr::And),
            AstKind::Not(operand) => self.typed(operand, Type::Boolean, "`not`").map(|operand| Expr::Not(Box::new(operand))),
            AstKind::Compare { op, left, right } => self.compare(*op, left, right, ast),
            AstKind::Within { inner, outer } => self.within(inner, outer, ast),
            AstKind::In { item, list } => self.in_list(item, list),
            AstKind::IsNull { operand, negated } => {
                let operand = Box::new(self.expr(operand)?);
                Some(Expr::IsNull { operand, negated: *negated })
            }
            AstKind::Arith { op, left, right } => self.arith(*op, left, right, ast),
            AstKind::Negate(operand) => self.negate(operand),
            AstKind::Call { function, arguments } => self.call(*function, arguments, ast),
        }
    }

    /// All operands, each of them checked even where one before it is wrong.
    fn all(&mut self, operands: &[Ast], check: impl Fn(&mut Self, &Ast) -> Checked) -> Option<Vec<Expr>> {
        let checked: Vec<Checked> = operands.iter().map(|operand| check(self, operand)).collect();
        checked.into_iter().collect()
    }

    fn conditions(&mut self, operands: &[Ast], what: &str) -> Option<Vec<Expr>> {
        self.all(operands, |checker, operand| checker.typed(operand, Type::Boolean, what))
    }

    /// An expression that has to have one type.
    fn typed(&mut self, ast: &Ast, wanted: Type, what: &str) -> Checked {
        let expr = self.expr(ast)?;
        let found = expr.kind();
        if found == wanted {
            return Some(expr);
        }
        let message = format!("{what} takes {}, found {}", hints::named(wanted), hints::named(found));
        self.type_error(message, &ast.span, hints::for_type(ast, found, wanted))
    }

    /// An expression of any type but list.
    fn no_list(&mut self, ast: &Ast, what: &str) -> Checked {
        let expr = self.expr(ast)?;
        if expr.kind() != Type::List {
            return Some(expr);
        }
        self.type_error(format!("{what} cannot be a list"), &ast.span, Some(hints::LISTS.to_owned()))
    }

    fn field(&mut self, side: Side, name: &str, ast: &Ast) -> Checked {
        if !self.sides.contains(side) {
            let message = format!("`{}.{name}` cannot be read here", side.word());
            return self.type_error(message, &ast.span, Some(hints::allowed(self.sides)));
        }
        match self.schema.slot(side, name) {
            Some(slot) => Some(Expr::Field { side, slot, kind: self.schema.side(side)[slot].kind }),
            None => {
                let message = format!("there is no field `{}.{name}`", side.word());
                self.type_error(message, &ast.span, Some(hints::unknown_field(self.schema, side, name)))
            }
        }
    }

    fn literal(&mut self, literal: &Literal, span: &Range<usize>) -> Option<Value> {
        Some(match literal {
            Literal::Integer(number) => Value::Integer(*number),
            Literal::Decimal(number) => Value::Decimal(*number),
            Literal::Boolean(truth) => Value::Boolean(*truth),
            Literal::Date(day) => Value::Date(*day),
            Literal::Text(text) => match self.texts.code(text) {
                Some(code) => Value::Text(code),
                // Cannot happen where the caller interned what `text_literals` gives.
                None => return self.type_error(format!("internal error: the text \"{text}\" has no code"), span, None),
            },
        })
    }

    fn compare(&mut self, op: CompareOp, left: &Ast, right: &Ast, ast: &Ast) -> Checked {
        let (left_expr, right_expr) = (self.expr(left), self.expr(right));
        let (left_expr, right_expr) = (left_expr?, right_expr?);
        let (first, second) = (left_expr.kind(), right_expr.kind());
        if !comparable(first, second) {
            let message = format!("`{}` cannot compare {} with {}", op.sign(), hints::named(first), hints::named(second));
            return self.type_error(message, &ast.span, hints::for_pair((left, first), (right, second)));
        }
        if first == Type::Boolean && !matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            let help = "booleans have no order; compare them with `=` or `!=`";
            return self.type_error(format!("`{}` cannot compare booleans", op.sign()), &ast.span, Some(help.to_owned()));
        }
        Some(Expr::Compare { op, left: Box::new(left_expr), right: Box::new(right_expr) })
    }

    fn within(&mut self, inner: &Ast, outer: &Ast, ast: &Ast) -> Checked {
        let (inner_expr, outer_expr) = (self.typed(inner, Type::Text, "`within`"), self.typed(outer, Type::Text, "`within`"));
        let (inner_expr, outer_expr) = (inner_expr?, outer_expr?);
        let dimension = match (self.tree_of(&inner_expr), self.tree_of(&outer_expr)) {
            (Some(inner), Some(outer)) if inner != outer => {
                let message = format!("`within` cannot mix the trees {} and {}", inner.word(), outer.word());
                return self.type_error(message, &ast.span, None);
            }
            (Some(tree), _) | (None, Some(tree)) => tree,
            (None, None) => {
                let help = "department, location and cost_center are such fields, and others by `[attributes] NAME = \"location\"`";
                let message = "one side of `within` must be a field that holds nodes of a tree".to_owned();
                return self.type_error(message, &ast.span, Some(help.to_owned()));
            }
        };
        Some(Expr::Within { dimension, inner: Box::new(inner_expr), outer: Box::new(outer_expr) })
    }

    fn tree_of(&self, expr: &Expr) -> Option<Dimension> {
        match expr {
            Expr::Field { side, slot, .. } => self.schema.side(*side).get(*slot)?.tree,
            _ => None,
        }
    }

    fn in_list(&mut self, item: &Ast, list: &[(Literal, Range<usize>)]) -> Checked {
        let item_expr = self.no_list(item, "the left side of `in`");
        let values: Vec<Option<Value>> = list.iter().map(|(literal, span)| self.literal(literal, span)).collect();
        let (item_expr, values) = (item_expr?, values.into_iter().collect::<Option<Vec<Value>>>()?);
        let wanted = item_expr.kind();
        let mut wrong = false;
        for (value, (literal, span)) in values.iter().zip(list) {
            let found = Expr::Literal(*value).kind();
            if !comparable(wanted, found) {
                wrong = true;
                let message = format!("`in` cannot look for {} among literals of type {}", hints::named(wanted), found.word());
                let help = hints::for_literal(literal, wanted);
                self.errors.push(RuleError { message, span: span.clone(), help });
            }
        }
        if wrong { None } else { Some(Expr::In { item: Box::new(item_expr), list: as_set(&values, wanted) }) }
    }

    fn arith(&mut self, op: ArithOp, left: &Ast, right: &Ast, ast: &Ast) -> Checked {
        let (left_expr, right_expr) = (self.expr(left), self.expr(right));
        let (left_expr, right_expr) = (left_expr?, right_expr?);
        let (first, second) = (left_expr.kind(), right_expr.kind());
        let days = matches!(op, ArithOp::Add | ArithOp::Subtract) && first == Type::Date && second == Type::Integer;
        if days || first.is_number() && second.is_number() {
            return Some(Expr::Arith { op, left: Box::new(left_expr), right: Box::new(right_expr) });
        }
        let help = match (op, first, second) {
            (ArithOp::Subtract, Type::Date, Type::Date) => Some("write `days_between(from, to)`".to_owned()),
            (ArithOp::Add, Type::Integer, Type::Date) => Some("the date stands first: `date + days`".to_owned()),
            (_, Type::Date, _) => Some("whole days can be added to a date or taken from it: `date + 30`".to_owned()),
            _ => hints::for_pair((left, first), (right, second)),
        };
        let message = format!("`{}` cannot take {} and {}", op.sign(), hints::named(first), hints::named(second));
        self.type_error(message, &ast.span, help)
    }

    fn negate(&mut self, operand: &Ast) -> Checked {
        let expr = self.expr(operand)?;
        let found = expr.kind();
        if found.is_number() {
            return Some(Expr::Negate(Box::new(expr)));
        }
        self.type_error(format!("`-` takes a number, found {}", hints::named(found)), &operand.span, None)
    }

    fn call(&mut self, function: Function, arguments: &[Ast], ast: &Ast) -> Checked {
        let what = format!("`{}`", function.word());
        match (function, arguments) {
            (Function::Lower, [text]) => Some(Expr::Lower(Box::new(self.typed(text, Type::Text, &what)?))),
            (Function::StartsWith, [text, prefix]) => {
                let (text, prefix) = self.two(text, Type::Text, prefix, Type::Text, &what)?;
                Some(Expr::StartsWith { text, prefix })
            }
            (Function::Contains, [list, item]) => {
                let (list, item) = self.two(list, Type::List, item, Type::Text, &what)?;
                Some(Expr::Contains { list, item })
            }
            (Function::DaysBetween, [from, to]) => {
                let (from, to) = self.two(from, Type::Date, to, Type::Date, &what)?;
                Some(Expr::DaysBetween { from, to })
            }
            (Function::If, [condition, then, otherwise]) => {
                let condition = self.typed(condition, Type::Boolean, "the first argument of `if`");
                let branches = self.one_type(&[then, otherwise], &what, ast);
                let mut branches = branches?.into_iter();
                let (then, otherwise) = (Box::new(branches.next()?), Box::new(branches.next()?));
                Some(Expr::If { condition: Box::new(condition?), then, otherwise })
            }
            (Function::Coalesce, operands) => {
                let operands: Vec<&Ast> = operands.iter().collect();
                self.one_type(&operands, &what, ast).map(Expr::Coalesce)
            }
            // `parser` has counted the arguments.
            _ => self.type_error(format!("{what} does not take {} arguments", arguments.len()), &ast.span, None),
        }
    }

    fn two(&mut self, first: &Ast, kind: Type, second: &Ast, other: Type, what: &str) -> Option<(Box<Expr>, Box<Expr>)> {
        let (first, second) = (self.typed(first, kind, what), self.typed(second, other, what));
        Some((Box::new(first?), Box::new(second?)))
    }

    /// Operands of one type, integers among decimals made decimals.
    fn one_type(&mut self, operands: &[&Ast], what: &str, ast: &Ast) -> Option<Vec<Expr>> {
        let checked: Vec<Checked> = operands.iter().map(|operand| self.no_list(operand, "an operand")).collect();
        let exprs = checked.into_iter().collect::<Option<Vec<Expr>>>()?;
        let kinds: Vec<Type> = exprs.iter().map(Expr::kind).collect();
        let first = *kinds.first()?;
        if let Some(place) = kinds.iter().position(|kind| !comparable(first, *kind)) {
            let message = format!("{what} cannot mix {} and {}", hints::named(first), hints::named(kinds[place]));
            let help = hints::for_pair((operands[0], first), (operands[place], kinds[place]));
            return self.type_error(message, &ast.span, help);
        }
        let mixed = kinds.contains(&Type::Decimal);
        let convert = |expr: Expr| if mixed && expr.kind() == Type::Integer { Expr::ToDecimal(Box::new(expr)) } else { expr };
        Some(exprs.into_iter().map(convert).collect())
    }
}

/// Whether values of two types can be compared, and stand beside each other in a list, an `if` or a `coalesce`.
fn comparable(left: Type, right: Type) -> bool {
    left.is_number() && right.is_number() || left == right && left != Type::List
}

/// A list of literals as [`Expr::In`] has it.
fn as_set(values: &[Value], wanted: Type) -> Vec<Value> {
    let fitting = values.iter().filter_map(|value| match (wanted, *value) {
        (Type::Integer, Value::Decimal(number)) => whole(number).map(Value::Integer),
        (Type::Decimal, number) => number.scaled().map(Value::Decimal),
        (_, value) => Some(value),
    });
    let mut list: Vec<Value> = fitting.collect();
    list.sort_unstable();
    list.dedup();
    list
}

fn whole(number: Scaled) -> Option<i64> {
    if number % ONE == 0 { i64::try_from(number / ONE).ok() } else { None }
}
