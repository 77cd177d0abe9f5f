//! Small numbers by place, those of several columns side by side. In a large market a demand looks at single licenses that lie
//! anywhere: it waits for far memory once for each of them, and not once for each table.

use super::coding::Codes;
use rayon::prelude::*;

/// How many rows are put together at a time.
const BLOCK: usize = 4096;

impl Codes {
    /// How many bytes a code takes.
    fn size(&self) -> usize {
        match self {
            Codes::Byte(_) => 1,
            Codes::Short(_) => 2,
            Codes::Long(_) => 4,
        }
    }
}

/// Rows of codes.
pub struct Packed {
    /// How many bytes a row has.
    width: usize,
    /// By column: where its code stands in a row, and how many bytes it has.
    columns: Vec<(usize, usize)>,
    bytes: Vec<u8>,
}

impl Packed {
    /// Of columns with so many rows.
    pub fn new(rows: usize, codes: &[&Codes]) -> Self {
        let mut width = 0;
        let column = |codes: &&Codes| {
            width += codes.size();
            (width - codes.size(), codes.size())
        };
        let columns: Vec<(usize, usize)> = codes.iter().map(column).collect();
        let mut bytes = vec![0; rows * width];
        let fill = |(block, bytes): (usize, &mut [u8])| {
            for (codes, (from, size)) in codes.iter().zip(&columns) {
                for (row, place) in bytes.chunks_exact_mut(width).zip(block * BLOCK..) {
                    row[*from..from + size].copy_from_slice(&codes.get(place).to_le_bytes()[..*size]);
                }
            }
        };
        bytes.par_chunks_mut((BLOCK * width).max(1)).enumerate().for_each(fill);
        Self { width, columns, bytes }
    }

    #[inline]
    pub fn get(&self, row: usize, column: usize) -> u32 {
        let (from, size) = self.columns[column];
        match self.bytes[row * self.width + from..][..size] {
            [one] => u32::from(one),
            [one, two] => u32::from(u16::from_le_bytes([one, two])),
            [one, two, three, four] => u32::from_le_bytes([one, two, three, four]),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_hold_what_columns_do() {
        let rows = 2 * BLOCK + 7;
        let columns = [2, 0x100, 0x1_0000, 0x10_0000]
            .map(|count| Codes::narrow((0..rows as u32).map(|row| row.wrapping_mul(2_654_435_761) % count).collect(), count as usize));
        let packed = Packed::new(rows, &columns.each_ref());
        for (at, column) in columns.iter().enumerate() {
            assert!((0..rows).all(|row| packed.get(row, at) == column.get(row)));
        }
        Packed::new(0, &[]);
    }
}
