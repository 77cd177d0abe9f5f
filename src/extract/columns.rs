//! The columns of an extract over all its files: which there are and of what type, each read in pieces on all cores, and texts
//! brought from the pieces' own dictionaries into one. Here rayon works on plain data; no call of Polars' engine is made from it.

use super::Ingest;
use super::cast::{Cast, Piece, Target, cast};
use super::date_format::DateFormat;
use super::fields::{Check, Field};
use super::header::Header;
use super::raw::{CellFault, Cells, Table};
use crate::model::text::{Code, NULL_CODE, TextArena};
use crate::model::value::{Column, Type, Value};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Rows of a piece: enough that a dictionary pays, few enough to keep every core busy.
const PIECE: usize = 131_072;

/// A column of the extract: a field, or an attribute.
pub struct Wanted {
    pub name: String,
    pub kind: Type,
    pub required: bool,
    pub check: Check,
    /// Identifiers that are not interned.
    pub identifiers: bool,
}

impl Wanted {
    pub fn field(field: &Field) -> Self {
        Self {
            name: field.name.to_owned(),
            kind: field.kind,
            required: field.required,
            check: field.check,
            identifiers: field.name == "consumption_id" && field.required,
        }
    }

    pub fn attribute(name: &str, kind: Type) -> Self {
        Self { name: name.to_owned(), kind, required: false, check: Check::Nothing, identifiers: false }
    }
}

/// A file, and where its columns are.
pub struct File {
    pub table: Table,
    pub header: Header,
    pub is_csv: bool,
}

/// How text is to be read.
pub struct Grammar {
    /// Trimmed; they hold in CSV files.
    pub nulls: Vec<String>,
    pub date_format: Option<DateFormat>,
    /// By our name of the column: what its values stand for.
    pub translations: BTreeMap<String, Translation>,
}

/// Their value → what it stands for. Looked up only in columns that have one.
pub type Translation = FxHashMap<String, String>;

/// All rows of all files, the bad ones included, with null for what is bad.
pub struct Columns {
    /// As wanted; without the column of identifiers.
    pub columns: Vec<Column>,
    /// The identifiers, if the extract has such a column.
    pub identifiers: TextArena,
    /// By place of the column among those wanted; rows count over all files.
    pub faults: Vec<(usize, CellFault)>,
    pub rows: usize,
}

/// A piece of one column of one file.
struct Task {
    column: usize,
    start: usize,
    cells: Cells,
    is_csv: bool,
}

/// Reads every column that is wanted. A file that lacks one has nulls in it.
pub fn read(wanted: &[Wanted], files: &[File], grammar: &Grammar, ingest: &mut Ingest) -> Columns {
    let tasks = tasks(wanted, files);
    let casts: Vec<Cast> = tasks.par_iter().map(|task| cast(&task.cells, &target(&wanted[task.column], task.is_csv, grammar))).collect();
    let rows = files.iter().map(|file| file.table.rows).sum();
    let mut faults = faults_of_reading(wanted, files);
    let mut finished: Vec<(usize, Finished)> = Vec::with_capacity(casts.len());
    for (task, cast) in tasks.iter().zip(casts) {
        let start = task.start as u32;
        faults.extend(cast.faults.into_iter().map(|fault| (task.column, CellFault { row: fault.row + start, ..fault })));
        finished.push((task.column, intern(cast.piece, ingest)));
    }
    let (columns, identifiers) = join(wanted, finished, rows);
    Columns { columns, identifiers, faults, rows }
}

/// One value as text, read as a cell of such a column.
pub fn one(wanted: &Wanted, text: &str, grammar: &Grammar, ingest: &mut Ingest) -> Result<Value, CellFault> {
    let cells = Cells::Text([Some(text)].into_iter().collect());
    // Whoever sets a value writes ours: it is not translated.
    let mut cast = cast(&cells, &Target { translation: None, ..target(wanted, true, grammar) });
    match cast.faults.pop() {
        Some(fault) => Err(fault),
        None => Ok(column(wanted, vec![intern(cast.piece, ingest)], 1).get(0)),
    }
}

fn target<'a>(wanted: &Wanted, is_csv: bool, grammar: &'a Grammar) -> Target<'a> {
    Target {
        kind: wanted.kind,
        required: wanted.required,
        check: wanted.check,
        identifiers: wanted.identifiers,
        nulls: if is_csv { &grammar.nulls } else { &[] },
        date_format: grammar.date_format.as_ref(),
        translation: grammar.translations.get(&wanted.name),
    }
}

