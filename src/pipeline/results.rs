//! What a run came to, in numbers: counted once, for the log's trailer, the summary and the notices, so that estate and trace can go
//! while the run is published.

use crate::allocate::Calculation;
use crate::estate::Built;
use crate::explain::alerts::Alert;
use crate::model::date::Date;
use crate::model::decimal::{NULL_DECIMAL, Scaled};
use crate::model::words::{DeficitReason, Outcome};

/// What a run came to.
pub struct Results {
    /// The date that it answers for.
    pub as_of: Date,
    pub products: u64,
    pub consumptions: u64,
    /// Consumptions that need no license.
    pub not_needed: u64,
    pub licenses: u64,
    pub demands: u64,
    pub grants: u64,
    pub deficits: u64,
    /// Pairs of a demand and a license that were weighed.
    pub pairs: u64,
    pub required: i64,
    pub outstanding: i64,
    /// How many deficits have each reason, every reason, in the order of the contract.
    pub reasons: Vec<(DeficitReason, u64)>,
    /// Products in deficit, in the order of `product_id`.
    pub short: Vec<Short>,
    pub alerts: Vec<Alert>,
    /// Demands by the number of their outcome.
    outcomes: Vec<u64>,
}

/// A product in deficit: its row of `positions`.
#[derive(Clone, Debug)]
pub struct Short {
    pub product_id: String,
    /// Its name, where the catalog has one.
    pub name: Option<String>,
    pub required: i64,
    pub outstanding: i64,
    /// What the outstanding units would cost, times 10^9, where there is a price.
    pub deficit_cost: Option<Scaled>,
    pub currency: Option<String>,
}

impl Results {
    pub fn of(built: &Built, calculation: &Calculation, alerts: Vec<Alert>) -> Self {
        let (estate, trace) = (&built.estate, &calculation.trace);
        let mut outcomes = vec![0; Outcome::ALL.len()];
        trace.outcomes.iter().for_each(|outcome| outcomes[*outcome as usize] += 1);
        Self {
            as_of: estate.policy.as_of,
            products: estate.products.len() as u64,
            consumptions: estate.consumptions.len() as u64,
            not_needed: estate.consumptions.outcome.iter().filter(|outcome| outcome.is_some()).count() as u64,
            licenses: estate.licenses.len() as u64,
            demands: trace.outcomes.len() as u64,
            grants: trace.grants.len() as u64,
            deficits: trace.deficits.len() as u64,
            pairs: trace.pairs,
            required: trace.positions.iter().map(|position| position.required).sum(),
            outstanding: trace.positions.iter().map(|position| position.outstanding).sum(),
            reasons: trace.reasons(),
            short: short(built, calculation),
            alerts,
            outcomes,
        }
    }

    /// How many demands had this outcome.
    pub fn demands_with(&self, outcome: Outcome) -> u64 {
        self.outcomes[outcome as usize]
    }
}

fn short(built: &Built, calculation: &Calculation) -> Vec<Short> {
    let estate = &built.estate;
    let text = |code| estate.texts.opt(code).map(str::to_owned);
    let positions = calculation.trace.positions.iter().enumerate().filter(|(_, position)| position.outstanding > 0);
    let short = positions.map(|(product, position)| {
        let price = estate.products.unit_price[product];
        Short {
            product_id: text(estate.products.id[product]).unwrap_or_default(),
            name: text(estate.products.name[product]),
            required: position.required,
            outstanding: position.outstanding,
            deficit_cost: (price != NULL_DECIMAL).then(|| price.saturating_mul(i128::from(position.outstanding))),
            currency: text(estate.products.currency[product]),
        }
    });
    short.collect()
}
