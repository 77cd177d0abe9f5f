//! The rules of a job as written, and the first of two steps to a program: what can be said before any data is read
//! (contract §9, exit code 2): syntax, names, and which rules are in force (§5.3). Types come later, in `program`.

use super::ast::{Ast, text_literals};
use super::error::RuleError;
use super::expr::Side;
use super::lexer;
use super::parser::parse;
use super::standard;

/// A `[[set]]` of the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetSource {
    pub field: String,
    pub value: String,
}

/// A `[[requirement]]` of the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequirementSource {
    pub name: String,
    pub rule: String,
}

/// An `[[affinity]]` of the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AffinitySource {
    pub name: String,
    pub rule: String,
    pub points: i64,
}

/// An `[[entitle]]` of the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntitleSource {
    pub name: String,
    pub product: String,
    pub when: String,
}

/// The rules of a job as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleSource {
    pub sets: Vec<SetSource>,
    pub requirements: Vec<RequirementSource>,
    pub affinities: Vec<AffinitySource>,
    pub entitles: Vec<EntitleSource>,
    /// `rules = "standard"`: the set of §5.3 stands before the job's own.
    pub standard: bool,
}

/// The text that an error is about, by its place in [`RuleSource`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Place {
    SetField(usize),
    SetValue(usize),
    RequirementName(usize),
    RequirementRule(usize),
    AffinityName(usize),
    AffinityRule(usize),
    AffinityPoints(usize),
    EntitleName(usize),
    EntitleWhen(usize),
    /// A standard rule: only where the schema lacks a field of §2, which is an error of the program and not of the job.
    Standard(&'static str),
}

/// What is wrong with one text of a job's rules. The spans are places in that text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramError {
    pub place: Place,
    pub errors: Vec<RuleError>,
}

/// Points lie within the bounds of every other integer (§2.0), so that sums of them cannot overflow.
const MOST_POINTS: i64 = 1_000_000_000_000;

#[derive(Clone, Debug)]
pub(super) struct ParsedSet {
    pub index: usize,
    pub side: Side,
    pub name: String,
    pub ast: Ast,
}

/// A requirement (with 0 points), an affinity or a role rule.
#[derive(Clone, Debug)]
pub(super) struct ParsedRule {
    pub place: Place,
    pub name: String,
    pub text: String,
    pub ast: Ast,
    pub points: i64,
    /// A rule with 0 points, or a requirement of `true`, is checked like any other and then left out.
    pub in_force: bool,
}

/// Rules whose syntax is right.
#[derive(Clone, Debug)]
pub struct ParsedRules {
    pub(super) sets: Vec<ParsedSet>,
    pub(super) requirements: Vec<ParsedRule>,
    pub(super) affinities: Vec<ParsedRule>,
    /// (product, rule)
    pub(super) entitles: Vec<(String, ParsedRule)>,
}

impl ParsedRules {
    /// Parses every rule of a job, or says everything that is wrong with them.
    pub fn parse(source: &RuleSource) -> Result<Self, Vec<ProgramError>> {
        let mut errors = Vec::new();
        let parsed = Self {
            sets: parse_sets(&source.sets, &mut errors),
            requirements: parse_requirements(source, &mut errors),
            affinities: parse_affinities(source, &mut errors),
            entitles: parse_entitles(&source.entitles, &mut errors),
        };
        if errors.is_empty() { Ok(parsed) } else { Err(errors) }
    }

    fn asts(&self) -> impl Iterator<Item = &Ast> {
        let entitles = self.entitles.iter().map(|(_, rule)| rule);
        let rules = self.requirements.iter().chain(&self.affinities).chain(entitles);
        self.sets.iter().map(|set| &set.ast).chain(rules.map(|rule| &rule.ast))
    }

    /// Every text literal: to be interned before the texts are frozen.
    pub fn text_literals(&self) -> impl Iterator<Item = &str> {
        self.asts().flat_map(text_literals)
    }

    /// The products that role rules name: to be interned before the texts are frozen.
    pub fn entitle_products(&self) -> impl Iterator<Item = &str> {
        self.entitles.iter().map(|(product, _)| product.as_str())
    }

    /// The names of the role rules.
    pub fn entitle_names(&self) -> impl Iterator<Item = &str> {
        self.entitles.iter().map(|(_, rule)| rule.name.as_str())
    }

    /// Whether the lower-case forms of all texts are needed (see `lower`).
    pub fn uses_lower(&self) -> bool {
        self.asts().any(Ast::uses_lower)
    }

    /// The names of one side that any rule or set reads, ascending, each once; set fields among them.
    pub fn names_read(&self, wanted: Side) -> Vec<&str> {
        let all = self.asts().flat_map(Ast::fields);
        let mut names: Vec<&str> = all.filter(|(side, _)| *side == wanted).map(|(_, name)| name).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The fields that the job's sets add, in order.
    pub fn set_fields(&self) -> impl Iterator<Item = (Side, &str)> {
        self.sets.iter().map(|set| (set.side, set.name.as_str()))
    }
}

fn parse_sets(sources: &[SetSource], errors: &mut Vec<ProgramError>) -> Vec<ParsedSet> {
    let mut sets: Vec<ParsedSet> = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let field = set_field(&source.field).and_then(|field| {
            let taken = sources[..index].iter().any(|before| before.field == source.field);
            if taken { Err(whole(&source.field, format!("`{}` is set twice", source.field))) } else { Ok(field) }
        });
        let field = field.map_err(|error| errors.push(ProgramError { place: Place::SetField(index), errors: vec![error] }));
        let ast = parse_at(Place::SetValue(index), &source.value, errors);
        if let (Ok((side, name)), Some(ast)) = (field, ast) {
            sets.push(ParsedSet { index, side, name: name.to_owned(), ast });
        }
    }
    sets
}

