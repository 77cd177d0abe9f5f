//! Sets of licenses of one market. A license is a number here: its place in the order of the tie break, so that the first of a
//! set is the first candidate among equals. Sets are bits, or a list where that is shorter.

use std::ops::Deref;

/// How many words of 64 bits hold so many places.
pub fn words(places: usize) -> usize {
    places.div_ceil(64)
}

pub fn insert(bits: &mut [u64], place: u32) {
    bits[place as usize / 64] |= 1 << (place % 64);
}

pub fn remove(bits: &mut [u64], place: u32) {
    bits[place as usize / 64] &= !(1 << (place % 64));
}

pub fn has(bits: &[u64], place: u32) -> bool {
    bits[place as usize / 64] >> (place % 64) & 1 == 1
}

pub fn count(bits: &[u64]) -> u32 {
    bits.iter().map(|word| word.count_ones()).sum()
}

/// How many members a set has up to each of its stretches, so that nobody counts them all to know how many stand before a place.
#[derive(Clone, Debug)]
pub struct Counted {
    size: u32,
    /// For each stretch but the first: how many stand before it.
    before: Vec<u32>,
}

impl Counted {
    /// How many words a stretch has.
    const STRETCH: usize = if cfg!(test) { 1 } else { 8 };

    pub fn new(bits: &[u64]) -> Self {
        let mut counted = Self { size: 0, before: Vec::new() };
        for (at, stretch) in bits.chunks(Self::STRETCH).enumerate() {
            if at > 0 {
                counted.before.push(counted.size);
            }
            counted.size += count(stretch);
        }
        counted
    }

    pub fn size(&self) -> u32 {
        self.size
    }

    /// How many of the set, which was counted, stand before a place.
    pub fn before(&self, bits: &[u64], place: u32) -> u32 {
        let word = place as usize / 64;
        let stretch = word / Self::STRETCH;
        let before = if stretch == 0 { 0 } else { self.before[stretch - 1] };
        before + count(&bits[stretch * Self::STRETCH..word]) + (bits[word] & ((1 << (place % 64)) - 1)).count_ones()
    }
}

/// The members, ascending.
pub fn members(bits: &[u64]) -> impl Iterator<Item = u32> + '_ {
    bits.iter().enumerate().flat_map(|(at, word)| {
        let mut left = *word;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let place = at as u32 * 64 + left.trailing_zeros();
                left &= left - 1;
                place
            })
        })
    })
}

/// The first member at or after `from` that each of some masks has too.
pub fn first_from<'a>(bits: &[u64], from: u32, masks: impl Iterator<Item = &'a [u64]> + Clone) -> Option<u32> {
    let mut keep = u64::MAX << (from % 64);
    for word in from as usize / 64..bits.len() {
        let found = masks.clone().fold(bits[word], |bits, mask| bits & mask[word]) & keep;
        if found != 0 {
            return Some(word as u32 * 64 + found.trailing_zeros());
        }
        keep = u64::MAX;
    }
    None
}

/// How many places stand in a set itself.
const HERE: usize = 4;

/// A short list of places, ascending. One of a few members needs no memory of its own, and no look elsewhere: there may be a set for
/// each demand.
#[derive(Clone, Debug)]
pub enum Places {
    Here(u8, [u32; HERE]),
    There(Box<[u32]>),
}

impl From<&[u32]> for Places {
    fn from(places: &[u32]) -> Self {
        if places.len() > HERE {
            return Places::There(places.into());
        }
        let mut here = [0; HERE];
        here[..places.len()].copy_from_slice(places);
        Places::Here(places.len() as u8, here)
    }
}

impl Deref for Places {
    type Target = [u32];

    fn deref(&self) -> &[u32] {
        match self {
            Places::Here(many, places) => &places[..usize::from(*many)],
            Places::There(places) => places,
        }
    }
}

/// A set that does not change.
#[derive(Clone, Debug)]
pub enum Set {
    Few(Places),
    Many(Box<[u64]>),
}

impl Set {
    /// Of places that are named once each, in any order, of a market of so many words.
    pub fn new(places: &mut [u32], words: usize) -> Self {
        if places.len() < 2 * words {
            places.sort_unstable();
            return Set::Few((&*places).into());
        }
        let mut bits = vec![0; words];
        for place in places {
            insert(&mut bits, *place);
        }
        Set::Many(bits.into_boxed_slice())
    }

    pub fn has(&self, place: u32) -> bool {
        match self {
            Set::Few(places) => places.binary_search(&place).is_ok(),
            Set::Many(bits) => has(bits, place),
        }
    }

    /// Whether there are none, where they are few.
    pub fn is_empty(&self) -> bool {
        matches!(self, Set::Few(places) if places.is_empty())
    }

    /// How many members there are.
    pub fn size(&self) -> usize {
        match self {
            Set::Few(places) => places.len(),
            Set::Many(bits) => count(bits) as usize,
        }
    }

    /// Calls `visit` with the members, ascending.
    pub fn for_each(&self, visit: impl FnMut(u32)) {
        match self {
            Set::Few(places) => places.iter().copied().for_each(visit),
            Set::Many(bits) => members(bits).for_each(visit),
        }
    }

    pub fn remove_from(&self, bits: &mut [u64]) {
        match self {
            Set::Few(places) => places.iter().for_each(|place| remove(bits, *place)),
            Set::Many(own) => bits.iter_mut().zip(own.iter()).for_each(|(bits, own)| *bits &= !own),
        }
    }

