//! Small markets: what a demand makes of all licenses, as one number each, its *key*. The greater key is the better candidate (score, then
//! tie break), and what is no candidate is below 0. A demand's keys are the sum of a row of each table; the best, the next best, and how
//! many are better are found by going over all of them. These are plain loops over a few dozen numbers, several at a time.
//!
//! Where licenses are many (`candidates`), or the scores too wide apart for such a number, or versions count (§4.7), there are no keys.

use super::market::Market;
use super::score::{NONE, Scores, Standing};
use super::sets::{has, insert, members, remove, words};
use super::tables::Table;

/// With more licenses than this, most of them are better not looked at.
const MOST: usize = 512;
/// Numbers are taken so many at a time.
const LANES: usize = 8;

/// Some licenses of a market.
pub struct Members {
    pub bits: Vec<u64>,
    /// By place, in a market that may have keys: 0, and for those that are no members what makes any key negative.
    outside: Vec<i32>,
}

impl Members {
    /// None yet, of so many licenses.
    pub fn none(licenses: usize) -> Self {
        Self { bits: vec![0; words(licenses)], outside: if licenses <= MOST { vec![i32::MIN; width(licenses)] } else { Vec::new() } }
    }

    pub fn insert(&mut self, place: u32) {
        insert(&mut self.bits, place);
        if let Some(outside) = self.outside.get_mut(place as usize) {
            *outside = 0;
        }
    }

    pub fn is_empty(&self) -> bool {
        self.bits.iter().all(|word| *word == 0)
    }

    pub fn remove(&mut self, place: u32) {
        remove(&mut self.bits, place);
        if let Some(outside) = self.outside.get_mut(place as usize) {
            *outside = i32::MIN;
        }
    }
}

/// The number of keys: whole lanes.
fn width(licenses: usize) -> usize {
    licenses.next_multiple_of(LANES)
}

/// What the keys of a market's demands are made from.
pub struct KeyTables {
    width: usize,
    /// A key is a score above `low`, then so many bits for the place.
    shift: u32,
    low: i64,
    /// By place: the tie break, and what is the same for all demands.
    base: Vec<i32>,
    /// The tables that tell demands apart, by their places in the market: rows × width.
    rows: Vec<(usize, Vec<i32>)>,
    /// By lookup: what a match adds.
    steps: Vec<i32>,
}

impl KeyTables {
    /// Whether a market of these licenses, linked by versions or not, can have keys.
    pub fn fit(licenses: &[u32], linked: bool) -> bool {
        // In tests half of the markets are to be without, small as they are.
        let fit = !cfg!(test) || licenses.first().is_some_and(|first| first % 2 == 0);
        fit && (1..=MOST).contains(&licenses.len()) && !linked
    }

    /// For a market that has its tables and lookups; none where numbers would be too great, or too many. `liking` is the most that
    /// preferences can add or take.
    pub fn new(market: &Market, demands: usize, liking: i64) -> Option<Self> {
        let licenses = market.at.len();
        let width = width(licenses);
        let shift = licenses.next_power_of_two().trailing_zeros();
        let cells: usize = market.tables.iter().map(|table| table.rows() * width).sum();
        if cells > (1 << 16) + 16 * demands {
            return None;
        }
        let (low, high) = market.scores(liking)?;
        // Whoever fails is below 0 whatever else adds to it; and what fails everything is still a number.
        let failing = market.tables.iter().filter(|table| table.can_fail()).count();
        let failure = 1i64 << (31 - (failing + market.lookups.len() + 2).next_power_of_two().trailing_zeros());
        if high.checked_sub(low)?.checked_add(1)?.checked_mul(1 << shift)? > failure {
            return None;
        }
        let mut keys = Self { width, shift, low, base: vec![i32::MIN / 2; width], rows: Vec::new(), steps: Vec::new() };
        keys.fill(market, failure);
        Some(keys)
    }

