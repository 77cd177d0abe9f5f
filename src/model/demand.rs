//! Consumptions and the demands that they are merged into, as columns.

use super::days::Days;
use super::fields::Field;
use super::integers::Integers;
use super::near_texts::NearTexts;
use super::text::{Code, NULL_CODE, ROWS, TextArena, Texts};
use super::value::Frame;
use super::words::Outcome;
use rayon::prelude::*;

/// Every accepted consumption, by `consumption_id`.
#[derive(Default, Debug)]
pub struct Consumptions {
    pub id: TextArena,
    /// The place of its product.
    pub product: Vec<u32>,
    /// This and the next two are empty where no consumption has one: ask the methods of these names.
    pub asset: Vec<Code>,
    pub user: Vec<Code>,
    pub exempt_reason: Vec<Code>,
    /// Why it needs no license (§4.1); none if it needs one.
    pub outcome: Vec<Option<Outcome>>,
    /// The demand that holds it; null if it needs no license.
    pub demand: Vec<u32>,
    /// The other fields of §2 and the attributes.
    pub frame: Frame,
}

impl Consumptions {
    pub fn len(&self) -> usize {
        self.id.len()
    }

    pub fn is_empty(&self) -> bool {
        self.id.is_empty()
    }

    /// The asset of a row, or null.
    pub fn asset(&self, row: usize) -> Code {
        code_at(&self.asset, row)
    }

    /// The user of a row, or null.
    pub fn user(&self, row: usize) -> Code {
        code_at(&self.user, row)
    }

    /// Why a row is exempt, or null.
    pub fn exempt_reason(&self, row: usize) -> Code {
        code_at(&self.exempt_reason, row)
    }
}

fn code_at(codes: &[Code], row: usize) -> Code {
    codes.get(row).copied().unwrap_or(NULL_CODE)
}

/// What must be covered (§4.2), sorted by product and then `demand_id`. Bundle demands (§4.8) have the same shape.
#[derive(Default, Debug)]
pub struct Demands {
    pub product: Vec<u32>,
    /// The asset or user that its consumptions are merged by; null for a demand of its own.
    pub subject: Vec<Code>,
    /// What follows `product_id/` in each `demand_id`, side by side in memory: tables and log show every name several times, and the texts of
    /// the subjects lie far apart. Empty where few names are asked for; they are then looked up.
    pub names: TextArena,
    /// Whether it is a demand of a user-family product without a user: only a site license can cover it.
    pub no_user: Vec<bool>,
    pub asset: Vec<Code>,
    pub user: Vec<Code>,
    pub department: Vec<Code>,
    pub location: Vec<Code>,
    pub cost_center: Vec<Code>,
    pub quantity: Integers,
    /// Null if unknown.
    pub cores: Integers,
    /// Null if unknown.
    pub processors: Integers,
    /// Distinct assets.
    pub devices: Integers,
    pub started_on: Days,
    pub last_used_on: Days,
    /// Its consumptions, ascending: `members[starts[d]..starts[d + 1]]`.
    pub starts: Vec<u32>,
    pub members: Vec<u32>,
    /// The fields that rules read, by slot of the schema's consumption side; the others are `None`.
    pub fields: Vec<Option<Field>>,
}

impl Demands {
    pub fn len(&self) -> usize {
        self.product.len()
    }

    pub fn is_empty(&self) -> bool {
        self.product.is_empty()
    }

    /// The consumptions of a demand, ascending.
    pub fn members(&self, demand: usize) -> &[u32] {
        &self.members[self.starts[demand] as usize..self.starts[demand + 1] as usize]
    }

    /// What follows `product_id/` in the `demand_id`: the subject, or `/` and the consumption.
    pub fn write_name(&self, demand: usize, texts: &Texts, consumptions: &TextArena, out: &mut String) {
        if !self.names.is_empty() {
            out.push_str(self.names.get(demand));
            return;
        }
        match self.subject[demand] {
            NULL_CODE => {
                out.push('/');
                out.push_str(consumptions.get(self.members(demand)[0] as usize));
            }
            subject => out.push_str(texts.get(subject)),
        }
    }
}

/// How many subjects are looked up before their names are copied: so the processor waits for several at once.
const AT_ONCE: usize = 64;

/// The names of demands that have none yet, for [`Demands::names`].
pub fn names(demands: &Demands, texts: &Texts, consumptions: &TextArena) -> TextArena {
    let near = NearTexts::new(texts, demands.len());
    let stretch = |first: usize| {
        let last = demands.len().min(first + ROWS);
        let (mut bytes, mut ends) = (Vec::with_capacity(ROWS * 16), Vec::with_capacity(last - first));
        let (mut name, mut subjects) = (String::new(), Vec::with_capacity(AT_ONCE));
        for first in (first..last).step_by(AT_ONCE) {
            let some = first..last.min(first + AT_ONCE);
            subjects.clear();
            subjects.extend(demands.subject[some.clone()].iter().map(|code| near.near(*code)));
            for (demand, subject) in some.zip(&subjects) {
                if !subject.write(&mut bytes) {
                    name.clear();
                    demands.write_name(demand, texts, consumptions, &mut name);
                    bytes.extend_from_slice(name.as_bytes());
                }
                ends.push(bytes.len());
            }
        }
        TextArena::of_bytes(bytes, &ends)
    };
    let firsts: Vec<usize> = (0..demands.len()).step_by(ROWS).collect();
    TextArena::joined(firsts.into_par_iter().map(stretch).collect())
}

/// Whether `/consumption`, the name of a demand of its own, stands before the name of another demand of its product.
pub fn own_name_before(consumption: &str, name: &str) -> bool {
    match name.strip_prefix('/') {
        Some(rest) => consumption < rest,
        None => "/" < name,
    }
}
