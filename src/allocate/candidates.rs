//! The candidates of one demand, the best first, only as far as somebody asks (contract §4.5, §4.6).
//!
//! In a small market they are found by their `keys`, in large ones by what is `touched`, if tables hardly tell demands apart. Else,
//! where they are few, they are listed and sorted. Where they are many they come in levels of equal score: the set of all candidates is
//! split by the points of one group of rules after the other, and the part that can still reach the highest score is split first. So the
//! best of 100,000 licenses is found without a look at each.

use super::alike::Alike;
use super::alive::Alive;
use super::keys::{Brief, Keys, Members};
use super::market::Market;
use super::score::{Scores, Standing};
use super::sets::{Counted, Set, count, first_from, has, insert, members, remove};
use super::touched::{Kinds, Touched};
use crate::model::words::Metric;
use std::collections::BinaryHeap;

/// Up to so many candidates are listed; few in tests, so that their small markets have levels too.
const LISTED: u32 = if cfg!(test) { 3 } else { 48 };
/// Up to so many licenses of a set go on one by one.
const SINGLES: usize = if cfg!(test) { 1 } else { 16 };

/// Candidates of one score and distance.
struct Level {
    score: i64,
    distance: u32,
    /// Where its set is.
    set: u32,
    counted: Counted,
}

/// A set of candidates on the way to its score. The greatest goes first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Node {
    /// The highest score that it can come to; its score, where it is done.
    bound: i64,
    /// How many splits it has behind it.
    depth: usize,
    points: i64,
    what: What,
}

#[derive(PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
enum What {
    Set(u32),
    One(u32),
}

/// What splits the candidates: the points of a table's row, or of a lookup's.
#[derive(Clone, Copy)]
enum Split {
    Table(usize),
    Lookup(usize),
}

/// The candidates of a demand. Reused from demand to demand of one market; what was found for one stays for those after it that no
/// rule can tell from it.
#[derive(Default)]
pub struct Candidates {
    alike: Alike,
    words: usize,
    /// Those that are no exceptions.
    plain: Vec<u64>,
    spare: Vec<u64>,
    places: Vec<u32>,
    /// In a market of keys, those of the demand.
    keys: Keys,
    /// In a market of kinds, those of the demand.
    touched: Touched,
    listed: bool,
    /// If listed, all of them; in order once `sorted`.
    list: Vec<Standing>,
    sorted: bool,
    total: u32,
    levels: Vec<Level>,
    nodes: BinaryHeap<Node>,
    sets: Vec<u64>,
    unused: Vec<u32>,
    splits: Vec<(i64, Split)>,
    /// By split: the most points that it and those after it can give.
    most: Vec<i64>,
}

impl Candidates {
    /// Finds the candidates of a scored demand.
    pub fn find(&mut self, market: &Market, scores: &Scores) {
        if let Some(tables) = &market.keys {
            self.keys.fill(tables, market, scores);
            return;
        }
        if let Some(kinds) = &market.touched {
            self.touched.find(kinds, market, scores);
            return;
        }
        if self.alike.stay(market, scores) {
            return;
        }
        self.list.clear();
        self.sorted = false;
        if scores.possible(market, LISTED as usize, &mut self.places) {
            self.listed = true;
            let places = self.places.iter().filter(|place| scores.plain_candidate(market, **place));
            self.list.extend(places.map(|place| scores.standing_of(market, scores.points(market, *place), *place)));
            self.list.extend(scores.eligible_exceptions().map(|exception| scores.standing_of(market, exception.score, exception.place)));
            self.total = self.list.len() as u32;
            return;
        }
        scores.candidates(market, &mut self.plain, &mut self.spare);
        self.words = self.plain.len();
        self.total = count(&self.plain) + scores.eligible_exceptions().count() as u32;
        self.listed = self.total <= LISTED;
        self.levels.clear();
        self.nodes.clear();
        self.sets.clear();
        self.unused.clear();
        if self.listed {
            self.list.extend(members(&self.plain).map(|place| scores.standing_of(market, scores.points(market, place), place)));
            self.list.extend(scores.eligible_exceptions().map(|exception| scores.standing_of(market, exception.score, exception.place)));
        } else {
            self.begin_levels(market, scores);
        }
    }

    /// Another market follows.
    pub fn forget(&mut self) {
        self.alike.forget();
    }

