//! Little estates in a few words: statements, split by `;`, become accepted rows; what a calculation made of them becomes
//! one line an item. Fields go by their names of contract §2; `+` splits the elements of a list, `-` is null.
//!
//! | statement | |
//! | --- | --- |
//! | `license ID PRODUCT METRIC SEATS field=value …` | a license |
//! | `use ID PRODUCT ASSET@USER field=value …` | a consumption; `ASSET`, `@USER` or both |
//! | `product ID …`, `asset ID …`, `user ID …` | with fields |
//! | `tree TREE NODE PARENT` | the parent left out for a root |
//! | `assign LICENSE TARGET DATE` | a target is `ASSET`, `@USER` or `#CONSUMPTION`; the date may be left out |
//! | `reserve ID LICENSE DIMENSION VALUE SEATS` | |
//! | `bundle PRODUCT COMPONENT …` | |
//! | `prefer LICENSE TARGET POINTS`, `forbid LICENSE TARGET` | |
//! | `require NAME: RULE`, `affinity NAME POINTS: RULE`, `set FIELD: VALUE` | |
//! | `rules none` | without the standard rules |
//! | `policy KEY=VALUE` | a key of `[calculation]`; the elements of `tie_break` split by `+` |
//!
//! What is compared stands in [`Little::outcome`]: grants, then deficits, then consumptions that need no license, then conflicts.

use crate::allocate::{Calculation, allocate};
use crate::estate::accepted::Accepted;
use crate::estate::{Built, build};
use crate::model::date::{Date, NULL_DATE};
use crate::model::decimal::{self, NULL_DECIMAL};
use crate::model::estate::Target;
use crate::model::policy::Policy;
use crate::model::text::{NULL_CODE, TextArena};
use crate::model::value::{Column, Frame, NULL_INT, Type};
use crate::model::words::{ExtractKind, TieBreak};
use crate::rules::{AffinitySource, ParsedRules, RequirementSource, RuleSource, SetSource};
use crate::trace::{ConflictNote, Deficit, Grant, Subject};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The day that all little estates answer for.
pub const TODAY: &str = "2026-11-22";

/// A row: values by field.
type Row = BTreeMap<String, String>;

/// What the statements say.
struct Said {
    rows: BTreeMap<usize, Vec<Row>>,
    rules: RuleSource,
    policy: Policy,
}

/// A little estate, and what was calculated.
pub struct Little {
    pub built: Built,
    pub calculation: Calculation,
}

/// Reads the statements, and calculates.
pub fn little(text: &str) -> Little {
    let built = estate(text);
    let calculation = allocate(&built);
    Little { built, calculation }
}

/// Reads the statements.
pub fn estate(text: &str) -> Built {
    let said = read(text);
    let rules = ParsedRules::parse(&said.rules).unwrap_or_else(|errors| panic!("{errors:?}"));
    match build(accept(&said.rows), rules, &BTreeMap::new(), said.policy) {
        Ok(built) => built,
        Err(error) => panic!("{error:?} in {text}"),
    }
}

fn day(text: &str) -> i32 {
    Date::parse_iso(text).unwrap_or_else(|| panic!("{text} is no date")).0
}

/// The fields of an extract, by the first letter of their type.
fn fields(kind: ExtractKind) -> &'static str {
    match kind {
        ExtractKind::Consumptions => {
            "product_id:t asset_id:t user_id:t quantity:i cores:i processors:i department:t location:t cost_center:t started_on:d ended_on:d last_used_on:d exempt_reason:t"
        }
        ExtractKind::Licenses => {
            "license_id:t product_id:t metric:t seats:i license_type:t status:t starts_on:d ends_on:d retired_on:d grace_days:i department:t location:t cost_center:t user_id:t cores:i scope:l downgrade:t unit_cost:m currency:t contract_id:t vendor:t responsible:t renews_on:d"
        }
        ExtractKind::Products => {
            "product_id:t name:t publisher:t metric:t min_units:i devices_per_user:i class:t previous_product_id:t downgrade:t scope:l unit_price:m currency:t"
        }
        ExtractKind::Assets => "asset_id:t status:t disposed_on:d user_id:t department:t location:t cost_center:t cores:i processors:i",
        ExtractKind::Users => "user_id:t name:t active:b left_on:d last_login_on:d department:t location:t cost_center:t roles:l groups:l",
        ExtractKind::Trees => "tree:t node:t parent:t",
        ExtractKind::Assignments => "license_id:t asset_id:t user_id:t consumption_id:t assigned_on:d reason:t",
        ExtractKind::Reservations => "reservation_id:t license_id:t dimension:t value:t seats:i responsible:t",
        ExtractKind::Bundles => "bundle_product_id:t component_product_id:t",
        ExtractKind::Preferences => "license_id:t asset_id:t user_id:t consumption_id:t points:i forbid:b",
    }
}

