//! The second step from a job's rules to a program: types, once the data's fields are known (contract §5.1, §5.3).
//! A program is what `allocate` runs. Scope requirements (§5.4) are made here but are not in it, for they belong to single licenses.

use super::ast::{Ast, AstKind};
use super::check::{AllowedSides, check, check_condition};
use super::error::RuleError;
use super::expr::{Expr, Side};
use super::schema::{FieldInfo, Schema};
use super::sources::{ParsedRule, ParsedRules, ParsedSet, Place, ProgramError};
use crate::model::text::Texts;
use crate::model::tree::Dimension;
use crate::model::value::Type;

/// A derived field (`[[set]]`). In the order of the program, so that each finds what it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct SetField {
    pub side: Side,
    pub name: String,
    pub kind: Type,
    /// Its place in the schema's vector of its side.
    pub slot: usize,
    pub expr: Expr,
}

/// A hard condition on a pair, evaluated in `Mode::Requirement`.
#[derive(Clone, Debug, PartialEq)]
pub struct Requirement {
    pub name: String,
    pub expr: Expr,
    /// As written.
    pub text: String,
}

/// Points for a pair that matches, evaluated in `Mode::Affinity`.
#[derive(Clone, Debug, PartialEq)]
pub struct Affinity {
    pub name: String,
    pub expr: Expr,
    /// As written.
    pub text: String,
    /// Never 0.
    pub points: i64,
}

/// A role rule (contract §5.5), evaluated in `Mode::Affinity`.
#[derive(Clone, Debug, PartialEq)]
pub struct Entitle {
    pub name: String,
    pub product: String,
    pub expr: Expr,
}

/// The rules in force, in rule order, checked against a schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Program {
    pub sets: Vec<SetField>,
    pub requirements: Vec<Requirement>,
    pub affinities: Vec<Affinity>,
    pub entitles: Vec<Entitle>,
}

impl Program {
    /// The slots of the fields of a side that sets, requirements and affinities in force read (not role rules), ascending:
    /// what `demands` and `licenses` hold beside their own columns (contract §6, §10).
    pub fn fields_read(&self, side: Side) -> Vec<usize> {
        let sets = self.sets.iter().map(|set| &set.expr);
        let requirements = self.requirements.iter().map(|rule| &rule.expr);
        let affinities = self.affinities.iter().map(|rule| &rule.expr);
        let mut slots: Vec<usize> = sets.chain(requirements).chain(affinities).flat_map(|expr| expr.fields(side)).collect();
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    /// The sets of one side, in order.
    pub fn sets_of(&self, side: Side) -> impl Iterator<Item = &SetField> {
        self.sets.iter().filter(move |set| set.side == side)
    }
}

/// The requirement `scope-D` of a dimension (contract §5.4), for the licenses whose scope names it; `None` only where the
/// schema lacks the field on a side.
pub fn scope_requirement(dimension: Dimension, schema: &Schema) -> Option<Requirement> {
    let field = |side| {
        let slot = schema.slot(side, dimension.word())?;
        Some(Box::new(Expr::Field { side, slot, kind: Type::Text }))
    };
    let expr = Expr::Within { dimension, inner: field(Side::Consumption)?, outer: field(Side::License)? };
    let word = dimension.word();
    Some(Requirement { name: format!("scope-{word}"), expr, text: format!("consumption.{word} within license.{word}") })
}

impl ParsedRules {
    /// Gives types to all rules. The sets come first, in order, and each adds its field to the schema, where later ones find it.
    /// The texts are frozen and hold every one of [`ParsedRules::text_literals`].
    pub fn check(self, schema: &mut Schema, texts: &Texts) -> Result<Program, Vec<ProgramError>> {
        let mut checker = Checker { texts, schema, failed: Vec::new(), errors: Vec::new() };
        let sets = checker.sets(&self.sets);
        let pair = |checker: &mut Checker<'_>, rule: ParsedRule| checker.rule(rule, AllowedSides::PAIR);
        let mut program = Program { sets, ..Program::default() };
        for rule in self.requirements {
            if let Some((rule, expr)) = pair(&mut checker, rule) {
                program.requirements.push(Requirement { name: rule.name, expr, text: rule.text });
            }
        }
        for rule in self.affinities {
            if let Some((rule, expr)) = pair(&mut checker, rule) {
                program.affinities.push(Affinity { name: rule.name, expr, text: rule.text, points: rule.points });
            }
        }
        for (product, rule) in self.entitles {
            if let Some((rule, expr)) = checker.rule(rule, AllowedSides::USER) {
                program.entitles.push(Entitle { name: rule.name, product, expr });
            }
        }
        if checker.errors.is_empty() { Ok(program) } else { Err(checker.errors) }
    }
}

struct Checker<'a> {
    texts: &'a Texts,
    schema: &'a mut Schema,
    /// Set fields without a type because their own rule is wrong: rules that read them are not blamed for it.
    failed: Vec<(Side, String)>,
    errors: Vec<ProgramError>,
}

