//! The shapes of estates: one like life, and those that are hard for an engine like this one.

/// What an estate is like.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// Many products with a long tail, people and machines with departments and locations, something of everything.
    Lifelike,
    /// Everything is of one product.
    OneProduct,
    /// One product, and a license for each machine or user, which may use no other.
    OwnMachine,
    /// No rule can tell the demands apart.
    Alike,
    /// No two demands agree in any attribute that a rule reads.
    AllDifferent,
    /// One product, and licenses that no rule and no tie break can tell apart, with a seat or three each.
    EqualScores,
    /// Trees of 30 levels, and licenses for nodes of any level.
    DeepTrees,
    /// An explicit assignment for every consumption.
    Assignments,
    /// 200 rules, which read 40 attributes.
    Rules200,
}

impl Shape {
    /// Every shape.
    pub const ALL: [Shape; 9] = [
        Shape::Lifelike,
        Shape::OneProduct,
        Shape::OwnMachine,
        Shape::Alike,
        Shape::AllDifferent,
        Shape::EqualScores,
        Shape::DeepTrees,
        Shape::Assignments,
        Shape::Rules200,
    ];

    /// The word of the command line.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Lifelike => "lifelike",
            Shape::OneProduct => "one-product",
            Shape::OwnMachine => "own-machine",
            Shape::Alike => "alike",
            Shape::AllDifferent => "all-different",
            Shape::EqualScores => "equal-scores",
            Shape::DeepTrees => "deep-trees",
            Shape::Assignments => "assignments",
            Shape::Rules200 => "rules-200",
        }
    }

    /// Whether all consumptions and licenses are of the first product.
    pub(super) fn one_product(self) -> bool {
        matches!(self, Shape::OneProduct | Shape::OwnMachine | Shape::EqualScores)
    }

    /// Whether each consumption stands on a machine of its own, so that no two are merged.
    pub(super) fn own_assets(self) -> bool {
        self.one_product() || matches!(self, Shape::AllDifferent)
    }

    /// Whether licenses and demands carry the attributes `tag_0` … and `level_0` ….
    pub(super) fn tagged(self) -> bool {
        self == Shape::Rules200
    }
}
