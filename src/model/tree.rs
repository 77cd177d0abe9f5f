//! Trees of departments, locations and cost centers, and the question `a within b` in constant time.

use super::numbered::Numbered;
use super::text::{Code, NULL_CODE};
use rustc_hash::FxHashMap;

/// Which tree a field holds nodes of (contract §2, trees).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Dimension {
    Department,
    Location,
    CostCenter,
}

impl Dimension {
    pub const ALL: [Dimension; 3] = [Dimension::Department, Dimension::Location, Dimension::CostCenter];

    /// The word of the contract, which is also the field's name.
    pub fn word(self) -> &'static str {
        match self {
            Dimension::Department => "department",
            Dimension::Location => "location",
            Dimension::CostCenter => "cost_center",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.word() == word)
    }
}

/// What is wrong with the rows of a tree (contract §2.1: the run stops).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// Nodes that are their own ancestors: each is below the next, and the last below the first.
    Cycle { nodes: Vec<Code> },
    /// A node has two different parents.
    TwoParents { node: Code, parents: [Code; 2] },
}

/// A forest. Each node knows the span of its subtree in one walk over the forest.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// The codes of the nodes, ascending.
    nodes: Vec<Code>,
    /// As the nodes.
    spans: Vec<Span>,
    places: Places,
}

/// The trees of an estate, one a dimension; one without an extract is empty.
#[derive(Clone, Debug, Default)]
pub struct Trees {
    pub department: Tree,
    pub location: Tree,
    pub cost_center: Tree,
}

impl Trees {
    pub fn of(&self, dimension: Dimension) -> &Tree {
        match dimension {
            Dimension::Department => &self.department,
            Dimension::Location => &self.location,
            Dimension::CostCenter => &self.cost_center,
        }
    }

