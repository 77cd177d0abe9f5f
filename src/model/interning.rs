//! Texts on their way to codes: each distinct text is kept once. The table of texts is in shards, by hash, which are filled side by
//! side and each fit into a processor's own memory; an estate's texts do not.

use super::arena::TextArena;
use super::text::{Code, NULL_CODE, Renumbering, Texts};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::hash::BuildHasher;

/// How many shards there are. A provisional code is a place in a shard, times this, and the shard.
const SHARDS: usize = 64;

fn hash(text: &str) -> u64 {
    FxBuildHasher.hash_one(text)
}

/// Bits that the tables of the shards do not go by.
fn shard_of(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

/// Hands out a provisional code for each distinct text.
pub struct TextsBuilder {
    shards: Vec<Shard>,
}

#[derive(Default)]
struct Shard {
    /// By place.
    texts: TextArena,
    /// The places with the hashes of their texts, which are so not read again when the table grows.
    places: HashTable<(u64, u32)>,
}

impl Shard {
    /// The place of `text`, new if it was not seen before.
    fn place(&mut self, hash: u64, text: &str) -> u32 {
        let texts = &mut self.texts;
        let same = |entry: &(u64, u32)| entry.0 == hash && texts.get(entry.1 as usize) == text;
        match self.places.entry(hash, same, |entry| entry.0) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => {
                let place = texts.len() as u32;
                texts.push(text);
                free.insert((hash, place));
                place
            }
        }
    }
}

/// Texts that are to be interned together, with their hashes, in the order of their shards. The same text may stand there often.
#[derive(Default)]
pub struct Words {
    texts: TextArena,
    hashes: Vec<u64>,
    /// For each text, its number before they were put in order.
    numbers: Vec<u32>,
    /// Where each shard's begin, and the end.
    starts: Vec<u32>,
}

impl Words {
    /// Texts that are numbered by their rows.
    pub fn new(texts: &TextArena) -> Self {
        let unordered: Vec<u64> = texts.iter().map(hash).collect();
        let mut starts = vec![0u32; SHARDS + 1];
        unordered.iter().for_each(|hash| starts[shard_of(*hash) + 1] += 1);
        (0..SHARDS).for_each(|shard| starts[shard + 1] += starts[shard]);
        let (mut next, mut numbers) = (starts.clone(), vec![0; unordered.len()]);
        for (number, hash) in unordered.iter().enumerate() {
            let next = &mut next[shard_of(*hash)];
            numbers[*next as usize] = number as u32;
            *next += 1;
        }
        let hashes = numbers.iter().map(|number| unordered[*number as usize]).collect();
        Self { texts: texts.gather(&numbers), hashes, numbers, starts }
    }

    fn of(&self, shard: usize) -> std::ops::Range<usize> {
        self.starts[shard] as usize..self.starts[shard + 1] as usize
    }
}

impl Default for TextsBuilder {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect() }
    }
}

impl TextsBuilder {
    pub fn new() -> Self {
        Self::default()
    }

    /// The code of `text`, new if it was not seen before.
    pub fn intern(&mut self, text: &str) -> Code {
        let hash = hash(text);
        let shard = shard_of(hash);
        code(self.shards[shard].place(hash, text), shard)
    }

    /// The codes of the texts of each part, by their numbers; the same whatever the number of threads.
    pub fn intern_all(&mut self, parts: &[Words]) -> Vec<Vec<Code>> {
        let of_shard = |(shard, table): (usize, &mut Shard)| -> Vec<Code> {
            let mut codes = Vec::with_capacity(parts.iter().map(|part| part.of(shard).len()).sum());
            for part in parts {
                codes.extend(part.of(shard).map(|row| code(table.place(part.hashes[row], part.texts.get(row)), shard)));
            }
            codes
        };
        let by_shard: Vec<Vec<Code>> = self.shards.par_iter_mut().enumerate().map(of_shard).collect();
        // Where each part's codes begin in those of each shard.
        let mut begin = [0; SHARDS];
        let mut begins = Vec::with_capacity(parts.len());
        for part in parts {
            begins.push(begin);
            (0..SHARDS).for_each(|shard| begin[shard] += part.of(shard).len());
        }
        let of_part = |(part, begin): (&Words, [usize; SHARDS])| -> Vec<Code> {
            let mut codes = vec![NULL_CODE; part.numbers.len()];
            for shard in 0..SHARDS {
                let range = part.of(shard);
                let found = &by_shard[shard][begin[shard]..][..range.len()];
                part.numbers[range].iter().zip(found).for_each(|(number, code)| codes[*number as usize] = *code);
            }
            codes
        };
        parts.par_iter().zip(begins).map(of_part).collect()
    }

