//! The position report: the position of every product with headings and words for people, the worst first. One row a product, so
//! that it is small whatever the run.

use super::AnswerError;
use super::published::Published;
use super::sheet::{Sheet, text};
use super::show::positions;
use crate::explain::position;
use crate::model::words::{Metric, PositionStatus};
use crate::report::back::Cell;

/// What it is called where tables are named.
pub const NAME: &str = "positions-report";

/// The report.
pub fn position_report(run: &Published) -> Result<Sheet, AnswerError> {
    let table = positions(run)?;
    let places = position::REPORT.map(|(_, column)| column.map(|column| table.place(column)).transpose());
    let places = places.into_iter().collect::<Result<Vec<_>, _>>()?;
    let as_of = Cell::Date(run.manifest.as_of);
    let row = |row: &Vec<Cell>| -> Vec<Cell> {
        let shown = position::REPORT.iter().zip(&places).map(|((_, column), place)| match (column, place) {
            (Some(column), Some(place)) => in_words(column, &row[*place]),
            _ => as_of.clone(),
        });
        shown.collect()
    };
    let rows = table.rows.iter().map(row).collect();
    let columns = position::REPORT.map(|(heading, _)| heading.to_owned()).to_vec();
    Ok(Sheet { title: table.title, columns, narrow: Vec::new(), rows })
}

/// A code that this program does not know stays as it is.
fn in_words(column: &str, cell: &Cell) -> Cell {
    let code = text(cell);
    let word = match column {
        "status" => PositionStatus::parse(&code).map(position::status),
        "metric" => Metric::parse(&code).map(position::metric),
        _ => None,
    };
    word.map_or_else(|| cell.clone(), |word| Cell::Text(word.to_owned()))
}