    /// Adds what `of` has of it.
    pub fn add_to(&self, bits: &mut [u64], of: &[u64]) {
        match self {
            Set::Few(places) => places.iter().filter(|place| has(of, **place)).for_each(|place| insert(bits, *place)),
            Set::Many(own) => bits.iter_mut().zip(own.iter().zip(of)).for_each(|(bits, (own, of))| *bits |= own & of),
        }
    }
}

/// All licenses of a market, parted by a key: the key that most have, and the sets of the others, by key.
#[derive(Clone, Debug)]
pub struct Partition<K> {
    pub rest: K,
    pub sets: Vec<(K, Set)>,
}

impl<K: Copy + Ord> Partition<K> {
    /// From the key of each part, and the places of each part's licenses.
    pub fn new(keys: &[K], parts: &[Vec<u32>], words: usize) -> Option<Self> {
        let mut distinct: Vec<(K, usize)> = keys.iter().zip(parts).map(|(key, part)| (*key, part.len())).collect();
        distinct.sort_unstable_by_key(|(key, _)| *key);
        distinct.dedup_by(|later, first| {
            let same = later.0 == first.0;
            first.1 += if same { later.1 } else { 0 };
            same
        });
        let rest = distinct.iter().max_by_key(|(_, licenses)| *licenses)?.0;
        let places = |key: K| keys.iter().zip(parts).filter(move |(other, _)| **other == key).flat_map(|(_, part)| part.iter().copied());
        let others = distinct.iter().filter(|(key, _)| *key != rest);
        Some(Self { rest, sets: others.map(|(key, _)| (*key, Set::new(&mut places(*key).collect::<Vec<_>>(), words))).collect() })
    }

    /// Adds what `of` has of one key's licenses.
    pub fn add_to(&self, key: K, bits: &mut [u64], of: &[u64]) {
        if self.rest != key {
            if let Some((_, set)) = self.sets.iter().find(|(other, _)| *other == key) {
                set.add_to(bits, of);
            }
            return;
        }
        let mut left = of.to_vec();
        for (_, set) in &self.sets {
            set.remove_from(&mut left);
        }
        bits.iter_mut().zip(left).for_each(|(bits, left)| *bits |= left);
    }

    /// Leaves of `bits` the licenses of one key.
    pub fn keep(&self, key: K, bits: &mut [u64], spare: &mut Vec<u64>) {
        if self.rest == key {
            self.sets.iter().for_each(|(_, set)| set.remove_from(bits));
            return;
        }
        match self.sets.iter().find(|(other, _)| *other == key) {
            None => bits.fill(0),
            Some((_, Set::Many(own))) => bits.iter_mut().zip(own.iter()).for_each(|(bits, own)| *bits &= own),
            Some((_, few)) => {
                spare.clear();
                spare.extend_from_slice(bits);
                bits.fill(0);
                few.add_to(bits, spare);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_the_same_as_bits_and_as_a_list() {
        let places = vec![0, 5, 63, 64, 130, 190];
        let (few, many) = (Set::new(&mut places.clone(), words(200)), Set::new(&mut places.clone(), 1 + 2));
        assert!(matches!(few, Set::Few(_)));
        assert!(matches!(many, Set::Many(_)));
        for set in [few, many] {
            assert_eq!((0..192).filter(|place| set.has(*place)).collect::<Vec<_>>(), places);
            let mut bits = vec![u64::MAX; 3];
            set.remove_from(&mut bits);
            assert_eq!(count(&bits), 192 - 6);
            let of = vec![0b10_0001, 1, 0];
            let mut bits = vec![0; 3];
            set.add_to(&mut bits, &of);
            assert_eq!(members(&bits).collect::<Vec<_>>(), [0, 5, 64]);
        }
    }

    #[test]
    fn the_first_and_the_number_before() {
        let bits = [1 << 63, 0, 0b1010];
        let none = std::iter::empty;
        assert_eq!(first_from(&bits, 0, none()), Some(63));
        assert_eq!(first_from(&bits, 64, none()), Some(129));
        assert_eq!(first_from(&bits, 130, none()), Some(131));
        assert_eq!(first_from(&bits, 132, none()), None);
        assert_eq!(first_from(&bits, 0, [&[0, 0, 0b1000][..]].into_iter()), Some(131));
        let counted = Counted::new(&bits);
        assert_eq!([63, 64, 130, 131].map(|place| counted.before(&bits, place)), [0, 1, 2, 2]);
        assert_eq!(counted.size(), 3);
    }

    #[test]
    fn parts_of_a_market() {
        let parts = [vec![3, 0], vec![1], vec![2, 4, 5], vec![6]];
        let parted = Partition::new(&[7, 7, 1, 9], &parts, 1).unwrap();
        for key in [1, 7, 9, 4] {
            let mut bits = vec![0];
            parted.add_to(key, &mut bits, &[0b111_1111]);
            let mut kept = vec![0b111_1111];
            parted.keep(key, &mut kept, &mut Vec::new());
            assert_eq!(bits, kept);
            let expected: &[u32] = match key {
                7 => &[0, 1, 3],
                1 => &[2, 4, 5],
                9 => &[6],
                _ => &[],
            };
            assert_eq!(members(&bits).collect::<Vec<_>>(), expected);
        }
        assert!(Partition::<u8>::new(&[], &[], 0).is_none());
    }
}
