//! Small numbers in few bits: bit packing, and Parquet's hybrid of runs and packed groups, which levels and dictionary places are
//! stored as.

/// How many bits the numbers up to `greatest` need; at least one.
pub fn width_of(greatest: u32) -> u32 {
    (u32::BITS - greatest.leading_zeros()).max(1)
}

/// Numbers packed one behind the other, the lowest bits first.
pub struct Packer<'o> {
    out: &'o mut Vec<u8>,
    waiting: u128,
    bits: u32,
}

impl<'o> Packer<'o> {
    pub fn new(out: &'o mut Vec<u8>) -> Self {
        Self { out, waiting: 0, bits: 0 }
    }

    /// Appends the lowest `width` bits (0 to 64) of a number that has no others.
    #[inline]
    pub fn put(&mut self, number: u64, width: u32) {
        self.waiting |= u128::from(number) << self.bits;
        self.bits += width;
        if self.bits >= 64 {
            self.out.extend_from_slice(&(self.waiting as u64).to_le_bytes());
            self.waiting >>= 64;
            self.bits -= 64;
        }
    }

    /// Fills the last byte with zeros.
    pub fn end(self) {
        let bytes = self.bits.div_ceil(8) as usize;
        self.out.extend_from_slice(&self.waiting.to_le_bytes()[..bytes]);
    }
}

/// A run shorter than this is packed.
const RUN: usize = 16;
/// Packed numbers come in groups of this many.
const GROUP: usize = 8;
/// Four numbers of so many bits fit a word, and a group two.
const SHORT: u32 = 16;

/// Appends numbers below 2^`width` as Parquet's hybrid of runs and bit-packed groups.
pub fn hybrid(values: &[u32], width: u32, out: &mut Vec<u8>) {
    let (mut at, mut packed_from) = (0, 0);
    while at < values.len() {
        let run = run_at(values, at);
        if run >= RUN {
            packed(&values[packed_from..at], width, out);
            run_of(values[at], run, width, out);
            at += run;
            packed_from = at;
        } else {
            at = values.len().min(at + GROUP);
        }
    }
    packed(&values[packed_from..], width, out);
}

/// How many numbers from a place on are equal.
fn run_at(values: &[u32], at: usize) -> usize {
    // A page of one number is common, and compared at once.
    if at == 0 && values[1..] == values[..values.len() - 1] {
        return values.len();
    }
    values[at..].iter().take_while(|value| **value == values[at]).count()
}

/// One run of equal numbers.
pub fn run_of(value: u32, count: usize, width: u32, out: &mut Vec<u8>) {
    varint((count as u64) << 1, out);
    out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8) as usize]);
}

fn packed(values: &[u32], width: u32, out: &mut Vec<u8>) {
    if values.is_empty() {
        return;
    }
    varint((values.len().div_ceil(GROUP) as u64) << 1 | 1, out);
    groups(values, width, out);
}

/// Appends numbers below 2^`width` one behind the other, and zeros to fill the last group of eight.
pub fn groups<N: Copy + Default + Into<u64>>(values: &[N], width: u32, out: &mut Vec<u8>) {
    if width > SHORT {
        let mut packer = Packer::new(out);
        values.iter().for_each(|value| packer.put((*value).into(), width));
        (values.len()..values.len().next_multiple_of(GROUP)).for_each(|_| packer.put(0, width));
        return packer.end();
    }
    let (start, bytes) = (out.len(), width as usize);
    // The last group is stored with what 16 bytes have room for.
    out.resize(start + values.len().div_ceil(GROUP) * bytes + 16, 0);
    let mut at = start;
    let mut put = |eight: &[N; GROUP]| {
        let four = |four: &[N]| four.iter().rev().fold(0u64, |word, value| word << width | (*value).into());
        let all = u128::from(four(&eight[..4])) | u128::from(four(&eight[4..])) << (4 * width);
        out[at..at + 16].copy_from_slice(&all.to_le_bytes());
        at += bytes;
    };
    let (whole, rest) = values.as_chunks::<GROUP>();
    whole.iter().for_each(&mut put);
    if !rest.is_empty() {
        let mut last = [N::default(); GROUP];
        last[..rest.len()].copy_from_slice(rest);
        put(&last);
    }
    out.truncate(at);
}

/// Seven bits a byte, the lowest first.
pub fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Numbers near zero as small numbers, whatever their sign.
pub fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}
