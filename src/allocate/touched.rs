//! Large markets where lookups tell the demands apart, and tables hardly do. Demands that the tables cannot tell apart are of one *kind*,
//! whose candidates are put in order once. For a demand these are mended where its lookups match: few licenses are *touched*, and all
//! others are what they are to its kind. So the cost of a demand is that of the licenses that its lookups match.
//!
//! A license's *key* is as in small markets (`keys`): the greater is the better, and below 0 is no candidate.

use super::keys::Members;
use super::market::Market;
use super::score::{NONE, Scores, Standing};
use super::sets::{Counted, first_from, has, insert, remove, words};
use crate::model::words::Metric;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// What a failed requirement takes off a key.
const FAILURE: i64 = 1 << 58;
/// A key is a score above the lowest, then so many bits for the place.
const SHIFT: u32 = 32;
/// More looked-up requirements could take more off a key than it can hold.
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
    /// What a match adds to a key, by the place of the lookup; requirements first.
    steps: Vec<(usize, i64)>,
    known: RwLock<FxHashMap<Alike, Arc<Kind>>>,
}

/// What licenses are to demands of a kind if no lookup matches.
struct Kind {
    /// By place: the key.
    keys: Vec<i64>,
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
        let kinds = market.tables.iter().try_fold(1usize, |kinds, table| kinds.checked_mul(table.rows().max(1)))?;
        let levels = market.tables.iter().try_fold(1usize, |levels, table| levels.checked_mul(table.distinct_points()))?;
        if levels > MOST_LEVELS || kinds.checked_mul(licenses)? > (1 << 16) + market.demands() {
            return None;
        }
        let (mut low, mut high) = (liking.checked_neg()?, liking);
        for table in &market.tables {
            let (least, most) = table.range();
            (low, high) = (low.checked_add(least)?, high.checked_add(most)?);
        }
        let mut steps: Vec<(usize, i64)> = Vec::new();
        for (at, lookup) in market.lookups.iter().enumerate() {
            let points = lookup.affinity.map_or(0, |(_, points)| points);
            (low, high) = (low.checked_add(points.min(0))?, high.checked_add(points.max(0))?);
            steps.push((at, if lookup.fail == NONE { points.checked_mul(1 << SHIFT)? } else { FAILURE }));
        }
        if high.checked_sub(low)?.checked_add(1)?.checked_mul(1 << SHIFT)? > FAILURE {
            return None;
        }
        steps.sort_by_key(|(at, _)| market.lookups[*at].fail == NONE);
        let binds = |place: u32| market.lookups.iter().filter(|lookup| lookup.fail != NONE && !has(lookup.free(), place)).count() as u8;
        Some(Self { low, bound: (0..licenses as u32).map(binds).collect(), steps, known: RwLock::default() })
    }

    /// The key of a candidate.
    fn key(&self, score: i64, place: u32) -> i64 {
        (score - self.low) << SHIFT | i64::from(u32::MAX - place)
    }

    /// Where a key stands; none for what is no candidate.
    fn standing(&self, key: i64) -> Option<Standing> {
        (key >= 0).then(|| Standing::new((key >> SHIFT) + self.low, 0, place(key)))
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
        let mut keys = Vec::with_capacity(market.at.len());
        let mut by_score: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
        for place in 0..market.at.len() as u32 {
            let tables = || market.tables.iter().zip(&scores.rows);
            let points = tables().map(|(table, row)| table.points(*row, place)).sum();
            let fails = !has(&open, place) || tables().any(|(table, row)| table.fail(*row, place) != NONE);
            let key = self.key(points, place) - (i64::from(self.bound[place as usize]) + i64::from(fails)) * FAILURE;
            keys.push(key);
            if key >= 0 {
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
        Kind { keys, levels, total }
    }
}

/// The place that a key is of.
fn place(key: i64) -> u32 {
    u32::MAX - key as u32
}

impl Kind {
    /// Where the levels of a score and below begin.
    fn from_score(&self, score: i64) -> usize {
        self.levels.partition_point(|level| level.score > score)
    }

    /// How many candidates stand before one.
    fn before(&self, standing: Standing) -> u32 {
        match self.levels.get(self.from_score(standing.score())) {
            None => self.total,
            Some(level) if level.score < standing.score() => level.before,
            Some(level) => level.before + level.counted.before(&level.bits, standing.tie),
        }
    }
}

thread_local! {
    /// What matches add to each license, 0 between two demands; and which they touch. Room that is used again.
    static ROOM: RefCell<(Vec<i64>, Vec<u32>)> = const { RefCell::new((Vec::new(), Vec::new())) };
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
        let (keys, of_kind, untouched) = (&mut self.keys, &mut self.of_kind, &mut self.untouched);
        keys.clear();
        of_kind.clear();
        untouched.clear();
        untouched.resize(words(market.at.len()), u64::MAX);
        ROOM.with_borrow_mut(|(sums, places)| {
            sums.resize(sums.len().max(market.at.len()), 0);
            for (at, step) in &kinds.steps {
                market.lookups[*at].matching(scores.lookup_rows[*at]).for_each(|place| {
                    sums[place as usize] += step;
                    if has(untouched, place) {
                        remove(untouched, place);
                        places.push(place);
                    }
                });
            }
            for place in places.drain(..) {
                let base = kind.keys[place as usize];
                let key = base + std::mem::take(&mut sums[place as usize]);
                if key >= 0 || base >= 0 {
                    keys.push(key);
                    of_kind.push(base);
                }
            }
        });
        for exception in &scores.exceptions {
            let eligible = exception.fail == NONE;
            let key = if eligible { kinds.key(exception.score, exception.place) } else { kinds.key(0, exception.place) | i64::MIN };
            remove(untouched, exception.place);
            match keys.iter().position(|key| place(*key) == exception.place) {
                Some(at) => keys[at] = key,
                None => {
                    keys.push(key);
                    of_kind.push(kind.keys[exception.place as usize]);
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

fn better_than(keys: &[i64], key: i64) -> u32 {
    keys.iter().map(|other| u32::from(*other > key)).sum()
}
