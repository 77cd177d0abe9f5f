//! What licenses of a market have of the values that a rule is looked up by, and who holds each.

use super::coding::{Codes, ordinal};
use super::ctx::Ctx;
use super::plan::{Matching, Term};
use super::rows::LicenseRow;
use super::sets::{insert, words};
use crate::model::numbered::Numbered;
use crate::model::text::NULL_CODE;
use crate::model::tree::Dimension;
use crate::model::value::Value;
use crate::rules::eval::{Mode, evaluate};
use crate::rules::expr::Expr;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a rule reads of a license.
#[derive(PartialEq)]
pub struct Read<'a> {
    expr: &'a Expr,
    mode: Mode,
    scope: Option<Dimension>,
}

impl<'a> Read<'a> {
    pub fn new(rule: &Term, matching: &'a Matching) -> Self {
        let expr = &matching.license;
        // A field alone is the same in both.
        let mode = if matches!(expr, Expr::Field { .. }) { Mode::Affinity } else { rule.mode() };
        Self { expr, mode, scope: rule.scope() }
    }
}

/// The values of licenses.
pub struct Held {
    /// By the license's place: the number of its value, from 1; 0 for none.
    pub numbers: Codes,
    /// Those that a requirement does not bind, since they have no value; as bits.
    pub free: Vec<u64>,
}

/// Who holds each value.
pub struct Holders {
    pub held: Arc<Held>,
    numbers: Numbers,
    /// By number: the places of its licenses.
    places: Numbered,
}

impl Holders {
    /// Of licenses and their places; none where there are not more values than `few`: then rules are better tabulated.
    pub fn new(ctx: &Ctx<'_>, read: &Read<'_>, licenses: &[u32], places: &[u32], few: usize) -> Option<Self> {
        let value = |license: &u32| {
            let license = *license as usize;
            if read.scope.is_some_and(|dimension| !ctx.estate.licenses.scope[license].has(dimension)) {
                return None;
            }
            ordinal(evaluate(read.expr, &LicenseRow { licenses: &ctx.estate.licenses, license }, &ctx.env, read.mode))
        };
        let values: Vec<Option<i128>> = licenses.iter().map(value).collect();
        let mut numbers = Numbers::room_for(&values);
        let (mut by_place, mut free) = (vec![0; places.len()], vec![0; words(places.len())]);
        // How many values there are.
        let mut count = 0;
        for (value, place) in values.iter().zip(places) {
            let Some(value) = value else {
                insert(&mut free, *place);
                continue;
            };
            let number = numbers.at(*value);
            if *number == 0 {
                count += 1;
                *number = count;
            }
            by_place[*place as usize] = *number;
        }
        let count = count as usize;
        if count <= few {
            return None;
        }
        let holding = places.iter().map(|place| (by_place[*place as usize], *place)).filter(|(number, _)| *number > 0);
        let places = Numbered::new(count + 1, holding);
        let held = Arc::new(Held { numbers: Codes::narrow(by_place, count + 1), free });
        Some(Self { held, numbers, places })
    }

    /// The places of the licenses that have a value, by its number; in any order.
    pub fn places(&self, number: u32) -> &[u32] {
        self.places.of(number as usize)
    }

    /// Adds the numbers of the values that a demand's matches.
    pub fn matching(&self, ctx: &Ctx<'_>, matching: &Matching, value: Value, into: &mut Vec<u32>) {
        let Some(dimension) = matching.within else {
            into.extend(ordinal(value).and_then(|value| self.numbers.get(value)));
            return;
        };
        let Value::Text(mut node) = value else { return };
        let tree = ctx.estate.trees.of(dimension);
        while node != NULL_CODE {
            into.extend(self.numbers.get(i128::from(node)));
            node = tree.parent(node);
        }
    }
}

/// The numbers of values, from 1; 0 for what no license has.
enum Numbers {
    /// By the value less the least: where values lie close together, nobody needs a hash to find one.
    Close {
        least: i128,
        numbers: Vec<u32>,
    },
    Apart(FxHashMap<i128, u32>),
}

impl Numbers {
    /// None yet, with room for these.
    fn room_for(values: &[Option<i128>]) -> Self {
        let ends = |(least, most): (i128, i128), value: i128| (least.min(value), most.max(value));
        let (least, most) = values.iter().flatten().copied().fold((i128::MAX, i128::MIN), ends);
        match most.checked_sub(least).and_then(|span| usize::try_from(span).ok()) {
            Some(span) if span < 4 * values.len() => Numbers::Close { least, numbers: vec![0; span + 1] },
            _ => Numbers::Apart(FxHashMap::default()),
        }
    }

    /// Where the number of a value stands that there is room for.
    fn at(&mut self, value: i128) -> &mut u32 {
        match self {
            Numbers::Close { least, numbers } => &mut numbers[(value - *least) as usize],
            Numbers::Apart(numbers) => numbers.entry(value).or_insert(0),
        }
    }

    /// The number of a value that a license has.
    fn get(&self, value: i128) -> Option<u32> {
        let number = match self {
            Numbers::Close { least, numbers } => {
                let place = value.checked_sub(*least).and_then(|place| usize::try_from(place).ok());
                place.and_then(|place| numbers.get(place).copied())
            }
            Numbers::Apart(numbers) => numbers.get(&value).copied(),
        };
        number.filter(|number| *number > 0)
    }
}
