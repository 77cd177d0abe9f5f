//! The rules in force (§5.3): the standard set, what the job replaces, removes and adds, sets, role rules.

use super::estate::Estate;
use super::job::Job;
use super::language::evaluate::{Scene, scaled};
use super::language::types::Known;
use super::language::{Expr, Side, syntax};
use super::values::{Record, Type, Value};
use super::{Refusal, refuse};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug)]
pub struct SetRule {
    pub side: Side,
    pub field: String,
    pub value: Expr,
    pub value_type: Type,
}

#[derive(Clone, Debug)]
pub struct AffinityRule {
    pub name: String,
    pub rule: Expr,
    pub points: i64,
}

#[derive(Clone, Debug)]
pub struct EntitleRule {
    pub name: String,
    pub product: String,
    pub when: Expr,
}

#[derive(Clone, Debug, Default)]
pub struct Rulebook {
    pub sets: Vec<SetRule>,
    pub requirements: Vec<(String, Expr)>,
    pub affinities: Vec<AffinityRule>,
    pub entitles: Vec<EntitleRule>,
}

/// §5.3, the table of standard rules.
const STANDARD_REQUIREMENTS: [(&str, &str); 1] = [("location", "consumption.location within license.location")];
const STANDARD_AFFINITIES: [(&str, &str, i64); 10] = [
    ("department-exact", "consumption.department = license.department", 3000),
    ("department-within", "consumption.department within license.department", 1500),
    ("cores-exact", "consumption.cores = license.cores", 1500),
    ("custodian", "consumption.user_id = license.user_id", 1000),
    ("big-server", "consumption.cores >= 16 and license.metric = \"processor\"", 1000),
    ("small-server", "consumption.cores <= 8 and license.metric = \"core\"", 1000),
    ("location-exact", "consumption.location = license.location", 800),
    ("location-within", "consumption.location within license.location", 400),
    ("cost-center-exact", "consumption.cost_center = license.cost_center", 300),
    ("cost-center-within", "consumption.cost_center within license.cost_center", 200),
];

fn expression(text: &str) -> Result<Expr, Refusal> {
    syntax::parse(text).or_else(|why| refuse(2, format!("{text}: {why}")))
}

fn once<'a>(what: &str, names: impl Iterator<Item = &'a String>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for name in names {
        if !seen.insert(name) {
            return refuse(2, format!("two {what} rules are called {name}"));
        }
    }
    Ok(())
}

/// All rules parsed, standard ones first, a job rule of the same name in the place of a standard one (§5.3).
pub fn parse(job: &Job) -> Result<Rulebook, Refusal> {
    once("requirement", job.requirements.iter().map(|(name, _)| name))?;
    once("affinity", job.affinities.iter().map(|rule| &rule.name))?;
    once("entitle", job.entitles.iter().map(|rule| &rule.name))?;
    let mut book = Rulebook::default();
    if job.standard_rules {
        for (name, rule) in STANDARD_REQUIREMENTS {
            book.requirements.push((name.into(), expression(rule)?));
        }
        for (name, rule, points) in STANDARD_AFFINITIES {
            book.affinities.push(AffinityRule { name: name.into(), rule: expression(rule)?, points });
        }
    }
    for (name, rule) in &job.requirements {
        let own = (name.clone(), expression(rule)?);
        match book.requirements.iter_mut().find(|known| known.0 == *name) {
            Some(standard) => *standard = own,
            None => book.requirements.push(own),
        }
    }
    for rule in &job.affinities {
        let own = AffinityRule { name: rule.name.clone(), rule: expression(&rule.rule)?, points: rule.points };
        match book.affinities.iter_mut().find(|known| known.name == rule.name) {
            Some(standard) => *standard = own,
            None => book.affinities.push(own),
        }
    }
    book.requirements.retain(|(_, rule)| *rule != Expr::Literal(Value::Bool(true)));
    book.affinities.retain(|rule| rule.points != 0);
    for (field, value) in &job.sets {
        let (side, field) = match field.split_once('.') {
            Some(("consumption", field)) => (Side::Consumption, field),
            Some(("license", field)) => (Side::License, field),
            _ => return refuse(2, format!("{field} is no field of a side")),
        };
        let (field, value) = (field.to_string(), expression(value)?);
        book.sets.push(SetRule { side, field, value, value_type: Type::Text });
    }
    for rule in &job.entitles {
        let when = expression(&rule.when)?;
        book.entitles.push(EntitleRule { name: rule.name.clone(), product: rule.product.clone(), when });
    }
    Ok(book)
}

/// Every rule against the fields that there are; sets get their types, in order (§5.3).
pub fn check(mut book: Rulebook, job: &Job, estate: &Estate) -> Result<Rulebook, Refusal> {
    let known = |sides: &[(Side, &BTreeMap<String, Type>)]| Known {
        sides: sides.iter().map(|(side, fields)| (*side, (*fields).clone())).collect(),
        trees_of: &job.trees_of,
    };
    let stop = |what: &str, why: String| refuse(2, format!("{what}: {why}"));
    let mut fields = BTreeMap::from([(Side::Consumption, estate.demand_fields.clone()), (Side::License, estate.license_fields.clone())]);
    for set in &mut book.sets {
        let own = fields.get_mut(&set.side).expect("a side of pairs");
        match known(&[(set.side, own)]).type_of(&set.value) {
            Ok(Type::List) => return stop(&set.field, "a set is no list".into()),
            Ok(found) => set.value_type = found,
            Err(why) => return stop(&set.field, why),
        }
        if own.insert(set.field.clone(), set.value_type).is_some() {
            return stop(&set.field, "the field exists already".into());
        }
    }
    let pair = known(&[(Side::Consumption, &fields[&Side::Consumption]), (Side::License, &fields[&Side::License])]);
    let requirements = book.requirements.iter().map(|(name, rule)| (name, rule));
    for (name, rule) in requirements.chain(book.affinities.iter().map(|rule| (&rule.name, &rule.rule))) {
        if let Err(why) = pair.condition(rule) {
            return stop(name, why);
        }
    }
    for rule in &book.entitles {
        if let Err(why) = known(&[(Side::User, &estate.user_fields)]).condition(&rule.when) {
            return stop(&rule.name, why);
        }
    }
    Ok(book)
}

impl Rulebook {
    /// The set fields of one side, each from the fields and the sets before it (§5.3).
    pub fn apply_sets(&self, side: Side, record: &mut Record, estate: &Estate, job: &Job) {
        for set in self.sets.iter().filter(|set| set.side == side) {
            let scene = Scene {
                estate,
                trees_of: &job.trees_of,
                consumption: (side == Side::Consumption).then_some(&*record),
                license: (side == Side::License).then_some(&*record),
                user: None,
                requirement: false,
            };
            let value = match scene.value(&set.value) {
                whole @ Value::Int(_) if set.value_type == Type::Decimal => scaled(&whole).map_or(Value::Null, Value::Dec),
                other => other,
            };
            record.insert(set.field.clone(), value);
        }
    }

    /// What requirements, affinities and sets in force read on one side, by name (§6, §10).
    pub fn fields_read(&self, side: Side) -> BTreeSet<String> {
        let rules = self.requirements.iter().map(|(_, rule)| rule);
        let all = rules.chain(self.affinities.iter().map(|rule| &rule.rule)).chain(self.sets.iter().map(|set| &set.value));
        all.flat_map(Expr::fields).filter(|(of, _)| *of == side).map(|(_, name)| name).collect()
    }
}
