//! Texts on their way to codes: each distinct text is kept once. The table of texts is in shards, by hash, which are filled side by
//! side and each fit into a processor's own memory; an estate's texts do not. Most texts are short, and are hashed, compared and
//! sorted as numbers.

use super::arena::{ROWS, TextArena};
use super::text::{Code, NULL_CODE, Renumbering, Texts};
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use rayon::prelude::*;
use rustc_hash::FxBuildHasher;
use std::cmp::Ordering;
use std::hash::BuildHasher;

/// How many shards there are. A provisional code is a place in a shard, times this, and the shard.
const SHARDS: usize = 64;
/// Bytes of a short text.
const SHORT: usize = 15;
/// In the place of a length: the text is long.
const LONG: u8 = u8::MAX;

/// The first bytes of a text, and then its length or [`LONG`]: ordered as texts are, but for long ones that begin alike.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
struct Key(u64, u64);

impl Key {
    #[inline]
    fn of(text: &str) -> Self {
        let mark = if text.len() > SHORT { LONG } else { text.len() as u8 };
        let bytes = &text.as_bytes()[..text.len().min(SHORT)];
        // Two numbers of eight bytes, or of four: the last bytes, moved to behind the first, say again where both lie what these say.
        let moved = |last: u64, room: usize| last.checked_shl(8 * (room - bytes.len()) as u32).unwrap_or(0);
        let (first, second) = if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from_be_bytes(*first), moved(u64::from_be_bytes(*last), 16))
        } else if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
            (u64::from(u32::from_be_bytes(*first)) << 32 | moved(u32::from_be_bytes(*last).into(), 8), 0)
        } else {
            (moved(bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte)), 8), 0)
        };
        Self(first, second | u64::from(mark))
    }

    fn is_long(self) -> bool {
        self.1 as u8 == LONG
    }

    /// Appends the text of a key that is not long.
    fn write(self, out: &mut TextArena) {
        let bytes = (u128::from(self.0) << 64 | u128::from(self.1)).to_be_bytes();
        // It was made of a text.
        out.push(std::str::from_utf8(&bytes[..usize::from(bytes[SHORT])]).unwrap_or_default());
    }
}

#[inline]
fn hash<T: std::hash::Hash + ?Sized>(of: &T) -> u64 {
    FxBuildHasher.hash_one(of)
}

/// Bits that the tables of the shards do not go by.
fn shard_of(hash: u64) -> usize {
    (hash >> 40) as usize % SHARDS
}

fn code(place: u32, shard: usize) -> Code {
    place * SHARDS as Code + shard as Code
}

/// Hands out a provisional code for each distinct text.
pub struct TextsBuilder {
    shards: Vec<Shard>,
}

#[derive(Default)]
struct Shard {
    /// By place.
    texts: TextArena,
    /// The places of short texts.
    short: HashTable<(Key, u32)>,
    /// Those of long ones with the hashes of their texts, which are so not read again when the table grows.
    long: HashTable<(u64, u32)>,
}

impl Shard {
    /// The place of a short text, new if it was not seen before.
    fn short(&mut self, hash_of_key: u64, key: Key) -> u32 {
        match self.short.entry(hash_of_key, |entry| entry.0 == key, |entry| hash(&entry.0)) {
            Entry::Occupied(known) => known.get().1,
            Entry::Vacant(free) => {
                let place = self.texts.len() as u32;
                key.write(&mut self.texts);
                free.insert((key, place));
                place
            }
        }
    }

