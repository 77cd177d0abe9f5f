//! Numbers that look random, and are a function of (seed, stream, row) alone: the same on any number of threads, whatever was
//! made before. The generator is SplitMix64 (Steele, Lea, Flood 2014); nothing here is a float, so no platform rounds otherwise.

/// The draws of one row.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
}

/// Steps of the counter: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

impl Random {
    /// The draws of a row of a stream; a stream is what one table, or one aspect of it, draws from.
    pub fn of(seed: u64, stream: u64, row: u64) -> Self {
        let stream = mix(seed.wrapping_add(mix(stream.wrapping_add(STEP))));
        Self { state: mix(stream ^ mix(row.wrapping_add(STEP))) }
    }

    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(STEP);
        mix(self.state)
    }

    /// From 0 to `count` − 1, each equally often; 0 where there is nothing to choose.
    pub fn below(&mut self, count: u64) -> u64 {
        ((u128::from(self.draw()) * u128::from(count)) >> 64) as u64
    }

    /// From 0 to `count` − 1 with a long tail: of `n` the first is drawn √(1/n) of the time, and the frequency falls with the root of
    /// the place (Zipf's law with exponent ½).
    pub fn long_tail(&mut self, count: u64) -> u64 {
        let draw = self.draw() >> 32;
        (((draw * draw) >> 32) * count) >> 32
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1) as u64) as i64
    }

    /// True in `share` of a thousand cases.
    pub fn in_thousand(&mut self, share: u64) -> bool {
        self.below(1000) < share
    }

    /// One of several. There is at least one.
    pub fn pick<T: Copy, const N: usize>(&mut self, from: [T; N]) -> T {
        from[self.below(N as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_what_it_is_whatever_came_before() {
        let draws = |row| {
            let mut random = Random::of(7, 3, row);
            [random.below(1 << 40), random.below(1 << 40)]
        };
        assert_eq!(draws(5), draws(5));
        assert_ne!(draws(5), draws(6));
        assert_ne!(Random::of(7, 3, 5).below(1 << 40), Random::of(8, 3, 5).below(1 << 40));
        assert_ne!(Random::of(7, 3, 5).below(1 << 40), Random::of(7, 4, 5).below(1 << 40));
    }

    #[test]
    fn all_values_come_up_and_none_beyond() {
        let mut seen = [0u32; 10];
        (0..10_000).for_each(|row| seen[Random::of(1, 1, row).below(10) as usize] += 1);
        assert!(seen.iter().all(|count| (850..1150).contains(count)), "{seen:?}");
        let between: Vec<i64> = (0..200).map(|row| Random::of(1, 2, row).between(-1, 1)).collect();
        assert_eq!((between.iter().min(), between.iter().max()), (Some(&-1), Some(&1)));
        assert_eq!(Random::of(1, 1, 1).below(0), 0);
    }

    #[test]
    fn the_tail_is_long() {
        let mut seen = [0u32; 100];
        (0..100_000).for_each(|row| seen[Random::of(1, 1, row).long_tail(100) as usize] += 1);
        assert!((9_500..10_500).contains(&seen[0]), "a tenth: {}", seen[0]);
        assert!((400..700).contains(&seen[99]), "half a percent: {}", seen[99]);
    }
}
