//! The columns of an extract over all its files: which there are and of what type, each read in pieces on all cores, and texts
//! brought from the pieces' own dictionaries into one. It goes by waves of pieces, and what was read of a file goes with the
//! piece that needs it last. Here rayon works on plain data; no call of Polars' engine is made from it.

use super::Ingest;
use super::cast::{Cast, Found, Target, cast};
use super::date_format::DateFormat;
use super::fields::{Check, Field};
use super::header::Header;
use super::raw::{CellFault, Cells, Table};
use super::stretch::{Stretch, room};
use crate::model::text::{Code, TextArena, Words};
use crate::model::value::{Column, Type, Value};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, VecDeque};

/// Rows of a piece: enough that a dictionary pays, few enough to keep every core busy.
const PIECE: usize = 131_072;
/// Pieces of a wave: enough for every core, few enough that what they need for a while is little beside an extract of many rows.
const WAVE: usize = 64;

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
struct Task<'a> {
    column: usize,
    start: usize,
    cells: Cells,
    is_csv: bool,
    out: Stretch<'a>,
}

/// A piece that was read, but for its codes, which are still its own.
struct Done<'a> {
    column: usize,
    start: usize,
    cast: Cast,
    out: Stretch<'a>,
}

/// How the columns of an extract are read.
pub struct Reader<'a> {
    pub wanted: &'a [Wanted],
    pub grammar: &'a Grammar,
    /// The fields whose cells are asked for again.
    pub keep: &'a [&'a str],
    /// Whether a column that no file has takes no room.
    pub sparse: bool,
}

impl Reader<'_> {
    /// Reads every column that is wanted, and takes its cells away. A file that lacks one has nulls in it.
    pub fn read(&self, files: &mut [File], ingest: &mut Ingest) -> Columns {
        let rows = files.iter().map(|file| file.table.rows).sum();
        let mut faults = faults_of_reading(self.wanted, files);
        let is_there = |wanted: &Wanted| {
            // Be it that something is missing there.
            !self.sparse || wanted.required || files.iter().any(|file| file.header.contains_key(&wanted.name))
        };
        let room = |wanted: &Wanted| {
            let in_a_column = is_there(wanted) && !wanted.identifiers;
            if in_a_column { room(wanted.kind, rows) } else { Column::Nulls(wanted.kind, rows) }
        };
        let mut columns: Vec<Column> = self.wanted.iter().map(room).collect();
        let there: Vec<bool> = self.wanted.iter().map(is_there).collect();
        let tasks = self.tasks(&there, &mut columns, files);
        self.release(files);
        let identifiers = self.run(tasks, &mut faults, ingest);
        let mut of = self.wanted.iter();
        columns.retain(|_| of.next().is_some_and(|wanted| !wanted.identifiers));
        Columns { columns, identifiers, faults, rows }
    }

    /// The pieces, column by column, file by file: an order that no number of threads changes.
    fn tasks<'c>(&self, there: &[bool], columns: &'c mut [Column], files: &[File]) -> VecDeque<Task<'c>> {
        let mut tasks = VecDeque::new();
        for (column, room) in columns.iter_mut().enumerate().filter(|(column, _)| there[*column]) {
            let (mut start, mut rest) = (0, Stretch::of(room));
            for file in files {
                let rows = file.table.rows;
                let cells = file.header.get(&self.wanted[column].name).map(|place| &file.table.columns[*place].cells);
                for offset in (0..rows).step_by(PIECE) {
                    let length = PIECE.min(rows - offset);
                    let cells = cells.map_or(Cells::Nothing(length), |cells| cells.slice(offset, length));
                    tasks.push_back(Task { column, start: start + offset, cells, is_csv: file.is_csv, out: rest.take(length) });
                }
                start += rows;
            }
        }
        tasks
    }

    /// Lets go of cells that only tasks ask for: they go with the last of these.
    fn release(&self, files: &mut [File]) {
        for file in files {
            let kept: Vec<usize> = self.keep.iter().filter_map(|name| file.header.get(*name).copied()).collect();
            for (_, column) in file.table.columns.iter_mut().enumerate().filter(|(place, _)| !kept.contains(place)) {
                column.cells = Cells::Nothing(file.table.rows);
            }
        }
    }

    /// Reads all pieces, wave by wave, and gives the identifiers.
    fn run(&self, mut tasks: VecDeque<Task<'_>>, faults: &mut Vec<(usize, CellFault)>, ingest: &mut Ingest) -> TextArena {
        let pieces = tasks.iter().filter(|task| matches!(task.out, Stretch::Identifiers)).count();
        let (mut arenas, mut identifiers): (Vec<TextArena>, _) = (Vec::with_capacity(pieces), TextArena::default());
        while !tasks.is_empty() {
            let wave: Vec<Task<'_>> = tasks.drain(..WAVE.min(tasks.len())).collect();
            let mut done: Vec<Done<'_>> = wave.into_par_iter().with_max_len(1).map(|task| self.piece(task)).collect();
            for Done { column, start, cast, .. } in &mut done {
                let fault = |fault: CellFault| (*column, CellFault { row: fault.row + *start as u32, ..fault });
                faults.extend(std::mem::take(&mut cast.faults).into_iter().map(fault));
            }
            arenas.extend(done.iter_mut().filter_map(Done::identifiers));
            let complete = if arenas.len() == pieces { std::mem::take(&mut arenas) } else { Vec::new() };
            let ((), joined) = rayon::join(|| intern(&mut done, ingest), || TextArena::joined(complete));
            if !joined.is_empty() {
                identifiers = joined;
            }
        }
        identifiers
    }

    fn piece<'c>(&self, task: Task<'c>) -> Done<'c> {
        let Task { column, start, cells, is_csv, mut out } = task;
        let cast = cast(&cells, &target(&self.wanted[column], is_csv, self.grammar), &mut out);
        Done { column, start, cast, out }
    }
}

