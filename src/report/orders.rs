//! Column orders that every reader knows. The parquet crate declares for a column of floats that its statistics follow the total order
//! of IEEE 754. That is a new member of a union in the footer, and readers that do not know it yet may refuse the whole file (Polars
//! before 1.40 does). Our floats are percentages: never negative, never NaN, never −0. For such numbers that order and the one that the
//! format has always had are the same, so the footer says the old one.
//!
//! The crate has no option for it. The orders are the last field of the footer, at a place that follows from its end; a footer of
//! another shape is left as it is, and the tests would tell.

use std::io::{self, Write};

/// An element of the list of orders in the compact protocol: the header of the union's one field, its empty struct, and the union's
/// end.
const ORDER_BYTES: usize = 3;
/// Field 1 of the union: the order that belongs to the column's type.
const BY_TYPE: [u8; ORDER_BYTES] = [0x1c, 0, 0];
/// Field 2: the total order of IEEE 754.
const TOTAL: [u8; ORDER_BYTES] = [0x2c, 0, 0];
/// What stands behind the list: the end of the footer's struct, its length, and `PAR1`.
const BEHIND: usize = 1 + 4 + 4;

/// Hands on what is written, but for the end, which it holds back until [`KnownOrders::finish`].
pub(super) struct KnownOrders<W: Write> {
    out: W,
    held: Vec<u8>,
    columns: usize,
}

impl<W: Write> KnownOrders<W> {
    /// For a file of so many columns, lists counted once.
    pub fn new(out: W, columns: usize) -> Self {
        Self { out, held: Vec::new(), columns }
    }

    fn keep(&self) -> usize {
        self.columns * ORDER_BYTES + BEHIND
    }

    /// Writes the end, with the orders that every reader knows.
    pub fn finish(&mut self) -> io::Result<()> {
        settle(&mut self.held, self.columns);
        self.out.write_all(&self.held)?;
        self.held.clear();
        self.out.flush()
    }
}

/// Puts the old order in the place of the new one, if the end has the shape of a list of orders.
fn settle(end: &mut [u8], columns: usize) {
    let Some(behind) = end.len().checked_sub(BEHIND) else { return };
    let Some(start) = behind.checked_sub(columns * ORDER_BYTES) else { return };
    let orders = end[start..behind].chunks_exact(ORDER_BYTES);
    if end[behind] == 0 && orders.clone().all(|order| order == BY_TYPE || order == TOTAL) {
        end[start..behind].chunks_exact_mut(ORDER_BYTES).for_each(|order| order.copy_from_slice(&BY_TYPE));
    }
}

impl<W: Write> Write for KnownOrders<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        let ready = self.held.len().saturating_sub(self.keep());
        // Not more often than it pays: what is held is moved to the front each time, and much at once is not gathered again.
        if ready >= self.keep().max(1 << 17) {
            self.out.write_all(&self.held[..ready])?;
            self.held.drain(..ready);
        }
        Ok(bytes.len())
    }

    /// Everything but the end.
    fn flush(&mut self) -> io::Result<()> {
        let ready = self.held.len().saturating_sub(self.keep());
        self.out.write_all(&self.held[..ready])?;
        self.held.drain(..ready);
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::table;
    use crate::report::usage;
    use parquet::basic::{ColumnOrder, SortOrder};

    #[test]
    fn percentages_are_said_to_be_in_the_order_of_their_type() {
        let table = table(|report, out| usage::write(report, out));
        let place = table.names().iter().position(|name| name == "usage_percent").expect("a column of floats");
        let file = table.metadata.file_metadata();
        assert_eq!(file.column_order(place), ColumnOrder::TYPE_DEFINED_ORDER(SortOrder::SIGNED));
        assert_eq!(file.column_orders().map(Vec::len), Some(table.names().len()));
    }

    #[test]
    fn bytes_go_through_but_for_the_orders() {
        let end = [&TOTAL[..], &BY_TYPE, &[0, 9, 0, 0, 0], b"PAR1"].concat();
        let settled = [&BY_TYPE[..], &BY_TYPE, &[0, 9, 0, 0, 0], b"PAR1"].concat();
        for (length, step) in [(0, 1), (10, 3), (200_000, 70_001), (200_000, 7)] {
            let body: Vec<u8> = (0..length).map(|place: usize| place.to_le_bytes()[0]).collect();
            let mut out = KnownOrders::new(Vec::new(), 2);
            for piece in [&body[..], &end].concat().chunks(step) {
                out.write_all(piece).expect("room");
            }
            out.flush().expect("room");
            assert_eq!(out.out.len(), body.len());
            out.finish().expect("room");
            assert!(out.out == [&body[..], &settled].concat(), "{length} by {step}");
        }
        for other in [&b"PAR1"[..], &[0x3c; 15], &[0x2c, 0, 0, 0x2c, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0]] {
            let mut out = KnownOrders::new(Vec::new(), 2);
            out.write_all(other).expect("room");
            out.finish().expect("room");
            assert_eq!(out.out, other, "what has another shape stays");
        }
    }
}
