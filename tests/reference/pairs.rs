//! One demand and one license: need, eligibility, score (§4.3, §4.9, §5).

use super::assignments::{fits, target};
use super::demands::Demand;
use super::estate::{Estate, License};
use super::job::Job;
use super::language::evaluate::Scene;
use super::language::{Expr, Side};
use super::rulebook::Rulebook;
use super::schema::DIMENSIONS;
use super::values::{self, Record, Value};

/// What judging a pair gives.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Eligible {
        score: i64,
        matched: Vec<String>,
        need: i64,
    },
    /// The code or the requirement's name, its place in the list of §4.9, and for a requirement its place among them.
    Failed {
        name: String,
        place: usize,
        requirement: usize,
    },
}

/// The place of a requirement in the list of §4.9.
pub const REQUIREMENT: usize = 5;

/// What judging needs to know.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    pub estate: &'a Estate,
    pub job: &'a Job,
    pub rules: &'a Rulebook,
}

/// §4.3: the need of a demand under a metric; none where its units are unknown.
pub fn need(estate: &Estate, demand: &Demand, metric: &str) -> Option<i64> {
    let product = &estate.products[demand.product()].record;
    let floor = values::int(product, "min_units").unwrap_or(0);
    match metric {
        "device" => Some(1),
        "core" => values::int(&demand.record, "cores").map(|cores| cores.max(floor)),
        "processor" => values::int(&demand.record, "processors").map(|processors| processors.max(floor)),
        "instance" | "concurrent" => values::int(&demand.record, "quantity"),
        "user" | "named_user" => match values::int(product, "devices_per_user") {
            None => Some(1),
            Some(per_user) => Some(((demand.devices + per_user - 1) / per_user).max(1)),
        },
        "site" => Some(0),
        other => unreachable!("no metric {other}"),
    }
}

/// §4.9: what a demand counts for in its product's metric: 1 where that is `site`, or its units are unknown.
pub fn product_need(estate: &Estate, demand: &Demand) -> i64 {
    let metric = &estate.products[demand.product()].metric;
    if metric == "site" { 1 } else { need(estate, demand, metric).unwrap_or(1) }
}

impl Judge<'_> {
    /// The first failure of §4.9, or score and need. `assigned`: by a valid assignment of this license.
    pub fn verdict(&self, demand: &Demand, license: &License, assigned: bool) -> Verdict {
        let metric = license.metric.as_deref().expect("a usable license has a metric");
        let fail = |name: &str, place| Verdict::Failed { name: name.into(), place, requirement: 0 };
        if demand.no_user && metric != "site" {
            return fail("no_user", 0);
        }
        if !fits(metric, &self.estate.products[demand.product()].metric) {
            return fail("metric_mismatch", 1);
        }
        if metric == "named_user" && !assigned {
            return fail("not_assigned", 2);
        }
        let Some(need) = need(self.estate, demand, metric) else {
            return fail("units_unknown", 3);
        };
        if self.forbidden(demand, license) {
            return fail("forbidden", 4);
        }
        if let Some((requirement, name)) = self.failed_requirement(demand, license) {
            return Verdict::Failed { name, place: REQUIREMENT, requirement };
        }
        let (score, matched) = self.score(demand, license);
        Verdict::Eligible { score, matched, need }
    }

    fn scene<'a>(&'a self, demand: &'a Demand, license: &'a License, requirement: bool) -> Scene<'a> {
        Scene {
            estate: self.estate,
            trees_of: &self.job.trees_of,
            consumption: Some(&demand.record),
            license: Some(&license.record),
            user: None,
            requirement,
        }
    }

    /// The first requirement that is false: the job's in order, then scopes (§4.9, §5.4).
    pub fn failed_requirement(&self, demand: &Demand, license: &License) -> Option<(usize, String)> {
        let scene = self.scene(demand, license, true);
        let scope = values::list(&license.record, "scope");
        let own = self.rules.requirements.iter().map(|(name, rule)| (name.clone(), rule.clone()));
        let scopes = DIMENSIONS.iter().filter(|dimension| scope.iter().any(|named| named == *dimension)).map(|dimension| {
            let field = |side| Box::new(Expr::Field(side, dimension.to_string()));
            (format!("scope-{dimension}"), Expr::Within(field(Side::Consumption), field(Side::License)))
        });
        // Scope requirements keep one place each, whichever dimensions a license names.
        let place = |nth: usize, name: &str| match name.strip_prefix("scope-") {
            Some(dimension) if nth >= self.rules.requirements.len() => {
                self.rules.requirements.len() + DIMENSIONS.iter().position(|d| *d == dimension).expect("a dimension")
            }
            _ => nth,
        };
        let mut all = own.chain(scopes).enumerate();
        all.find(|(_, (_, rule))| !scene.holds(rule)).map(|(nth, (name, _))| (place(nth, &name), name))
    }

    /// The affinity rules that match, and preferences last (§5.3).
    fn score(&self, demand: &Demand, license: &License) -> (i64, Vec<String>) {
        let scene = self.scene(demand, license, false);
        let mut score = 0;
        let mut matched = Vec::new();
        for rule in self.rules.affinities.iter().filter(|rule| scene.holds(&rule.rule)) {
            score += rule.points;
            matched.push(format!("{} {}", rule.name, rule.points));
        }
        let points: Vec<i64> = self.preferences(demand, license).iter().filter_map(|record| values::int(record, "points")).collect();
        if !points.is_empty() {
            let sum: i64 = points.iter().sum();
            score += sum;
            matched.push(format!("preference {sum}"));
        }
        (score, matched)
    }

    /// Any `forbid` bans a pair (§5.3).
    pub fn forbidden(&self, demand: &Demand, license: &License) -> bool {
        self.preferences(demand, license).iter().any(|record| *values::get(record, "forbid") == Value::Bool(true))
    }

    /// §4.4: a preference hits every demand that holds its consumption, or whose asset or user is its target.
    fn preferences(&self, demand: &Demand, license: &License) -> Vec<&Record> {
        let of_license = |record: &&Record| values::text(record, "license_id") == Some(&license.id);
        let hits = |record: &&Record| match target(record) {
            ("consumption_id", id) => demand.consumptions.iter().any(|held| held == id),
            (field, id) => values::text(&demand.record, field) == Some(id),
        };
        self.estate.preferences.iter().filter(of_license).filter(hits).collect()
    }
}