fn set_field(field: &str) -> Result<(Side, &str), RuleError> {
    let parts = field.split_once('.').and_then(|(side, name)| Some((Side::parse(side)?, name)));
    match parts {
        Some((side @ (Side::Consumption | Side::License), name)) if lexer::is_field_name(name) => Ok((side, name)),
        _ => Err(whole(field, format!("`{field}` is no field that can be set"))
            .help("write `consumption.NAME` or `license.NAME`, the name in letters, digits and `_`")),
    }
}

fn parse_requirements(source: &RuleSource, errors: &mut Vec<ProgramError>) -> Vec<ParsedRule> {
    let mut rules = Vec::new();
    if source.standard {
        rules.extend(standard::REQUIREMENTS.iter().filter_map(|(name, text)| standard_rule(name, text, 0, errors)));
    }
    for (index, own) in source.requirements.iter().enumerate() {
        let taken = source.requirements[..index].iter().any(|before| before.name == own.name);
        check_name(Place::RequirementName(index), "requirement", &own.name, taken, errors);
        let place = Place::RequirementRule(index);
        if let Some(ast) = parse_at(place, &own.rule, errors) {
            let in_force = !ast.is_true();
            put(&mut rules, ParsedRule { place, name: own.name.clone(), text: own.rule.clone(), ast, points: 0, in_force });
        }
    }
    rules
}

fn parse_affinities(source: &RuleSource, errors: &mut Vec<ProgramError>) -> Vec<ParsedRule> {
    let mut rules = Vec::new();
    if source.standard {
        rules.extend(standard::AFFINITIES.iter().filter_map(|(name, text, points)| standard_rule(name, text, *points, errors)));
    }
    for (index, own) in source.affinities.iter().enumerate() {
        let taken = source.affinities[..index].iter().any(|before| before.name == own.name);
        check_name(Place::AffinityName(index), "affinity", &own.name, taken, errors);
        if own.points.unsigned_abs() > MOST_POINTS.unsigned_abs() {
            let error = RuleError::new(format!("{} points are beyond ±{MOST_POINTS}", own.points), 0..0);
            errors.push(ProgramError { place: Place::AffinityPoints(index), errors: vec![error] });
        }
        let place = Place::AffinityRule(index);
        if let Some(ast) = parse_at(place, &own.rule, errors) {
            let (name, text, points) = (own.name.clone(), own.rule.clone(), own.points);
            put(&mut rules, ParsedRule { place, name, text, ast, points, in_force: points != 0 });
        }
    }
    rules
}

fn parse_entitles(sources: &[EntitleSource], errors: &mut Vec<ProgramError>) -> Vec<(String, ParsedRule)> {
    let mut rules = Vec::new();
    for (index, own) in sources.iter().enumerate() {
        let taken = sources[..index].iter().any(|before| before.name == own.name);
        check_name(Place::EntitleName(index), "entitle", &own.name, taken, errors);
        let place = Place::EntitleWhen(index);
        if let Some(ast) = parse_at(place, &own.when, errors) {
            let rule = ParsedRule { place, name: own.name.clone(), text: own.when.clone(), ast, points: 0, in_force: true };
            rules.push((own.product.clone(), rule));
        }
    }
    rules
}

/// A job's rule in the place of the standard one of its name, else after all others (§5.3). Names of a job's own rules do
/// not repeat, so a rule of that name can only be a standard one (or there is an error already).
fn put(rules: &mut Vec<ParsedRule>, rule: ParsedRule) {
    match rules.iter_mut().find(|other| other.name == rule.name) {
        Some(standard) => *standard = rule,
        None => rules.push(rule),
    }
}

fn standard_rule(name: &'static str, text: &str, points: i64, errors: &mut Vec<ProgramError>) -> Option<ParsedRule> {
    let place = Place::Standard(name);
    let ast = parse_at(place, text, errors)?;
    Some(ParsedRule { place, name: name.to_owned(), text: text.to_owned(), ast, points, in_force: true })
}

fn parse_at(place: Place, text: &str, errors: &mut Vec<ProgramError>) -> Option<Ast> {
    parse(text).map_err(|found| errors.push(ProgramError { place, errors: found })).ok()
}

fn check_name(place: Place, what: &str, name: &str, taken: bool, errors: &mut Vec<ProgramError>) {
    let message = if name.trim().is_empty() {
        format!("a rule of kind {what} has no name")
    } else if taken {
        format!("there are two rules of kind {what} with the name `{name}`")
    } else {
        return;
    };
    errors.push(ProgramError { place, errors: vec![whole(name, message)] });
}

/// An error about all of a text.
fn whole(text: &str, message: String) -> RuleError {
    RuleError::new(message, 0..text.len())
}
