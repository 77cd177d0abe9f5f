//! `seatwise schema`: the columns of every table of a run, and of every extract, from the definitions that write and read them; as a
//! [`page`] for people, or as a [`json`] document. No run is looked at.

mod json;
mod page;

use super::exit::Exit;
use super::terminal;
use crate::extract::fields::{Field, fields};
use crate::extract::meanings;
use crate::model::words::ExtractKind;
use crate::report::{TABLES, TableDef};
use crate::rules::nearest;
use clap::{Args, ValueEnum};

/// `schema`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct SchemaArgs {
    /// A table of a run, or an extract; without one, the list of all
    #[arg(value_name = "TABLE")]
    pub table: Option<String>,
    /// What a job reads (the extracts), instead of what a run writes: for names that are both
    #[arg(long)]
    pub input: bool,
    /// How to print it; JSON without TABLE has every column of every table
    #[arg(long, value_name = "FORM", default_value = "table")]
    pub format: SchemaFormat,
}

/// What `--format` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SchemaFormat {
    /// For people.
    Table,
    /// For programs, with the types in the Parquet file.
    Json,
}

const EXAMPLES: &str = "Examples:
  seatwise schema                          every table of a run, and every extract
  seatwise schema positions                its columns: type, nulls, unit, meaning
  seatwise schema licenses --input         the extract of that name, not the table
  seatwise schema --format json > schema.json

Columns marked ↑ are those that the rows are sorted by, in this order. How tables may change is promised: columns are only added, at the end.";

/// What is printed.
struct Chosen {
    tables: Vec<&'static TableDef>,
    inputs: Vec<Input>,
}

/// An extract: its fields, and what else stands in the definition.
struct Input {
    kind: ExtractKind,
    fields: &'static [Field],
}

impl Input {
    fn of(kind: ExtractKind) -> Self {
        Self { kind, fields: fields(kind) }
    }

    fn name(&self) -> &'static str {
        self.kind.code()
    }

    fn row(&self) -> &'static str {
        meanings::row(self.kind)
    }
}

/// `seatwise schema`.
pub fn schema(args: &SchemaArgs) -> Exit {
    let chosen = match choose(args.table.as_deref(), args.input) {
        Ok(chosen) => chosen,
        Err(message) => {
            terminal::say_error(&format!("error: {message}"));
            return Exit::Usage;
        }
    };
    let width = terminal::stdout_is_terminal().then(terminal::width);
    let text = match (args.format, &args.table) {
        (SchemaFormat::Json, _) => json::document(&chosen),
        (SchemaFormat::Table, None) => page::list(&chosen, width),
        (SchemaFormat::Table, Some(_)) => page::columns(&chosen, width),
    };
    terminal::say(&text);
    Exit::Complete
}

/// All, or the one of a name: a table, if both a table and an extract have it and the extract is not asked for.
fn choose(name: Option<&str>, input: bool) -> Result<Chosen, String> {
    let inputs = || ExtractKind::ALL.iter().copied().map(Input::of);
    let Some(name) = name else {
        let tables = if input { Vec::new() } else { TABLES.to_vec() };
        return Ok(Chosen { tables, inputs: inputs().collect() });
    };
    let table = TABLES.into_iter().find(|table| table.name == name).filter(|_| !input);
    if let Some(table) = table {
        return Ok(Chosen { tables: vec![table], inputs: Vec::new() });
    }
    let found: Vec<Input> = inputs().filter(|input| input.name() == name).collect();
    if !found.is_empty() {
        return Ok(Chosen { tables: Vec::new(), inputs: found });
    }
    let what = if input { "extract" } else { "table" };
    let known: Vec<&str> = inputs().map(|input| input.name()).chain(TABLES.iter().filter(|_| !input).map(|table| table.name)).collect();
    let help = match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("seatwise schema{} lists them", if input { " --input" } else { "" }),
    };
    Err(format!("there is no {what} {name}\n  help: {help}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_both_is_the_table_unless_the_extract_is_asked_for() {
        let names = |name: &str, input: bool| {
            let chosen = choose(Some(name), input).unwrap_or(Chosen { tables: Vec::new(), inputs: Vec::new() });
            (chosen.tables.first().map(|table| table.name), chosen.inputs.first().map(Input::name))
        };
        assert_eq!(names("licenses", false), (Some("licenses"), None));
        assert_eq!(names("licenses", true), (None, Some("licenses")));
        assert_eq!(names("consumptions", false), (None, Some("consumptions")));
        assert_eq!(names("positions", true), (None, None));
    }

    #[test]
    fn what_is_unknown_has_a_neighbor_or_a_list() {
        let told = |name: &str, input: bool| choose(Some(name), input).err().unwrap_or_default();
        assert_eq!(told("position", false), "there is no table position\n  help: did you mean positions?");
        assert_eq!(told("positions", true), "there is no extract positions\n  help: seatwise schema --input lists them");
        assert_eq!(told("xyz", false), "there is no table xyz\n  help: seatwise schema lists them");
    }
}