    /// How many distinct texts there are.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.texts.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every text so far, in no order that means anything.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.shards.iter().flat_map(|shard| shard.texts.iter())
    }

    /// Every text so far with its provisional code.
    pub fn entries(&self) -> impl Iterator<Item = (&str, Code)> {
        let coded = |(number, shard): (usize, &'_ Shard)| (0..shard.texts.len() as u32).map(move |place| code(place, number));
        self.values().zip(self.shards.iter().enumerate().flat_map(coded))
    }

    /// Sorts the values by bytes. Codes handed out before are provisional and go through the [`Renumbering`].
    pub fn freeze(self) -> (Texts, Renumbering) {
        let shards: Vec<TextArena> = self.shards.into_iter().map(|shard| shard.texts).collect();
        let beginnings = |(number, texts): (usize, &TextArena)| -> Vec<([u64; 2], Code)> {
            texts.iter().zip(0..).map(|(text, place)| (beginning(text), code(place, number))).collect()
        };
        let mut order: Vec<([u64; 2], Code)> = shards.par_iter().enumerate().map(beginnings).collect::<Vec<_>>().concat();
        let text = |code: Code| shards[code as usize % SHARDS].get(code as usize / SHARDS);
        // Beginnings decide nearly always, and lie side by side.
        order.par_sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| text(one.1).cmp(text(other.1))));
        let longest = shards.iter().map(TextArena::len).max().unwrap_or(0);
        let mut renumbering = vec![NULL_CODE; longest * SHARDS];
        let renumber = || order.iter().zip(0..).for_each(|((_, code), frozen)| renumbering[*code as usize] = frozen);
        let stretch = |order: &[([u64; 2], Code)]| {
            let mut values = TextArena::with_capacity(order.len(), order.len() * 12);
            order.iter().for_each(|(_, code)| values.push(text(*code)));
            values
        };
        let copy = || order.par_chunks(STRETCH).map(stretch).collect::<Vec<_>>();
        let ((), stretches) = rayon::join(renumber, copy);
        (Texts { values: TextArena::joined(&stretches) }, Renumbering(renumbering))
    }
}

/// How many texts one task copies.
const STRETCH: usize = 65_536;

fn code(place: u32, shard: usize) -> Code {
    place * SHARDS as Code + shard as Code
}

/// The first 16 bytes, ordered as the text is.
fn beginning(text: &str) -> [u64; 2] {
    let mut bytes = [0; 16];
    let length = text.len().min(16);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    let all = u128::from_be_bytes(bytes);
    [(all >> 64) as u64, all as u64]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_get_the_codes_of_their_texts() {
        let mut builder = TextsBuilder::new();
        let known = builder.intern("text 7");
        let arena = |texts: std::ops::Range<usize>| {
            let mut arena = TextArena::default();
            texts.for_each(|number| arena.push(&format!("text {}", number % 1000)));
            arena
        };
        let parts = [arena(0..2000), arena(500..900), TextArena::default()];
        let codes = builder.intern_all(&parts.iter().map(Words::new).collect::<Vec<_>>());
        assert_eq!((builder.len(), codes[0][7], codes[0][1007]), (1000, known, known));
        for (part, codes) in parts.iter().zip(&codes) {
            assert!(part.iter().map(|text| builder.intern(text)).eq(codes.iter().copied()));
        }
        assert!(builder.entries().all(|(text, code)| codes[0][text["text ".len()..].parse::<usize>().unwrap()] == code));
        let (texts, renumbering) = builder.freeze();
        assert!(parts[1].iter().zip(&codes[1]).all(|(text, code)| texts.get(renumbering.of(*code)) == text));
    }
}
