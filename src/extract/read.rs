//! One extract, from its files to its accepted rows: the steps in their order.

use super::attributes::attributes;
use super::bytes::load as load_bytes;
use super::columns::{Columns, File, Grammar, Reader, Wanted};
use super::date_format::DateFormat;
use super::duplicates::{self, Rows};
use super::error::ExtractError;
use super::fields::{fields, identity};
use super::guard::guarded;
use super::header::header;
use super::options::{Moment, ReadOptions};
use super::rejects::Faults;
use super::seen::{Seen, SeenFile};
use super::sources::{Source, resolve};
use super::spec::ExtractSpec;
use super::{Extract, Ingest, SourceFile, csv_file, join, parquet_file, rows};
use crate::model::text::TextArena;
use crate::model::value::{Column, Frame};
use crate::model::words::ExtractKind;
use rayon::prelude::*;

/// An extract of which all files are in memory, and no row is judged.
pub struct Loaded<'a> {
    spec: &'a ExtractSpec,
    grammar: Grammar,
    sources: Vec<Source>,
    files: Vec<File>,
    read_files: Vec<SourceFile>,
}

/// Reads the files of one extract. `Err` holds all that was found to stop the run (contract §2.1, first row), of every file. What
/// extracts must agree on, and how many rejects are too many, is for [`super::read_all`]. Never called on a rayon or tokio worker.
///
/// `seen` gets the files that were looked at, whatever comes of them.
pub fn load<'a>(spec: &'a ExtractSpec, options: &ReadOptions<'_>, seen: &mut Seen) -> Result<Loaded<'a>, Vec<ExtractError>> {
    let grammar = grammar(spec).map_err(|error| vec![error])?;
    let sources = resolve(spec, options.as_of).map_err(|error| vec![error])?;
    seen.listed = Some(sources.clone());
    (options.at)(Moment::Listed, &spec.base);
    let (files, read_files) = files(spec, &sources, options, seen)?;
    check_rows(spec, &read_files, options).map_err(|error| vec![error])?;
    Ok(Loaded { spec, grammar, sources, files, read_files })
}

impl Loaded<'_> {
    /// Bytes of its files.
    pub fn bytes(&self) -> u64 {
        self.read_files.iter().map(|file| file.bytes).sum()
    }

    /// Judges the rows.
    pub fn judge(self, ingest: &mut Ingest) -> Result<Extract, Vec<ExtractError>> {
        let Loaded { spec, grammar, sources, files, read_files } = self;
        // A fault from here on is none of the files': they were taken apart already.
        let shown = sources.iter().map(|source| source.shown.as_str()).take(3).collect::<Vec<_>>().join(", ");
        let accepted = guarded(|| accepted(spec, &grammar, &sources, files, read_files, ingest));
        accepted.unwrap_or_else(|fault| Err(vec![ExtractError::internal(spec.kind, &shown, &fault)]))
    }
}

/// From what stands in the files to rows that are accepted or refused.
fn accepted(
    spec: &ExtractSpec,
    grammar: &Grammar,
    sources: &[Source],
    mut files: Vec<File>,
    read_files: Vec<SourceFile>,
    ingest: &mut Ingest,
) -> Result<Extract, Vec<ExtractError>> {
    let attributes = attributes(spec, &files, sources, grammar)?;
    let names: Vec<String> = attributes.wanted.iter().map(|wanted| wanted.name.clone()).collect();
    let wanted: Vec<Wanted> = fields(spec.kind).iter().map(Wanted::field).chain(attributes.wanted).collect();

    // Consumptions are many, and most of their fields are seldom given.
    let sparse = spec.kind == ExtractKind::Consumptions;
    // What is known by translated identifiers is told of by those in the file.
    let as_read = sparse && !grammar.translations.contains_key("consumption_id");
    let keep = if as_read { &[] } else { identity(spec.kind).columns() };
    let reader = Reader { wanted: &wanted, grammar, keep, sparse };
    let mut read = reader.read(&mut files, ingest)?;
    let shown: Vec<&Wanted> = wanted.iter().filter(|wanted| !wanted.identifiers).collect();
    let mut faults = Faults::of_cells(std::mem::take(&mut read.faults));
    rows::judge(spec.kind, &shown, &read.columns, read.rows, &mut faults);
    let settled = Rows { extract: spec.kind, wanted: &shown, columns: &read.columns, identifiers: &read.identifiers, count: read.rows };
    let kept = duplicates::settle(&settled, &mut faults);

    let ignored = ignored(&files);
    let identifiers = as_read.then_some(&read.identifiers);
    let rejects = faults.into_rejects(spec.kind, &wanted, &files, &read_files, identifiers);
    drop(files);
    let (frame, consumption_ids) = rows_of(&shown, read, kept.as_deref());
    Ok(Extract {
        kind: spec.kind,
        frame,
        consumption_ids,
        attributes: names,
        untyped: attributes.untyped,
        ignored,
        rows_read: read_files.iter().map(|file| file.rows).sum(),
        rejects,
        files: read_files,
    })
}