    /// Puts the best in order before anybody asks.
    pub fn ahead(&mut self, market: &Market, scores: &Scores) {
        if market.unordered() {
            // There is nothing to put in order.
        } else if self.listed {
            self.sorted_list();
        } else {
            self.level(0, market, scores);
        }
    }

    /// How many there are.
    pub fn count(&self, market: &Market) -> u32 {
        match (&market.keys, &market.touched) {
            (Some(_), _) => self.keys.count(),
            (_, Some(kinds)) => self.touched.count(kinds),
            _ => self.total,
        }
    }

    /// In a market of keys: the best two, and how many there are.
    pub fn brief(&self) -> Brief {
        self.keys.brief()
    }

    /// Finds the score of the best of a scored demand, in a market without keys; what else is found for it nobody may ask then.
    pub fn best_score(&mut self, market: &Market, scores: &Scores) -> Option<i64> {
        if let Some(kinds) = &market.touched {
            return self.touched.best_score(kinds, market, scores);
        }
        self.find(market, scores);
        if self.listed {
            return self.list.iter().map(|standing| standing.score()).max();
        }
        self.level(0, market, scores).then(|| self.levels[0].score)
    }

    /// The first that stands after `after` and is in each of the masks; `alive`, if given, is one of them.
    pub fn next(
        &mut self,
        market: &Market,
        scores: &Scores,
        after: Option<Standing>,
        masks: &[&Members],
        alive: Option<&Alive>,
    ) -> Option<Standing> {
        if let Some(tables) = &market.keys {
            return self.keys.next(tables, after, masks);
        }
        if let Some(kinds) = &market.touched {
            return self.touched.next(kinds, after, masks, alive);
        }
        if self.listed {
            let list = self.sorted_list();
            let start = after.map_or(0, |after| list.partition_point(|standing| *standing <= after));
            return list[start..].iter().find(|standing| masks.iter().all(|mask| has(&mask.bits, standing.tie))).copied();
        }
        let floor = alive.map_or(0, Alive::first);
        let (mut at, mut from) = match after {
            Some(after) => (self.level_of(after, market, scores), floor.max(after.tie + 1)),
            None => (0, floor),
        };
        while self.level(at, market, scores) {
            let level = &self.levels[at];
            if let Some(place) = first_from(self.bits(level.set), from, masks.iter().map(|mask| &mask.bits[..])) {
                return Some(Standing::new(level.score, level.distance, place));
            }
            (at, from) = (at + 1, floor);
        }
        None
    }

    /// The first so many, in their order.
    pub fn firsts(&mut self, market: &Market, scores: &Scores, most: usize, into: &mut Vec<Standing>) {
        into.clear();
        if let Some(tables) = &market.keys {
            return self.keys.firsts(tables, most, into);
        }
        while into.len() < most
            && let Some(next) = self.next(market, scores, into.last().copied(), &[], None)
        {
            into.push(next);
        }
    }

    /// The rank of a candidate: 1 for the first.
    pub fn rank(&mut self, market: &Market, scores: &Scores, standing: Standing) -> u32 {
        if let Some(tables) = &market.keys {
            return self.keys.rank(tables, standing);
        }
        if let Some(kinds) = &market.touched {
            return self.touched.rank(kinds, standing);
        }
        if self.listed {
            return self.sorted_list().partition_point(|other| *other < standing) as u32 + 1;
        }
        let at = self.level_of(standing, market, scores);
        let better: u32 = self.levels[..at].iter().map(|level| level.counted.size()).sum();
        better + self.levels.get(at).map_or(0, |level| level.counted.before(self.bits(level.set), standing.tie)) + 1
    }

    /// The rank of a candidate, how many candidates there are, and the one after it.
    pub fn around(&mut self, market: &Market, scores: &Scores, standing: Standing) -> (u32, u32, Option<Standing>) {
        match &market.keys {
            Some(tables) => self.keys.around(tables, standing),
            None => (self.rank(market, scores, standing), self.count(market), self.next(market, scores, Some(standing), &[], None)),
        }
    }

    /// Whether any candidate is in each of the masks, whatever its score; `alive`, if given, is one of them.
    pub fn any(&self, market: &Market, scores: &Scores, masks: &[&Members], alive: Option<&Alive>) -> bool {
        let in_all = |place: u32| masks.iter().all(|mask| has(&mask.bits, place));
        if market.keys.is_some() {
            return self.keys.any(masks);
        }
        if let Some(kinds) = &market.touched {
            return self.touched.next(kinds, None, masks, alive).is_some();
        }
        if self.listed {
            return self.list.iter().any(|standing| in_all(standing.tie));
        }
        let exception = scores.eligible_exceptions().any(|exception| in_all(exception.place));
        exception || first_from(&self.plain, alive.map_or(0, Alive::first), masks.iter().map(|mask| &mask.bits[..])).is_some()
    }

