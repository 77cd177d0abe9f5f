//! Trees of departments, locations and cost centers, and the question `a within b` in constant time.

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
    spans: FxHashMap<Code, Span>,
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

impl Tree {
    /// Builds from (node, parent) rows; a parent without a row of its own is a root that has no row.
    pub fn build(rows: &[(Code, Code)]) -> Result<Self, TreeError> {
        let mut parents: FxHashMap<Code, Code> = FxHashMap::default();
        for (node, parent) in rows {
            match parents.insert(*node, *parent) {
                Some(before) if before != *parent => {
                    return Err(TreeError::TwoParents { node: *node, parents: [before, *parent] });
                }
                _ => {}
            }
        }
        let mut children: FxHashMap<Code, Vec<Code>> = FxHashMap::default();
        let mut roots = Vec::new();
        let mut nodes: Vec<(Code, Code)> = parents.iter().map(|(node, parent)| (*node, *parent)).collect();
        nodes.sort_unstable();
        for (node, parent) in &nodes {
            if *parent == NULL_CODE {
                roots.push(*node);
                continue;
            }
            children.entry(*parent).or_default().push(*node);
            if !parents.contains_key(parent) && children[parent].len() == 1 {
                roots.push(*parent);
            }
        }
        let tree = Self { spans: walk(&roots, &children, &parents) };
        match nodes.iter().find(|(node, _)| !tree.spans.contains_key(node)) {
            // What no root reaches hangs on a cycle.
            Some((node, _)) => Err(TreeError::Cycle { nodes: cycle_above(*node, &parents) }),
            None => Ok(tree),
        }
    }

    /// `a` equals `b` or lies below it. A node that the tree lacks is within itself alone.
    pub fn within(&self, a: Code, b: Code) -> bool {
        if a == b {
            return true;
        }
        match (self.spans.get(&a), self.spans.get(&b)) {
            (Some(inner), Some(outer)) => outer.first <= inner.first && inner.last <= outer.last,
            _ => false,
        }
    }

    pub fn contains(&self, node: Code) -> bool {
        self.spans.contains_key(&node)
    }

    /// Every node, in no order that may decide anything.
    pub fn nodes(&self) -> impl Iterator<Item = Code> + '_ {
        self.spans.keys().copied()
    }

    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The parent of a node; null for a root and for what the tree lacks.
    pub fn parent(&self, node: Code) -> Code {
        self.spans.get(&node).map_or(NULL_CODE, |span| span.parent)
    }
}

/// The cycle that the ancestors of a node end in.
fn cycle_above(node: Code, parents: &FxHashMap<Code, Code>) -> Vec<Code> {
    let mut path = vec![node];
    let mut at = node;
    loop {
        at = parents.get(&at).copied().unwrap_or(NULL_CODE);
        if let Some(start) = path.iter().position(|seen| *seen == at) {
            return path.split_off(start);
        }
        if at == NULL_CODE {
            return path;
        }
        path.push(at);
    }
}

/// Depth first, without recursion: trees may be deep.
fn walk(roots: &[Code], children: &FxHashMap<Code, Vec<Code>>, parents: &FxHashMap<Code, Code>) -> FxHashMap<Code, Span> {
    let mut spans: FxHashMap<Code, Span> = FxHashMap::default();
    let mut clock = 0;
    let none: Vec<Code> = Vec::new();
    for root in roots {
        let mut stack = vec![(*root, 0usize)];
        while let Some((node, next)) = stack.pop() {
            if next == 0 {
                let parent = parents.get(&node).copied().unwrap_or(NULL_CODE);
                spans.insert(node, Span { first: clock, last: clock, parent });
                clock += 1;
            }
            let below = children.get(&node).unwrap_or(&none);
            if let Some(child) = below.get(next) {
                stack.push((node, next + 1));
                stack.push((*child, 0));
            } else if let Some(span) = spans.get_mut(&node) {
                span.last = clock - 1;
            }
        }
    }
    spans
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
