//! Which products have to do with each other: through versions (contract §4.7) and bundles (§4.8).

use std::collections::{BTreeMap, BTreeSet};

/// The links between products, by their identifiers.
#[derive(Default, Debug)]
pub struct Relatives {
    /// By product: all products that versions link it to, itself among them.
    chains: BTreeMap<String, BTreeSet<String>>,
    /// By component: the bundles that hold it.
    bundles_of: BTreeMap<String, BTreeSet<String>>,
    /// By bundle: its components.
    components_of: BTreeMap<String, BTreeSet<String>>,
}

impl Relatives {
    /// From (product, the version before it) and (bundle, component).
    pub fn new<'a>(
        versions: impl Iterator<Item = (&'a str, &'a str)>,
        bundles: impl Iterator<Item = (&'a str, &'a str)>,
        downgrades: bool,
    ) -> Self {
        let mut relatives = Self::default();
        if downgrades {
            relatives.chains = chains(versions);
        }
        for (bundle, component) in bundles {
            relatives.bundles_of.entry(component.to_owned()).or_default().insert(bundle.to_owned());
            relatives.components_of.entry(bundle.to_owned()).or_default().insert(component.to_owned());
        }
        relatives
    }

    fn chain(&self, product: &str) -> impl Iterator<Item = &String> {
        self.chains.get(product).into_iter().flatten()
    }

    /// The products whose licenses may cover a demand of one of these.
    pub fn suppliers(&self, products: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = products.clone();
        for product in products {
            all.extend(self.chain(product).cloned());
            all.extend(self.bundles_of.get(product).into_iter().flatten().cloned());
        }
        all
    }

    /// The products whose demands may be covered by a license of one of these.
    pub fn takers(&self, products: &BTreeSet<String>) -> BTreeSet<String> {
        let mut all = products.clone();
        for product in products {
            all.extend(self.chain(product).cloned());
            all.extend(self.components_of.get(product).into_iter().flatten().cloned());
        }
        all
    }
}

/// The sets that links connect.
fn chains<'a>(links: impl Iterator<Item = (&'a str, &'a str)>) -> BTreeMap<String, BTreeSet<String>> {
    let mut neighbors: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (newer, older) in links {
        neighbors.entry(newer).or_default().push(older);
        neighbors.entry(older).or_default().push(newer);
    }
    let mut chains: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for start in neighbors.keys() {
        if chains.contains_key(*start) {
            continue;
        }
        let mut found: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![*start];
        while let Some(product) = open.pop() {
            if found.insert(product.to_owned()) {
                open.extend(neighbors.get(product).into_iter().flatten());
            }
        }
        for product in &found {
            chains.insert(product.clone(), found.clone());
        }
    }
    chains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_bundles_lead_to_each_other() {
        let relatives = Relatives::new([("B", "A"), ("C", "B")].into_iter(), [("SUITE", "A"), ("SUITE", "X")].into_iter(), true);
        let of = |name: &str| BTreeSet::from([name.to_owned()]);
        let names = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>().join(" ");
        assert_eq!(names(relatives.suppliers(&of("A"))), "A B C SUITE");
        assert_eq!(names(relatives.takers(&of("SUITE"))), "A SUITE X");
        assert_eq!(names(relatives.takers(&of("C"))), "A B C");
        assert_eq!(names(relatives.suppliers(&of("X"))), "SUITE X");
    }
}
