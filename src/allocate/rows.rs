//! Rows as the rules see them: a demand, a license, or both.

use crate::model::demand::Demands;
use crate::model::license::Licenses;
use crate::model::value::Value;
use crate::rules::eval::Fields;
use crate::rules::expr::Side;

/// The consumption side alone.
pub struct DemandRow<'a> {
    pub demands: &'a Demands,
    pub demand: usize,
}

impl Fields for DemandRow<'_> {
    fn field(&self, side: Side, slot: usize) -> Value {
        match side {
            Side::Consumption => self.demands.field(slot, self.demand),
            _ => Value::Null,
        }
    }
}

/// The license side alone.
pub struct LicenseRow<'a> {
    pub licenses: &'a Licenses,
    pub license: usize,
}

impl Fields for LicenseRow<'_> {
    fn field(&self, side: Side, slot: usize) -> Value {
        match side {
            Side::License => self.licenses.fields.get(slot).map_or(Value::Null, |column| column.get(self.license)),
            _ => Value::Null,
        }
    }
}

/// A (demand, license) pair.
pub struct PairFields<'a> {
    pub demands: &'a Demands,
    pub demand: usize,
    pub licenses: &'a Licenses,
    pub license: usize,
}

impl Fields for PairFields<'_> {
    fn field(&self, side: Side, slot: usize) -> Value {
        match side {
            Side::Consumption => self.demands.field(slot, self.demand),
            Side::License => self.licenses.fields.get(slot).map_or(Value::Null, |column| column.get(self.license)),
            Side::User => Value::Null,
        }
    }
}
