//! Which affinity rules matched a pair, each distinct set once: there are few, and millions of pairs.

use rustc_hash::FxHashMap;

/// The place of a set of matched rules in a [`MatchPool`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct MatchId(pub u32);

/// A set of affinity rules, and the preference points on top.
#[derive(Clone, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub struct MatchSet {
    /// Bit `i` of the words stands for the `i`-th affinity rule in force.
    pub rules: Box<[u64]>,
    /// The sum of the preferences that hit the pair; none if none did.
    pub preference: Option<i64>,
}

impl MatchSet {
    /// The places of the rules that matched, ascending.
    pub fn places(&self) -> impl Iterator<Item = usize> + '_ {
        self.rules
            .iter()
            .enumerate()
            .flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit))
    }
}

/// Every set of matched rules that occurs, once.
#[derive(Default, Debug)]
pub struct MatchPool {
    sets: Vec<MatchSet>,
    ids: FxHashMap<MatchSet, MatchId>,
}

impl MatchPool {
    pub fn get(&self, id: MatchId) -> &MatchSet {
        &self.sets[id.0 as usize]
    }

    pub fn len(&self) -> usize {
        self.sets.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sets.is_empty()
    }

    pub fn intern(&mut self, set: MatchSet) -> MatchId {
        if let Some(id) = self.ids.get(&set) {
            return *id;
        }
        let id = MatchId(self.sets.len() as u32);
        self.sets.push(set.clone());
        self.ids.insert(set, id);
        id
    }

    /// Adds the sets of another pool; gives the id that each has here.
    pub fn absorb(&mut self, other: &MatchPool) -> Vec<MatchId> {
        other.sets.iter().map(|set| self.intern(set.clone())).collect()
    }
}
