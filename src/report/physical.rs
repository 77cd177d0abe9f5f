//! How a column lies in the Parquet file: what a reader meets who looks beneath the logical types. Asked of the same conversion
//! that writes the files, so that it cannot say anything else.

use super::schema::ColumnDef;
use arrow::datatypes::Schema;
use parquet::arrow::ArrowSchemaConverter;
use parquet::basic::LogicalType;

/// The Parquet types of a column; those of its elements, if it is a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Physical {
    /// The path of its one leaf, such as `matched_rules.list.element`.
    pub path: String,
    /// Such as `INT64`.
    pub physical: String,
    /// Such as `DECIMAL(18, 4)`; none where the physical type says it all.
    pub logical: Option<String>,
}

/// Of a column of a table. None of our kinds is refused by the conversion.
pub fn physical(column: &ColumnDef) -> Option<Physical> {
    let schema = Schema::new(vec![column.field()]);
    let converted = ArrowSchemaConverter::new().convert(&schema).ok()?;
    let leaf = converted.columns().first()?;
    let logical = leaf.logical_type_ref().map(|logical| match logical {
        LogicalType::Decimal(decimal) => format!("DECIMAL({}, {})", decimal.precision, decimal.scale),
        other => format!("{other:?}").to_uppercase(),
    });
    Some(Physical { path: leaf.path().string(), physical: format!("{:?}", leaf.physical_type()), logical })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::TABLES;
    use crate::report::schema::{boolean, code, date, integer, list, money, percent, text};

    #[test]
    fn every_kind_lies_in_the_file_as_the_contract_says() {
        let told = |column: ColumnDef| {
            let physical = physical(&column).expect("a type");
            format!("{} {} {}", physical.path, physical.physical, physical.logical.unwrap_or_default())
        };
        assert_eq!(told(code("c", "")), "c BYTE_ARRAY STRING");
        assert_eq!(told(text("c", "")), "c BYTE_ARRAY STRING");
        assert_eq!(told(integer("c", "")), "c INT64 ");
        assert_eq!(told(money("c", "")), "c INT64 DECIMAL(18, 4)");
        assert_eq!(told(percent("c", "")), "c DOUBLE ");
        assert_eq!(told(boolean("c", "")), "c BOOLEAN ");
        assert_eq!(told(date("c", "")), "c INT32 DATE");
        assert_eq!(told(list("c", "")), "c.list.element BYTE_ARRAY STRING");
    }

    #[test]
    fn every_column_has_one() {
        for column in TABLES.iter().flat_map(|table| table.columns) {
            assert!(physical(column).is_some(), "{}", column.name);
        }
    }
}