/// The pieces, column by column, file by file: an order that no number of threads changes.
fn tasks(wanted: &[Wanted], files: &[File]) -> Vec<Task> {
    let mut tasks = Vec::new();
    for (column, wanted) in wanted.iter().enumerate() {
        let mut start = 0;
        for file in files {
            let rows = file.table.rows;
            let cells = file.header.get(&wanted.name).map(|place| &file.table.columns[*place].cells);
            for offset in (0..rows).step_by(PIECE) {
                let length = PIECE.min(rows - offset);
                let cells = cells.map_or(Cells::Nothing(length), |cells| cells.slice(offset, length));
                tasks.push(Task { column, start: start + offset, cells, is_csv: file.is_csv });
            }
            start += rows;
        }
    }
    tasks
}

/// What was bad already when the files were read, in columns that are wanted.
fn faults_of_reading(wanted: &[Wanted], files: &[File]) -> Vec<(usize, CellFault)> {
    let mut faults = Vec::new();
    let mut start = 0;
    for file in files {
        for (column, wanted) in wanted.iter().enumerate() {
            let Some(place) = file.header.get(&wanted.name) else { continue };
            let found = &file.table.columns[*place].faults;
            faults.extend(found.iter().map(|fault| (column, CellFault { row: fault.row + start, ..fault.clone() })));
        }
        start += file.table.rows as u32;
    }
    faults
}

/// A piece whose texts are known to the ingest; its codes are still its own, with the way to the ingest's beside them.
enum Finished {
    Plain(Column),
    Identifiers(TextArena),
    Codes { codes: Vec<Code>, global: Vec<Code>, lists: bool },
}

fn intern(piece: Piece, ingest: &mut Ingest) -> Finished {
    let mut known = |words: &TextArena| -> Vec<Code> { words.iter().map(|word| ingest.texts.intern(word)).collect() };
    match piece {
        Piece::Plain(column) => Finished::Plain(column),
        Piece::Identifiers(arena) => Finished::Identifiers(arena),
        Piece::Texts { codes, words } => Finished::Codes { codes, global: known(&words), lists: false },
        Piece::Lists { ids, lists, words } => {
            let words = known(&words);
            let mut items = Vec::new();
            let global = lists.iter().map(|list| {
                items.clear();
                items.extend(list.iter().map(|code| words[*code as usize]));
                ingest.lists.intern(&items)
            });
            Finished::Codes { codes: ids, global: global.collect(), lists: true }
        }
    }
}

/// Puts the pieces of each column together; they come column by column, in the order of their rows.
fn join(wanted: &[Wanted], finished: Vec<(usize, Finished)>, rows: usize) -> (Vec<Column>, TextArena) {
    let mut by_column: Vec<Vec<Finished>> = wanted.iter().map(|_| Vec::new()).collect();
    for (column, piece) in finished {
        by_column[column].push(piece);
    }
    let mut identifiers = TextArena::default();
    let mut columns = Vec::with_capacity(wanted.len());
    let joined: Vec<(Column, Option<TextArena>)> =
        wanted
            .par_iter()
            .zip(by_column)
            .map(|(wanted, pieces)| {
                if wanted.identifiers { (Column::nulls(wanted.kind, 0), Some(arena(pieces))) } else { (column(wanted, pieces, rows), None) }
            })
            .collect();
    for (column, arena) in joined {
        match arena {
            Some(arena) => identifiers = arena,
            None => columns.push(column),
        }
    }
    (columns, identifiers)
}

fn arena(pieces: Vec<Finished>) -> TextArena {
    let mut all = TextArena::default();
    for piece in pieces {
        if let Finished::Identifiers(arena) = piece {
            for text in arena.iter() {
                all.push(text);
            }
        }
    }
    all
}

fn column(wanted: &Wanted, pieces: Vec<Finished>, rows: usize) -> Column {
    let mut out = Column::with_capacity(wanted.kind, rows);
    for piece in pieces {
        match piece {
            Finished::Plain(piece) => append(&mut out, piece),
            Finished::Codes { codes, global, lists } => {
                let codes = codes.into_iter().map(|code| if code == NULL_CODE { NULL_CODE } else { global[code as usize] }).collect();
                append(&mut out, if lists { Column::List(codes) } else { Column::Text(codes) });
            }
            Finished::Identifiers(_) => {}
        }
    }
    out
}

fn append(out: &mut Column, mut piece: Column) {
    match (out, &mut piece) {
        (Column::Text(out), Column::Text(piece)) | (Column::List(out), Column::List(piece)) => out.append(piece),
        (Column::Integer(out), Column::Integer(piece)) => out.append(piece),
        (Column::Decimal(out), Column::Decimal(piece)) => out.append(piece),
        (Column::Boolean(out), Column::Boolean(piece)) => out.append(piece),
        (Column::Date(out), Column::Date(piece)) => out.append(piece),
        // Every piece of a column is of the column's type.
        (out, piece) => (0..piece.len()).for_each(|_| out.push(Value::Null)),
    }
}
