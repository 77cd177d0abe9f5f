//! Which column is which field of an extract, and which extract a file is: by headings, held against what stands below them.

use super::Said;
use super::dates::Dates;
use super::meanings::{is_closed, is_ours, meaning};
use super::names::points;
use super::nulls::is_typed_null;
use super::profile::Profile;
use crate::extract::date_format::{DateFormat, read_date};
use crate::extract::fields::{Check, Field, Identity, fields, identity};
use crate::model::decimal;
use crate::model::value::Type;
use crate::model::words::ExtractKind;
use std::collections::BTreeMap;

/// What is known of a file before its columns are matched.
pub struct Evidence<'a> {
    pub profiles: &'a [Profile<'a>],
    pub dates: &'a Dates,
    /// What is not guessed: our field → their heading.
    pub asked: &'a BTreeMap<String, Said>,
    /// The name of the file, for what it may tell.
    pub file_stem: &'a str,
}

/// A column that is proposed for a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// The place of the column.
    pub column: usize,
    pub field: &'static str,
    /// 0 to 100.
    pub points: u32,
    pub why: String,
    /// Whether it was not guessed.
    pub said: bool,
}

impl Match {
    /// A word for its points.
    pub fn confidence(&self) -> &'static str {
        if self.points >= 80 { "sure" } else { "likely" }
    }
}

/// The columns of an extract, as far as a file has them.
pub struct Matching {
    pub kind: ExtractKind,
    pub matches: Vec<Match>,
    /// How well the file fits the extract, in halves.
    pub fit: i64,
}

/// A match must have so many points.
const LEAST: u32 = 55;

/// Matches a file with every extract, or with the one that is asked for; the best first.
pub fn match_all(evidence: &Evidence<'_>, kind: Option<ExtractKind>) -> Vec<Matching> {
    let kinds: Vec<ExtractKind> = kind.map_or_else(|| ExtractKind::ALL.to_vec(), |kind| vec![kind]);
    let reader = evidence.dates.reader();
    let mut all: Vec<Matching> = kinds.into_iter().map(|kind| matching(evidence, kind, reader.as_ref())).collect();
    all.sort_by_key(|matching| -matching.fit);
    all
}

fn matching(evidence: &Evidence<'_>, kind: ExtractKind, reader: Option<&DateFormat>) -> Matching {
    let mut found: Vec<Match> = Vec::new();
    for field in fields(kind) {
        for (column, profile) in evidence.profiles.iter().enumerate() {
            found.extend(judged(evidence, kind, field, column, profile, reader));
        }
    }
    let order = |field: &str| fields(kind).iter().position(|known| known.name == field);
    found.sort_by(|left, right| {
        right.points.cmp(&left.points).then(order(left.field).cmp(&order(right.field))).then(left.column.cmp(&right.column))
    });
    let mut matches: Vec<Match> = Vec::new();
    for candidate in found {
        if !matches.iter().any(|taken| taken.column == candidate.column || taken.field == candidate.field) {
            matches.push(candidate);
        }
    }
    matches.sort_by_key(|found| found.column);
    let fit = fit(kind, &matches, evidence.file_stem);
    Matching { kind, matches, fit }
}

/// A column as a field, if it may be that one.
fn judged(
    evidence: &Evidence<'_>,
    kind: ExtractKind,
    field: &'static Field,
    column: usize,
    profile: &Profile<'_>,
    reader: Option<&DateFormat>,
) -> Option<Match> {
    if let Some(said) = evidence.asked.get(field.name) {
        return (said.heading == profile.heading).then(|| Match {
            column,
            field: field.name,
            points: 100,
            why: said.why.clone(),
            said: true,
        });
    }
    if evidence.asked.values().any(|said| said.heading == profile.heading) {
        return None;
    }
    let name = points(kind, field.name, profile.heading);
    let share = |field: &Field| profile.share(|value| fits(kind, field, value, reader));
    let Some(name) = name else { return by_values(field, column, profile, share) };
    if field.kind == Type::Text && !is_closed(field) && evidence.dates.is_date(profile.heading) && profile.filled > 0 {
        return None;
    }
    // Whoever calls a column as we do means it; that its values stand twice is then told by the rows.
    if name < 100 && needs_unique(kind, field.name) && profile.filled > 0 && !profile.is_unique() {
        return None;
    }
    let share = share(field);
    let points = match share {
        950.. => name,
        // A few values that cannot be read are no reason to overlook what the column is called.
        500.. => name.saturating_sub(10).max(LEAST),
        _ if is_closed(field) => name.saturating_sub(40),
        // Not by its values: a doubt to be told, if no other field takes the column.
        _ if name >= 80 => LEAST,
        _ => return None,
    };
    let own = if name == 100 { "its name is ours" } else { "by its name" };
    let why = match (profile.filled, is_typed(field)) {
        (0, _) => format!("{own}; it is empty"),
        (_, true) => format!("{own}; {} {}", percent(share), noun(field)),
        _ => own.to_owned(),
    };
    (points >= LEAST).then_some(Match { column, field: field.name, points, why, said: false })
}

