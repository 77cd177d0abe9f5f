//! Rows that must be rejected: a copy of the row before, or a value that no reader can accept, in either file format.

use super::batch::{Cells, Kind, Table};
use super::world::{Stream, World};

/// What is done to a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Spoil {
    /// A required value is missing.
    Null,
    /// A NUL in a text.
    Nul,
    /// A word that is in no list.
    Word,
    /// A number below what it may be.
    Negative,
}

/// A table, with its share of dirty rows.
pub(super) struct Dirty<'a, T> {
    pub world: &'a World,
    pub table: T,
    /// The columns that can be spoiled, and how.
    pub spoils: &'static [(&'static str, Spoil)],
}

impl<T: Table> Table for Dirty<'_, T> {
    fn name(&self) -> &'static str {
        self.table.name()
    }

    fn rows(&self) -> u64 {
        self.table.rows()
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        self.table.columns()
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        if !self.world.is_dirty(row) {
            return self.table.row(row, cells);
        }
        let choice = self.world.random(Stream::Dirt, row).below(self.spoils.len() as u64 + 1) as usize;
        let Some((name, spoil)) = self.spoils.get(choice) else {
            // Not the first row: of at most every second one is dirty, the first is the second.
            return self.table.row(row - 1, cells);
        };
        cells.spoiled = self.table.columns().iter().position(|(column, _)| column == name).map(|place| (place, *spoil));
        self.table.row(row, cells);
        cells.spoiled = None;
    }
}