    /// All of them in any order, where they are listed.
    pub fn listed(&self) -> Option<&[Standing]> {
        self.listed.then_some(&self.list)
    }

    /// In a market of keys: those of some places, by place.
    pub fn among<'a>(&'a self, bits: &'a [u64]) -> impl Iterator<Item = u32> + 'a {
        self.keys.among(bits)
    }

    /// In a market of kinds: all of them, as bits.
    pub fn touched_bits(&self, kinds: &Kinds) -> Vec<u64> {
        self.touched.bits(kinds)
    }

    /// Where they are none of these: those that are no exceptions.
    pub fn plain(&self) -> &[u64] {
        &self.plain
    }

    /// The metrics of the candidates (there are some), in the order of their best candidate.
    pub fn metrics(&mut self, market: &Market, scores: &Scores, into: &mut Vec<(Standing, Metric)>) {
        into.clear();
        if let [(metric, _)] = market.metrics[..]
            && metric != Metric::Site
        {
            // There is nothing to put in order, and of counted seats nobody asks whose are the best.
            into.push((Standing::new(0, 0, 0), metric));
            return;
        }
        for (metric, of_metric) in &market.metrics {
            // One look is enough there.
            if market.unordered() || self.any(market, scores, &[of_metric], None) {
                into.extend(self.next(market, scores, None, &[of_metric], None).map(|standing| (standing, *metric)));
            }
        }
        into.sort_unstable();
    }

    fn sorted_list(&mut self) -> &[Standing] {
        if !self.sorted {
            self.list.sort_unstable();
            self.sorted = true;
        }
        &self.list
    }

    /// The level that a standing is in; it need not be made yet.
    fn level_of(&mut self, standing: Standing, market: &Market, scores: &Scores) -> usize {
        let before =
            |level: &Level| level.score > standing.score() || (level.score == standing.score() && level.distance < standing.distance);
        while self.levels.last().is_none_or(before) && self.more(market, scores) {}
        self.levels.partition_point(before)
    }

    /// Makes levels up to one; whether there is one.
    fn level(&mut self, at: usize, market: &Market, scores: &Scores) -> bool {
        while self.levels.len() <= at {
            if !self.more(market, scores) {
                return false;
            }
        }
        true
    }

    fn begin_levels(&mut self, market: &Market, scores: &Scores) {
        let mut sure = 0;
        self.splits.clear();
        for (at, (table, row)) in market.tables.iter().zip(&scores.rows).enumerate() {
            let Some(levels) = table.levels.get(*row as usize) else { continue };
            if levels.sets.is_empty() {
                sure += levels.rest;
                continue;
            }
            let most = levels.sets.iter().map(|(points, _)| *points).fold(levels.rest, i64::max);
            self.splits.push((most, Split::Table(at)));
        }
        for (at, lookup) in market.lookups.iter().enumerate() {
            if let Some((_, points)) = lookup.affinity {
                self.splits.push((points.max(0), Split::Lookup(at)));
            }
        }
        // What tells most apart comes first, so that little is split in vain.
        self.splits.sort_by_key(|(most, _)| -most);
        self.most.clear();
        self.most.resize(self.splits.len() + 1, 0);
        for at in (0..self.splits.len()).rev() {
            self.most[at] = self.most[at + 1] + self.splits[at].0;
        }
        let set = self.new_set();
        let range = self.range(set);
        self.sets[range].copy_from_slice(&self.plain);
        self.push(0, sure, What::Set(set));
        for exception in scores.eligible_exceptions() {
            let depth = self.splits.len();
            self.push(depth, exception.score, What::One(exception.place));
        }
    }

    fn push(&mut self, depth: usize, points: i64, what: What) {
        self.nodes.push(Node { bound: points + self.most[depth], depth, points, what });
    }