/// A column whose values alone say what it is: only the metric has words that nothing else has.
fn by_values(field: &'static Field, column: usize, profile: &Profile<'_>, share: impl Fn(&Field) -> u64) -> Option<Match> {
    let telling = field.name == "metric" && profile.filled > 0 && profile.values.len() <= 20;
    (telling && share(field) >= 900).then(|| Match {
        column,
        field: field.name,
        points: 60,
        why: format!("by its values: {} are metrics", percent(share(field))),
        said: false,
    })
}

/// Whether a value may stand in a field, once its words are translated.
pub fn fits(kind: ExtractKind, field: &Field, value: &str, reader: Option<&DateFormat>) -> bool {
    match (field.kind, field.check) {
        (Type::Date | Type::Integer | Type::Decimal, _) if is_typed_null(value) => true,
        _ if is_closed(field) => is_ours(field, value) || meaning(kind, field, value).is_some(),
        (Type::Date, _) => read_date(value, reader).is_some(),
        (Type::Integer, check) => value.parse::<i64>().is_ok_and(|number| match check {
            Check::Positive => number > 0,
            Check::NotNegative => number >= 0,
            _ => true,
        }),
        (Type::Decimal, _) => decimal::parse(value).is_ok(),
        _ => true,
    }
}

/// Whether a field takes less than any text.
pub fn is_typed(field: &Field) -> bool {
    is_closed(field) || !matches!(field.kind, Type::Text | Type::List)
}

/// What the values of such a field are.
pub fn noun(field: &Field) -> &'static str {
    match field.kind {
        _ if is_closed(field) && field.kind != Type::Boolean => "have a meaning here",
        Type::Date => "are dates",
        Type::Integer => "are whole numbers",
        Type::Decimal => "are amounts",
        Type::Boolean => "are yes or no",
        _ => "are texts",
    }
}

/// Thousandths in words, rounded down: 100 % means all.
pub fn percent(share: u64) -> String {
    format!("{} %", share / 10)
}

/// Whether a field is what a row of the extract is known by.
fn needs_unique(kind: ExtractKind, field: &str) -> bool {
    match identity(kind) {
        Identity::ConsumptionId => field == "consumption_id",
        Identity::Columns([only]) => field == *only,
        _ => false,
    }
}

/// How well the matches make up an extract, in halves: what it must have, what only it has, what its file is called.
fn fit(kind: ExtractKind, matches: &[Match], stem: &str) -> i64 {
    let has = |name: &str| matches.iter().any(|found| found.field == name);
    let mut fit: i64 = 0;
    for found in matches {
        let weight =
            if fields(kind).iter().any(|field| field.name == found.field && field.required) { 6 } else { weight(kind, found.field) };
        // A match by the skin of its teeth counts half.
        fit += if found.points >= 70 { weight } else { weight / 2 };
    }
    for field in fields(kind).iter().filter(|field| field.required && !has(field.name)) {
        fit -= match (kind, field.name) {
            // These can be made of other columns.
            (ExtractKind::Consumptions, "consumption_id") => 0,
            (ExtractKind::Licenses, "license_id") => 2,
            _ => 10,
        };
    }
    if kind == ExtractKind::Consumptions && !has("asset_id") && !has("user_id") {
        fit -= 10;
    }
    let stem = stem.to_lowercase();
    fit + if hints(kind).iter().any(|word| stem.contains(word)) { 5 } else { 0 }
}

/// What speaks for an extract, in halves, beside what it must have.
fn weight(kind: ExtractKind, field: &str) -> i64 {
    match (kind, field) {
        (ExtractKind::Consumptions, "asset_id" | "last_used_on" | "started_on") => 4,
        (ExtractKind::Consumptions, "user_id") => 3,
        (ExtractKind::Licenses, "seats") => 6,
        (ExtractKind::Licenses, "metric" | "ends_on" | "unit_cost") => 4,
        (ExtractKind::Licenses, "starts_on" | "contract_id" | "license_type" | "renews_on") => 2,
        (ExtractKind::Products, "publisher") => 4,
        (ExtractKind::Assets, "cores" | "processors" | "status" | "disposed_on") => 3,
        (ExtractKind::Users, "active" | "last_login_on" | "name" | "left_on") => 4,
        (ExtractKind::Trees, "parent") => 6,
        (ExtractKind::Assignments, "assigned_on") => 4,
        _ => 1,
    }
}

fn hints(kind: ExtractKind) -> &'static [&'static str] {
    match kind {
        ExtractKind::Consumptions => &["install", "consumption", "usage", "inventory", "software"],
        ExtractKind::Licenses => &["license", "licence", "entitlement", "purchase", "contract"],
        ExtractKind::Products => &["product", "catalog", "sku"],
        ExtractKind::Assets => &["asset", "computer", "device", "machine", "hardware", "server"],
        ExtractKind::Users => &["user", "people", "employee", "staff", "account"],
        ExtractKind::Trees => &["tree", "hierarchy", "departments", "locations", "sites", "org"],
        ExtractKind::Assignments => &["assignment", "allocation"],
        ExtractKind::Reservations => &["reservation"],
        ExtractKind::Bundles => &["bundle", "suite"],
        ExtractKind::Preferences => &["preference"],
    }
}
