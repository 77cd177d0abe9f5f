//! Rules taken apart for scoring: which parts of a rule read the demand alone, which the license alone, and how finely a
//! demand's part must be told apart. Made once per run; `coding`, `tables` and `sparse` apply it to a product.
//!
//! No rule is evaluated per pair. A rule that reads `consumption.department` is evaluated once for each department that the
//! product's licenses can tell apart, for each part of the licenses that the rule can tell apart.

use crate::model::tree::Dimension;
use crate::model::value::Type;
use crate::rules::eval::Mode;
use crate::rules::expr::{CompareOp, Expr, Side};
use crate::rules::program::{Program, scope_requirement};
use crate::rules::schema::Schema;

/// How finely the values of an operand must be told apart, from coarse to fine.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub enum Fineness {
    /// Which of the licenses' values it equals, if any.
    Equal,
    /// Where it stands among the licenses' values.
    Order,
    /// Which of the licenses' nodes is the nearest at or above it.
    Within(Dimension),
    /// Every value by itself.
    Exact,
}

impl Fineness {
    /// A fineness that serves both.
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (same, also) if same == also => same,
            (Fineness::Equal, finer @ (Fineness::Order | Fineness::Within(_))) => finer,
            (finer @ (Fineness::Order | Fineness::Within(_)), Fineness::Equal) => finer,
            _ => Fineness::Exact,
        }
    }
}

/// A part of a rule that reads the demand alone.
#[derive(Clone, Debug)]
pub struct Operand {
    pub expr: Expr,
    pub fineness: Fineness,
    /// What it is compared with, on the license side: their values are those that must be told apart.
    pub partners: Vec<Expr>,
}

/// What a rule is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// By its place among the requirements, the job's and then the scopes.
    Requirement(u16),
    /// The same, but only for licenses that have this dimension in their scope.
    Scope(u16, Dimension),
    /// By its place among the affinities, with its points.
    Affinity(u16, i64),
}

/// A rule in force.
#[derive(Clone, Debug)]
pub struct Term {
    pub role: Role,
    pub expr: Expr,
    /// For rules that can be looked up instead of tabulated.
    pub matching: Option<Matching>,
}

/// `demand part = license part`, or `demand node within license node`.
#[derive(Clone, Debug)]
pub struct Matching {
    /// The place of the demand's part in [`ScorePlan::operands`].
    pub operand: usize,
    /// The license's part.
    pub license: Expr,
    /// The tree, for `within`.
    pub within: Option<Dimension>,
}

impl Term {
    pub fn mode(&self) -> Mode {
        match self.role {
            Role::Affinity(..) => Mode::Affinity,
            _ => Mode::Requirement,
        }
    }

    /// The dimension of a scope.
    pub fn scope(&self) -> Option<Dimension> {
        match self.role {
            Role::Scope(_, dimension) => Some(dimension),
            _ => None,
        }
    }
}

/// Rules that read the same operands: one table of vectors serves them all.
#[derive(Clone, Debug)]
pub struct Group {
    /// Places in [`ScorePlan::operands`], ascending.
    pub operands: Vec<usize>,
    /// Places in [`ScorePlan::terms`], ascending; at most [`GROUP_TERMS`] of them are affinities.
    pub terms: Vec<usize>,
}

/// A group notes which of its affinities match as bits of a `u16`.
pub const GROUP_TERMS: usize = 16;

/// A part of a rule that reads the license alone; licenses that agree in all of them, each under its mode, are one class.
#[derive(Clone, Debug)]
pub struct LicensePart {
    pub expr: Expr,
    pub mode: Mode,
    /// The terms that read it.
    pub terms: Vec<usize>,
}

/// The rules in force, ready to be applied to products.
#[derive(Debug, Default)]
pub struct ScorePlan {
    pub terms: Vec<Term>,
    pub operands: Vec<Operand>,
    pub groups: Vec<Group>,
    pub license_parts: Vec<LicensePart>,
    /// How many affinities are in force.
    pub affinities: usize,
    /// The requirements by name, the scopes last (§5.4).
    pub requirement_names: Vec<String>,
}

impl ScorePlan {
    pub fn new(program: &Program, schema: &Schema) -> Self {
        let mut plan = Self { affinities: program.affinities.len(), ..Self::default() };
        for (place, requirement) in program.requirements.iter().enumerate() {
            plan.requirement_names.push(requirement.name.clone());
            plan.add(Role::Requirement(place as u16), &requirement.expr);
        }
        for dimension in Dimension::ALL {
            let place = plan.requirement_names.len() as u16;
            plan.requirement_names.push(format!("scope-{}", dimension.word()));
            if let Some(requirement) = scope_requirement(dimension, schema) {
                plan.add(Role::Scope(place, dimension), &requirement.expr);
            }
        }
        for (place, affinity) in program.affinities.iter().enumerate() {
            plan.add(Role::Affinity(place as u16, affinity.points), &affinity.expr);
        }
        plan
    }

