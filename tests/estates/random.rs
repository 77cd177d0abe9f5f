//! A small generator of random numbers (splitmix64): the same seed gives the same estate everywhere.

pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0x5EA7_5EA7)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to bound - 1.
    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    /// Both ends included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    pub fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub fn word(&mut self, from: &[&str]) -> String {
        self.pick(from).to_string()
    }

    /// One of the words, or nothing.
    pub fn maybe(&mut self, chance: usize, from: &[&str]) -> String {
        if self.percent(chance) { self.word(from) } else { String::new() }
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }

    /// A date near 2026-11-22, often on an edge of something.
    pub fn date(&mut self) -> String {
        self.word(&[
            "2025-11-22",
            "2026-03-01",
            "2026-08-23",
            "2026-08-24",
            "2026-08-25",
            "2026-10-13",
            "2026-10-23",
            "2026-11-01",
            "2026-11-12",
            "2026-11-21",
            "2026-11-22",
            "2026-11-23",
            "2026-12-01",
            "2026-12-22",
            "2026-12-23",
            "2027-02-28",
        ])
    }

    /// A date that is over, most often.
    pub fn past(&mut self) -> String {
        self.word(&["2025-01-31", "2026-01-31", "2026-02-01", "2026-05-05", "2026-08-23", "2026-08-24", "2026-11-22"])
    }

    pub fn future(&mut self) -> String {
        self.word(&["2026-11-22", "2026-11-23", "2026-12-22", "2026-12-23", "2027-06-30"])
    }
}