    fn fill(&mut self, market: &Market, failure: i64) {
        for place in 0..market.at.len() as u32 {
            let bound = market.lookups.iter().filter(|lookup| lookup.fail != NONE && !has(lookup.free(), place)).count();
            let closed = !has(&market.open, place);
            let failures = bound as i64 + i64::from(closed);
            self.base[place as usize] = (i64::from(self.key(0, place)) - failures * failure) as i32;
        }
        for (at, table) in market.tables.iter().enumerate() {
            let rows = self.rows_of(table, market.at.len(), failure);
            if table.rows() == 1 {
                add(&mut self.base, &rows);
            } else {
                self.rows.push((at, rows));
            }
        }
        self.steps =
            market.lookups.iter().map(|lookup| lookup.affinity.map_or(failure, |(_, points)| points << self.shift) as i32).collect();
    }

    /// What each row of a table adds to the key of each license.
    fn rows_of(&self, table: &Table, licenses: usize, failure: i64) -> Vec<i32> {
        let (least, _) = table.range();
        let mut rows = vec![0; table.rows() * self.width];
        for (row, keys) in rows.chunks_exact_mut(self.width).enumerate() {
            for (place, key) in (0..licenses as u32).zip(keys) {
                let failed = table.fail(row as u32, place) != NONE;
                let points = if failed { least } else { table.points(row as u32, place) };
                *key = ((points << self.shift) - if failed { failure } else { 0 }) as i32;
            }
        }
        rows
    }

    /// What a table adds to the keys of a scored demand.
    fn row<'a>(&self, (at, rows): &'a (usize, Vec<i32>), scores: &Scores) -> &'a [i32] {
        &rows[scores.rows[*at] as usize * self.width..][..self.width]
    }

    /// The key of a candidate.
    fn key(&self, score: i64, place: u32) -> i32 {
        ((score - self.low) << self.shift) as i32 | ((1 << self.shift) - 1 - place as i32)
    }

    /// Where a key stands; none for what is no candidate.
    pub fn standing(&self, key: i32) -> Option<Standing> {
        let mask = (1 << self.shift) - 1;
        (key >= 0).then(|| Standing::new(i64::from(key >> self.shift) + self.low, 0, (mask - (key & mask)) as u32))
    }
}

/// Sums are right in the end, whatever they are on the way.
fn add(keys: &mut [i32], row: &[i32]) {
    keys.iter_mut().zip(row).for_each(|(key, row)| *key = key.wrapping_add(*row));
}

/// The candidates of a demand in short.
#[derive(Clone, Copy)]
pub struct Brief {
    /// The keys of the best and of the next best.
    pub best: i32,
    pub second: i32,
    pub count: u32,
}

/// The keys of one demand. Reused from demand to demand.
#[derive(Default)]
pub struct Keys {
    keys: Vec<i32>,
    /// Scratch space: those of candidates.
    candidates: Vec<i32>,
}

impl Keys {
    /// The keys of a scored demand.
    pub fn fill(&mut self, tables: &KeyTables, market: &Market, scores: &Scores) {
        self.keys.clear();
        self.keys.extend_from_slice(&tables.base);
        let row = |table| tables.row(table, scores);
        // Several rows at a time, so that the sums are not put away in between.
        let mut some = tables.rows.chunks_exact(4);
        for four in &mut some {
            let rows = self.keys.iter_mut().zip(row(&four[0])).zip(row(&four[1])).zip(row(&four[2])).zip(row(&four[3]));
            rows.for_each(|((((key, a), b), c), d)| *key = key.wrapping_add(*a).wrapping_add(*b).wrapping_add(*c).wrapping_add(*d));
        }
        some.remainder().iter().for_each(|table| add(&mut self.keys, row(table)));
        for ((lookup, row), step) in market.lookups.iter().zip(&scores.lookup_rows).zip(&tables.steps) {
            lookup.matching(*row).for_each(|place| self.keys[place as usize] = self.keys[place as usize].wrapping_add(*step));
        }
        for (_, of_metric) in market.metrics.iter().filter(|(metric, _)| scores.fails_at(*metric)) {
            self.keys.iter_mut().zip(&of_metric.outside).for_each(|(key, outside)| *key |= outside ^ i32::MIN);
        }
        for exception in &scores.exceptions {
            self.keys[exception.place as usize] = if exception.fail == NONE { tables.key(exception.score, exception.place) } else { -1 };
        }
    }

