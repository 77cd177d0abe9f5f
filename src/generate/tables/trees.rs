//! `trees`: the forests, one after the other.

use super::super::batch::{Cells, Kind, Table};
use super::super::world::World;
use super::named;

pub(in super::super) struct Trees<'a> {
    pub world: &'a World,
}

impl Table for Trees<'_> {
    fn name(&self) -> &'static str {
        "trees"
    }

    fn rows(&self) -> u64 {
        self.world.forests.iter().map(|forest| forest.nodes()).sum()
    }

    fn columns(&self) -> Vec<(String, Kind)> {
        named(&[("tree", Kind::Text), ("node", Kind::Text), ("parent", Kind::Text)])
    }

    fn row(&self, row: u64, cells: &mut Cells) {
        let mut node = row;
        for forest in &self.world.forests {
            if node < forest.nodes() {
                cells.text(Some(forest.kind));
                cells.id(forest.prefix, 1, Some(node));
                cells.id(forest.prefix, 1, forest.parent(node));
                return;
            }
            node -= forest.nodes();
        }
    }
}
