//! References to something unknown, where the extract that they point at is given: counted, never refused (contract §2.1).

use super::accepted::Accepted;
use crate::model::codes::CodeSet;
use crate::model::estate::UnknownReference;
use crate::model::text::{Code, NULL_CODE, Texts};
use crate::model::tree::Dimension;
use crate::model::words::ExtractKind;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How many unknown values a note shows.
const EXAMPLES: usize = 5;

/// What references point at. None where the extract is not given, so that nothing is unknown.
struct Known<'a> {
    accepted: &'a Accepted,
    texts: &'a Texts,
    products: Option<CodeSet>,
    assets: Option<CodeSet>,
    users: Option<CodeSet>,
    licenses: CodeSet,
    /// The nodes that have a row of their own, by dimension.
    nodes: [Option<CodeSet>; 3],
}

/// What a field points at.
#[derive(Clone, Copy)]
enum Points {
    Product,
    Asset,
    User,
    License,
    Consumption,
    Node(Dimension),
}

/// Every field that refers to another extract, in the order of §2.
const REFERENCES: &[(ExtractKind, &str, Points)] = &[
    (ExtractKind::Consumptions, "product_id", Points::Product),
    (ExtractKind::Consumptions, "asset_id", Points::Asset),
    (ExtractKind::Consumptions, "user_id", Points::User),
    (ExtractKind::Consumptions, "department", Points::Node(Dimension::Department)),
    (ExtractKind::Consumptions, "location", Points::Node(Dimension::Location)),
    (ExtractKind::Consumptions, "cost_center", Points::Node(Dimension::CostCenter)),
    (ExtractKind::Licenses, "product_id", Points::Product),
    (ExtractKind::Licenses, "department", Points::Node(Dimension::Department)),
    (ExtractKind::Licenses, "location", Points::Node(Dimension::Location)),
    (ExtractKind::Licenses, "cost_center", Points::Node(Dimension::CostCenter)),
    (ExtractKind::Licenses, "user_id", Points::User),
    (ExtractKind::Products, "previous_product_id", Points::Product),
    (ExtractKind::Assets, "user_id", Points::User),
    (ExtractKind::Assets, "department", Points::Node(Dimension::Department)),
    (ExtractKind::Assets, "location", Points::Node(Dimension::Location)),
    (ExtractKind::Assets, "cost_center", Points::Node(Dimension::CostCenter)),
    (ExtractKind::Users, "department", Points::Node(Dimension::Department)),
    (ExtractKind::Users, "location", Points::Node(Dimension::Location)),
    (ExtractKind::Users, "cost_center", Points::Node(Dimension::CostCenter)),
    (ExtractKind::Assignments, "license_id", Points::License),
    (ExtractKind::Assignments, "asset_id", Points::Asset),
    (ExtractKind::Assignments, "user_id", Points::User),
    (ExtractKind::Assignments, "consumption_id", Points::Consumption),
    (ExtractKind::Reservations, "license_id", Points::License),
    (ExtractKind::Bundles, "bundle_product_id", Points::Product),
    (ExtractKind::Bundles, "component_product_id", Points::Product),
    (ExtractKind::Preferences, "license_id", Points::License),
    (ExtractKind::Preferences, "asset_id", Points::Asset),
    (ExtractKind::Preferences, "user_id", Points::User),
    (ExtractKind::Preferences, "consumption_id", Points::Consumption),
];

/// Counts the unknown references by extract and field.
/// `attributes` are the job's attributes that hold nodes of a tree.
pub fn unknown(accepted: &Accepted, attributes: &BTreeMap<String, Dimension>, texts: &Texts) -> Vec<UnknownReference> {
    let known = Known::new(accepted, texts);
    let fields = REFERENCES.iter().filter_map(|(extract, field, points)| known.count(*extract, field, *points));
    let mapped = attributes.iter().flat_map(|(name, dimension)| {
        let holders = [ExtractKind::Consumptions, ExtractKind::Licenses, ExtractKind::Assets, ExtractKind::Users];
        holders.map(|extract| known.count(extract, name, Points::Node(*dimension)))
    });
    fields.chain(mapped.flatten()).chain(known.count_parents()).chain(known.count_reserved_nodes()).collect()
}

