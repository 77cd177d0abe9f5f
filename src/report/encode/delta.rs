//! Numbers by how they differ from the one before (Parquet's `DELTA_BINARY_PACKED`).

use super::bits::{groups, varint, zigzag};

const BLOCK: usize = 128;
const MINIBLOCKS: usize = 4;
const MINIBLOCK: usize = BLOCK / MINIBLOCKS;

/// Appends whole numbers.
pub fn integers<N: Copy + Into<i64>>(values: &[N], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(MINIBLOCKS as u64, out);
    varint(values.len() as u64, out);
    let mut before = values.first().map_or(0, |value| (*value).into());
    varint(zigzag(before), out);
    let mut deltas = [0i64; BLOCK];
    for block in values.get(1..).unwrap_or_default().chunks(BLOCK) {
        for (delta, value) in deltas.iter_mut().zip(block) {
            let value: i64 = (*value).into();
            *delta = value.wrapping_sub(before);
            before = value;
        }
        block_of(&deltas[..block.len()], out);
    }
}

/// A block: the least difference, the widths of its parts, and what each difference has beyond the least.
fn block_of(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    varint(zigzag(least), out);
    // What is missing in the last part is zero.
    let mut beyond = [0u64; BLOCK];
    for (beyond, delta) in beyond.iter_mut().zip(deltas) {
        *beyond = delta.wrapping_sub(least) as u64;
    }
    let parts = &beyond.as_chunks::<MINIBLOCK>().0[..deltas.len().div_ceil(MINIBLOCK)];
    let mut widths = [0u32; MINIBLOCKS];
    for (width, part) in widths.iter_mut().zip(parts) {
        *width = u64::BITS - part.iter().fold(0, |all, beyond| all | beyond).leading_zeros();
    }
    out.extend(widths.map(|width| width as u8));
    for (width, part) in widths.iter().zip(parts) {
        groups(part, *width, out);
    }
}
