//! The rule language (contract §5): from rule text to a checked program, and the evaluation of one expression.
//!
//! Reading order: `lexer` and `parser` make an [`ast::Ast`] of a rule's text; `check` gives it types against a
//! [`schema::Schema`] and makes an [`expr::Expr`]; `eval` says what that is worth for one pair of rows; `program` does all
//! of this for the rules of a job, with the `standard` ones in their places. What is evaluated how often, and on which
//! vectors, is the business of `allocate`. No I/O and no clock: `as_of` comes in with [`eval::Env`].

pub mod ast;
pub mod check;
pub mod error;
pub mod eval;
pub mod expr;
mod hints;
mod lexer;
pub mod lower;
mod number;
pub mod parser;
pub mod program;
pub mod schema;
mod sources;
pub mod standard;

#[cfg(test)]
mod tests;

pub use ast::{Ast, text_literals};
pub use check::{AllowedSides, check, check_condition};
pub use error::RuleError;
pub use eval::{Env, Fields, Mode, evaluate, holds};
pub use expr::{ArithOp, CompareOp, Expr, Side, Sides};
pub use lower::{LowerTable, add_lower_closure};
pub use parser::parse;
pub use program::{Affinity, Entitle, Program, Requirement, SetField, scope_requirement};
pub use schema::{FieldInfo, Schema, nearest};
pub use sources::{AffinitySource, EntitleSource, ParsedRules, Place, ProgramError, RequirementSource, RuleSource, SetSource};
