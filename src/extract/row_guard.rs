//! Text on its way to the reader of CSV, which must not gather a row without end: a quote that is never closed makes one row of all
//! that follows it. The reader says where each row began; what goes beyond a bound from there ends the reading.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Hands on a text until a row is too long.
pub struct RowGuard<'a> {
    rest: &'a [u8],
    /// Bytes that were handed on.
    given: u64,
    /// Where the row that is read now began; set by whoever reads.
    row: Rc<Cell<u64>>,
    most: u64,
}

impl<'a> RowGuard<'a> {
    /// The guard, and the cell that it learns the start of each row from.
    pub fn new(text: &'a [u8], most: u64) -> (Self, Rc<Cell<u64>>) {
        let row = Rc::new(Cell::new(0));
        (Self { rest: text, given: 0, row: Rc::clone(&row), most }, row)
    }
}

impl Read for RowGuard<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.given.saturating_sub(self.row.get()) > self.most {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "a row is too long"));
        }
        let count = self.rest.read(buffer)?;
        self.given += count as u64;
        Ok(count)
    }
}

/// Whether an error of reading is this guard's.
pub fn is_too_long(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == io::ErrorKind::FileTooLarge)
}
