//! Any table of a run, front to back: some of its columns, the rows that conditions hold for, the first so many. Of a table of any
//! size no more than a batch of rows is held.

use super::error::AnswerError;
use super::published::Published;
use super::sheet::{Test, unknown_column};
use crate::report::back::{Cell, FileColumn, Query, Rows, Scan};
use crate::report::{TABLES, TableDef};
use crate::rules::nearest;
use std::borrow::Cow;

/// What is asked for. Nothing said of columns means all of them, in the table's order.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    pub columns: &'a [String],
    pub conditions: &'a [String],
    pub limit: Option<usize>,
}

/// A table under way.
pub struct Export<'a> {
    /// The names of the columns, in the order asked for.
    pub columns: Vec<String>,
    scan: Scan<'a>,
    names: Vec<String>,
    tests: Vec<Test<'a>>,
    left: usize,
}

/// A few rows of it.
pub struct Page {
    rows: Rows,
    chosen: Vec<usize>,
    places: Vec<usize>,
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Somebody's text, or a list of them.
    Text(Cow<'a, str>),
    /// What cannot be anything but itself: a number, a date, a truth; or null.
    Plain(Cell),
}

/// The definition of a table, by its name; the nearest name to it, if there is none. `others` are names that would do as well.
pub fn table(name: &str, others: &[&'static str]) -> Result<&'static TableDef, AnswerError> {
    TABLES.into_iter().find(|table| table.name == name).ok_or_else(|| {
        let known = TABLES.iter().map(|table| table.name).chain(others.iter().copied());
        let help = match nearest(name, known) {
            Some(near) => format!("did you mean {near}?"),
            None => "seatwise schema lists the tables".to_owned(),
        };
        AnswerError::usage(format!("there is no table {name}\n  help: {help}"))
    })
}

impl<'a> Export<'a> {
    pub fn open(run: &Published, table: &'static TableDef, wanted: Wanted<'a>) -> Result<Self, AnswerError> {
        let known = Query::of(table.name).file_columns(&run.folder)?;
        let names: Vec<String> = known.iter().map(|column| column.name.clone()).collect();
        let check = |name: &str| if names.iter().any(|known| known == name) { Ok(()) } else { Err(unknown_column(name, &names)) };
        wanted.columns.iter().try_for_each(|name| check(name))?;
        let tests = wanted.conditions.iter().map(|condition| Test::parse(condition)).collect::<Result<Vec<_>, _>>()?;
        tests.iter().try_for_each(|test| check(test.column))?;
        let mut query = Query::of(table.name);
        if !wanted.columns.is_empty() {
            let read: Vec<&str> = wanted.columns.iter().map(String::as_str).chain(tests.iter().map(|test| test.column)).collect();
            query = query.columns(&read);
        }
        for test in &tests {
            if let Some(value) = test.text_wanted().filter(|_| is_text(&known, test.column)) {
                query = query.only(test.column, [value]);
            }
        }
        let columns = if wanted.columns.is_empty() { names.clone() } else { wanted.columns.to_vec() };
        Ok(Self { columns, scan: run.scan(query)?, names, tests, left: wanted.limit.unwrap_or(usize::MAX) })
    }

    /// The next rows, if there are more.
    pub fn page(&mut self) -> Result<Option<Page>, AnswerError> {
        if self.left == 0 {
            return Ok(None);
        }
        let Some(rows) = self.scan.next().transpose()? else { return Ok(None) };
        let names = rows.names();
        let place = |name: &str| names.iter().position(|known| known == name).ok_or_else(|| unknown_column(name, &self.names));
        let places = self.columns.iter().map(|name| place(name)).collect::<Result<Vec<_>, _>>()?;
        let tests = self.tests.iter().map(|test| Ok((place(test.column)?, test))).collect::<Result<Vec<_>, AnswerError>>()?;
        let holds = |row: &usize| tests.iter().all(|(place, test)| test.holds(&rows.cell(*row, *place)));
        let chosen: Vec<usize> = (0..rows.len()).filter(holds).take(self.left).collect();
        self.left -= chosen.len();
        Ok(Some(Page { rows, chosen, places }))
    }
}

impl Page {
    /// The rows, each as its values.
    pub fn rows(&self) -> impl Iterator<Item = impl Iterator<Item = Value<'_>>> {
        self.chosen.iter().map(|row| self.places.iter().map(|place| self.value(*row, *place)))
    }

    fn value(&self, row: usize, place: usize) -> Value<'_> {
        match self.rows.text(row, place) {
            Some(text) => Value::Text(Cow::Borrowed(text)),
            None => Value::from(self.rows.cell(row, place)),
        }
    }
}

impl From<Cell> for Value<'_> {
    fn from(cell: Cell) -> Self {
        match cell {
            Cell::Text(text) => Value::Text(Cow::Owned(text)),
            Cell::List(items) => Value::Text(Cow::Owned(items.join(";"))),
            other => Value::Plain(other),
        }
    }
}

fn is_text(columns: &[FileColumn], name: &str) -> bool {
    columns.iter().any(|column| column.text && column.name == name)
}