    /// The best two, and how many there are.
    pub fn brief(&self) -> Brief {
        let (mut best, mut second, mut count) = ([-1; LANES], [-1; LANES], [0; LANES]);
        for keys in self.keys.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                let key = keys[lane];
                second[lane] = second[lane].max(best[lane].min(key));
                best[lane] = best[lane].max(key);
                count[lane] += u32::from(key >= 0);
            }
        }
        // One half of the lanes into the other.
        let mut lanes = LANES;
        while lanes > 1 {
            lanes /= 2;
            for lane in 0..lanes {
                let other = lane + lanes;
                second[lane] = second[lane].max(second[other]).max(best[lane].min(best[other]));
                best[lane] = best[lane].max(best[other]);
            }
        }
        Brief { best: best[0], second: second[0], count: count.iter().sum() }
    }

    /// How many candidates there are.
    pub fn count(&self) -> u32 {
        self.better_than(-1)
    }

    fn better_than(&self, key: i32) -> u32 {
        self.keys.iter().map(|other| u32::from(*other > key)).sum()
    }

    /// The rank of a candidate: 1 for the first.
    pub fn rank(&self, tables: &KeyTables, standing: Standing) -> u32 {
        self.better_than(tables.key(standing.score(), standing.tie)) + 1
    }

    /// The rank of a candidate, how many candidates there are, and the one after it.
    pub fn around(&self, tables: &KeyTables, standing: Standing) -> (u32, u32, Option<Standing>) {
        let own = tables.key(standing.score(), standing.tie);
        let (mut better, mut count, mut next) = ([0; LANES], [0; LANES], [-1; LANES]);
        for keys in self.keys.as_chunks::<LANES>().0 {
            for lane in 0..LANES {
                let key = keys[lane];
                better[lane] += u32::from(key > own);
                count[lane] += u32::from(key >= 0);
                next[lane] = next[lane].max(if key < own { key } else { -1 });
            }
        }
        let next = next.into_iter().fold(-1, i32::max);
        (better.iter().sum::<u32>() + 1, count.iter().sum(), tables.standing(next))
    }

    /// The keys, lanes by lanes, below 0 where a license is not in each of the masks.
    fn masked<'a>(&'a self, masks: &'a [&Members]) -> impl Iterator<Item = [i32; LANES]> + 'a {
        self.keys.as_chunks::<LANES>().0.iter().enumerate().map(move |(at, keys)| {
            let mut keys = *keys;
            for mask in masks {
                if let Some(outside) = mask.outside.as_chunks::<LANES>().0.get(at) {
                    (0..LANES).for_each(|lane| keys[lane] |= outside[lane]);
                }
            }
            keys
        })
    }

    /// The best candidate that stands after `after` and is in each of the masks.
    pub fn next(&self, tables: &KeyTables, after: Option<Standing>, masks: &[&Members]) -> Option<Standing> {
        let below = after.map_or(i32::MAX, |after| tables.key(after.score(), after.tie));
        let mut best = [-1; LANES];
        for keys in self.masked(masks) {
            for lane in 0..LANES {
                let key = if keys[lane] < below { keys[lane] } else { -1 };
                best[lane] = best[lane].max(key);
            }
        }
        tables.standing(best.into_iter().fold(-1, i32::max))
    }

    /// The first so many candidates, in their order. Of these alone the keys are sorted.
    pub fn firsts(&mut self, tables: &KeyTables, most: usize, into: &mut Vec<Standing>) {
        let Self { keys, candidates } = self;
        candidates.clear();
        candidates.extend(keys.iter().filter(|key| **key >= 0));
        let descending = |one: &i32, other: &i32| other.cmp(one);
        if candidates.len() > most {
            candidates.select_nth_unstable_by(most, descending);
            candidates.truncate(most);
        }
        candidates.sort_unstable_by(descending);
        into.extend(candidates.iter().filter_map(|key| tables.standing(*key)));
    }

    /// Whether any candidate is in each of the masks.
    pub fn any(&self, masks: &[&Members]) -> bool {
        let mut negative = [-1; LANES];
        for keys in self.masked(masks) {
            (0..LANES).for_each(|lane| negative[lane] &= keys[lane]);
        }
        negative.into_iter().any(|key| key >= 0)
    }

    /// The candidates of some places, by place.
    pub fn among<'a>(&'a self, bits: &'a [u64]) -> impl Iterator<Item = u32> + 'a {
        members(bits).filter(|place| self.keys[*place as usize] >= 0)
    }
}
