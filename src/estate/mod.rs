//! From accepted rows to the estate: texts frozen, rules checked against the fields that there are, licenses given their
//! status, role rules applied, consumptions merged into demands (contract §3, §4.1, §4.2, §5.5). No I/O, no Polars.
//!
//! Reading order: `accepted` what comes in · `fields` what rules can read · `catalog` products · `licenses` ·
//! `people` assets and users · `entitle` role rules · `consumptions` · `group`, `uses`, `merge` demands · `links` assignments, reservations,
//! bundles and preferences · `references` what points nowhere.

pub mod accepted;
pub mod catalog;
pub mod consumptions;
pub mod entitle;
pub mod fields;
pub mod group;
pub mod licenses;
pub mod links;
pub mod merge;
pub mod people;
pub mod references;
pub mod uses;

use crate::model::date::Date;
use crate::model::demand::Demands;
use crate::model::estate::Estate;
use crate::model::policy::Policy;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::tree::{Dimension, Tree, TreeError, Trees};
use crate::model::value::Frame;
use crate::model::words::ExtractKind;
use crate::rules::eval::Env;
use crate::rules::lower::{LowerTable, add_lower_closure};
use crate::rules::program::Program;
use crate::rules::schema::Schema;
use crate::rules::{ParsedRules, ProgramError};
use accepted::Accepted;
use std::collections::BTreeMap;

/// The estate and the rules that were checked against it.
pub struct Built {
    pub estate: Estate,
    pub schema: Schema,
    pub program: Program,
    pub lower: LowerTable,
}

impl Built {
    /// What all rows share when rules are evaluated.
    pub fn env(&self) -> Env<'_> {
        let estate = &self.estate;
        Env { texts: &estate.texts, lists: &estate.lists, trees: &estate.trees, lower: &self.lower, as_of: estate.policy.as_of.0 }
    }
}

/// Why no estate can be built from accepted rows.
#[derive(Debug)]
pub enum EstateError {
    /// The job's rules do not fit the data's fields (exit code 2).
    Rules(Vec<ProgramError>),
    /// An extract is refused for its content (exit code 4).
    Content(Vec<ContentError>),
}

/// What is wrong with an extract as a whole. Which files it was read from, the caller knows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ContentError {
    pub extract: ExtractKind,
    /// What was found in which column, what was expected, and what to do.
    pub problem: String,
}

impl std::fmt::Display for ContentError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "extract {}: {}", self.extract.code(), self.problem)
    }
}

/// Builds the estate. `attributes` are the job's attributes that hold nodes of a tree.
pub fn build(
    mut accepted: Accepted,
    rules: ParsedRules,
    attributes: &BTreeMap<String, Dimension>,
    policy: Policy,
) -> Result<Built, EstateError> {
    intern_ahead(&mut accepted, &rules);
    let lower_needed = rules.uses_lower();
    let as_of = policy.as_of;
    let (texts, mut accepted) = accepted.freeze();
    let lower = if lower_needed { LowerTable::build(&texts) } else { LowerTable::none() };
    let mut schema = fields::schema(&accepted, attributes).map_err(EstateError::Content)?;
    let program = rules.check(&mut schema, &texts).map_err(EstateError::Rules)?;
    let trees = build_trees(accepted.frame(ExtractKind::Trees), &texts).map_err(EstateError::Content)?;
    catalog::refuse_version_cycles(&accepted, &texts).map_err(EstateError::Content)?;

    let unknown_references = || references::unknown(&accepted, attributes, &texts);
    let (unknown_references, mut products) = rayon::join(unknown_references, || catalog::products(&accepted, &texts));
    let assets = people::assets(&mut accepted, &texts);
    let users = people::users(&mut accepted);
    let mut licenses = licenses::licenses(&mut accepted, &products, &texts, &policy);
    catalog::settle_metrics(&mut products, &licenses);
    let lists = std::mem::take(&mut accepted.lists);
    let env = Env { texts: &texts, lists: &lists, trees: &trees, lower: &lower, as_of: as_of.0 };
    licenses::fill_fields(&mut licenses, &schema, &program, &env);
    let entitled = entitle::entitle(&accepted, &products, &assets, &users, &program, &schema, &env, as_of);
    let mut consumptions = consumptions::consumptions(&mut accepted, &products, &entitled.added);
    let user_of = people::UserOf::new(&assets);
    consumptions::judge(&mut consumptions, &products, &assets, &user_of, &users, &texts, as_of);
    let grouped = || group::group(&consumptions, &products, &user_of, &texts);
    let ((grouping, demand_of), links) = rayon::join(grouped, || links::links(&accepted, &licenses, &consumptions, &texts));
    consumptions.demand = demand_of;
    let mut built = Built {
        estate: Estate {
            policy,
            texts,
            lists,
            trees,
            products,
            licenses,
            consumptions,
            assets,
            users,
            demands: Demands::default(),
            assignments: links.assignments,
            reservations: links.reservations,
            bundles: links.bundles,
            preferences: links.preferences,
            unknown_references,
            skipped_entitles: entitled.skipped,
        },
        schema,
        program,
        lower,
    };
    let demands = merge::Merger::new(&built).merge(grouping, None);
    built.estate.demands = demands;
    if built.estate.bundles.is_empty() {
        // Only the demands of bundles are merged later; the largest extract need not stay for them.
        let frame = std::mem::take(&mut built.estate.consumptions.frame);
        rayon::spawn(move || drop(frame));
    }
    Ok(built)
}

