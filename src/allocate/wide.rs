//! Rows of lookups that match many licenses, and where two of them cross: the licenses that both match. What a license is worth that one
//! row alone matches, is known for all demands of that row (`touched`); so a demand looks at the crossings of its rows, and not at all that
//! each matches.

use super::added::Matches;
use super::sets::{insert, words};
use rustc_hash::FxHashMap;

/// Rows that match fewer licenses are not wide, even if there is room; some in tests, so that small markets have both.
const LEAST: usize = if cfg!(test) { 3 } else { 1 };
/// The number of a row that is not wide.
const NARROW: u32 = u32::MAX;

/// The wide rows of a market, by number. Numbers ascend from operand to operand.
pub struct Wide {
    words: usize,
    /// By operand and row: the number.
    numbers: Vec<Vec<u32>>,
    /// By number: the licenses that match, as bits.
    bits: Vec<u64>,
    /// By two numbers, the smaller first: which of `crossings` are theirs.
    pairs: FxHashMap<(u32, u32), (u32, u32)>,
    crossings: Vec<Crossing>,
}

/// A license that two wide rows match, and what each of them adds.
pub struct Crossing {
    pub place: u32,
    pub first: i32,
    pub second: i32,
}

/// A wide row, and a license that it matches.
struct Holder {
    place: u32,
    operand: usize,
    number: u32,
    adds: i32,
    touches: bool,
}

impl Wide {
    /// Of a market of so many licenses and kinds. `room` is how much there may be of anything.
    pub fn new(matches: &[Matches], licenses: usize, kinds: usize, room: usize) -> Self {
        let mut least = LEAST;
        while least <= licenses && !fits(matches, licenses, kinds, room, least) {
            least *= 2;
        }
        let mut wide =
            Self { words: words(licenses), numbers: Vec::new(), bits: Vec::new(), pairs: FxHashMap::default(), crossings: Vec::new() };
        let (mut next, mut holders) = (0, Vec::new());
        for (operand, matches) in matches.iter().enumerate() {
            let number = |row| {
                if matches.size(row) < least {
                    return NARROW;
                }
                let (touched, bound) = matches.of(row);
                wide.bits.resize(wide.bits.len() + wide.words, 0);
                let bits = &mut wide.bits[next as usize * wide.words..];
                for (added, touches) in [(touched, true), (bound, false)] {
                    for (place, adds) in added {
                        insert(bits, *place);
                        holders.push(Holder { place: *place, operand, number: next, adds: *adds, touches });
                    }
                }
                next += 1;
                next - 1
            };
            wide.numbers.push((0..matches.rows() as u32).map(number).collect());
        }
        wide.cross(holders);
        wide
    }

    fn cross(&mut self, mut holders: Vec<Holder>) {
        holders.sort_unstable_by_key(|holder| (holder.place, holder.number));
        let mut crossings: Vec<((u32, u32), Crossing)> = Vec::new();
        for holders in holders.chunk_by(|a, b| a.place == b.place) {
            for (at, first) in holders.iter().enumerate() {
                let others = holders[at + 1..].iter().filter(|second| second.operand != first.operand);
                // What no row touches is no candidate, whatever matches it.
                for second in others.filter(|second| first.touches || second.touches) {
                    let crossing = Crossing { place: first.place, first: first.adds, second: second.adds };
                    crossings.push(((first.number, second.number), crossing));
                }
            }
        }
        crossings.sort_unstable_by_key(|(pair, crossing)| (*pair, crossing.place));
        for (at, (pair, _)) in (0..).zip(&crossings) {
            self.pairs.entry(*pair).or_insert((at, at)).1 = at + 1;
        }
        self.crossings = crossings.into_iter().map(|(_, crossing)| crossing).collect();
    }

    /// How many wide rows there are.
    pub fn rows(&self) -> usize {
        self.bits.len() / self.words.max(1)
    }

    /// The number of an operand's row, if it is wide.
    pub fn number(&self, operand: usize, row: u32) -> Option<u32> {
        Some(self.numbers[operand][row as usize]).filter(|number| *number != NARROW)
    }

    /// The licenses that a wide row matches.
    pub fn bits(&self, number: u32) -> &[u64] {
        &self.bits[number as usize * self.words..(number as usize + 1) * self.words]
    }

    /// Where two wide rows cross, that of the smaller number first.
    pub fn crossings(&self, first: u32, second: u32) -> &[Crossing] {
        let (start, end) = self.pairs.get(&(first, second)).copied().unwrap_or_default();
        &self.crossings[start as usize..end as usize]
    }
}

/// Whether there is room for all rows that match at least so many licenses.
fn fits(matches: &[Matches], licenses: usize, kinds: usize, room: usize, least: usize) -> bool {
    // By place: how many rows of earlier operands match, and how many of this.
    let (mut earlier, mut own) = (vec![0u64; licenses], vec![0u64; licenses]);
    let (mut rows, mut crossings) = (0, 0);
    for matches in matches {
        for row in (0..matches.rows() as u32).filter(|row| matches.size(*row) >= least) {
            rows += 1;
            let (touched, bound) = matches.of(row);
            touched.iter().chain(bound).for_each(|(place, _)| own[*place as usize] += 1);
        }
        for (earlier, own) in earlier.iter_mut().zip(&mut own) {
            crossings += *earlier * *own;
            *earlier += std::mem::take(own);
        }
    }
    rows * kinds.max(words(licenses)) <= room && crossings <= 4 * room as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two operands with a wide row each, of which the first requires something of licenses 4 and 5.
    fn operands() -> [Matches; 2] {
        let first = vec![vec![(1, 10), (2, 10), (4, 10), (5, 10)], vec![]];
        let second = vec![vec![(3, 1)], vec![(2, 3), (3, 3), (4, 3), (6, 3)]];
        [Matches::with_rows(true, first, &[]), Matches::with_rows(false, second, &[4, 5, 6])]
    }

    fn crossings(wide: &Wide) -> Vec<(u32, i32, i32)> {
        wide.crossings(0, 1).iter().map(|crossing| (crossing.place, crossing.first, crossing.second)).collect()
    }

    #[test]
    fn where_rows_cross() {
        let wide = Wide::new(&operands(), 70, 1, 100);
        assert_eq!([(0, 0), (0, 1), (1, 0), (1, 1)].map(|(operand, row)| wide.number(operand, row)), [Some(0), None, None, Some(1)]);
        assert_eq!((wide.rows(), wide.bits(1)), (2, &[0b101_1100, 0][..]));
        assert_eq!(crossings(&wide), [(2, 10, 3), (4, 10, 3)]);
        assert!(wide.crossings(1, 0).is_empty());
    }

    #[test]
    fn where_there_is_no_room_rows_are_narrow() {
        assert_eq!(Wide::new(&operands(), 70, 1, 3).rows(), 0);
    }
}