pub(super) fn grammar(spec: &ExtractSpec) -> Result<Grammar, ExtractError> {
    let date_format = spec.csv.date_format.as_deref().map(DateFormat::parse).transpose();
    let date_format = date_format.map_err(|problem| {
        let problem = format!("date_format {:?} is no format: {problem}", spec.csv.date_format.as_deref().unwrap_or_default());
        ExtractError::content(spec.kind, None, None, problem, "correct csv = { date_format = … } in the job")
    })?;
    let nulls = spec.csv.null_values.iter().map(|null| null.trim().to_owned()).filter(|null| !null.is_empty()).collect();
    let owned = |(theirs, ours): (&String, &String)| (theirs.clone(), ours.clone());
    let translations = spec.values.iter().map(|(name, values)| (name.clone(), values.iter().map(owned).collect())).collect();
    Ok(Grammar { nulls, date_format, translations })
}

/// Reads every file, so that all that is wrong with any of them is known at once.
fn files(
    spec: &ExtractSpec,
    sources: &[Source],
    options: &ReadOptions<'_>,
    seen: &mut Seen,
) -> Result<(Vec<File>, Vec<SourceFile>), Vec<ExtractError>> {
    let (mut files, mut read_files, mut errors) = (Vec::new(), Vec::new(), Vec::new());
    for source in sources {
        if !(options.go_on)() {
            return Err(errors);
        }
        // Whatever fails in there fails for this file: a fault of a library must not end the process, nor go without its name.
        let outcome = guarded(|| file(spec, source, options, seen));
        match outcome.unwrap_or_else(|fault| Err(vec![ExtractError::internal(spec.kind, &source.shown, &fault)])) {
            Ok((file, read_file)) => {
                files.push(file);
                read_files.push(read_file);
            }
            Err(mut found) => errors.append(&mut found),
        }
    }
    if errors.is_empty() { Ok((files, read_files)) } else { Err(errors) }
}

fn file(spec: &ExtractSpec, source: &Source, options: &ReadOptions<'_>, seen: &mut Seen) -> Result<(File, SourceFile), Vec<ExtractError>> {
    let loaded = load_bytes(spec.kind, source, options).map_err(|error| vec![error])?;
    let is_csv = source.format.is_csv();
    let table = if is_csv {
        csv_file::read(spec.kind, source, loaded.bytes.as_ref(), spec.csv.separator, &options.limits)
    } else {
        parquet_file::read_for(spec, source, &loaded.bytes, options)
    };
    let table = table.map_err(|error| vec![error]).and_then(|mut table| {
        join::add(spec, source, &mut table)?;
        Ok((header(spec, source, &table)?, table))
    });
    let (bytes, mark, opened) = (loaded.bytes.as_ref().len() as u64, loaded.mark, loaded.opened);
    // The digest of a file that is refused is not waited for.
    let sha256 = if table.is_ok() { loaded.sha256() } else { String::new() };
    seen.files.push(SeenFile { source: source.clone(), mark, opened, sha256: sha256.clone() });
    let (header, table) = table?;
    let read_file = SourceFile { shown: source.shown.clone(), path: source.path.clone(), bytes, rows: table.rows_read, sha256 };
    Ok((File { table, header, is_csv }, read_file))
}

/// Refuses more rows than the job allows, or than a row number can count.
fn check_rows(spec: &ExtractSpec, files: &[SourceFile], options: &ReadOptions<'_>) -> Result<(), ExtractError> {
    let (rows, most) = (files.iter().map(|file| file.rows).sum::<u64>(), options.limits.max_rows);
    if rows > most {
        let remedy = "check where its files come from; if they are right, raise limits.max_rows in the job";
        return Err(ExtractError::content(spec.kind, None, None, format!("it has {rows} rows, and limits.max_rows = {most}"), remedy));
    }
    if u32::try_from(rows).is_err() {
        let problem = format!("it has {rows} rows in all, more than {}", u32::MAX);
        return Err(ExtractError::content(spec.kind, None, None, problem, "split the extract into several jobs"));
    }
    Ok(())
}

/// The rows that are kept, in their order, and their identifiers if these stand apart. Where they are all rows as they came, nothing
/// is moved.
fn rows_of(shown: &[&Wanted], read: Columns, kept: Option<&[u32]>) -> (Frame, TextArena) {
    let rows = kept.map_or(read.rows, <[u32]>::len);
    let (columns, identifiers): (Vec<Column>, TextArena) = match kept {
        None => (read.columns, read.identifiers),
        Some(kept) => {
            let identifiers = if read.identifiers.is_empty() { TextArena::default() } else { read.identifiers.gather(kept) };
            // Each column goes as soon as its rows are picked.
            (read.columns.into_par_iter().map(|column| column.gather(kept)).collect(), identifiers)
        }
    };
    let mut frame = Frame::new(rows);
    for (wanted, column) in shown.iter().zip(columns) {
        frame.push(wanted.name.clone(), column);
    }
    (frame, identifiers)
}

/// The columns that no rule can read, by name.
fn ignored(files: &[File]) -> Vec<String> {
    let mut names: Vec<String> =
        files.iter().flat_map(|file| &file.table.unreadable).map(|(name, kind)| format!("{name} ({kind})")).collect();
    names.sort();
    names.dedup();
    names
}