    /// Makes the next level (outside of chains just one); whether there was anything left.
    fn more(&mut self, market: &Market, scores: &Scores) -> bool {
        let mut level: Option<(i64, u32)> = None;
        while let Some(node) = self.nodes.peek() {
            if level.is_some_and(|(score, _)| node.bound < score) {
                break;
            }
            let Some(node) = self.nodes.pop() else { break };
            match node.what {
                What::Set(set) if node.depth < self.splits.len() => self.split(market, scores, &node, set),
                What::Set(set) => match level {
                    None if self.bits(set).iter().all(|word| *word == 0) => self.unused.push(set),
                    None => level = Some((node.bound, set)),
                    Some((_, into)) => self.join(set, into),
                },
                What::One(place) => {
                    let (_, into) = *level.get_or_insert_with(|| (node.bound, self.new_set()));
                    let range = self.range(into);
                    insert(&mut self.sets[range], place);
                }
            }
        }
        let Some((score, set)) = level else { return false };
        match scores.reach(market) {
            None => {
                let counted = Counted::new(self.bits(set));
                self.levels.push(Level { score, distance: 0, set, counted });
            }
            Some(reach) => self.by_distance(score, set, reach),
        }
        true
    }

    /// Makes a level of each distance of a score.
    fn by_distance(&mut self, score: i64, set: u32, reach: &[(u32, Vec<u64>)]) {
        for (distance, reached) in reach {
            let part = self.new_set();
            let (range, from) = (self.range(part), self.range(set).start);
            for (at, word) in range.clone().enumerate() {
                self.sets[word] = self.sets[from + at] & reached[at];
            }
            let counted = Counted::new(self.bits(part));
            if counted.size() > 0 {
                self.levels.push(Level { score, distance: *distance, set: part, counted });
            }
        }
        self.unused.push(set);
    }

    /// Splits a set by the points of one table or lookup.
    fn split(&mut self, market: &Market, scores: &Scores, node: &Node, set: u32) {
        match self.splits[node.depth].1 {
            Split::Table(at) => {
                let Some(levels) = market.tables[at].levels.get(scores.rows[at] as usize) else { return };
                for (points, part) in &levels.sets {
                    self.split_off(market, scores, node, set, *points, part);
                }
                self.push(node.depth + 1, node.points + levels.rest, What::Set(set));
            }
            Split::Lookup(at) => {
                let lookup = &market.lookups[at];
                let points = lookup.affinity.map_or(0, |(_, points)| points);
                self.split_off(market, scores, node, set, points, lookup.matching(scores.lookup_rows[at]));
                self.push(node.depth + 1, node.points, What::Set(set));
            }
        }
    }

    /// Takes a part with its points out of a set.
    fn split_off(&mut self, market: &Market, scores: &Scores, node: &Node, set: u32, points: i64, part: &Set) {
        let range = self.range(set);
        match part {
            Set::Few(places) => {
                let hits: Vec<u32> = places.iter().copied().filter(|place| has(&self.sets[range.clone()], *place)).collect();
                for place in &hits {
                    remove(&mut self.sets[range.clone()], *place);
                }
                if hits.len() <= SINGLES {
                    for place in hits {
                        self.push(self.splits.len(), scores.points(market, place), What::One(place));
                    }
                    return;
                }
                let split = self.new_set();
                let into = self.range(split);
                hits.iter().for_each(|place| insert(&mut self.sets[into.clone()], *place));
                self.push(node.depth + 1, node.points + points, What::Set(split));
            }
            Set::Many(bits) => {
                let split = self.new_set();
                let into = self.range(split).start;
                let mut any = 0;
                for (at, (from, bits)) in range.zip(bits.iter()).enumerate() {
                    let hit = self.sets[from] & bits;
                    self.sets[into + at] = hit;
                    self.sets[from] &= !bits;
                    any |= hit;
                }
                if any == 0 {
                    self.unused.push(split);
                } else {
                    self.push(node.depth + 1, node.points + points, What::Set(split));
                }
            }
        }
    }

    fn join(&mut self, set: u32, into: u32) {
        let (from, into) = (self.range(set), self.range(into).start);
        for (at, word) in from.enumerate() {
            self.sets[into + at] |= self.sets[word];
        }
        self.unused.push(set);
    }

    /// An empty set.
    fn new_set(&mut self) -> u32 {
        if let Some(set) = self.unused.pop() {
            let range = self.range(set);
            self.sets[range].fill(0);
            return set;
        }
        let set = self.sets.len() / self.words.max(1);
        self.sets.resize(self.sets.len() + self.words, 0);
        set as u32
    }

    fn range(&self, set: u32) -> std::ops::Range<usize> {
        let start = set as usize * self.words;
        start..start + self.words
    }

    fn bits(&self, set: u32) -> &[u64] {
        &self.sets[self.range(set)]
    }
}