    pub fn of_mut(&mut self, dimension: Dimension) -> &mut Tree {
        match dimension {
            Dimension::Department => &mut self.department,
            Dimension::Location => &mut self.location,
            Dimension::CostCenter => &mut self.cost_center,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Span {
    first: u32,
    last: u32,
    parent: Code,
}

/// Where each node stands among all.
#[derive(Clone, Debug)]
enum Places {
    /// By the code, less the least: the place, and 1; 0 for what is no node. Where codes lie close together nobody needs a hash.
    Close(Code, Vec<u32>),
    Apart(FxHashMap<Code, u32>),
}

impl Default for Places {
    fn default() -> Self {
        Places::Close(0, Vec::new())
    }
}

impl Places {
    /// Of ascending nodes.
    fn new(nodes: &[Code]) -> Self {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return Self::default() };
        let span = (*last - *first) as usize;
        if span > 8 * nodes.len() {
            return Places::Apart(nodes.iter().zip(0..).map(|(node, place)| (*node, place)).collect());
        }
        let mut places = vec![0; span + 1];
        nodes.iter().zip(1..).for_each(|(node, place)| places[(*node - *first) as usize] = place);
        Places::Close(*first, places)
    }

    fn of(&self, node: Code) -> Option<usize> {
        match self {
            Places::Close(first, places) => (*places.get(node.wrapping_sub(*first) as usize)? as usize).checked_sub(1),
            Places::Apart(places) => places.get(&node).map(|place| *place as usize),
        }
    }
}

impl Tree {
    /// Builds from (node, parent) rows; a parent without a row of its own is a root that has no row.
    pub fn build(rows: &[(Code, Code)]) -> Result<Self, TreeError> {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        if sorted.windows(2).any(|pair| pair[0].0 == pair[1].0) {
            refuse_two_parents(rows)?;
        }
        let mut nodes: Vec<Code> = sorted.iter().map(|(node, _)| *node).collect();
        nodes.extend(sorted.iter().map(|(_, parent)| *parent).filter(|parent| *parent != NULL_CODE));
        nodes.sort_unstable();
        nodes.dedup();
        let places = Places::new(&nodes);
        let mut spans = vec![Span { first: UNREACHED, last: UNREACHED, parent: NULL_CODE }; nodes.len()];
        for (node, parent) in &sorted {
            if let Some(place) = places.of(*node) {
                spans[place].parent = *parent;
            }
        }
        let mut tree = Self { nodes, spans, places };
        tree.walk();
        match sorted.iter().find(|(node, _)| tree.span(*node).is_none_or(|span| span.first == UNREACHED)) {
            // What no root reaches hangs on a cycle.
            Some((node, _)) => Err(TreeError::Cycle { nodes: tree.cycle_above(*node) }),
            None => Ok(tree),
        }
    }

    /// Numbers the nodes that roots reach, depth first, without recursion: trees may be deep.
    fn walk(&mut self) {
        let parents: Vec<Option<usize>> = self.spans.iter().map(|span| self.places.of(span.parent)).collect();
        let hanging = parents.iter().zip(0..).filter_map(|(parent, node)| Some(((*parent)? as u32, node)));
        let children = Numbered::new(self.nodes.len(), hanging);
        let mut walked: Vec<u32> = Vec::with_capacity(self.nodes.len());
        let mut stack: Vec<u32> = (0..self.nodes.len()).filter(|node| parents[*node].is_none()).map(|node| node as u32).collect();
        while let Some(node) = stack.pop() {
            let clock = walked.len() as u32;
            walked.push(node);
            let node = node as usize;
            (self.spans[node].first, self.spans[node].last) = (clock, clock);
            stack.extend_from_slice(children.of(node));
        }
        // Who is below comes later, so that from the end each node has all of its own when its parent takes it in.
        for node in walked.into_iter().rev() {
            if let Some(parent) = parents[node as usize] {
                self.spans[parent].last = self.spans[parent].last.max(self.spans[node as usize].last);
            }
        }
    }

    fn span(&self, node: Code) -> Option<&Span> {
        self.places.of(node).map(|place| &self.spans[place])
    }

    /// `a` equals `b` or lies below it. A node that the tree lacks is within itself alone.
    pub fn within(&self, a: Code, b: Code) -> bool {
        if a == b {
            return true;
        }
        match (self.span(a), self.span(b)) {
            (Some(inner), Some(outer)) => outer.first <= inner.first && inner.last <= outer.last,
            _ => false,
        }
    }

    pub fn contains(&self, node: Code) -> bool {
        self.places.of(node).is_some()
    }

    /// Every node, by its code.
    pub fn nodes(&self) -> impl Iterator<Item = Code> + '_ {
        self.nodes.iter().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The parent of a node; null for a root and for what the tree lacks.
    pub fn parent(&self, node: Code) -> Code {
        self.span(node).map_or(NULL_CODE, |span| span.parent)
    }

    /// The cycle that the ancestors of a node end in.
    fn cycle_above(&self, node: Code) -> Vec<Code> {
        let mut path = vec![node];
        let mut at = node;
        loop {
            at = self.parent(at);
            if let Some(start) = path.iter().position(|seen| *seen == at) {
                return path.split_off(start);
            }
            if at == NULL_CODE {
                return path;
            }
            path.push(at);
        }
    }
}

/// What no walk came to.
const UNREACHED: u32 = u32::MAX;

/// The first row that gives a node another parent than a row before it.
fn refuse_two_parents(rows: &[(Code, Code)]) -> Result<(), TreeError> {
    let mut parents: FxHashMap<Code, Code> = FxHashMap::default();
    for (node, parent) in rows {
        match parents.insert(*node, *parent) {
            Some(before) if before != *parent => {
                return Err(TreeError::TwoParents { node: *node, parents: [before, *parent] });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn within_goes_up_and_not_down() {
        let tree = Tree::build(&[(1, NULL_CODE), (2, 1), (3, 2), (4, 1), (7, 6)]).expect("a good forest");
        assert!(tree.within(3, 1) && tree.within(3, 2) && tree.within(3, 3));
        assert!(!tree.within(1, 3) && !tree.within(4, 2) && !tree.within(9, 1));
        assert!(tree.within(9, 9));
        assert!(tree.within(7, 6), "a parent without a row still has its children below it");
        assert_eq!(tree.parent(3), 2);
    }

    #[test]
    fn cycles_and_second_parents_are_errors() {
        assert!(matches!(Tree::build(&[(1, 2), (2, 1)]), Err(TreeError::Cycle { .. })));
        assert_eq!(Tree::build(&[(1, 1)]).err(), Some(TreeError::Cycle { nodes: vec![1] }));
        assert_eq!(Tree::build(&[(1, 2), (2, 3), (3, 2)]).err(), Some(TreeError::Cycle { nodes: vec![2, 3] }));
        assert!(matches!(Tree::build(&[(1, 2), (1, 3)]), Err(TreeError::TwoParents { node: 1, .. })));
        assert!(Tree::build(&[(1, 2), (1, 2)]).is_ok());
    }
}
