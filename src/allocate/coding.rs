//! Demands as small codes: two demands with equal codes are alike for every rule, as far as a product's licenses can tell.
//!
//! Each operand of the plan is evaluated once per demand, over columns, into an id ([`Coded`]). For a market, a [`Coder`]
//! maps ids to codes: as few as the licenses can distinguish, by the operand's fineness.

use super::plan::{Fineness, Operand};
use super::rows::{DemandRow, LicenseRow};
use crate::model::demand::Demands;
use crate::model::estate::Estate;
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::value::{Column, Value};
use crate::rules::eval::{Env, Mode, evaluate};
use crate::rules::expr::{Expr, Side};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::borrow::Cow;

/// The null of every id column here.
const NULL_ID: u32 = u32::MAX;

/// An operand's values, one id a demand; equal values have equal ids.
pub struct Coded<'a> {
    pub ids: Cow<'a, [u32]>,
    /// The value of each id; empty where an id is a text's code.
    values: Vec<Value>,
}

impl Coded<'_> {
    /// The value of a demand.
    pub fn value(&self, demand: usize) -> Value {
        self.value_of(self.ids[demand])
    }

    fn value_of(&self, id: u32) -> Value {
        match (id, self.values.is_empty()) {
            (NULL_ID, _) => Value::Null,
            (code, true) => Value::Text(code),
            (id, false) => self.values[id as usize],
        }
    }
}

/// Evaluates every operand for every demand.
pub fn code_operands<'a>(operands: &[Operand], demands: &'a Demands, env: &Env<'_>) -> Vec<Coded<'a>> {
    operands.par_iter().map(|operand| code_operand(&operand.expr, demands, env)).collect()
}

fn code_operand<'a>(expr: &Expr, demands: &'a Demands, env: &Env<'_>) -> Coded<'a> {
    if let Expr::Field { side: Side::Consumption, slot, .. } = expr
        && let Some(Some(Column::Text(codes))) = demands.fields.get(*slot)
    {
        return Coded { ids: Cow::Borrowed(codes), values: Vec::new() };
    }
    let mut known: FxHashMap<Value, u32> = FxHashMap::default();
    // A column without a value still needs to be told from a text column.
    let mut values = vec![Value::Null];
    let ids = (0..demands.len())
        .map(|demand| {
            let value = evaluate(expr, &DemandRow { demands, demand }, env, Mode::Affinity);
            if value.is_null() {
                return NULL_ID;
            }
            *known.entry(value).or_insert_with(|| {
                values.push(value);
                values.len() as u32 - 1
            })
        })
        .collect();
    Coded { ids: Cow::Owned(ids), values }
}

/// A value as a number that orders and equals as the value does; `None` for null.
pub fn ordinal(value: Value) -> Option<i128> {
    match value {
        Value::Null => None,
        Value::Text(code) | Value::List(code) => Some(i128::from(code)),
        Value::Boolean(truth) => Some(i128::from(truth)),
        Value::Date(day) => Some(i128::from(day)),
        number => number.scaled(),
    }
}

/// From the ids of one operand to the codes of one market.
pub struct Coder {
    codes: FxHashMap<u32, u32>,
    /// How many codes there are.
    pub len: usize,
}

impl Coder {
    /// Codes the operand for the demands of a market. The first demand of each code stands for all of them.
    pub fn new(
        operand: &Operand,
        coded: &Coded<'_>,
        demands: impl Iterator<Item = usize>,
        licenses: &[u32],
        estate: &Estate,
        env: &Env<'_>,
    ) -> Self {
        let distinguish = Distinguish::new(operand, licenses, estate, env);
        let mut codes: FxHashMap<u32, u32> = FxHashMap::default();
        let mut keys: FxHashMap<(u32, bool), u32> = FxHashMap::default();
        for demand in demands {
            let id = coded.ids[demand];
            codes.entry(id).or_insert_with(|| {
                let key = distinguish.key(id, coded.value_of(id), estate);
                let next = keys.len() as u32;
                *keys.entry(key).or_insert(next)
            });
        }
        Self { codes, len: keys.len() }
    }

    /// The code of a demand of this market, by its operand's id.
    pub fn code(&self, id: u32) -> u32 {
        self.codes.get(&id).copied().unwrap_or(0)
    }
}

/// What the licenses of a market can tell apart in one operand.
enum Distinguish {
    Exact,
    /// Sorted values of the licenses.
    Equal(Vec<i128>),
    Order(Vec<i128>),
    Within(Dimension, Vec<i128>),
}

impl Distinguish {
    fn new(operand: &Operand, licenses: &[u32], estate: &Estate, env: &Env<'_>) -> Self {
        if operand.fineness == Fineness::Exact {
            return Distinguish::Exact;
        }
        let mut values: Vec<i128> = Vec::new();
        for partner in &operand.partners {
            for license in licenses {
                let row = LicenseRow { licenses: &estate.licenses, license: *license as usize };
                // Both modes give a partner of a comparison the same value but for conditions inside `if`.
                for mode in [Mode::Affinity, Mode::Requirement] {
                    values.extend(ordinal(evaluate(partner, &row, env, mode)));
                }
            }
        }
        values.sort_unstable();
        values.dedup();
        match operand.fineness {
            Fineness::Equal => Distinguish::Equal(values),
            Fineness::Order => Distinguish::Order(values),
            Fineness::Within(dimension) => Distinguish::Within(dimension, values),
            Fineness::Exact => Distinguish::Exact,
        }
    }

    /// What is equal here is alike to every license.
    fn key(&self, id: u32, value: Value, estate: &Estate) -> (u32, bool) {
        let Some(number) = ordinal(value) else { return (NULL_ID, false) };
        match self {
            Distinguish::Exact => (id, true),
            Distinguish::Equal(values) => match values.binary_search(&number) {
                Ok(place) => (place as u32, true),
                Err(_) => (NULL_ID - 1, false),
            },
            Distinguish::Order(values) => match values.binary_search(&number) {
                Ok(place) => (place as u32, true),
                Err(place) => (place as u32, false),
            },
            Distinguish::Within(dimension, values) => {
                let Value::Text(code) = value else { return (NULL_ID - 1, false) };
                match nearest_node(*dimension, code, values, estate) {
                    NULL_CODE => (NULL_ID - 1, false),
                    node => (node, node == code),
                }
            }
        }
    }
}

/// The nearest of `nodes` (sorted) at or above a node; null if none is.
fn nearest_node(dimension: Dimension, node: Code, nodes: &[i128], estate: &Estate) -> Code {
    let tree = estate.trees.of(dimension);
    let mut at = node;
    while at != NULL_CODE && nodes.binary_search(&i128::from(at)).is_err() {
        at = tree.parent(at);
    }
    at
}