    /// The place of a long text.
    fn long(&mut self, hash: u64, text: &str) -> u32 {
        let texts = &mut self.texts;
        let same = |entry: &(u64, u32)| entry.0 == hash && texts.get(entry.1 as usize) == text;
        match self.long.entry(hash, same, |entry| entry.0) {
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

/// Texts that are to be interned together, numbered as they come. The same text may come often.
#[derive(Default)]
pub struct WordList {
    /// The keys of short texts; for long ones the hash, and the row among them above the mark.
    words: Vec<Key>,
    long: TextArena,
}

impl WordList {
    /// Adds a text, and gives its number.
    #[inline]
    pub fn push(&mut self, text: &str) -> u32 {
        let key = Key::of(text);
        if key.is_long() {
            self.words.push(Key(hash(text), (self.long.len() as u64) << 8 | u64::from(LONG)));
            self.long.push(text);
        } else {
            self.words.push(key);
        }
        self.words.len() as u32 - 1
    }
}

/// Texts in the order of their shards.
#[derive(Default)]
pub struct Words {
    list: WordList,
    /// For each text, its number before they were put in order.
    numbers: Vec<u32>,
    /// Where each shard's begin, and the end.
    starts: Vec<u32>,
}

impl From<WordList> for Words {
    fn from(list: WordList) -> Self {
        let shards: Vec<u8> = list.words.iter().map(|word| shard_of(if word.is_long() { word.0 } else { hash(word) }) as u8).collect();
        let mut starts = vec![0u32; SHARDS + 1];
        shards.iter().for_each(|shard| starts[usize::from(*shard) + 1] += 1);
        (0..SHARDS).for_each(|shard| starts[shard + 1] += starts[shard]);
        let mut next = starts.clone();
        let (mut numbers, mut words) = (vec![0; shards.len()], vec![Key::default(); shards.len()]);
        for (number, (shard, word)) in shards.iter().zip(&list.words).enumerate() {
            let next = &mut next[usize::from(*shard)];
            (numbers[*next as usize], words[*next as usize]) = (number as u32, *word);
            *next += 1;
        }
        Self { list: WordList { words, long: list.long }, numbers, starts }
    }
}

impl Words {
    /// The bytes that they take, roughly.
    pub fn size(&self) -> usize {
        self.numbers.len() * (size_of::<Key>() + size_of::<u32>()) + self.list.long.size()
    }

    fn of(&self, shard: usize) -> std::ops::Range<usize> {
        self.starts[shard] as usize..self.starts[shard + 1] as usize
    }

    fn place(&self, row: usize, table: &mut Shard) -> u32 {
        let word = self.list.words[row];
        match word.is_long() {
            true => table.long(word.0, self.list.long.get((word.1 >> 8) as usize)),
            false => table.short(hash(&word), word),
        }
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
        let key = Key::of(text);
        let hash = if key.is_long() { hash(text) } else { hash(&key) };
        let shard = shard_of(hash);
        let table = &mut self.shards[shard];
        code(if key.is_long() { table.long(hash, text) } else { table.short(hash, key) }, shard)
    }

    /// The codes of the texts of each part, by their numbers; the same whatever the number of threads.
    pub fn intern_all(&mut self, parts: &[Words]) -> Vec<Vec<Code>> {
        let of_shard = |(shard, table): (usize, &mut Shard)| -> Vec<Code> {
            let mut codes = Vec::with_capacity(parts.iter().map(|part| part.of(shard).len()).sum());
            for part in parts {
                codes.extend(part.of(shard).map(|row| code(part.place(row, table), shard)));
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
        let text = |code: Code| shards[code as usize % SHARDS].get(code as usize / SHARDS);
        let mut starts = Vec::with_capacity(SHARDS);
        let count = shards.iter().fold(0, |start, texts| {
            starts.push(start);
            start + texts.len()
        });
        let key = |number: usize| {
            let shard = starts.partition_point(|start| *start <= number) - 1;
            let code = code((number - starts[shard]) as u32, shard);
            (Key::of(text(code)), code)
        };
        let mut order: Vec<(Key, Code)> = (0..count).into_par_iter().map(key).collect();
        // Keys decide nearly always, and lie side by side.
        let rest = |one: Code, other: Code| if text(one).len() > SHORT { text(one).cmp(text(other)) } else { Ordering::Equal };
        order.par_sort_unstable_by(|one, other| one.0.cmp(&other.0).then_with(|| rest(one.1, other.1)));
        let longest = shards.iter().map(TextArena::len).max().unwrap_or(0);
        let mut renumbering = vec![NULL_CODE; longest * SHARDS];
        let renumber = || order.iter().zip(0..).for_each(|((_, code), frozen)| renumbering[*code as usize] = frozen);
        let stretch = |order: &[(Key, Code)]| {
            let mut values = TextArena::with_capacity(order.len(), order.len() * SHORT);
            order.iter().for_each(|(key, code)| if key.is_long() { values.push(text(*code)) } else { key.write(&mut values) });
            values
        };
        let copy = || order.par_chunks(ROWS).map(stretch).collect::<Vec<_>>();
        let ((), stretches) = rayon::join(renumber, copy);
        (Texts { values: TextArena::joined(stretches) }, Renumbering(renumbering))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_get_the_codes_of_their_texts() {
        let mut builder = TextsBuilder::new();
        let known = builder.intern("text 7");
        // Short ones and long ones.
        let text = |number: usize| format!("text {}{}", number % 1000, "-".repeat(number % 1000 % 30));
        let parts = [(0..2000).map(text).collect(), (500..900).map(text).collect(), Vec::new()];
        let words = |texts: &Vec<String>| {
            let mut list = WordList::default();
            texts.iter().for_each(|text| _ = list.push(text));
            Words::from(list)
        };
        let codes = builder.intern_all(&parts.iter().map(words).collect::<Vec<_>>());
        assert_eq!(builder.len(), 1001);
        for (part, codes) in parts.iter().zip(&codes) {
            assert!(part.iter().map(|text| builder.intern(text)).eq(codes.iter().copied()));
        }
        assert!(builder.entries().filter(|(text, _)| *text != "text 7").all(|(text, code)| {
            let number = parts[0].iter().position(|other| other == text).unwrap();
            codes[0][number] == code && codes[0][number + 1000] == code
        }));
        let (texts, renumbering) = builder.freeze();
        assert!(parts[1].iter().zip(&codes[1]).all(|(text, code)| texts.get(renumbering.of(*code)) == text));
        assert!((1..texts.len() as Code).all(|code| texts.get(code - 1) < texts.get(code)));
        assert_eq!(texts.get(renumbering.of(known)), "text 7");
    }

    #[test]
    fn keys_are_ordered_as_texts() {
        let mut texts = ["", "a", "a\0", "a\0b", "ab", "b", "fifteen letters", "fifteen letters!", "fifteen letter", "é", "zz"];
        texts.sort_unstable();
        assert!(texts.is_sorted_by_key(|text| Key::of(text)));
        for length in 0..=SHORT {
            let text = &"0123456789abcdef"[..length];
            let mut arena = TextArena::default();
            Key::of(text).write(&mut arena);
            assert_eq!(arena.get(0), text);
        }
    }
}
