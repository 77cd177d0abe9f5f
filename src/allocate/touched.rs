//! Large markets where lookups tell the demands apart, and tables hardly do. Demands that the tables cannot tell apart are of one *kind*,
//! whose candidates are put in order once. For a demand these are mended where its lookups match: few licenses are *touched*, and all
//! others are what they are to its kind. What one row of a lookup touches is put in order once for each kind, too. A demand counts and
//! walks along these orders; it looks only at licenses that several of its rows match (*crossed*), or one that matches few (`wide`).
//!
//! What a license is *worth* to a demand is its score above the lowest that can be, and below 0 for what is no candidate. Its *key* is its
//! worth, then its place, turned round: as in small markets (`keys`) the greater is the better.

use super::added::{FAILURE, Matches, matches};
use super::alive::Alive;
use super::keys::Members;
use super::market::Market;
use super::score::{NONE, Scores, Standing};
use super::sets::{Counted, has, insert, remove, words};
use super::sparse::Lookup;
use super::wide::Wide;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// More looked-up requirements could take more off a worth than it can hold.
const MOST_REQUIREMENTS: usize = 16;
/// Kinds of more levels than this are better split as `candidates` does.
const MOST_LEVELS: usize = 64;

/// What the kinds of a market are made from, and those that are known.
pub struct Kinds {
    low: i64,
    /// By place: how many looked-up requirements bind the license.
    bound: Vec<u8>,
    /// What lookups add, by the operand that they read; those of requirements first.
    matches: Vec<Matches>,
    wide: Wide,
    /// Whether nothing that matches takes points away.
    only_add: bool,
    /// By the rows of the tables, then what fails by its metric: the kind, once somebody asked.
    known: Vec<OnceLock<Box<Kind>>>,
}

/// What licenses are to demands of a kind if no lookup matches.
struct Kind {
    /// By place: the worth.
    worths: Vec<i32>,
    /// The candidates, by score; the highest first.
    levels: Vec<Level>,
    total: u32,
    /// By wide row: what it touches, once somebody asked.
    orders: Vec<OnceLock<Order>>,
    /// Where its orders stand among those of all kinds.
    first_order: usize,
}

