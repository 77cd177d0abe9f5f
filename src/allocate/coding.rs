//! Demands as small codes: two demands with equal codes are alike for every rule, as far as a product's licenses can tell.
//!
//! Each operand of the plan becomes an id for each demand ([`Coded`]); those that read one field share the ids of its values. For a
//! market, ids become codes ([`Codes`]): as few as the licenses can distinguish, by the operand's fineness.

use super::plan::{Fineness, Operand};
use super::rows::{DemandRow, LicenseRow};
use crate::model::demand::Demands;
use crate::model::estate::Estate;
use crate::model::fields::Values;
use crate::model::text::{Code, NULL_CODE};
use crate::model::tree::Dimension;
use crate::model::value::Value;
use crate::rules::eval::{Env, Fields, Mode, evaluate};
use crate::rules::expr::{Expr, Side};
use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What no id is: the null of texts.
const NULL_ID: u32 = u32::MAX;
/// How many demands one task codes.
const CHUNK: usize = 65_536;

/// An operand's values, one id a demand.
pub struct Coded<'a> {
    pub ids: Ids<'a>,
    /// The value of each id, and the least id of that value; empty where an id is a text's code.
    values: Vec<(Value, u32)>,
}

/// Ids by demand: the codes of a text column, or the ids of a field's values, which all operands share that read it alone.
pub enum Ids<'a> {
    Texts(&'a [Code]),
    Shared(Arc<Codes>),
}

impl Ids<'_> {
    #[inline]
    fn of(&self, demand: usize) -> u32 {
        match self {
            Ids::Texts(codes) => codes[demand],
            Ids::Shared(ids) => ids.get(demand),
        }
    }
}

impl Coded<'_> {
    /// The value of a demand.
    pub fn value(&self, demand: usize) -> Value {
        self.value_of(self.ids.of(demand)).0
    }

    fn value_of(&self, id: u32) -> (Value, u32) {
        match (id, self.values.is_empty()) {
            (id, false) => self.values[id as usize],
            (NULL_CODE, true) => (Value::Null, NULL_CODE),
            (code, true) => (Value::Text(code), code),
        }
    }
}

/// Distinct values, ascending, of which null is the first in any case; and the place of each demand's among them.
struct Distinct {
    ids: Arc<Codes>,
    values: Vec<Value>,
}

impl Distinct {
    fn new(demands: usize, value: impl Fn(usize) -> Value + Sync) -> Self {
        let stretches: Vec<usize> = (0..demands).step_by(CHUNK).collect();
        let stretch = |first: &usize| *first..demands.min(first + CHUNK);
        let known = |first: &usize| stretch(first).map(&value).filter(|value| !value.is_null()).collect::<FxHashSet<Value>>();
        let mut values: Vec<Value> = stretches.par_iter().map(known).collect::<Vec<_>>().into_iter().flatten().collect();
        values.par_sort_unstable();
        values.dedup();
        values.insert(0, Value::Null);
        let places: FxHashMap<Value, u32> = values.iter().zip(0..).map(|(value, place)| (*value, place)).collect();
        let ids = Codes::of(demands, values.len(), |demand| places.get(&value(demand)).copied().unwrap_or(0));
        Self { ids: Arc::new(ids), values }
    }

    /// An operand that is a function of these values.
    fn operand(&self, function: impl Fn(Value) -> Value) -> Coded<'static> {
        let mut known: FxHashMap<Value, u32> = FxHashMap::default();
        let mut least = |id: u32, value: Value| (value, *known.entry(value).or_insert(id));
        let values = self.values.iter().zip(0..).map(|(value, id)| least(id, function(*value))).collect();
        Coded { ids: Ids::Shared(Arc::clone(&self.ids)), values }
    }
}

/// Evaluates every operand for every demand.
pub fn code_operands<'a>(operands: &[Operand], demands: &'a Demands, env: &Env<'_>) -> Vec<Coded<'a>> {
    let mut slots: Vec<usize> = operands.iter().filter_map(|operand| only_field(&operand.expr)).collect();
    slots.sort_unstable();
    slots.dedup();
    let coded = |slot: usize| {
        let values = demands.values(slot).filter(|values| values.texts().is_none())?;
        Some((slot, Distinct::new(demands.len(), |demand| values.get(demand))))
    };
    let fields: FxHashMap<usize, Distinct> = slots.into_iter().filter_map(coded).collect();
    let code = |operand: &Operand| {
        let expr = &operand.expr;
        if let Expr::Field { side: Side::Consumption, slot, .. } = expr
            && let Some(codes) = demands.values(*slot).and_then(Values::texts)
        {
            return Coded { ids: Ids::Texts(codes), values: Vec::new() };
        }
        let field = only_field(expr).and_then(|slot| Some((slot, fields.get(&slot)?)));
        match field {
            Some((slot, distinct)) => distinct.operand(|value| evaluate(expr, &OneField { slot, value }, env, Mode::Affinity)),
            None => {
                let value = |demand: usize| evaluate(expr, &DemandRow { demands, demand }, env, Mode::Affinity);
                Distinct::new(demands.len(), value).operand(|value| value)
            }
        }
    };
    operands.iter().map(code).collect()
}

/// The field of the demand that an expression reads, if it reads just one.
fn only_field(expr: &Expr) -> Option<usize> {
    fn collect(expr: &Expr, slots: &mut Vec<usize>) {
        if let Expr::Field { side: Side::Consumption, slot, .. } = expr {
            slots.push(*slot);
        }
        expr.for_each_child(|child| collect(child, slots));
    }
    let mut slots = Vec::new();
    collect(expr, &mut slots);
    slots.dedup();
    if let [slot] = slots[..] { Some(slot) } else { None }
}