/// Interns what must have a code before the texts are frozen: the codes of closed lists, and what rules compare with.
pub fn intern_ahead(accepted: &mut Accepted, rules: &ParsedRules) {
    for word in accepted::words() {
        accepted.texts.intern(word);
    }
    for text in rules.text_literals().chain(rules.entitle_products()) {
        accepted.texts.intern(text);
    }
    if rules.names_read(crate::rules::expr::Side::Consumption).contains(&"consumption_id") {
        accepted.intern_consumption_ids(rules.entitle_names());
    }
    if rules.uses_lower() {
        add_lower_closure(&mut accepted.texts);
    }
}

/// The three trees, or what is wrong with them (§2.1).
pub fn build_trees(frame: Option<&Frame>, texts: &Texts) -> Result<Trees, Vec<ContentError>> {
    let mut trees = Trees::default();
    let mut errors = Vec::new();
    let Some(frame) = frame else { return Ok(trees) };
    let column = |name: &str| frame.column(name).map_or(&[][..], |column| column.texts());
    let (kinds, nodes, parents) = (column("tree"), column("node"), column("parent"));
    for dimension in Dimension::ALL {
        let of_dimension = |row: &usize| texts.opt(kinds[*row]) == Some(dimension.word());
        let rows: Vec<(Code, Code)> = (0..frame.rows).filter(of_dimension).map(|row| (nodes[row], parents[row])).collect();
        match Tree::build(&rows) {
            Ok(tree) => *trees.of_mut(dimension) = tree,
            Err(error) => errors.push(tree_refusal(dimension, &error, texts)),
        }
    }
    if errors.is_empty() { Ok(trees) } else { Err(errors) }
}

fn tree_refusal(dimension: Dimension, error: &TreeError, texts: &Texts) -> ContentError {
    let name = |code: Code| texts.opt(code).map_or("none".to_owned(), |text| format!("\"{text}\""));
    let tree = dimension.word();
    let problem = match error {
        TreeError::Cycle { nodes } => {
            let chain: Vec<String> = nodes.iter().chain(nodes.first()).map(|node| name(*node)).collect();
            format!(
                "tree {tree} has a cycle: {} (each below the next, by column parent); mend the parents, so that every node leads up to a root",
                chain.join(", ")
            )
        }
        TreeError::TwoParents { node, parents } => {
            let (first, second) = (name(parents[0].min(parents[1])), name(parents[0].max(parents[1])));
            format!("tree {tree}: node {} has two parents in column parent, {first} and {second}; keep one row for it", name(*node))
        }
    };
    ContentError { extract: ExtractKind::Trees, problem }
}

/// `left_on` ≤ as_of, or not active without a date (§4.1); an unknown user is active.
pub(crate) fn user_has_left(users: &crate::model::estate::Registry, user: Code, as_of: Date) -> bool {
    if user == NULL_CODE {
        return false;
    }
    let Some(row) = users.row(user) else { return false };
    let left_on = users.frame.column("left_on").map_or(crate::model::date::NULL_DATE, |column| column.dates()[row]);
    if left_on != crate::model::date::NULL_DATE {
        return left_on <= as_of.0;
    }
    users.frame.column("active").is_some_and(|column| column.booleans()[row] == Some(false))
}
