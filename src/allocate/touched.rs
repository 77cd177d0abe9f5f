//! Large markets where lookups tell the demands apart, and tables hardly do. Demands that the tables cannot tell apart are of one *kind*,
//! whose candidates are put in order once. For a demand these are mended where its lookups match: few licenses are *touched*, and all
//! others are what they are to its kind. So the cost of a demand is that of the licenses that its lookups match.
//!
//! What a license is *worth* to a demand is its score above the lowest that can be, and below 0 for what is no candidate. Its *key* is its
//! worth, then its place, turned round: as in small markets (`keys`) the greater is the better.

use super::keys::Members;
use super::market::Market;
use super::score::{NONE, Scores, Standing};
use super::sets::{Counted, first_from, has, insert, remove, words};
use super::sparse::Lookup;
use crate::model::words::Metric;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What a failed requirement takes off a worth.
const FAILURE: i32 = 1 << 26;
/// More looked-up requirements could take more off a worth than it can hold.
const MOST_REQUIREMENTS: usize = 16;
/// Kinds of more levels than this are better split as `candidates` does.
const MOST_LEVELS: usize = 64;

/// What the tables make of demands of a kind: their rows, and what they fail at each metric.
type Alike = (Vec<u32>, [u16; Metric::ALL.len()]);

/// What the kinds of a market are made from, and those that are known.
pub struct Kinds {
    low: i64,
    /// By place: how many looked-up requirements bind the license.
    bound: Vec<u8>,
    /// What lookups add, by the operand that they read; those of requirements first.
    matches: Vec<Matches>,
    known: RwLock<FxHashMap<Alike, Arc<Kind>>>,
}

/// What the lookups of one operand add to the worths of licenses.
struct Matches {
    /// The place of one of the lookups: they all have the same rows.
    lookup: usize,
    /// By row: where its licenses begin in `added`, and where those begin that other operands' requirements bind. These count only if they
    /// match there, too.
    starts: Vec<(u32, u32)>,
    added: Vec<Added>,
}

/// The place of a license, and what is added to its worth.
type Added = (u32, i32);

/// What licenses are to demands of a kind if no lookup matches.
struct Kind {
    /// By place: the worth.
    worths: Vec<i32>,
    /// The candidates, by score; the highest first.
    levels: Vec<Level>,
    total: u32,
}

struct Level {
    score: i64,
    bits: Vec<u64>,
    counted: Counted,
    /// How many candidates are in the levels before it.
    before: u32,
}

impl Kinds {
    /// For a market that has its tables and lookups but no keys; none where kinds or levels may be many, or lookups match much.
    /// `liking` is the most that preferences can add or take.
    pub fn new(market: &Market, liking: i64) -> Option<Self> {
        let licenses = market.at.len();
        let requirements = market.lookups.iter().filter(|lookup| lookup.fail != NONE).count();
        let wide = || market.lookups.iter().map(|lookup| lookup.width(market)).sum::<usize>() / 100 > licenses / 8;
        if market.lookups.is_empty() || !market.links.is_empty() || requirements > MOST_REQUIREMENTS || (!cfg!(test) && wide()) {
            return None;
        }
        // What is noted by row is to take no more room than the demands themselves.
        let noted: usize = market.lookups.iter().map(Lookup::matches_of_rows).sum();
        let kinds = market.tables.iter().try_fold(1usize, |kinds, table| kinds.checked_mul(table.rows().max(1)))?;
        let levels = market.tables.iter().try_fold(1usize, |levels, table| levels.checked_mul(table.distinct_points()))?;
        if levels > MOST_LEVELS || kinds.checked_mul(licenses)?.max(noted / 16) > (1 << 16) + market.demands() {
            return None;
        }
        let (low, high) = market.scores(liking)?;
        if high.checked_sub(low)? >= i64::from(FAILURE) {
            return None;
        }
        let binds = |place: u32| market.lookups.iter().filter(|lookup| lookup.fail != NONE && !has(lookup.free(), place)).count() as u8;
        let bound: Vec<u8> = (0..licenses as u32).map(binds).collect();
        Some(Self { low, matches: matches(market, &bound), bound, known: RwLock::default() })
    }

    /// The key of a candidate.
    fn key(&self, score: i64, place: u32) -> i64 {
        key((score - self.low) as i32, place)
    }

    /// Where a key stands; none for what is no candidate.
    fn standing(&self, key: i64) -> Option<Standing> {
        (key >= 0).then(|| Standing::new((key >> 32) + self.low, 0, place(key)))
    }

    /// The kind of a scored demand.
    fn kind(&self, market: &Market, scores: &Scores, alike: &Alike) -> Arc<Kind> {
        if let Some(known) = self.known.read().unwrap_or_else(PoisonError::into_inner).get(alike) {
            return Arc::clone(known);
        }
        let kind = Arc::new(self.new_kind(market, scores));
        Arc::clone(self.known.write().unwrap_or_else(PoisonError::into_inner).entry(alike.clone()).or_insert(kind))
    }