fn read(text: &str) -> Said {
    let as_of = Date(day(TODAY));
    let rules = RuleSource { standard: true, ..RuleSource::default() };
    let mut said = Said { rows: BTreeMap::new(), rules, policy: Policy::at(as_of) };
    for kind in [ExtractKind::Consumptions, ExtractKind::Licenses] {
        said.rows.insert(kind as usize, Vec::new());
    }
    for statement in text.split([';', '\n']).map(str::trim).filter(|statement| !statement.is_empty()) {
        said.statement(statement);
    }
    said
}

impl Said {
    fn statement(&mut self, statement: &str) {
        let (verb, rest) = statement.split_once(' ').unwrap_or((statement, ""));
        let words: Vec<&str> = rest.split_whitespace().collect();
        match (verb, words.as_slice()) {
            ("license", [_, _, _, _, ..]) => self.row(ExtractKind::Licenses, &["license_id", "product_id", "metric", "seats"], &words),
            ("use", [id, product, on, more @ ..]) => {
                let (asset, user) = on.split_once('@').unwrap_or((on, ""));
                let named = [*id, *product, blank(asset), blank(user)];
                let words: Vec<&str> = named.iter().chain(more).copied().collect();
                self.row(ExtractKind::Consumptions, &["consumption_id", "product_id", "asset_id", "user_id"], &words);
            }
            ("product", _) => self.row(ExtractKind::Products, &["product_id"], &words),
            ("asset", _) => self.row(ExtractKind::Assets, &["asset_id"], &words),
            ("user", _) => self.row(ExtractKind::Users, &["user_id"], &words),
            ("tree", _) => self.row(ExtractKind::Trees, &["tree", "node", "parent"], &words),
            ("reserve", _) => {
                self.row(ExtractKind::Reservations, &["reservation_id", "license_id", "dimension", "value", "seats"], &words);
            }
            ("bundle", [bundle, components @ ..]) => {
                for component in components {
                    self.row(ExtractKind::Bundles, &["bundle_product_id", "component_product_id"], &[bundle, component]);
                }
            }
            ("assign", [license, target, more @ ..]) => {
                let words: Vec<&str> = [*license, name(target)].iter().chain(more).copied().collect();
                self.row(ExtractKind::Assignments, &["license_id", target_field(target), "assigned_on"], &words);
            }
            ("prefer", [license, target, points]) => {
                self.row(ExtractKind::Preferences, &["license_id", target_field(target), "points"], &[license, name(target), points]);
            }
            ("forbid", [license, target]) => {
                self.row(ExtractKind::Preferences, &["license_id", target_field(target), "forbid"], &[license, name(target), "true"]);
            }
            ("require" | "affinity" | "set", _) => self.rule(verb, rest),
            ("rules", ["none"]) => self.rules.standard = false,
            ("policy", [setting]) => self.setting(setting),
            _ => panic!("no statement: {statement}"),
        }
    }

    /// A row of values by place, then of `field=value`.
    fn row(&mut self, kind: ExtractKind, places: &[&str], words: &[&str]) {
        let mut row = Row::new();
        for (at, word) in words.iter().enumerate() {
            let (field, value) = match word.split_once('=') {
                Some(pair) => pair,
                None => (places[at], *word),
            };
            if value != "-" {
                row.insert(field.to_owned(), value.to_owned());
            }
        }
        self.rows.entry(kind as usize).or_default().push(row);
    }

