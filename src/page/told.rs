//! The answers that the search box gives: those of `seatwise why`, made by the same code, as lines of text. Answers share many lines,
//! so that each line is embedded once.
//!
//! A small run is told whole. Of a large one only some demands and licenses are, since to weigh again is to read again: those of the
//! worst products, as far as what must be read for them stays small.

use super::bounds::Bounds;
use super::deficits::Deficits;
use super::grid::counts;
use super::licenses::{Licenses, Shown};
use super::positions::Positions;
use super::source::Source;
use crate::answers::everyone::everyone;
use crate::answers::license;
use crate::answers::subject::{Found, Kind};
use crate::answers::why::told_as;
use crate::answers::{AnswerError, Published};
use crate::explain::answer::{self, Depth};
use crate::report::back::Query;
use crate::run::listing::total;
use crate::trace::answer::{DemandAnswer, LicenseAnswer};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What is embedded otherwise, and what is asked about is chosen from.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub positions: &'a Positions,
    pub deficits: &'a Deficits,
    pub licenses: &'a Licenses,
}

#[derive(Serialize, Default)]
pub struct Answers {
    /// Whether every demand and license has its answer.
    whole: bool,
    /// Every line of every answer, once.
    lines: Vec<String>,
    demands: Vec<Demand>,
    licenses: Vec<License>,
    subjects: Vec<Subject>,
    /// What is said of identifiers that name several kinds of things.
    several: BTreeMap<String, String>,
}

/// The answer on a demand.
#[derive(Serialize)]
struct Demand {
    id: String,
    product: String,
    asset: Option<String>,
    user: Option<String>,
    outcome: &'static str,
    /// Places in `lines`.
    text: Vec<u32>,
}

/// The answer on a license, and whom it serves.
#[derive(Serialize)]
struct License {
    id: String,
    text: Vec<u32>,
    covers: Vec<Cover>,
    covers_all: usize,
    away: Vec<Away>,
    away_all: usize,
}

/// (demand_id, product_id, phase, units, turn, score, rank, candidates, decided_by, reservation_id)
type Cover = (String, String, &'static str, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>, Option<&'static str>, Option<String>);
/// (demand_id, turn, score, whether it is its best candidate, need)
type Away = (String, i64, i64, bool, i64);

/// An asset or a user.
#[derive(Serialize)]
struct Subject {
    id: String,
    kind: &'static str,
    /// Its first sentence; none if not all of its demands have their answer here.
    head: Option<String>,
    /// Places in `demands`.
    demands: Vec<usize>,
    /// Sentences on what needs no license.
    more: Vec<String>,
}

/// Lines, each kept once.
#[derive(Default)]
struct Lines {
    places: BTreeMap<String, u32>,
    all: Vec<String>,
    bytes: usize,
}

impl Lines {
    fn keep(&mut self, lines: Vec<String>) -> Vec<u32> {
        let keep = |line: String| {
            self.bytes += 5;
            if let Some(place) = self.places.get(&line) {
                return *place;
            }
            let place = self.all.len() as u32;
            self.bytes += line.len() + 3;
            self.places.insert(line.clone(), place);
            self.all.push(line);
            place
        };
        lines.into_iter().map(keep).collect()
    }
}

type Key = (String, String);

pub fn read(run: &Published, asked: Asked<'_>, source: &dyn Source, bounds: &Bounds) -> Result<Answers, AnswerError> {
    let demands = run.manifest.totals.get(total::DEMANDS).copied().unwrap_or(i64::MAX);
    let whole = usize::try_from(demands).is_ok_and(|demands| demands <= bounds.whole_demands);
    let (keys, licenses) = if whole { everything(run, asked)? } else { worst(asked, bounds)? };
    let wanted: BTreeSet<Key> = keys.iter().cloned().collect();
    let (told, licenses) = rayon::join(
        || told_as(run, &wanted, |demands| source.members(demands), of_demand),
        || license::tell_as(run, &licenses, |one| of_license(one, bounds)),
    );
    let mut told: BTreeMap<Key, (Demand, Vec<String>)> = wanted.into_iter().zip(told?).collect();
    let mut lines = Lines::default();
    let mut answers = Answers { whole, ..Answers::default() };
    let licenses = licenses?;
    for (mut license, text) in licenses {
        if lines.bytes < bounds.told_bytes / 3 {
            license.text = lines.keep(text);
            answers.licenses.push(license);
        }
    }
    for key in &keys {
        let Some((mut demand, text)) = told.remove(key) else { continue };
        if lines.bytes < bounds.told_bytes {
            demand.text = lines.keep(text);
            answers.demands.push(demand);
        }
    }
    answers.whole &= answers.demands.len() == keys.len();
    answers.lines = lines.all;
    answers.subjects = if whole { of_everyone(everyone(run)?, &answers.demands) } else { of_some(&answers.demands) };
    answers.several = several(&answers);
    Ok(answers)
}

fn several(answers: &Answers) -> BTreeMap<String, String> {
    let mut kinds: BTreeMap<&str, BTreeSet<Kind>> = BTreeMap::new();
    answers.licenses.iter().for_each(|one| _ = kinds.entry(&one.id).or_default().insert(Kind::License));
    answers.demands.iter().for_each(|one| _ = kinds.entry(&one.id).or_default().insert(Kind::Demand));
    for one in &answers.subjects {
        kinds.entry(&one.id).or_default().extend(Kind::ALL.into_iter().filter(|kind| kind.word() == one.kind));
    }
    let told = |(id, kinds): (&str, BTreeSet<Kind>)| {
        let words: Vec<&str> = kinds.into_iter().map(Kind::word).collect();
        (words.len() > 1).then(|| (id.to_owned(), answer::several(id, &words)))
    };
    kinds.into_iter().filter_map(told).collect()
}

