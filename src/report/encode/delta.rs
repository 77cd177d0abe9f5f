//! Numbers by how they differ from the one before (Parquet's `DELTA_BINARY_PACKED`), and texts by what they do not share with the one
//! before (`DELTA_BYTE_ARRAY`).

use super::bits::{Packer, varint, zigzag};

const BLOCK: usize = 128;
const MINIBLOCKS: usize = 4;
const MINIBLOCK: usize = BLOCK / MINIBLOCKS;

/// Appends whole numbers.
pub fn integers(values: &[i64], out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint(MINIBLOCKS as u64, out);
    varint(values.len() as u64, out);
    varint(zigzag(values.first().copied().unwrap_or(0)), out);
    let mut deltas = [0i64; BLOCK];
    let mut before = values.first().copied().unwrap_or(0);
    for block in values.get(1..).unwrap_or_default().chunks(BLOCK) {
        for (delta, value) in deltas.iter_mut().zip(block) {
            *delta = value.wrapping_sub(before);
            before = *value;
        }
        block_of(&deltas[..block.len()], out);
    }
}

/// A block: the least difference, the widths of its parts, and what each difference has beyond the least.
fn block_of(deltas: &[i64], out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    varint(zigzag(least), out);
    let beyond = |delta: i64| delta.wrapping_sub(least) as u64;
    let mut widths = [0u32; MINIBLOCKS];
    for (width, part) in widths.iter_mut().zip(deltas.chunks(MINIBLOCK)) {
        let greatest = part.iter().fold(0, |all, delta| all | beyond(*delta));
        *width = u64::BITS - greatest.leading_zeros();
    }
    out.extend(widths.map(|width| width as u8));
    for (width, part) in widths.iter().zip(deltas.chunks(MINIBLOCK)) {
        let mut packer = Packer::new(out);
        part.iter().for_each(|delta| packer.put(beyond(*delta), *width));
        (part.len()..MINIBLOCK).for_each(|_| packer.put(0, *width));
        packer.end();
    }
}

/// Room to work in, from page to page.
#[derive(Default)]
pub struct TextDeltas {
    shared: Vec<i64>,
    lengths: Vec<i64>,
    rest: Vec<u8>,
}

impl TextDeltas {
    /// Appends texts.
    pub fn texts<'t>(&mut self, texts: impl Iterator<Item = &'t [u8]>, out: &mut Vec<u8>) {
        self.shared.clear();
        self.lengths.clear();
        self.rest.clear();
        let mut before: &[u8] = &[];
        for text in texts {
            // Of neighbours that are the same text in memory nothing needs to be compared.
            let shared = if std::ptr::eq(before, text) { text.len() } else { common(before, text) };
            self.shared.push(shared as i64);
            self.lengths.push((text.len() - shared) as i64);
            self.rest.extend_from_slice(&text[shared..]);
            before = text;
        }
        integers(&self.shared, out);
        integers(&self.lengths, out);
        out.extend_from_slice(&self.rest);
    }
}

/// How many bytes two texts begin with alike.
fn common(first: &[u8], second: &[u8]) -> usize {
    let mut alike = 0;
    for (one, other) in first.chunks_exact(8).zip(second.chunks_exact(8)) {
        let word = |bytes: &[u8]| bytes.iter().rev().fold(0u64, |word, byte| word << 8 | u64::from(*byte));
        let differ = word(one) ^ word(other);
        if differ != 0 {
            return alike + (differ.trailing_zeros() / 8) as usize;
        }
        alike += 8;
    }
    alike + first[alike..].iter().zip(&second[alike..]).take_while(|(one, other)| one == other).count()
}