    fn new_kind(&self, market: &Market, scores: &Scores) -> Kind {
        let mut open = market.open.clone();
        for (_, of_metric) in market.metrics.iter().filter(|(metric, _)| scores.fails_at(*metric)) {
            open.iter_mut().zip(&of_metric.bits).for_each(|(open, of_metric)| *open &= !of_metric);
        }
        let mut worths = Vec::with_capacity(market.at.len());
        let mut by_score: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for place in 0..market.at.len() as u32 {
            let tables = || market.tables.iter().zip(&scores.rows);
            let points: i64 = tables().map(|(table, row)| table.points(*row, place)).sum();
            let fails = !has(&open, place) || tables().any(|(table, row)| table.fail(*row, place) != NONE);
            let worth = (points - self.low) as i32 - (i32::from(self.bound[place as usize]) + i32::from(fails)) * FAILURE;
            worths.push(worth);
            if worth >= 0 {
                insert(by_score.entry(points).or_insert_with(|| vec![0; words(market.at.len())]), place);
            }
        }
        let (mut levels, mut total) = (Vec::with_capacity(by_score.len()), 0);
        for (score, bits) in by_score.into_iter().rev() {
            let counted = Counted::new(&bits);
            let before = total;
            total += counted.size();
            levels.push(Level { score, bits, counted, before });
        }
        Kind { worths, levels, total }
    }
}

/// What the lookups of each operand of a market add.
fn matches(market: &Market, bound: &[u8]) -> Vec<Matches> {
    let mut by_operand: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, lookup) in market.lookups.iter().enumerate() {
        by_operand.entry(lookup.operand()).or_default().push(at);
    }
    let requires = |lookups: &[usize]| lookups.iter().filter(|at| market.lookups[**at].fail != NONE).count();
    let mut by_operand: Vec<Vec<usize>> = by_operand.into_values().collect();
    by_operand.sort_by_key(|lookups| requires(lookups) == 0);
    let matches = |lookups: &Vec<usize>| {
        let requires = requires(lookups) > 0;
        let mut matches = Matches { lookup: lookups[0], starts: Vec::new(), added: Vec::new() };
        let mut row_added: Vec<Added> = Vec::new();
        for row in 0..market.lookups[lookups[0]].rows() as u32 {
            row_added.clear();
            for lookup in lookups.iter().map(|at| &market.lookups[*at]) {
                let step = lookup.affinity.map_or(FAILURE, |(_, points)| points as i32);
                lookup.matching(row).for_each(|place| row_added.push((place, step)));
            }
            row_added.sort_unstable_by_key(|(place, _)| *place);
            row_added.dedup_by(|later, first| {
                let same = later.0 == first.0;
                first.1 += if same { later.1 } else { 0 };
                same
            });
            let elsewhere = |place: u32| !requires && bound[place as usize] > 0;
            let start = matches.added.len() as u32;
            matches.added.extend(row_added.iter().filter(|(place, _)| !elsewhere(*place)));
            matches.starts.push((start, matches.added.len() as u32));
            matches.added.extend(row_added.iter().filter(|(place, _)| elsewhere(*place)));
        }
        matches.starts.push((matches.added.len() as u32, 0));
        matches
    };
    by_operand.iter().map(matches).collect()
}

impl Matches {
    /// What is added for a row: to licenses that it touches, and to those that requirements elsewhere bind.
    fn of(&self, row: u32) -> (&[Added], &[Added]) {
        let ((start, bound), (end, _)) = (self.starts[row as usize], self.starts[row as usize + 1]);
        (&self.added[start as usize..bound as usize], &self.added[bound as usize..end as usize])
    }
}

fn key(worth: i32, place: u32) -> i64 {
    i64::from(worth) << 32 | i64::from(u32::MAX - place)
}

/// The place that a key is of.
fn place(key: i64) -> u32 {
    u32::MAX - key as u32
}

impl Kind {
    /// Where the levels of a score and below begin.
    fn level_of(&self, score: i64) -> usize {
        self.levels.partition_point(|level| level.score > score)
    }

    /// How many candidates stand before one.
    fn before(&self, standing: Standing) -> u32 {
        match self.levels.get(self.level_of(standing.score())) {
            None => self.total,
            Some(level) if level.score < standing.score() => level.before,
            Some(level) => level.before + level.counted.before(&level.bits, standing.tie),
        }
    }
}