/// Every demand, those in deficit first, and every license.
fn everything(run: &Published, asked: Asked<'_>) -> Result<(Vec<Key>, Vec<Key>), AnswerError> {
    let rows = run.read(&Query::of("demands").columns(&["product_id", "demand_id", "outcome"]))?;
    let (product, demand, outcome) = (rows.texts("product_id")?, rows.texts("demand_id")?, rows.texts("outcome")?);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|row| outcome(*row) != Some("deficit"));
    let keys = order.into_iter().filter_map(|row| Some((product(row)?.to_owned(), demand(row)?.to_owned()))).collect();
    Ok((keys, asked.licenses.shown.iter().map(key).collect()))
}

fn key(shown: &Shown) -> Key {
    (shown.product.clone(), shown.license.clone())
}

/// The worst demands of the worst products, and licenses of these, as far as the bounds go.
fn worst(asked: Asked<'_>, bounds: &Bounds) -> Result<(Vec<Key>, Vec<Key>), AnswerError> {
    let rows = &asked.positions.rows;
    let (product, demands) = (rows.texts("product_id")?, counts(rows, "demands")?);
    let mut reach = bounds.reach;
    let mut within: BTreeSet<&str> = BTreeSet::new();
    for row in &asked.positions.order {
        let Some(id) = product(*row) else { continue };
        if demands(*row) > 0 && demands(*row) <= reach {
            reach -= demands(*row);
            within.insert(id);
        }
    }
    let mut of_product: BTreeMap<&str, usize> = BTreeMap::new();
    let mut keys: Vec<Key> = Vec::new();
    for key in asked.deficits.shown.iter().filter(|key| within.contains(key.0.as_str())) {
        let taken = of_product.entry(key.0.as_str()).or_default();
        if *taken < bounds.told_of_product && keys.len() < bounds.told_demands {
            *taken += 1;
            keys.push(key.clone());
        }
    }
    let mut grants = bounds.told_grants as i64;
    let deficits = |product: &str| asked.deficits.of_product.get(product).copied().unwrap_or(0);
    let mut licenses = Vec::new();
    for one in asked.licenses.shown.iter().filter(|one| within.contains(one.product.as_str())) {
        // To be weighed against every demand that it may have turned away costs as much as a grant.
        let cost = one.covers + deficits(&one.product);
        if licenses.len() < bounds.told_licenses && cost <= grants {
            grants -= cost;
            licenses.push(key(one));
        }
    }
    Ok((keys, licenses))
}

fn of_demand(told: DemandAnswer) -> (Demand, Vec<String>) {
    let mut text = Vec::new();
    answer::demand(&told, Depth::USUAL, &mut text);
    let outcome = if told.deficit.is_some() { "deficit" } else { told.outcome };
    let demand =
        Demand { id: told.demand_id, product: told.product_id, asset: told.asset_id, user: told.user_id, outcome, text: Vec::new() };
    (demand, text)
}

fn of_license(told: LicenseAnswer, bounds: &Bounds) -> (License, Vec<String>) {
    let mut text = Vec::new();
    answer::license(&told, Depth::USUAL, &mut text);
    let (covers_all, away_all) = (told.covers.len(), told.turned_away.len());
    let cover = |one: crate::trace::answer::GrantAnswer| {
        let crate::trace::answer::GrantAnswer { demand_id, product_id, phase, units, turn, score, rank, .. } = one;
        (demand_id, product_id, phase, units, turn, score, rank, one.candidates, one.decided_by, one.reservation_id)
    };
    let license = License {
        id: told.license_id,
        text: Vec::new(),
        covers: told.covers.into_iter().take(bounds.holders).map(cover).collect(),
        covers_all,
        away: told
            .turned_away
            .into_iter()
            .take(bounds.holders)
            .map(|one| (one.demand_id, one.turn, one.score, one.best, one.need))
            .collect(),
        away_all,
    };
    (license, text)
}

/// Assets and users of a run that is told whole.
fn of_everyone(found: BTreeMap<(String, Kind), Found>, demands: &[Demand]) -> Vec<Subject> {
    let places: BTreeMap<(&str, &str), usize> =
        demands.iter().enumerate().map(|(place, one)| ((one.product.as_str(), one.id.as_str()), place)).collect();
    let subject = |((id, kind), found): ((String, Kind), Found)| {
        let known: Vec<usize> =
            found.demands.iter().filter_map(|(product, demand)| places.get(&(product.as_str(), demand.as_str())).copied()).collect();
        let open = known.iter().filter(|place| demands[**place].outcome == "deficit").count();
        let word = if kind == Kind::Asset { "Asset" } else { "User" };
        let whole = known.len() == found.demands.len();
        Subject {
            head: whole.then(|| answer::subject(word, &id, known.len(), open)),
            id,
            kind: kind.word(),
            demands: known,
            more: found.not_needed.iter().map(answer::not_needed).collect(),
        }
    };
    found.into_iter().map(subject).collect()
}

/// Assets and users of the demands that are told; they may have others.
fn of_some(demands: &[Demand]) -> Vec<Subject> {
    let mut subjects: BTreeMap<(&str, Kind), Vec<usize>> = BTreeMap::new();
    for (place, demand) in demands.iter().enumerate() {
        for (kind, id) in [(Kind::Asset, &demand.asset), (Kind::User, &demand.user)] {
            if let Some(id) = id {
                subjects.entry((id, kind)).or_default().push(place);
            }
        }
    }
    let subject = |((id, kind), demands): ((&str, Kind), Vec<usize>)| Subject {
        id: id.to_owned(),
        kind: kind.word(),
        head: None,
        demands,
        more: Vec::new(),
    };
    subjects.into_iter().map(subject).collect()
}
