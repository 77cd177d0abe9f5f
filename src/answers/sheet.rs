//! A few columns of published rows, to look at: filtered, sorted, and then shown in whatever form.

use super::AnswerError;
use crate::report::back::{Cell, Rows};
use crate::rules::nearest;
use std::cmp::Ordering;

/// Rows to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// What it is about, in one sentence.
    pub title: String,
    pub columns: Vec<String>,
    /// The columns that a page of ordinary width has room for.
    pub narrow: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// All columns of some rows.
    pub fn of(title: String, narrow: &[&'static str], rows: &Rows) -> Self {
        let columns = rows.names();
        let cells = (0..rows.len()).map(|row| (0..columns.len()).map(|place| rows.cell(row, place)).collect()).collect();
        Self { title, columns, narrow: narrow.to_vec(), rows: cells }
    }

    /// The place of a column, or the nearest name to it.
    pub fn place(&self, column: &str) -> Result<usize, AnswerError> {
        self.columns.iter().position(|name| name == column).ok_or_else(|| unknown_column(column, &self.columns))
    }

    /// Sorts by a column, nulls last; `-column` the other way round. Equal rows keep their order.
    pub fn sort(&mut self, by: &str) -> Result<(), AnswerError> {
        let (column, down) = by.strip_prefix('-').map_or((by, false), |column| (column, true));
        let place = self.place(column)?;
        self.rows.sort_by(|one, other| {
            let (left, right) = (&one[place], &other[place]);
            let nulls = (*left == Cell::Null).cmp(&(*right == Cell::Null));
            let order = compare(left, right);
            nulls.then(if down { order.reverse() } else { order })
        });
        Ok(())
    }

    /// Leaves the rows that a condition holds for: `column=value`, or another of `!= < <= > >=`, or `~` for a part of a text.
    pub fn filter(&mut self, condition: &str) -> Result<(), AnswerError> {
        let test = Test::parse(condition)?;
        let place = self.place(test.column)?;
        self.rows.retain(|row| test.holds(&row[place]));
        Ok(())
    }
}

/// A column that is not there: the nearest name, and all of them.
pub(super) fn unknown_column(column: &str, columns: &[String]) -> AnswerError {
    let near = nearest(column, columns).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    AnswerError::usage(format!("there is no column {column}\n  help: {near}there are {}", columns.join(", ")))
}

/// A condition on one column.
pub(super) struct Test<'a> {
    pub column: &'a str,
    operator: &'static str,
    value: &'a str,
}

/// The longer ones first, so that `<=` is not read as `<`.
const OPERATORS: [&str; 7] = ["!=", "<=", ">=", "=", "<", ">", "~"];

impl<'a> Test<'a> {
    pub fn parse(condition: &'a str) -> Result<Self, AnswerError> {
        let at = condition.find(['!', '<', '>', '=', '~']);
        let found = at.and_then(|at| Some((at, OPERATORS.into_iter().find(|operator| condition[at..].starts_with(operator))?)));
        let Some((at, operator)) = found else {
            return Err(AnswerError::usage(format!(
                "{condition} is no condition\n  help: write one as column=value, with = != < <= > >= or ~ (a part of a text), such as outstanding>0"
            )));
        };
        Ok(Self { column: condition[..at].trim(), operator, value: condition[at + operator.len()..].trim() })
    }

    /// The one text that a column of texts must hold, if the condition is that.
    pub fn text_wanted(&self) -> Option<&'a str> {
        (self.operator == "=" && !self.value.is_empty()).then_some(self.value)
    }

    /// A null equals nothing but an empty value.
    pub fn holds(&self, cell: &Cell) -> bool {
        if *cell == Cell::Null {
            return match self.operator {
                "=" => self.value.is_empty(),
                "!=" => !self.value.is_empty(),
                _ => false,
            };
        }
        if self.operator == "~" {
            return text(cell).to_lowercase().contains(&self.value.to_lowercase());
        }
        let order = match (number(cell), self.value.parse::<f64>()) {
            (Some(own), Ok(value)) => own.partial_cmp(&value),
            _ => Some(text(cell).as_str().cmp(self.value)),
        };
        match self.operator {
            "=" => order == Some(Ordering::Equal),
            "!=" => order != Some(Ordering::Equal),
            "<" => order == Some(Ordering::Less),
            "<=" => matches!(order, Some(Ordering::Less | Ordering::Equal)),
            ">" => order == Some(Ordering::Greater),
            _ => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// A cell as text: a list with `;` between its elements, nothing for null.
pub fn text(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Integer(number) => number.to_string(),
        Cell::Decimal(number, places) => crate::model::decimal::format_places(*number, *places),
        Cell::Percent(number) => format!("{number:.4}"),
        Cell::Boolean(truth) => truth.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::List(items) => items.join(";"),
    }
}

/// The number that a cell is; only to compare with what somebody typed.
fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Decimal(number, _) => Some(*number as f64 / crate::model::decimal::ONE as f64),
        Cell::Percent(number) => Some(*number),
        _ => None,
    }
}

fn compare(left: &Cell, right: &Cell) -> Ordering {
    match (left, right) {
        (Cell::Integer(one), Cell::Integer(other)) => one.cmp(other),
        (Cell::Decimal(one, _), Cell::Decimal(other, _)) => one.cmp(other),
        (Cell::Percent(one), Cell::Percent(other)) => one.total_cmp(other),
        (one, other) => text(one).cmp(&text(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let row = |name: &str, units: Option<i64>| vec![Cell::Text(name.to_owned()), units.map_or(Cell::Null, Cell::Integer)];
        let rows = vec![row("b", Some(10)), row("a", None), row("c", Some(9))];
        Sheet { title: String::new(), columns: vec!["name".to_owned(), "units".to_owned()], narrow: Vec::new(), rows }
    }

    fn names(sheet: &Sheet) -> String {
        sheet.rows.iter().map(|row| text(&row[0])).collect()
    }

    #[test]
    fn numbers_sort_as_numbers_and_nulls_last() {
        let mut sheet = sheet();
        sheet.sort("units").unwrap();
        assert_eq!(names(&sheet), "cba");
        sheet.sort("-units").unwrap();
        assert_eq!(names(&sheet), "bca");
        sheet.sort("name").unwrap();
        assert_eq!(names(&sheet), "abc");
        let error = sheet.sort("unit").unwrap_err();
        assert!(error.message.contains("did you mean units?"), "{}", error.message);
    }

    #[test]
    fn conditions_compare_numbers_texts_and_nulls() {
        for (condition, left) in [
            ("units>9", "b"),
            ("units>=9", "bc"),
            ("units=", "a"),
            ("units!=", "bc"),
            ("name~B", "b"),
            ("name!=b", "ac"),
            ("units < 10", "c"),
        ] {
            let mut sheet = sheet();
            sheet.filter(condition).unwrap();
            assert_eq!(names(&sheet), left, "{condition}");
        }
        assert!(sheet().filter("units").unwrap_err().message.contains("is no condition"));
    }
}
