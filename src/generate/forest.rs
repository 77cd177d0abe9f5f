//! The trees of departments, locations and cost centers, as functions of the node.

use super::plan::Sizes;
use super::random::Random;
use super::shape::Shape;

/// One tree, or rather a few of a kind.
#[derive(Clone, Debug)]
pub(super) struct Forest {
    /// The word of the extract.
    pub kind: &'static str,
    /// What the names of its nodes begin with.
    pub prefix: &'static str,
    seed: u64,
    stream: u64,
    growth: Growth,
}

#[derive(Clone, Copy, Debug)]
enum Growth {
    /// Three roots; each node hangs on one of the quarter of nodes that lies before its half. Assets are at the nodes from `low` on.
    Broad { nodes: u64, low: u64 },
    /// So many chains of `LEVELS` nodes. Assets are at their ends.
    Deep { chains: u64 },
    /// A broad tree, and below it a leaf for every machine.
    Leaves { inner: u64, leaves: u64 },
}

/// Levels of a deep tree.
const LEVELS: u64 = 30;
/// The stream of the first forest.
const STREAM: u64 = 100;

impl Forest {
    /// Departments, locations and cost centers.
    pub fn all(shape: Shape, sizes: &Sizes, seed: u64) -> [Forest; 3] {
        let forest = |place: u64, kind, prefix, nodes, low| {
            let growth = match shape {
                Shape::DeepTrees => Growth::Deep { chains: (sizes.assets / 100).max(3) },
                Shape::AllDifferent => Growth::Leaves { inner: nodes, leaves: sizes.assets.max(sizes.users) },
                _ => Growth::Broad { nodes, low },
            };
            Forest { kind, prefix, seed, stream: STREAM + place, growth }
        };
        [forest(0, "department", "D-", 150, 40), forest(1, "location", "S-", 130, 45), forest(2, "cost_center", "K-", 120, 70)]
    }

    pub fn nodes(&self) -> u64 {
        match self.growth {
            Growth::Broad { nodes, .. } => nodes,
            Growth::Deep { chains } => chains * LEVELS,
            Growth::Leaves { inner, leaves } => inner + leaves,
        }
    }

    /// The node above; none for a root.
    pub fn parent(&self, node: u64) -> Option<u64> {
        let mut random = Random::of(self.seed, self.stream, node);
        match self.growth {
            Growth::Deep { chains } => node.checked_sub(chains),
            Growth::Leaves { inner, .. } if node >= inner => Some(inner / 2 + random.below(inner - inner / 2)),
            _ if node < 3 => None,
            _ => {
                let (low, high) = (node / 4, (node / 2).max(node / 4 + 1));
                Some(low + random.below(high - low))
            }
        }
    }

    /// Where the machine or person of a number is.
    pub fn of_asset(&self, random: &mut Random, asset: u64) -> u64 {
        match self.growth {
            Growth::Broad { nodes, low } => low + random.below(nodes - low),
            Growth::Deep { chains } => chains * (LEVELS - 1) + random.below(chains),
            Growth::Leaves { inner, leaves } => inner + asset % leaves,
        }
    }

    /// The node that a license is for.
    pub fn of_license(&self, random: &mut Random) -> u64 {
        match self.growth {
            // Half of the licenses for somewhere in the middle, half for one machine.
            Growth::Leaves { inner, leaves } if random.in_thousand(500) => inner + random.below(leaves),
            Growth::Leaves { inner, .. } => random.below(inner),
            _ => random.below(self.nodes()),
        }
    }
}