    fn rule(&mut self, verb: &str, rest: &str) {
        let (head, rule) = rest.split_once(": ").unwrap_or_else(|| panic!("no rule: {rest}"));
        let rule = rule.to_owned();
        match (verb, head.split_once(' ')) {
            ("require", None) => self.rules.requirements.push(RequirementSource { name: head.to_owned(), rule }),
            ("set", None) => self.rules.sets.push(SetSource { field: head.to_owned(), value: rule }),
            ("affinity", Some((name, points))) => {
                let points = points.parse().unwrap_or_else(|_| panic!("no points: {points}"));
                self.rules.affinities.push(AffinitySource { name: name.to_owned(), rule, points });
            }
            _ => panic!("no rule: {rest}"),
        }
    }

    fn setting(&mut self, setting: &str) {
        let policy = &mut self.policy;
        match setting.split_once('=') {
            Some(("partial_cover", value)) => policy.partial_cover = value == "true",
            Some(("split_across_licenses", value)) => policy.split_across_licenses = value == "true",
            Some(("downgrades", value)) => policy.downgrades = value == "true",
            Some(("grace_days", value)) => policy.grace_days = value.parse().unwrap_or(0),
            Some(("tie_break", value)) => policy.tie_break = value.split('+').filter_map(TieBreak::parse).collect(),
            _ => panic!("no setting: {setting}"),
        }
    }
}

fn blank(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn target_field(target: &str) -> &'static str {
    match target.as_bytes()[0] {
        b'@' => "user_id",
        b'#' => "consumption_id",
        _ => "asset_id",
    }
}

fn name(target: &str) -> &str {
    target.trim_start_matches(['@', '#'])
}

/// The rows as accepted ones: every field of §2 is a column, attributes follow as texts.
fn accept(said: &BTreeMap<usize, Vec<Row>>) -> Accepted {
    let mut accepted = Accepted { consumption_ids: TextArena::default(), ..Accepted::default() };
    for kind in ExtractKind::ALL {
        let Some(rows) = said.get(&(*kind as usize)) else {
            accepted.frames.push(None);
            continue;
        };
        let mut rows: Vec<&Row> = rows.iter().collect();
        let mut columns: Vec<(&str, &str)> = fields(*kind).split(' ').filter_map(|field| field.split_once(':')).collect();
        if *kind == ExtractKind::Consumptions {
            rows.sort_by_key(|row| &row["consumption_id"]);
            rows.iter().for_each(|row| accepted.consumption_ids.push(&row["consumption_id"]));
        }
        let names: BTreeSet<&String> = rows
            .iter()
            .flat_map(|row| row.keys())
            .filter(|name| *name != "consumption_id" || columns.iter().any(|(field, _)| field == name))
            .collect();
        let known: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        columns.extend(names.into_iter().filter(|name| !known.contains(&name.as_str())).map(|name| (name.as_str(), "t")));
        let mut frame = Frame::new(rows.len());
        for (name, kind) in columns {
            frame.push(name, column(&rows, name, kind, &mut accepted));
        }
        accepted.frames.push(Some(frame));
    }
    accepted
}

fn column(rows: &[&Row], name: &str, kind: &str, accepted: &mut Accepted) -> Column {
    let values = || rows.iter().map(|row| row.get(name).map(String::as_str));
    let number = |text: &str| text.parse::<i64>().unwrap_or_else(|_| panic!("{name}: {text} is no integer"));
    match kind {
        "t" => Column::Text(values().map(|value| value.map_or(NULL_CODE, |text| accepted.texts.intern(text))).collect()),
        "i" => Column::Integer(values().map(|value| value.map_or(NULL_INT, number)).collect()),
        "d" => Column::Date(values().map(|value| value.map_or(NULL_DATE, day)).collect()),
        "m" => {
            Column::Decimal(values().map(|value| value.map_or(NULL_DECIMAL, |text| decimal::parse(text).unwrap_or(NULL_DECIMAL))).collect())
        }
        "b" => Column::Boolean(values().map(|value| value.map(|text| text == "true")).collect()),
        _ => {
            let mut lists = Column::nulls(Type::List, 0);
            for value in values() {
                let codes: Option<Vec<u32>> = value.map(|text| text.split('+').map(|item| accepted.texts.intern(item)).collect());
                let id = codes.map_or(NULL_CODE, |codes| accepted.lists.intern(&codes));
                lists.push(if id == NULL_CODE { crate::model::value::Value::Null } else { crate::model::value::Value::List(id) });
            }
            lists
        }
    }
}