impl Checker<'_> {
    fn sets(&mut self, sets: &[ParsedSet]) -> Vec<SetField> {
        let mut done = Vec::new();
        for (place, set) in sets.iter().enumerate() {
            match self.set(set, &sets[place..]) {
                Ok(Some(field)) => done.push(field),
                Ok(None) => self.failed.push((set.side, set.name.clone())),
                Err(error) => {
                    self.failed.push((set.side, set.name.clone()));
                    self.errors.push(error);
                }
            }
        }
        done
    }

    /// One set; `Ok(None)` where it reads a set field that is wrong itself. `open` are it and those after it.
    fn set(&mut self, set: &ParsedSet, open: &[ParsedSet]) -> Result<Option<SetField>, ProgramError> {
        if self.schema.slot(set.side, &set.name).is_some() {
            let message = format!("`{}.{}` exists already", set.side.word(), set.name);
            let length = set.side.word().len() + 1 + set.name.len();
            let error = RuleError::new(message, 0..length).help("give the set field another name");
            return Err(ProgramError { place: Place::SetField(set.index), errors: vec![error] });
        }
        let failed = |errors| ProgramError { place: Place::SetValue(set.index), errors };
        let early = self.read_too_early(&set.ast, open);
        if !early.is_empty() {
            return Err(failed(early));
        }
        if self.reads_failed(&set.ast) {
            return Ok(None);
        }
        let expr = check(&set.ast, self.schema, AllowedSides::only(set.side), self.texts).map_err(failed)?;
        let kind = expr.kind();
        let slot = self.schema.push(set.side, FieldInfo::new(set.name.clone(), kind, None));
        Ok(Some(SetField { side: set.side, name: set.name.clone(), kind, slot, expr }))
    }

    /// Set fields that are read before they are set.
    fn read_too_early(&self, ast: &Ast, open: &[ParsedSet]) -> Vec<RuleError> {
        let mut errors = Vec::new();
        ast.walk(&mut |node| {
            if let AstKind::Field { side, name } = &node.kind
                && self.schema.slot(*side, name).is_none()
                && open.iter().any(|set| set.side == *side && set.name == *name)
            {
                let message = format!("`{}.{name}` is read before it is set", side.word());
                errors.push(RuleError::new(message, node.span.clone()).help("a set may use earlier sets only; change their order"));
            }
        });
        errors
    }

    fn reads_failed(&self, ast: &Ast) -> bool {
        ast.fields().iter().any(|(side, name)| self.failed.iter().any(|(failed, other)| failed == side && other == name))
    }

    /// A rule and its condition; none if it is wrong, or not in force.
    fn rule(&mut self, rule: ParsedRule, sides: AllowedSides) -> Option<(ParsedRule, Expr)> {
        if self.reads_failed(&rule.ast) {
            return None;
        }
        match check_condition(&rule.ast, self.schema, sides, self.texts) {
            Ok(expr) => rule.in_force.then_some((rule, expr)),
            Err(errors) => {
                self.errors.push(ProgramError { place: rule.place, errors });
                None
            }
        }
    }
}
