//! The columns of an extract over all its files: which there are and of what type, each read in pieces on all cores, and texts
//! brought from the pieces' own dictionaries into one. It goes by waves of pieces, and what was read of a file, or of a part of a
//! long one, goes with the piece that needs it last. Here rayon works on plain data; no call of Polars' engine is made from it.

use super::Ingest;
use super::cast::{Cast, Found, Target, cast};
use super::date_format::DateFormat;
use super::error::ExtractError;
use super::fields::{Check, Field};
use super::header::Header;
use super::parts::Part;
use super::raw::{CellFault, Cells, Raw, Table};
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
/// Bytes of texts, each counted once a piece, that are made known to the ingest together: enough that what is known of a shard of texts is
/// asked for often while it is at hand, few enough to wait.
const WORDS: usize = 160 << 20;

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

/// The rows of a file in the columns of the extract, of which there is nothing for those that no file has. What is read takes from it.
struct Place<'a> {
    start: usize,
    out: Vec<Option<Stretch<'a>>>,
}

fn places<'c>(there: &[bool], columns: &'c mut [Column], files: &[File]) -> Vec<Place<'c>> {
    let mut rest: Vec<Option<Stretch<'c>>> =
        columns.iter_mut().zip(there).map(|(column, there)| there.then(|| Stretch::of(column))).collect();
    let mut start = 0;
    let place = |file: &File| {
        let out = rest.iter_mut().map(|rest| rest.as_mut().map(|rest| rest.take(file.table.rows))).collect();
        start += file.table.rows;
        Place { start: start - file.table.rows, out }
    };
    files.iter().map(place).collect()
}

/// What is found beside the values of columns.
#[derive(Default)]
struct Findings<'a> {
    faults: Vec<(usize, CellFault)>,
    /// The identifiers of some rows, with the first of these.
    identifiers: Vec<(usize, TextArena)>,
    /// Pieces whose texts the ingest does not know yet.
    pending: Vec<Done<'a>>,
}

impl<'a> Findings<'a> {
    fn take(&mut self, mut done: Done<'a>) {
        let Done { column, start, cast, .. } = &mut done;
        self.faults.extend(std::mem::take(&mut cast.faults).into_iter().map(|fault| fault_at(*column, *start, fault)));
        match &mut cast.found {
            Found::Values => {}
            Found::Identifiers(arena) => self.identifiers.push((*start, std::mem::take(arena))),
            Found::Texts(_) | Found::Lists { .. } => self.pending.push(done),
        }
    }

    /// Makes the last texts known, and puts the identifiers together; gives the faults and these.
    fn end(mut self, ingest: &mut Ingest) -> (Vec<(usize, CellFault)>, TextArena) {
        self.identifiers.sort_unstable_by_key(|(start, _)| *start);
        let identifiers = self.identifiers.into_iter().map(|(_, arena)| arena).collect();
        let ((), identifiers) = rayon::join(|| intern(&mut self.pending, ingest), || TextArena::joined(identifiers));
        (self.faults, identifiers)
    }
}

/// A fault by the place of its column among those wanted, and its row by those of all files, of which the first is given.
fn fault_at(column: usize, start: usize, fault: CellFault) -> (usize, CellFault) {
    (column, CellFault { row: fault.row + start as u32, ..fault })
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
    /// Reads every column that is wanted, and takes its cells away. A file that lacks one has nulls in it. Errors: why a file that comes in
    /// parts could not be read to its end.
    pub fn read(&self, files: &mut [File], ingest: &mut Ingest) -> Result<Columns, Vec<ExtractError>> {
        let rows = files.iter().map(|file| file.table.rows).sum();
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
        let mut places = places(&there, &mut columns, files);
        let mut found = Findings::default();
        let (mut tasks, mut errors) = (Vec::new(), Vec::new());
        for (file, place) in files.iter().zip(&mut places).filter(|(file, _)| file.table.parts.is_none()) {
            tasks.extend(self.tasks(file, (&file.table.columns, file.table.rows), place, &mut found));
        }
        // Column by column, file by file.
        tasks.sort_by_key(|task| task.column);
        self.release(files);
        self.run(tasks.into(), &mut found, ingest);
        for (file, place) in files.iter_mut().zip(&mut places) {
            if let Err(error) = self.read_parts(file, place, &mut found, ingest) {
                errors.push(error);
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let (faults, identifiers) = found.end(ingest);
        let mut of = self.wanted.iter();
        columns.retain(|_| of.next().is_some_and(|wanted| !wanted.identifiers));
        Ok(Columns { columns, identifiers, faults, rows })
    }

    /// Reads the rows of a file that come in parts: the next one is unpacked meanwhile.
    fn read_parts<'c>(
        &self,
        file: &mut File,
        place: &mut Place<'c>,
        found: &mut Findings<'c>,
        ingest: &mut Ingest,
    ) -> Result<(), ExtractError> {
        for part in file.table.parts.take().into_iter().flatten() {
            let Part { columns, rows } = part?;
            let tasks = self.tasks(file, (&columns, rows), place, found);
            drop(columns);
            self.run(tasks.into(), found, ingest);
        }
        Ok(())
    }

    /// The pieces of some rows of a file, column by column: an order that no number of threads changes. They take their place.
    fn tasks<'c>(&self, file: &File, (cells, rows): (&[Raw], usize), place: &mut Place<'c>, found: &mut Findings<'c>) -> Vec<Task<'c>> {
        let mut tasks = Vec::new();
        for (column, out) in place.out.iter_mut().enumerate() {
            let Some(out) = out else { continue };
            let raw = file.header.get(&self.wanted[column].name).map(|place| &cells[*place]);
            // What was bad already when it was read.
            found.faults.extend(raw.iter().flat_map(|raw| &raw.faults).map(|fault| fault_at(column, place.start, fault.clone())));
            for offset in (0..rows).step_by(PIECE) {
                let length = PIECE.min(rows - offset);
                let cells = raw.map_or(Cells::Nothing(length), |raw| raw.cells.slice(offset, length));
                tasks.push(Task { column, start: place.start + offset, cells, is_csv: file.is_csv, out: out.take(length) });
            }
        }
        place.start += rows;
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

    /// Reads pieces, wave by wave. Their texts wait until there are many.
    fn run<'c>(&self, mut tasks: VecDeque<Task<'c>>, found: &mut Findings<'c>, ingest: &mut Ingest) {
        while !tasks.is_empty() {
            let wave: Vec<Task<'c>> = tasks.drain(..WAVE.min(tasks.len())).collect();
            let done: Vec<Done<'c>> = wave.into_par_iter().with_max_len(1).map(|task| self.piece(task)).collect();
            done.into_iter().for_each(|done| found.take(done));
            if found.pending.iter().map(Done::words).sum::<usize>() >= WORDS {
                intern(&mut std::mem::take(&mut found.pending), ingest);
            }
        }
    }

    fn piece<'c>(&self, task: Task<'c>) -> Done<'c> {
        let Task { column, start, cells, is_csv, mut out } = task;
        let cast = cast(&cells, &target(&self.wanted[column], is_csv, self.grammar), &mut out);
        Done { column, start, cast, out }
    }
}

impl Done<'_> {
    /// Bytes of the texts that the ingest does not know yet.
    fn words(&self) -> usize {
        match &self.cast.found {
            Found::Texts(words) | Found::Lists { words, .. } => words.size(),
            Found::Values | Found::Identifiers(_) => 0,
        }
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
