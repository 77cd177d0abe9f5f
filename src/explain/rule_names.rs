//! Matched rules in words, `name points` each and `preference N` last (contract §5.3, §6): every distinct set once, however
//! many pairs it matched.

use crate::rules::Program;
use crate::trace::matched::{MatchId, MatchPool, MatchSet};
use rustc_hash::FxHashMap;

/// Sets of matched rules as lists of words.
#[derive(Clone, Debug)]
pub struct MatchWords {
    /// `name points` of each affinity rule in force, then every `preference N` that occurred.
    words: Vec<String>,
    preferences: FxHashMap<i64, u32>,
    ids: FxHashMap<MatchSet, u32>,
    sets: Vec<Box<[u32]>>,
}

impl MatchWords {
    /// The words of the rules in force, and no set yet.
    pub fn new(program: &Program) -> Self {
        let words = program.affinities.iter().map(|rule| format!("{} {}", rule.name, rule.points)).collect();
        Self { words, preferences: FxHashMap::default(), ids: FxHashMap::default(), sets: Vec::new() }
    }

    /// The sets of a pool; they keep their numbers, so that [`MatchWords::places_of`] finds them by [`MatchId`].
    pub fn of(program: &Program, pool: &MatchPool) -> Self {
        let mut words = Self::new(program);
        for id in 0..pool.len() {
            words.add(pool.get(MatchId(id as u32)));
        }
        words
    }

    /// The number of a set, new if it was not seen before.
    pub fn add(&mut self, set: &MatchSet) -> u32 {
        if let Some(id) = self.ids.get(set) {
            return *id;
        }
        let mut places: Vec<u32> = set.places().map(|place| place as u32).collect();
        if let Some(points) = set.preference {
            let next = self.words.len() as u32;
            let place = *self.preferences.entry(points).or_insert(next);
            if place == next {
                self.words.push(format!("preference {points}"));
            }
            places.push(place);
        }
        let id = self.sets.len() as u32;
        self.sets.push(places.into());
        self.ids.insert(set.clone(), id);
        id
    }

    /// Every word, by place.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// The places of a set's words, in the order to show them.
    pub fn places(&self, set: u32) -> &[u32] {
        &self.sets[set as usize]
    }

    /// The same for a set of the pool that this was made [`MatchWords::of`].
    pub fn places_of(&self, id: MatchId) -> &[u32] {
        self.places(id.0)
    }

    /// Appends a set as `a 3000, b 1500`.
    pub fn write(&self, set: u32, out: &mut String) {
        for (place, word) in self.places(set).iter().enumerate() {
            if place > 0 {
                out.push_str(", ");
            }
            out.push_str(&self.words[*word as usize]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::value::Value;
    use crate::rules::{Affinity, Expr};

    fn rule(name: &str, points: i64) -> Affinity {
        Affinity { name: name.to_owned(), expr: Expr::Literal(Value::Boolean(true)), text: "true".to_owned(), points }
    }

    #[test]
    fn preferences_stand_last_and_numbers_follow_the_pool() {
        let program = Program { affinities: vec![rule("exact", 3000), rule("near", -5)], ..Program::default() };
        let mut pool = MatchPool::default();
        let both = pool.intern(MatchSet { rules: Box::new([0b11]), preference: Some(-50) });
        let none = pool.intern(MatchSet { rules: Box::new([0]), preference: None });
        let near = pool.intern(MatchSet { rules: Box::new([0b10]), preference: Some(-50) });
        let words = MatchWords::of(&program, &pool);
        let line = |id: MatchId| {
            let mut out = String::new();
            words.write(id.0, &mut out);
            out
        };
        assert_eq!(line(both), "exact 3000, near -5, preference -50");
        assert_eq!(line(none), "");
        assert_eq!(line(near), "near -5, preference -50");
        assert_eq!(words.words().len(), 3);
    }
}