impl<'a> Known<'a> {
    fn new(accepted: &'a Accepted, texts: &'a Texts) -> Self {
        let ids = |kind: ExtractKind, field: &str| accepted.frame(kind).map(|_| accepted.texts_of(kind, field).iter().copied().collect());
        let nodes = |dimension: Dimension| {
            let frame = accepted.frame(ExtractKind::Trees)?;
            let (kinds, nodes) = (accepted.texts_of(ExtractKind::Trees, "tree"), accepted.texts_of(ExtractKind::Trees, "node"));
            Some((0..frame.rows).filter(|row| texts.opt(kinds[*row]) == Some(dimension.word())).map(|row| nodes[row]).collect())
        };
        Self {
            accepted,
            texts,
            products: ids(ExtractKind::Products, "product_id"),
            assets: ids(ExtractKind::Assets, "asset_id"),
            users: ids(ExtractKind::Users, "user_id"),
            licenses: ids(ExtractKind::Licenses, "license_id").unwrap_or_default(),
            nodes: Dimension::ALL.map(nodes),
        }
    }

    fn is_known(&self, points: Points, code: Code) -> bool {
        let among = |set: &Option<CodeSet>| set.as_ref().is_none_or(|set| set.contains(code));
        match points {
            Points::Product => among(&self.products),
            Points::Asset => among(&self.assets),
            Points::User => among(&self.users),
            Points::License => self.licenses.contains(code),
            Points::Consumption => self.accepted.consumption_ids.search_sorted(self.texts.get(code)).is_some(),
            Points::Node(dimension) => among(&self.nodes[dimension as usize]),
        }
    }

    fn count(&self, extract: ExtractKind, field: &str, points: Points) -> Option<UnknownReference> {
        let codes = self.accepted.texts_of(extract, field).par_iter().copied();
        let unknown: Vec<Code> = codes.filter(|code| *code != NULL_CODE && !self.is_known(points, *code)).collect();
        self.note(extract, field, unknown.into_iter())
    }

    /// A parent without a row of its own.
    fn count_parents(&self) -> Option<UnknownReference> {
        let kinds = self.accepted.texts_of(ExtractKind::Trees, "tree");
        let parents = self.accepted.texts_of(ExtractKind::Trees, "parent");
        let unknown = |(kind, parent): (&Code, &Code)| {
            let dimension = self.texts.opt(*kind).and_then(Dimension::parse)?;
            (*parent != NULL_CODE && !self.is_known(Points::Node(dimension), *parent)).then_some(*parent)
        };
        self.note(ExtractKind::Trees, "parent", kinds.iter().zip(parents).filter_map(unknown))
    }

    /// A reservation for a node that its tree lacks.
    fn count_reserved_nodes(&self) -> Option<UnknownReference> {
        let dimensions = self.accepted.texts_of(ExtractKind::Reservations, "dimension");
        let values = self.accepted.texts_of(ExtractKind::Reservations, "value");
        let unknown = |(dimension, value): (&Code, &Code)| {
            let dimension = self.texts.opt(*dimension).and_then(Dimension::parse)?;
            (!self.is_known(Points::Node(dimension), *value)).then_some(*value)
        };
        self.note(ExtractKind::Reservations, "value", dimensions.iter().zip(values).filter_map(unknown))
    }

    fn note(&self, extract: ExtractKind, field: &str, unknown: impl Iterator<Item = Code>) -> Option<UnknownReference> {
        let mut rows = 0;
        let mut values: Vec<Code> = unknown.inspect(|_| rows += 1).collect();
        values.sort_unstable();
        values.dedup();
        values.truncate(EXAMPLES);
        let examples = values.into_iter().map(|code| self.texts.get(code).to_owned()).collect();
        (rows > 0).then_some(UnknownReference { extract, field: field.to_owned(), rows, examples })
    }
}