    fn add(&mut self, role: Role, expr: &Expr) {
        let place = self.terms.len();
        let mut operands = Vec::new();
        self.collect_operands(expr, Fineness::Exact, None, &mut operands);
        operands.sort_unstable();
        operands.dedup();
        let matching = self.matching(expr);
        let term = Term { role, expr: expr.clone(), matching };
        self.collect_license_parts(expr, term.mode(), place);
        let affinity = matches!(role, Role::Affinity(..));
        let room = |group: &&mut Group| {
            let affinities = group.terms.iter().filter(|term| matches!(self.terms[**term].role, Role::Affinity(..))).count();
            group.operands == operands && (!affinity || affinities < GROUP_TERMS)
        };
        match self.groups.iter_mut().find(room) {
            Some(group) => group.terms.push(place),
            None => self.groups.push(Group { operands, terms: vec![place] }),
        }
        self.terms.push(term);
    }

    /// Finds the largest parts that read the demand alone, with the fineness that their surroundings ask for.
    fn collect_operands(&mut self, expr: &Expr, fineness: Fineness, partner: Option<&Expr>, out: &mut Vec<usize>) {
        if !expr.mentions(Side::Consumption) {
            return;
        }
        if !expr.mentions(Side::License) {
            out.push(self.operand(expr, fineness, partner));
            return;
        }
        let one_sided = |other: &Expr| !other.mentions(Side::Consumption);
        match expr {
            Expr::Compare { op, left, right } => {
                let fineness = if matches!(op, CompareOp::Equal | CompareOp::NotEqual) { Fineness::Equal } else { Fineness::Order };
                for (part, other) in [(left, right), (right, left)] {
                    let fineness = if one_sided(other) { fineness } else { Fineness::Exact };
                    self.collect_operands(part, fineness, Some(other), out);
                }
            }
            Expr::Within { dimension, inner, outer } => {
                let fineness = if one_sided(outer) { Fineness::Within(*dimension) } else { Fineness::Exact };
                self.collect_operands(inner, fineness, Some(outer), out);
                self.collect_operands(outer, Fineness::Exact, None, out);
            }
            _ => expr.for_each_child(|child| self.collect_operands(child, Fineness::Exact, None, out)),
        }
    }

    fn operand(&mut self, expr: &Expr, fineness: Fineness, partner: Option<&Expr>) -> usize {
        // Two truths and null: nothing coarser is worth the looking up.
        let fineness = if expr.kind() == Type::Boolean { Fineness::Exact } else { fineness };
        let partners: Vec<Expr> = if fineness == Fineness::Exact { Vec::new() } else { partner.cloned().into_iter().collect() };
        if let Some(place) = self.operands.iter().position(|operand| operand.expr == *expr) {
            let operand = &mut self.operands[place];
            operand.fineness = operand.fineness.join(fineness);
            for partner in partners {
                if !operand.partners.contains(&partner) {
                    operand.partners.push(partner);
                }
            }
            return place;
        }
        self.operands.push(Operand { expr: expr.clone(), fineness, partners });
        self.operands.len() - 1
    }

    /// The largest parts that read the license alone, and those that read nothing are left out.
    fn collect_license_parts(&mut self, expr: &Expr, mode: Mode, term: usize) {
        if !expr.mentions(Side::License) {
            return;
        }
        if expr.mentions(Side::Consumption) {
            expr.for_each_child(|child| self.collect_license_parts(child, mode, term));
            return;
        }
        match self.license_parts.iter_mut().find(|part| part.expr == *expr && part.mode == mode) {
            Some(part) => part.terms.push(term),
            None => self.license_parts.push(LicensePart { expr: expr.clone(), mode, terms: vec![term] }),
        }
    }

    /// `demand part = license part`, whichever way round it is written, or `demand node within license node`.
    fn matching(&self, expr: &Expr) -> Option<Matching> {
        let (pairs, within) = match expr {
            Expr::Compare { op: CompareOp::Equal, left, right } => (vec![(left, right), (right, left)], None),
            Expr::Within { dimension, inner, outer } => (vec![(inner, outer)], Some(*dimension)),
            _ => return None,
        };
        for (demand, license) in pairs {
            let pure = !demand.mentions(Side::License) && demand.mentions(Side::Consumption);
            if pure && license.mentions(Side::License) && !license.mentions(Side::Consumption) {
                let operand = self.operands.iter().position(|operand| operand.expr == **demand)?;
                return Some(Matching { operand, license: (**license).clone(), within });
            }
        }
        None
    }
}
