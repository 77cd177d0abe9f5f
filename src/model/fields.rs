//! The fields of demands that rules read: a demand's own columns as they are, and columns of their own for all others.

use super::days::Days;
use super::demand::Demands;
use super::integers::Integers;
use super::text::{Code, NULL_CODE};
use super::value::{Column, NULL_INT, Value};

/// A field of demands.
#[derive(Clone, Debug)]
pub enum Field {
    /// A column that demands have anyway.
    Own(Own),
    /// Any other: an attribute, a set field.
    Column(Column),
}

/// A column of [`Demands`] that a field is the same as.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Own {
    Asset,
    User,
    Department,
    Location,
    CostCenter,
    Quantity,
    Cores,
    Processors,
    StartedOn,
    LastUsedOn,
}

impl Own {
    /// By the field's name in rules.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "asset_id" => Own::Asset,
            "user_id" => Own::User,
            "department" => Own::Department,
            "location" => Own::Location,
            "cost_center" => Own::CostCenter,
            "quantity" => Own::Quantity,
            "cores" => Own::Cores,
            "processors" => Own::Processors,
            "started_on" => Own::StartedOn,
            "last_used_on" => Own::LastUsedOn,
            _ => return None,
        })
    }
}

/// The values of a field, by demand.
#[derive(Clone, Copy)]
pub enum Values<'a> {
    Texts(&'a [Code]),
    Integers(&'a Integers),
    Dates(&'a Days),
    Column(&'a Column),
}

impl<'a> Values<'a> {
    /// The value of a demand.
    #[inline]
    pub fn get(self, demand: usize) -> Value {
        match self {
            Values::Texts(codes) => match codes[demand] {
                NULL_CODE => Value::Null,
                code => Value::Text(code),
            },
            Values::Integers(integers) => match integers.get(demand) {
                NULL_INT => Value::Null,
                integer => Value::Integer(integer),
            },
            Values::Dates(days) => match days.get(demand) {
                super::date::NULL_DATE => Value::Null,
                day => Value::Date(day),
            },
            Values::Column(column) => column.get(demand),
        }
    }

    /// The codes, if they are texts.
    pub fn texts(self) -> Option<&'a [Code]> {
        match self {
            Values::Texts(codes) => Some(codes),
            Values::Column(Column::Text(codes)) => Some(codes),
            _ => None,
        }
    }
}

impl Demands {
    /// The values of a field, if any rule reads it.
    pub fn values(&self, slot: usize) -> Option<Values<'_>> {
        Some(match self.fields.get(slot)?.as_ref()? {
            Field::Column(column) => Values::Column(column),
            Field::Own(Own::Asset) => Values::Texts(&self.asset),
            Field::Own(Own::User) => Values::Texts(&self.user),
            Field::Own(Own::Department) => Values::Texts(&self.department),
            Field::Own(Own::Location) => Values::Texts(&self.location),
            Field::Own(Own::CostCenter) => Values::Texts(&self.cost_center),
            Field::Own(Own::Quantity) => Values::Integers(&self.quantity),
            Field::Own(Own::Cores) => Values::Integers(&self.cores),
            Field::Own(Own::Processors) => Values::Integers(&self.processors),
            Field::Own(Own::StartedOn) => Values::Dates(&self.started_on),
            Field::Own(Own::LastUsedOn) => Values::Dates(&self.last_used_on),
        })
    }

    /// A field of a demand; null if no rule reads it.
    #[inline]
    pub fn field(&self, slot: usize, demand: usize) -> Value {
        self.values(slot).map_or(Value::Null, |values| values.get(demand))
    }

    /// A field as a column, if it is none of the demands' own.
    pub fn further_field(&self, slot: usize) -> Option<&Column> {
        match self.fields.get(slot)?.as_ref()? {
            Field::Column(column) => Some(column),
            Field::Own(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::date::NULL_DATE;

    #[test]
    fn own_columns_are_read_as_fields() {
        let names = ["asset_id", "user_id", "department", "location", "cost_center", "quantity", "cores", "processors", "started_on"];
        let names = names.into_iter().chain(["last_used_on", "consumption_id"]);
        let demands = Demands {
            asset: vec![1, NULL_CODE],
            user: vec![2, NULL_CODE],
            department: vec![3, NULL_CODE],
            location: vec![4, NULL_CODE],
            cost_center: vec![5, NULL_CODE],
            quantity: vec![6, NULL_INT].into(),
            cores: vec![7, NULL_INT].into(),
            processors: vec![8, NULL_INT].into(),
            started_on: vec![9, NULL_DATE].into(),
            last_used_on: vec![10, NULL_DATE].into(),
            fields: names.map(|name| Own::named(name).map(Field::Own)).collect(),
            ..Demands::default()
        };
        let read: Vec<Value> = (0..12).map(|slot| demands.field(slot, 0)).collect();
        let text = (1..=5).map(Value::Text);
        let others = (6..=8).map(Value::Integer).chain((9..=10).map(Value::Date));
        assert_eq!(read, text.chain(others).chain([Value::Null, Value::Null]).collect::<Vec<_>>());
        assert!((0..12).all(|slot| demands.field(slot, 1) == Value::Null && demands.further_field(slot).is_none()));
    }

    #[test]
    fn others_have_a_column() {
        let column = Column::Text(vec![3, NULL_CODE]);
        let demands = Demands { fields: vec![None, Some(Field::Column(column.clone()))], ..Demands::default() };
        assert_eq!([(1, 0), (1, 1), (0, 0)].map(|(slot, demand)| demands.field(slot, demand)), [Value::Text(3), Value::Null, Value::Null]);
        assert_eq!((demands.further_field(1), demands.further_field(0)), (Some(&column), None));
        assert_eq!(demands.values(1).and_then(Values::texts), Some(&[3, NULL_CODE][..]));
    }
}