impl Little {
    /// What came of it, an item a line.
    pub fn outcome(&self) -> Vec<String> {
        let trace = &self.calculation.trace;
        let estate = &self.built.estate;
        let mut items: Vec<String> = trace.grants.iter().map(|grant| self.grant(&grant)).collect();
        items.extend(trace.deficits.iter().map(|deficit| self.deficit(deficit)));
        for (row, outcome) in estate.consumptions.outcome.iter().enumerate() {
            items.extend(outcome.map(|outcome| format!("#{} {}", estate.consumptions.id.get(row), outcome.code())));
        }
        items.extend(trace.conflicts.iter().map(|note| self.conflict(note)));
        items
    }

    pub fn demand(&self, demand: u32) -> String {
        self.built.estate.demand_id(&self.built.estate.demands, demand as usize)
    }

    pub fn license(&self, license: u32) -> &str {
        let estate = &self.built.estate;
        estate.texts.get(estate.licenses.id[license as usize])
    }

    fn grant(&self, grant: &Grant) -> String {
        let trace = &self.calculation.trace;
        let mut item = format!("{} <- {} {} {}", self.demand(grant.demand), self.license(grant.license), grant.units, grant.phase.code());
        write_field(&mut item, "covered", Some(grant.covered));
        write_field(&mut item, "turn", grant.turn.get());
        if let Some(choice) = &grant.choice {
            let set = trace.matches.get(choice.matched);
            let rules: Vec<&str> = set.places().map(|place| self.built.program.affinities[place].name.as_str()).collect();
            write_field(&mut item, "score", Some(choice.score));
            write_field(&mut item, "rank", Some(format!("{}/{}", choice.rank, choice.candidates)));
            write_field(&mut item, "passed_over", Some(choice.passed_over));
            write_field(&mut item, "before", choice.runner_up.get().map(|other| self.license(other.license).to_owned()));
            write_field(&mut item, "by", Some(choice.decided_by.code()));
            write_field(&mut item, "rules", Some(rules.join("+")));
            write_field(&mut item, "preference", set.preference);
        }
        let estate = &self.built.estate;
        write_field(
            &mut item,
            "reservation",
            grant.reservation.get().map(|place| estate.texts.get(estate.reservations[place as usize].id)),
        );
        item
    }

    fn deficit(&self, deficit: &Deficit) -> String {
        let requirement = deficit.requirement.map(|place| self.calculation.trace.requirements[place as usize].as_str());
        let mut item = format!("{} deficit {}", self.demand(deficit.demand), deficit.reason.code());
        write_field(&mut item, "units", Some(deficit.units));
        write_field(&mut item, "requirement", requirement);
        write_field(&mut item, "candidates", Some(deficit.candidates));
        write_field(&mut item, "free", deficit.free_units.get());
        write_field(&mut item, "turn", deficit.turn.get());
        write_field(&mut item, "best", deficit.best.get().map(|best| self.license(best.license).to_owned()));
        write_field(&mut item, "best_score", deficit.best.get().map(|best| best.score));
        write_field(&mut item, "cut_off", deficit.cut_off_score.get());
        item
    }

    fn conflict(&self, note: &ConflictNote) -> String {
        let estate = &self.built.estate;
        let text = |code: u32| estate.texts.opt(code).unwrap_or("-");
        let subject = match note.subject {
            Subject::Assignment(place) => match estate.assignments[place as usize].target {
                Target::Asset(asset) => text(asset).to_owned(),
                Target::User(user) => format!("@{}", text(user)),
                Target::Consumption { id, .. } => format!("#{}", text(id)),
            },
            Subject::Demand(demand) => self.demand(demand),
            Subject::Reservation(place) => text(estate.reservations[place as usize].id).to_owned(),
            Subject::License => String::new(),
        };
        let mut item = format!("! {} {} {subject}", note.conflict.code(), text(note.license_id)).trim_end().to_owned();
        write_field(&mut item, "units", note.units);
        write_field(&mut item, "requirement", note.requirement.map(|place| self.calculation.trace.requirements[place as usize].as_str()));
        item
    }
}

fn write_field(item: &mut String, key: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        let _ = write!(item, " {key}={value}");
    }
}
