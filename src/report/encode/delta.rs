//! Numbers by how they differ from the one before (Parquet's `DELTA_BINARY_PACKED`).

use super::bits::{groups, varint, zigzag};
use std::ops::BitOr;

const BLOCK: usize = 128;
const MINIBLOCKS: usize = 4;
const MINIBLOCK: usize = BLOCK / MINIBLOCKS;

/// Whole numbers that are stored so. Differences of short ones are short too: of those a processor handles several at once.
pub trait Whole: Copy + Ord + Default + Into<i64> {
    /// How far it may be above another.
    type Above: Copy + Default + BitOr<Output = Self::Above> + Into<u64>;

    fn minus(self, other: Self) -> Self;
    fn above(self, least: Self) -> Self::Above;
}

impl Whole for i64 {
    type Above = u64;

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn above(self, least: Self) -> u64 {
        self.wrapping_sub(least) as u64
    }
}

/// Lengths of texts, which are not negative.
impl Whole for i32 {
    type Above = u32;

    fn minus(self, other: Self) -> Self {
        self.wrapping_sub(other)
    }

    fn above(self, least: Self) -> u32 {
        self.wrapping_sub(least) as u32
    }
}

/// Appends whole numbers.
pub fn integers<N: Whole>(values: &[N], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(MINIBLOCKS as u64, out);
    varint(values.len() as u64, out);
    let first = values.first().map_or(0, |value| (*value).into());
    varint(zigzag(first), out);
    let mut deltas = [N::default(); BLOCK];
    let later = values.get(1..).unwrap_or_default();
    for (block, before) in later.chunks(BLOCK).zip(values.chunks(BLOCK)) {
        for ((delta, value), before) in deltas.iter_mut().zip(block).zip(before) {
            *delta = value.minus(*before);
        }
        block_of(&deltas[..block.len()], out);
    }
}

/// A block: the least difference, the widths of its parts, and what each difference has beyond the least.
fn block_of<N: Whole>(deltas: &[N], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or_default();
    varint(zigzag(least.into()), out);
    // What is missing in the last part is zero.
    let mut beyond = [N::Above::default(); BLOCK];
    for (beyond, delta) in beyond.iter_mut().zip(deltas) {
        *beyond = delta.above(least);
    }
    let parts = &beyond.as_chunks::<MINIBLOCK>().0[..deltas.len().div_ceil(MINIBLOCK)];
    let mut widths = [0u32; MINIBLOCKS];
    for (width, part) in widths.iter_mut().zip(parts) {
        let all: u64 = part.iter().fold(N::Above::default(), |all, beyond| all | *beyond).into();
        *width = u64::BITS - all.leading_zeros();
    }
    out.extend(widths.map(|width| width as u8));
    for (width, part) in widths.iter().zip(parts) {
        groups(part, *width, out);
    }
}
