//! Where the calculation stands between its phases: which demands are open, what was granted, which seats are left.

use super::ledger::{Ledger, Reserved};
use crate::model::estate::Estate;
use crate::model::words::Phase;
use crate::trace::Grant;
use crate::trace::grants::Grants;
use crate::trace::matched::{MatchId, MatchPool};
use rayon::slice::ParallelSliceMut;

/// What became of a demand so far.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Standing {
    #[default]
    Open,
    Covered(Phase),
    /// Covered in part: it has grants, and a deficit (§4.6).
    Partly,
}

/// The state of a run.
pub struct State {
    demands: Vec<Standing>,
    /// Those of phases 1 and 3 and of the bundles.
    grants: Vec<Grant>,
    /// How many of them are of phase 1.
    direct: usize,
    /// Those of phase 2, product by product: most of all grants, and in order as they come.
    affinity: Grants,
    pub matches: MatchPool,
    /// By product: its usable licenses, ascending, and their seats.
    licenses: Vec<Vec<u32>>,
    pub ledgers: Vec<Ledger>,
}

impl State {
    pub fn new(estate: &Estate, reserved: &Reserved) -> Self {
        let usable = |product: usize| {
            let all = estate.licenses.of_product(product).iter().copied();
            all.filter(|license| estate.licenses.usable(*license as usize)).collect::<Vec<u32>>()
        };
        let licenses: Vec<Vec<u32>> = (0..estate.products.len()).map(usable).collect();
        let ledgers = licenses.iter().map(|licenses| Ledger::new(estate, licenses, reserved)).collect();
        let demands = vec![Standing::Open; estate.demands.len()];
        Self { demands, grants: Vec::new(), direct: 0, affinity: Grants::default(), matches: MatchPool::default(), licenses, ledgers }
    }

    /// The usable licenses of a product, ascending; a ledger's places are theirs.
    pub fn licenses(&self, product: usize) -> &[u32] {
        &self.licenses[product]
    }

    pub fn ledger(&mut self, product: usize) -> &mut Ledger {
        &mut self.ledgers[product]
    }

    pub fn is_open(&self, demand: usize) -> bool {
        self.demands[demand] == Standing::Open
    }

    /// The phase that covered a demand in full.
    pub fn phase_of(&self, demand: usize) -> Option<Phase> {
        match self.demands[demand] {
            Standing::Covered(phase) => Some(phase),
            _ => None,
        }
    }

    pub fn close(&mut self, demand: usize, phase: Phase) {
        self.demands[demand] = Standing::Covered(phase);
    }

    pub fn close_in_part(&mut self, demand: usize) {
        self.demands[demand] = Standing::Partly;
    }

    pub fn is_partly_covered(&self, demand: usize) -> bool {
        self.demands[demand] == Standing::Partly
    }

    pub fn grant(&mut self, grant: Grant) {
        self.grants.push(grant);
    }

    /// Makes room for the grants of phase 2.
    pub fn make_room(&mut self, grants: usize) {
        self.affinity = Grants::with_capacity(grants);
    }

    /// Takes over what phase 2 granted of a product, with its pool of matched rules. Products must come in their order, and grants be in
    /// the order of [`Taken::in_order`].
    pub fn take_affinity(&mut self, grants: &Grants, pool: &MatchPool) {
        let matches = self.absorb(pool);
        self.affinity.append(grants, &matches);
    }

    /// Takes a market's grants of another phase over, with its pool of matched rules.
    pub fn take_grants(&mut self, grants: &Grants, pool: &MatchPool) {
        let matches = self.absorb(pool);
        self.grants.extend(grants.iter().map(|grant| grant.renamed(&matches)));
    }

    pub fn absorb(&mut self, pool: &MatchPool) -> Vec<MatchId> {
        self.matches.absorb(pool)
    }

    /// Ends phase 1: its grants are sorted by demand, then license.
    pub fn seal_direct(&mut self) {
        self.grants.sort_by_key(|grant| (grant.demand, grant.license));
        self.direct = self.grants.len();
    }

    /// The grants that phase 1 gave to a demand.
    pub fn direct_grants_of(&self, demand: u32) -> impl Iterator<Item = &Grant> + '_ {
        let direct = &self.grants[..self.direct];
        let start = direct.partition_point(|grant| grant.demand < demand);
        direct[start..].iter().take_while(move |grant| grant.demand == demand)
    }

    /// Takes all grants out, to be put in order.
    pub fn take_all(&mut self) -> Taken {
        Taken { affinity: std::mem::take(&mut self.affinity), others: std::mem::take(&mut self.grants) }
    }
}

/// The grants of a run.
pub struct Taken {
    /// Those of phase 2, in order.
    affinity: Grants,
    others: Vec<Grant>,
}

impl Taken {
    /// All grants, by demand, then license.
    pub fn in_order(mut self) -> Grants {
        self.others.par_sort_by_key(|grant| (grant.demand, grant.license));
        self.affinity.insert_all(&self.others);
        self.affinity
    }
}
