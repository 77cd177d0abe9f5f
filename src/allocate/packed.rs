//! Small numbers by place, those of several columns side by side. In a large market a demand looks at single licenses that lie
//! anywhere: it waits for far memory once for each of them, and not once for each table.

use super::coding::Codes;
use rayon::prelude::*;

/// How many rows are put together at a time.
const BLOCK: usize = 4096;

/// What there is of each place.
pub enum Column<'a> {
    Bytes(&'a [u8]),
    Codes(&'a Codes),
    /// Numbers below so many.
    Numbers(&'a [u32], usize),
}

impl Column<'_> {
    /// How many bytes one takes.
    fn size(&self) -> usize {
        match self {
            Column::Bytes(_) | Column::Codes(Codes::Byte(_)) | Column::Numbers(_, 0..=0x100) => 1,
            Column::Codes(Codes::Short(_)) | Column::Numbers(_, 0x101..=0x1_0000) => 2,
            Column::Codes(Codes::Long(_)) | Column::Numbers(..) => 4,
        }
    }

    fn get(&self, place: usize) -> u32 {
        match self {
            Column::Bytes(bytes) => u32::from(bytes[place]),
            Column::Codes(codes) => codes.get(place),
            Column::Numbers(numbers, _) => numbers[place],
        }
    }
}

/// Rows of small numbers.
pub struct Packed {
    /// How many bytes a row has.
    width: usize,
    /// By column: where its number stands in a row, and how many bytes it has.
    columns: Vec<(usize, usize)>,
    bytes: Vec<u8>,
}

impl Packed {
    /// Of columns with so many rows.
    pub fn new(rows: usize, all: &[Column<'_>]) -> Self {
        let mut width = 0;
        let column = |column: &Column<'_>| {
            width += column.size();
            (width - column.size(), column.size())
        };
        let columns: Vec<(usize, usize)> = all.iter().map(column).collect();
        let mut bytes = vec![0; rows * width];
        let fill = |(block, bytes): (usize, &mut [u8])| {
            for (column, (from, size)) in all.iter().zip(&columns) {
                for (row, place) in bytes.chunks_exact_mut(width).zip(block * BLOCK..) {
                    row[*from..from + size].copy_from_slice(&column.get(place).to_le_bytes()[..*size]);
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
        let below = |count: u32| (0..rows as u32).map(|row| row.wrapping_mul(2_654_435_761) % count).collect::<Vec<u32>>();
        let counts = [2, 0x100, 0x101, 0x1_0000, 0x10_0000];
        let (numbers, bytes) = (counts.map(below), [7, 8].repeat(rows));
        let codes = counts.map(|count| Codes::narrow(below(count), count as usize));
        let mut columns = vec![Column::Bytes(&bytes)];
        columns.extend(codes.iter().map(Column::Codes));
        columns.extend(numbers.iter().zip(counts).map(|(numbers, count)| Column::Numbers(numbers, count as usize)));
        let packed = Packed::new(rows, &columns);
        for (at, column) in columns.iter().enumerate() {
            assert!((0..rows).all(|row| packed.get(row, at) == column.get(row)));
        }
        Packed::new(0, &[]);
    }
}