/// What one wide row touches, if no other row does: the keys of the candidates, the greatest first.
struct Order {
    keys: Box<[i64]>,
    /// What the keys were without the row.
    of_kind: Box<[i64]>,
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
        let matches = matches(market, &bound);
        let kinds = kinds << market.metrics.len();
        let wide = Wide::new(&matches, licenses, kinds, (1 << 16) + market.demands());
        let only_add = matches.iter().all(Matches::only_add);
        Some(Self { low, matches, wide, bound, only_add, known: (0..kinds).map(|_| OnceLock::new()).collect() })
    }

    /// How many orders of licenses there may be, of kinds and wide rows.
    pub fn orders(&self) -> usize {
        self.known.len() * self.wide.rows()
    }

    /// The key of a candidate.
    fn key(&self, score: i64, place: u32) -> i64 {
        key((score - self.low) as i32, place)
    }

    /// Where a key stands; none for what is no candidate.
    fn standing(&self, key: i64) -> Option<Standing> {
        (key >= 0).then(|| Standing::new((key >> 32) + self.low, 0, place(key)))
    }

    /// The wide rows of a demand that match a license.
    fn matching<'a>(&'a self, rows: &'a [Row], place: u32) -> impl Iterator<Item = &'a Row> {
        rows.iter().filter(move |row| has(self.wide.bits(row.number), place))
    }

    /// What a wide row adds to a license that it matches.
    fn adds(&self, row: &Row, place: u32) -> i32 {
        self.matches[row.operand].to(row.row, place)
    }

    /// The number of a scored demand's kind; makes it, if nobody asked before.
    fn kind(&self, market: &Market, scores: &Scores) -> usize {
        let of_tables = market.tables.iter().zip(&scores.rows).fold(0, |kind, (table, row)| kind * table.rows().max(1) + *row as usize);
        let kind = market.metrics.iter().fold(of_tables, |kind, (metric, _)| kind * 2 + usize::from(scores.fails_at(*metric)));
        self.known[kind].get_or_init(|| Box::new(self.new_kind(market, scores, kind)));
        kind
    }

    fn new_kind(&self, market: &Market, scores: &Scores, number: usize) -> Kind {
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
        let orders = (0..self.wide.rows()).map(|_| OnceLock::new()).collect();
        Kind { worths, levels, total, orders, first_order: number * self.wide.rows() }
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
    /// What a wide row touches.
    fn order(&self, kinds: &Kinds, row: &Row) -> &Order {
        self.orders[row.number as usize].get_or_init(|| {
            let (touched, _) = kinds.matches[row.operand].of(row.row);
            let order = |with: bool| {
                let key = |(place, adds): &(u32, i32)| key(self.worths[*place as usize] + if with { *adds } else { 0 }, *place);
                let mut keys: Vec<i64> = touched.iter().map(key).filter(|key| *key >= 0).collect();
                keys.sort_unstable_by_key(|key| Reverse(*key));
                keys.into_boxed_slice()
            };
            Order { keys: order(true), of_kind: order(false) }
        })
    }

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

/// A wide row of a demand.
struct Row {
    number: u32,
    operand: usize,
    row: u32,
}

thread_local! {
    /// What narrow rows add to each license, 0 between two demands. Room that is used again.
    static ROOM: RefCell<Vec<i32>> = const { RefCell::new(Vec::new()) };
}

/// The candidates of one demand. Reused from demand to demand of one market.
#[derive(Default)]
pub struct Touched {
    /// The number of its kind.
    kind: usize,
    /// Its wide rows, by number.
    rows: Vec<Row>,
    /// Whether a row that is not wide matches anything.
    narrow: bool,
    /// The licenses that are looked at: those that several rows match, or a narrow one, and those that are exceptions. Also as bits.
    places: Vec<u32>,
    crossed: Vec<u64>,
    /// The keys of those of them that are candidates.
    keys: Vec<i64>,
    /// What counts as often, so that each license is counted once: what it is to the kind and in the orders of rows, what it is indeed.
    counts: Vec<(i64, i32)>,
}

impl Touched {
    /// Notes the kind of a scored demand, and its wide rows.
    fn begin(&mut self, kinds: &Kinds, market: &Market, scores: &Scores) {
        self.kind = kinds.kind(market, scores);
        self.rows.clear();
        self.narrow = false;
        for (operand, matches) in kinds.matches.iter().enumerate() {
            let row = scores.lookup_rows[matches.lookup];
            match kinds.wide.number(operand, row) {
                Some(number) => self.rows.push(Row { number, operand, row }),
                None => self.narrow |= matches.size(row) > 0,
            }
        }
    }

    /// The score of the best candidate of a scored demand, whose candidates need not be found for it.
    pub fn best_score(&mut self, kinds: &Kinds, market: &Market, scores: &Scores) -> Option<i64> {
        self.begin(kinds, market, scores);
        let kind = self.kind(kinds)?;
        if !kinds.only_add || !scores.exceptions.is_empty() || self.narrow {
            self.find(kinds, market, scores);
            return self.next(kinds, None, &[], None).map(Standing::score);
        }
        // Whatever a license has from other rows, it is worth no less than with one row alone.
        let mut best = kind.levels.first().map_or(-1, |level| (level.score - kinds.low) as i32);
        for (at, first) in self.rows.iter().enumerate() {
            best = best.max(kind.order(kinds, first).keys.first().map_or(-1, |key| (key >> 32) as i32));
            for second in &self.rows[at + 1..] {
                for crossing in kinds.wide.crossings(first.number, second.number) {
                    let matching = kinds.matching(&self.rows, crossing.place);
                    let others = matching.filter(|row| row.number != first.number && row.number != second.number);
                    let more: i32 = others.map(|row| kinds.adds(row, crossing.place)).sum();
                    best = best.max(kind.worths[crossing.place as usize] + crossing.first + crossing.second + more);
                }
            }
        }
        (best >= 0).then(|| i64::from(best) + kinds.low)
    }

    /// Finds the candidates of a scored demand.
    pub fn find(&mut self, kinds: &Kinds, market: &Market, scores: &Scores) {
        self.begin(kinds, market, scores);
        let Some(kind) = self.kind(kinds) else { return };
        if self.crossed.len() != words(market.at.len()) {
            self.crossed = vec![0; words(market.at.len())];
            self.places.clear();
        }
        self.places.drain(..).for_each(|place| remove(&mut self.crossed, place));
        self.keys.clear();
        self.counts.clear();
        for exception in &scores.exceptions {
            let key = if exception.fail == NONE { kinds.key(exception.score, exception.place) } else { key(-1, exception.place) };
            self.cross(exception.place);
            self.count_as(kinds, kind, exception.place, key);
        }
        if self.narrow {
            self.cross_narrow(kinds, kind, scores);
        }
        self.cross_wide(kinds, kind);
    }

    /// Whether a license was not yet looked at.
    fn cross(&mut self, place: u32) -> bool {
        let new = !has(&self.crossed, place);
        if new {
            insert(&mut self.crossed, place);
            self.places.push(place);
        }
        new
    }

    /// Whatever else it counts as, a license counts as one key.
    fn count_as(&mut self, kinds: &Kinds, kind: &Kind, place: u32, new: i64) {
        let of_kind = kind.worths[place as usize];
        let mut times = -1;
        for row in kinds.matching(&self.rows, place) {
            times += 1;
            count(&mut self.counts, key(of_kind + kinds.adds(row, place), place), -1);
        }
        count(&mut self.counts, key(of_kind, place), times);
        count(&mut self.counts, new, 1);
        self.keys.extend((new >= 0).then_some(new));
    }

    /// Looks at what narrow rows touch.
    fn cross_narrow(&mut self, kinds: &Kinds, kind: &Kind, scores: &Scores) {
        let first = self.places.len();
        ROOM.with_borrow_mut(|sums| {
            sums.resize(sums.len().max(kind.worths.len()), 0);
            for (operand, matches) in kinds.matches.iter().enumerate() {
                let row = scores.lookup_rows[matches.lookup];
                if matches.size(row) == 0 || kinds.wide.number(operand, row).is_some() {
                    continue;
                }
                let (touched, bound) = matches.of(row);
                for (place, adds) in touched {
                    self.cross(*place);
                    sums[*place as usize] += adds;
                }
                for (place, adds) in bound {
                    let required = |row: &Row| kinds.matches[row.operand].requires && has(kinds.wide.bits(row.number), *place);
                    if has(&self.crossed, *place) || self.rows.iter().any(required) {
                        self.cross(*place);
                        sums[*place as usize] += adds;
                    }
                }
            }
            scores.exceptions.iter().for_each(|exception| sums[exception.place as usize] = 0);
            for at in first..self.places.len() {
                let place = self.places[at];
                let adds: i32 = kinds.matching(&self.rows, place).map(|row| kinds.adds(row, place)).sum();
                let worth = kind.worths[place as usize] + std::mem::take(&mut sums[place as usize]) + adds;
                self.count_as(kinds, kind, place, key(worth, place));
            }
        });
    }

    /// Looks at what several wide rows match.
    fn cross_wide(&mut self, kinds: &Kinds, kind: &Kind) {
        for at in 0..self.rows.len() {
            for other in at + 1..self.rows.len() {
                let (first, second) = (self.rows[at].number, self.rows[other].number);
                for crossing in kinds.wide.crossings(first, second) {
                    let place = crossing.place;
                    if !self.cross(place) {
                        continue;
                    }
                    let of_kind = kind.worths[place as usize];
                    let (mut worth, mut times) = (of_kind + crossing.first + crossing.second, 1);
                    let matching = kinds.matching(&self.rows, place);
                    for row in matching.filter(|row| row.number != first && row.number != second) {
                        let adds = kinds.adds(row, place);
                        worth += adds;
                        times += 1;
                        count(&mut self.counts, key(of_kind + adds, place), -1);
                    }
                    count(&mut self.counts, key(of_kind + crossing.first, place), -1);
                    count(&mut self.counts, key(of_kind + crossing.second, place), -1);
                    count(&mut self.counts, key(of_kind, place), times);
                    count(&mut self.counts, key(worth, place), 1);
                    self.keys.extend((worth >= 0).then_some(key(worth, place)));
                }
            }
        }
    }

    /// How many there are.
    pub fn count(&self, kinds: &Kinds) -> u32 {
        let Some(kind) = self.kind(kinds) else { return 0 };
        let orders = self.rows.iter().map(|row| kind.order(kinds, row));
        let rows: i32 = orders.map(|order| order.keys.len() as i32 - order.of_kind.len() as i32).sum();
        (kind.total as i32 + rows + self.counts.iter().map(|(_, times)| times).sum::<i32>()) as u32
    }

    /// The rank of a candidate: 1 for the first.
    pub fn rank(&self, kinds: &Kinds, standing: Standing) -> u32 {
        let Some(kind) = self.kind(kinds) else { return 1 };
        let key = kinds.key(standing.score(), standing.tie);
        let of_kind = kind.before(standing);
        let mut better = of_kind as i32;
        for order in self.rows.iter().map(|row| kind.order(kinds, row)) {
            better += better_in(&order.keys, key) as i32;
            // Where nobody is better to the kind, none of those that are touched is.
            better -= if of_kind > 0 { better_in(&order.of_kind, key) as i32 } else { 0 };
        }
        better += self.counts.iter().map(|(other, times)| if *other > key { *times } else { 0 }).sum::<i32>();
        better as u32 + 1
    }

    /// The first that stands after `after` and is in each of the masks; `alive`, if given, is one of them.
    pub fn next(&self, kinds: &Kinds, after: Option<Standing>, masks: &[&Members], alive: Option<&Alive>) -> Option<Standing> {
        let kind = self.kind(kinds)?;
        let below = after.map_or(i64::MAX, |after| kinds.key(after.score(), after.tie));
        let masked = |key: i64| masks.iter().all(|mask| has(&mask.bits, place(key)));
        let mut best = -1;
        for key in &self.keys {
            if *key > best && *key < below && masked(*key) {
                best = *key;
            }
        }
        for row in &self.rows {
            let keys = &kind.order(kinds, row).keys;
            let order = kind.first_order + row.number as usize;
            let head = alive.map_or(0, |alive| alive.head(order, |at| keys.get(at).map(|key| place(*key))));
            let start = after.map_or(head, |_| head.max(better_in(keys, below - 1)));
            let ahead = keys[start..].iter().take_while(|key| **key > best);
            best = ahead.copied().find(|key| masked(*key) && !has(&self.crossed, place(*key))).unwrap_or(best);
        }
        let start = after.map_or(0, |after| kind.level_of(after.score()));
        let floor = alive.map_or(0, Alive::first);
        for level in &kind.levels[start..] {
            if kinds.key(level.score, floor) < best {
                break;
            }
            let after = after.filter(|after| after.score() == level.score);
            let from = after.map_or(floor, |after| floor.max(after.tie + 1));
            if let Some(place) = self.first_untouched(kinds, &level.bits, from, masks) {
                best = best.max(kinds.key(level.score, place));
                break;
            }
        }
        kinds.standing(best)
    }

    /// The first of a level, at or after `from` and in each of the masks, that is what it is to its kind.
    fn first_untouched(&self, kinds: &Kinds, level: &[u64], from: u32, masks: &[&Members]) -> Option<u32> {
        let mut keep = u64::MAX << (from % 64);
        for (word, of_level) in level.iter().enumerate().skip(from as usize / 64) {
            let mut found = of_level & keep & !self.crossed[word];
            keep = u64::MAX;
            if found != 0 {
                found = masks.iter().fold(found, |found, mask| found & mask.bits[word]);
                found = self.rows.iter().fold(found, |found, row| found & !kinds.wide.bits(row.number)[word]);
                if found != 0 {
                    return Some(word as u32 * 64 + found.trailing_zeros());
                }
            }
        }
        None
    }

    /// All of them, as bits.
    pub fn bits(&self, kinds: &Kinds) -> Vec<u64> {
        let mut bits = vec![0; self.crossed.len()];
        let Some(kind) = self.kind(kinds) else { return bits };
        let mut unite = |others: &[u64]| bits.iter_mut().zip(others).for_each(|(bits, others)| *bits |= others);
        kind.levels.iter().for_each(|level| unite(&level.bits));
        let mut leave = |others: &[u64]| bits.iter_mut().zip(others).for_each(|(bits, others)| *bits &= !others);
        self.rows.iter().for_each(|row| leave(kinds.wide.bits(row.number)));
        for key in self.rows.iter().flat_map(|row| &kind.order(kinds, row).keys) {
            insert(&mut bits, place(*key));
        }
        bits.iter_mut().zip(&self.crossed).for_each(|(bits, crossed)| *bits &= !crossed);
        self.keys.iter().for_each(|key| insert(&mut bits, place(*key)));
        bits
    }

    fn kind<'a>(&self, kinds: &'a Kinds) -> Option<&'a Kind> {
        kinds.known.get(self.kind)?.get().map(|kind| &**kind)
    }
}

/// Notes what counts so many times; what is no candidate counts never.
fn count(counts: &mut Vec<(i64, i32)>, key: i64, times: i32) {
    if key >= 0 && times != 0 {
        counts.push((key, times));
    }
}

/// How many keys of an order are better than one.
fn better_in(order: &[i64], key: i64) -> usize {
    order.partition_point(|other| *other > key)
}