/// A demand of which one field is known.
struct OneField {
    slot: usize,
    value: Value,
}

impl Fields for OneField {
    fn field(&self, side: Side, slot: usize) -> Value {
        if side == Side::Consumption && slot == self.slot { self.value } else { Value::Null }
    }
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

/// A code for each demand of a market, by its place; as narrow as they fit.
pub enum Codes {
    Byte(Vec<u8>),
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Codes {
    /// So many codes below `count`, each by its place.
    fn of(len: usize, count: usize, code: impl Fn(usize) -> u32 + Sync) -> Self {
        fn all<T: Send>(len: usize, code: impl Fn(usize) -> T + Sync + Send) -> Vec<T> {
            (0..len).into_par_iter().with_min_len(CHUNK / 8).map(code).collect()
        }
        match count {
            0..=0x100 => Codes::Byte(all(len, |place| code(place) as u8)),
            0x101..=0x1_0000 => Codes::Short(all(len, |place| code(place) as u16)),
            _ => Codes::Long(all(len, &code)),
        }
    }

    /// Of codes below `count`.
    pub fn narrow(codes: Vec<u32>, count: usize) -> Self {
        match count {
            0..=0x100 => Codes::Byte(codes.into_iter().map(|code| code as u8).collect()),
            0x101..=0x1_0000 => Codes::Short(codes.into_iter().map(|code| code as u16).collect()),
            _ => Codes::Long(codes),
        }
    }

    #[inline]
    pub fn get(&self, place: usize) -> u32 {
        match self {
            Codes::Byte(codes) => u32::from(codes[place]),
            Codes::Short(codes) => u32::from(codes[place]),
            Codes::Long(codes) => codes[place],
        }
    }
}

/// The demands of a market as the licenses can tell them apart, by one operand or by several.
pub struct Kinds {
    pub codes: Codes,
    /// The first demand of each code stands for all of them.
    pub examples: Vec<u32>,
}

impl Kinds {
    /// By one operand.
    pub fn new(operand: &Operand, coded: &Coded<'_>, demands: &[u32], licenses: &[u32], estate: &Estate, env: &Env<'_>) -> Self {
        let distinguish = Distinguish::new(operand, licenses, estate, env);
        // Where no license has a value, all texts are alike.
        let alike = coded.values.is_empty() && distinguish.is_empty();
        let id = |demand: &u32| coded.ids.of(*demand as usize);
        let mut keys: FxHashMap<(u32, bool), u32> = FxHashMap::default();
        let mut examples = Vec::new();
        let mut memo = if alike { Memo::new(&[0], |id| *id) } else { Memo::new(demands, id) };
        let code = |demand: &u32| {
            let id = id(demand);
            let known = memo.get(if alike && id != NULL_ID { 0 } else { id });
            if *known == 0 {
                let (value, least) = coded.value_of(id);
                let next = keys.len() as u32;
                let code = *keys.entry(distinguish.key(least, value, estate)).or_insert(next);
                if code == next {
                    examples.push(*demand);
                }
                *known = code + 1;
            }
            *known - 1
        };
        let codes = demands.iter().map(code).collect();
        Self { codes: Codes::narrow(codes, examples.len()), examples }
    }

    /// By several: demands that are alike by each of them.
    pub fn join(all: &[&Kinds], demands: &[u32]) -> Self {
        let mut codes = vec![0; demands.len()];
        let mut examples = Vec::new();
        for kinds in all {
            examples.clear();
            let mut joined: FxHashMap<(u32, u32), u32> = FxHashMap::default();
            for (place, code) in codes.iter_mut().enumerate() {
                let next = joined.len() as u32;
                *code = *joined.entry((*code, kinds.codes.get(place))).or_insert(next);
                if *code == next {
                    examples.push(demands[place]);
                }
            }
        }
        if all.is_empty() {
            examples.extend(demands.first());
        }
        Self { codes: Codes::narrow(codes, examples.len()), examples }
    }
}

/// What is known of some ids: a list where they lie close together, else a map. 0 is for what is not known yet.
struct Memo {
    least: u32,
    /// Null, then the ids from the least.
    close: Vec<u32>,
    apart: FxHashMap<u32, u32>,
}

impl Memo {
    fn new(demands: &[u32], id: impl Fn(&u32) -> u32) -> Self {
        let (mut least, mut most) = (NULL_ID, 0);
        for id in demands.iter().map(id).filter(|id| *id != NULL_ID) {
            (least, most) = (least.min(id), most.max(id));
        }
        let span = most.saturating_sub(least) as usize;
        let close = if span <= 4 * demands.len() { span + 2 } else { 1 };
        Self { least, close: vec![0; close], apart: FxHashMap::default() }
    }

    fn get(&mut self, id: u32) -> &mut u32 {
        let place = if id == NULL_ID { 0 } else { id.wrapping_sub(self.least) as usize + 1 };
        match self.close.get_mut(place) {
            Some(known) => known,
            None => self.apart.entry(id).or_insert(0),
        }
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

    /// Whether there is nothing that they have.
    fn is_empty(&self) -> bool {
        match self {
            Distinguish::Exact => false,
            Distinguish::Equal(values) | Distinguish::Order(values) | Distinguish::Within(_, values) => values.is_empty(),
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