thread_local! {
    /// What matches add to each license, 0 between two demands; and which they touch. Room that is used again.
    static ROOM: RefCell<(Vec<i32>, Vec<u32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
}

/// The candidates of one demand. Reused from demand to demand of one market.
#[derive(Default)]
pub struct Touched {
    kind: Option<(Alike, Arc<Kind>)>,
    /// Of the touched licenses that are candidates of the demand or of its kind: their keys for each.
    keys: Vec<i64>,
    of_kind: Vec<i64>,
    /// The licenses that are to the demand what they are to its kind, as bits.
    untouched: Vec<u64>,
}

impl Touched {
    /// Another market follows.
    pub fn forget(&mut self) {
        self.kind = None;
    }

    /// Finds the candidates of a scored demand.
    pub fn find(&mut self, kinds: &Kinds, market: &Market, scores: &Scores) {
        if self.kind.as_ref().is_none_or(|((rows, own), _)| *rows != scores.rows || *own != scores.own) {
            let alike: Alike = (scores.rows.clone(), scores.own);
            let kind = kinds.kind(market, scores, &alike);
            self.kind = Some((alike, kind));
        }
        let Some((_, kind)) = &self.kind else { return };
        self.untouched.clear();
        self.untouched.resize(words(market.at.len()), u64::MAX);
        ROOM.with_borrow_mut(|(sums, places)| {
            sums.resize(sums.len().max(market.at.len()), 0);
            places.resize(sums.len() + 1, 0);
            let touched = add_matches(kinds, scores, &mut self.untouched, sums, places);
            self.keys.clear();
            self.of_kind.clear();
            for touched in &places[..touched] {
                let of_kind = kind.worths[*touched as usize];
                let worth = of_kind + std::mem::take(&mut sums[*touched as usize]);
                if worth >= 0 || of_kind >= 0 {
                    self.keys.push(key(worth, *touched));
                    self.of_kind.push(key(of_kind, *touched));
                }
            }
        });
        let (keys, of_kind, untouched) = (&mut self.keys, &mut self.of_kind, &mut self.untouched);
        for exception in &scores.exceptions {
            let eligible = exception.fail == NONE;
            let new = if eligible { kinds.key(exception.score, exception.place) } else { key(-1, exception.place) };
            remove(untouched, exception.place);
            match keys.iter().position(|key| place(*key) == exception.place) {
                Some(at) => keys[at] = new,
                None => {
                    keys.push(new);
                    of_kind.push(key(kind.worths[exception.place as usize], exception.place));
                }
            }
        }
    }

    /// How many there are.
    pub fn count(&self) -> u32 {
        self.kind().map_or(0, |kind| kind.total) + better_than(&self.keys, -1) - better_than(&self.of_kind, -1)
    }

    /// The rank of a candidate: 1 for the first.
    pub fn rank(&self, kinds: &Kinds, standing: Standing) -> u32 {
        let key = kinds.key(standing.score(), standing.tie);
        let of_kind = self.kind().map_or(0, |kind| kind.before(standing));
        of_kind + better_than(&self.keys, key) - better_than(&self.of_kind, key) + 1
    }

    /// The first that stands after `after` and is in each of the masks; these have nothing below `floor`.
    pub fn next(&self, kinds: &Kinds, after: Option<Standing>, masks: &[&Members], floor: u32) -> Option<Standing> {
        let below = after.map_or(i64::MAX, |after| kinds.key(after.score(), after.tie));
        let mut best = -1;
        for key in &self.keys {
            if *key > best && *key < below && masks.iter().all(|mask| has(&mask.bits, place(*key))) {
                best = *key;
            }
        }
        let levels = self.kind().map_or(&[][..], |kind| &kind.levels);
        let start = after.map_or(0, |after| levels.partition_point(|level| level.score > after.score()));
        for level in &levels[start..] {
            if kinds.key(level.score, floor) < best {
                break;
            }
            let after = after.filter(|after| after.score() == level.score);
            let from = after.map_or(floor, |after| floor.max(after.tie + 1));
            let masks = masks.iter().map(|mask| &mask.bits[..]).chain([&self.untouched[..]]);
            if let Some(place) = first_from(&level.bits, from, masks) {
                best = best.max(kinds.key(level.score, place));
                break;
            }
        }
        kinds.standing(best)
    }

    /// All of them, as bits.
    pub fn bits(&self) -> Vec<u64> {
        let mut bits = vec![0; self.untouched.len()];
        for level in self.kind().into_iter().flat_map(|kind| &kind.levels) {
            bits.iter_mut().zip(level.bits.iter().zip(&self.untouched)).for_each(|(bits, (level, untouched))| *bits |= level & untouched);
        }
        self.keys.iter().filter(|key| **key >= 0).for_each(|key| insert(&mut bits, place(*key)));
        bits
    }

    fn kind(&self) -> Option<&Kind> {
        self.kind.as_ref().map(|(_, kind)| &**kind)
    }
}

/// Adds up what matches, and puts down whom they touch: `places` from 0 on. How many these are.
fn add_matches(kinds: &Kinds, scores: &Scores, untouched: &mut [u64], sums: &mut [i32], places: &mut [u32]) -> usize {
    let mut touched = 0;
    for matches in &kinds.matches {
        let (added, bound) = matches.of(scores.lookup_rows[matches.lookup]);
        for (place, step) in added {
            sums[*place as usize] += step;
            // Without a branch, which nobody could foretell.
            places[touched] = *place;
            touched += usize::from(has(untouched, *place));
            remove(untouched, *place);
        }
        for (place, step) in bound {
            sums[*place as usize] += if has(untouched, *place) { 0 } else { *step };
        }
    }
    touched
}

fn better_than(keys: &[i64], key: i64) -> u32 {
    keys.iter().map(|other| u32::from(*other > key)).sum()
}
