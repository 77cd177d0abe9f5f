//! `seatwise show`: rows of a published run, as a table, as CSV or as JSON.

use super::delimited;
use super::exit::Exit;
use super::question_args::{Angle, SheetFormat, ShowArgs};
use super::terminal;
use super::which_run::refuse;
use crate::answers::sheet::{Sheet, text};
use crate::answers::{AnswerError, Published, show as ask};
use crate::report::back::Cell;
use comfy_table::presets::NOTHING;
use comfy_table::{Attribute, CellAlignment, ContentArrangement, Table};
use serde_json::{Map, Value};

/// `seatwise show`.
pub fn show(args: &ShowArgs) -> Exit {
    let run = match args.which.open() {
        Ok(run) => run,
        Err(exit) => return exit,
    };
    match sheet(args, &run) {
        Ok(sheet) => {
            terminal::say(&match args.format {
                SheetFormat::Table => page(&sheet),
                SheetFormat::Csv => delimited::sheet(&sheet, delimited::Style::CSV),
                SheetFormat::Json => json(&run, &sheet),
            });
            Exit::Complete
        }
        Err(error) => refuse(&error),
    }
}

fn sheet(args: &ShowArgs, run: &Published) -> Result<Sheet, AnswerError> {
    let mut sheet = match &args.angle {
        None => ask::positions(run)?,
        Some(Angle::License { id }) => ask::license(run, id)?,
        Some(Angle::Asset { id }) => ask::asset(run, id)?,
        Some(Angle::User { id }) => ask::user(run, id)?,
        Some(Angle::Product { id }) => ask::product(run, id)?,
    };
    if let Some(status) = &args.status {
        sheet.filter(&format!("status={status}"))?;
    }
    for condition in &args.filter {
        sheet.filter(condition)?;
    }
    // The last one named decides first: what is sorted keeps its order among equals.
    for column in args.sort.iter().rev() {
        sheet.sort(column)?;
    }
    if let Some(limit) = args.limit {
        sheet.rows.truncate(limit);
    }
    Ok(sheet)
}

/// A table of the columns that there is room for. A column without a value in any row is left out.
fn page(sheet: &Sheet) -> String {
    let wanted: Vec<usize> = sheet.narrow.iter().filter_map(|name| sheet.columns.iter().position(|column| column == name)).collect();
    let places: Vec<usize> = wanted.into_iter().filter(|place| sheet.rows.iter().any(|row| row[*place] != Cell::Null)).collect();
    if sheet.rows.is_empty() {
        return format!("{}\nThere is nothing to show.", sheet.title);
    }
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let head = |name: &String| {
        let cell = comfy_table::Cell::new(name.replace('_', " "));
        if terminal::stdout_has_color() { cell.add_attribute(Attribute::Bold) } else { cell }
    };
    table.set_header(places.iter().map(|place| head(&sheet.columns[*place])));
    for row in &sheet.rows {
        table.add_row(places.iter().map(|place| {
            let number = matches!(row[*place], Cell::Integer(_) | Cell::Decimal(..) | Cell::Percent(_));
            let alignment = if number { CellAlignment::Right } else { CellAlignment::Left };
            comfy_table::Cell::new(clean(&text(&row[*place]))).set_alignment(alignment)
        }));
    }
    let count = sheet.rows.len();
    format!("{}\n\n{table}\n\n{count} {}", sheet.title, if count == 1 { "row" } else { "rows" })
}

/// Without control characters: an identifier must not move the cursor of who looks at it.
fn clean(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect()
}

fn json(run: &Published, sheet: &Sheet) -> String {
    let row = |row: &Vec<Cell>| {
        let entries = sheet.columns.iter().zip(row).map(|(name, cell)| (name.clone(), value(cell)));
        Value::Object(entries.collect::<Map<_, _>>())
    };
    let mut all = Map::new();
    all.insert("run_id".to_owned(), Value::from(run.manifest.run_id.clone()));
    all.insert("as_of".to_owned(), Value::from(run.manifest.as_of.to_string()));
    all.insert("about".to_owned(), Value::from(sheet.title.clone()));
    all.insert("rows".to_owned(), Value::from(sheet.rows.iter().map(row).collect::<Vec<_>>()));
    serde_json::to_string_pretty(&Value::Object(all)).unwrap_or_default()
}

/// Money as text, so that no reader rounds it.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Integer(number) => Value::from(*number),
        Cell::Percent(number) => Value::from(*number),
        Cell::Boolean(truth) => Value::from(*truth),
        Cell::List(items) => Value::from(items.clone()),
        other => Value::from(text(other)),
    }
}