impl Done<'_> {
    fn identifiers(&mut self) -> Option<TextArena> {
        if let Found::Identifiers(arena) = &mut self.cast.found { Some(std::mem::take(arena)) } else { None }
    }
}

/// Makes the texts of pieces known to the ingest, and turns the pieces' own codes into the ingest's.
fn intern(done: &mut [Done<'_>], ingest: &mut Ingest) {
    let mut coded: Vec<(&mut Stretch<'_>, Option<Vec<Vec<Code>>>)> = Vec::new();
    let mut parts: Vec<Words> = Vec::new();
    for Done { cast, out, .. } in done {
        match &mut cast.found {
            Found::Texts(words) => {
                coded.push((out, None));
                parts.push(std::mem::take(words));
            }
            Found::Lists { lists, words } => {
                coded.push((out, Some(std::mem::take(lists))));
                parts.push(std::mem::take(words));
            }
            Found::Values | Found::Identifiers(_) => {}
        }
    }
    let mut meanings = ingest.texts.intern_all(&parts);
    drop(parts);
    for ((_, lists), meanings) in coded.iter_mut().zip(&mut meanings) {
        if let Some(lists) = lists {
            let known = |list: &mut Vec<Code>| {
                list.iter_mut().for_each(|code| *code = meanings[*code as usize]);
                ingest.lists.intern(list)
            };
            *meanings = lists.iter_mut().map(known).collect();
        }
    }
    coded.into_par_iter().zip(meanings).for_each(|((out, _), meanings)| out.translate(&meanings));
}

/// One value as text, read as a cell of such a column.
pub fn one(wanted: &Wanted, text: &str, grammar: &Grammar, ingest: &mut Ingest) -> Result<Value, CellFault> {
    let cells = Cells::Text([Some(text)].into_iter().collect());
    let mut column = room(wanted.kind, 1);
    let mut out = Stretch::of(&mut column);
    // Whoever sets a value writes ours: it is not translated.
    let mut cast = cast(&cells, &Target { translation: None, ..target(wanted, true, grammar) }, &mut out);
    if let Some(fault) = cast.faults.pop() {
        return Err(fault);
    }
    intern(&mut [Done { column: 0, start: 0, cast, out }], ingest);
    Ok(column.get(0))
}

fn target<'a>(wanted: &Wanted, is_csv: bool, grammar: &'a Grammar) -> Target<'a> {
    Target {
        required: wanted.required,
        check: wanted.check,
        nulls: if is_csv { &grammar.nulls } else { &[] },
        date_format: grammar.date_format.as_ref(),
        translation: grammar.translations.get(&wanted.name),
    }
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
