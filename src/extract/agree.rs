//! All extracts of a job: one type for an attribute that consumptions, assets and users share (contract §2.0), and no more
//! rejects than the job allows (§2.1). What was read is handed back whether the run may go on or not.

use super::attributes::remedy_type;
use super::error::ExtractError;
use super::fields::fields;
use super::infer::unify;
use super::options::{Moment, ReadOptions};
use super::read::{Loaded, load};
use super::seen::{Seen, second_look};
use super::spec::ExtractSpec;
use super::{Extract, Ingest, Reading, gates};
use crate::model::decimal::{self, ONE, Scaled};
use crate::model::value::{Column, Frame, Type};
use crate::model::words::ExtractKind;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::mpsc::channel;

/// The extracts whose attributes become a demand's, and so must be of one type.
const SHARING: [ExtractKind; 3] = [ExtractKind::Consumptions, ExtractKind::Assets, ExtractKind::Users];

/// Reads every extract of a job, gives attributes that consumptions, assets and users share one type (§2.0), and refuses
/// extracts of which too much was rejected (§2.1), that are not what the job expects ([`gates`]), or that changed meanwhile
/// (`seen`). Reads all, whatever is wrong with one, since the smallest exit code that holds is the run's (§8). Never called on a
/// rayon or tokio worker.
pub fn read_all(specs: &[ExtractSpec], options: &ReadOptions<'_>, ingest: &mut Ingest) -> Reading {
    let mut reading = Reading::default();
    let (all_seen, results) = read_each(specs, options, ingest);
    for ((spec, seen), result) in specs.iter().zip(&all_seen).zip(results) {
        let rows = match result {
            Ok(extract) => {
                let rows = extract.rows_read;
                reading.extracts.push(extract);
                Some(rows)
            }
            Err(mut errors) => {
                reading.errors.append(&mut errors);
                None
            }
        };
        let (checks, errors) = gates::check(spec, seen, rows, options);
        reading.checks.extend(checks);
        reading.errors.extend(errors);
    }
    share_types(&mut reading);
    for extract in &reading.extracts {
        reading.errors.extend(too_many_rejects(extract, options.max_reject_ratio));
    }
    (options.at)(Moment::AllRead, Path::new(""));
    let changes = specs.iter().zip(&all_seen).flat_map(|(spec, seen)| second_look(spec, seen, options)).collect();
    tell_changes(&mut reading.errors, changes);
    reading.errors.sort_by_key(ExtractError::urgency);
    reading
}

/// How many bytes of files may be read before somebody judges their rows: little beside a large extract, and all there is of the
/// others in most estates.
const AHEAD: u64 = 8 << 20;

/// What came of each extract, and what was looked at for it; of the first ones only where the run is not to go on. While the rows of
/// one are judged, the files of the next are read: of the small ones that come next, if that is what they are.
fn read_each(
    specs: &[ExtractSpec],
    options: &ReadOptions<'_>,
    ingest: &mut Ingest,
) -> (Vec<Seen>, Vec<Result<Extract, Vec<ExtractError>>>) {
    let mut all_seen: Vec<Seen> = Vec::new();
    let results = std::thread::scope(|scope| {
        let (hand_on, loaded) = channel::<Result<Loaded<'_>, Vec<ExtractError>>>();
        let (take, taken) = channel::<u64>();
        let judge = move |loaded: Result<Loaded<'_>, Vec<ExtractError>>| {
            // Whoever reads may have done.
            let _ = take.send(loaded.as_ref().map_or(0, Loaded::bytes));
            loaded.and_then(|loaded| loaded.judge(ingest))
        };
        let judging = scope.spawn(move || loaded.into_iter().map(judge).collect());
        let mut ahead = 0;
        for spec in specs {
            if !(options.go_on)() {
                break;
            }
            let mut seen = Seen::default();
            let loaded = load(spec, options, &mut seen);
            all_seen.push(seen);
            ahead += loaded.as_ref().map_or(0, Loaded::bytes);
            if hand_on.send(loaded).is_err() {
                break;
            }
            ahead -= taken.try_iter().sum::<u64>();
            while ahead > AHEAD {
                // Where nobody takes anything any more, the next one tells.
                ahead = taken.recv().map_or(0, |bytes| ahead - bytes);
            }
        }
        drop(hand_on);
        // Faults of judging are caught where they are: what comes here is none that could be told of.
        judging.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))
    });
    (all_seen, results)
}

/// Reads one extract by itself, with nothing to compare it with: for what only looks.
pub fn read_one(spec: &ExtractSpec, options: &ReadOptions<'_>, ingest: &mut Ingest) -> Result<Extract, Vec<ExtractError>> {
    load(spec, options, &mut Seen::default())?.judge(ingest)
}

/// Adds what changed meanwhile, in the place of what was said about those files: they are not what was looked at.
fn tell_changes(errors: &mut Vec<ExtractError>, mut changes: Vec<ExtractError>) {
    let place = |error: &ExtractError| (error.complaint().extract, error.complaint().file.clone());
    changes.retain(|change| !errors.iter().any(|error| error.is_change() && place(error) == place(change)));
    errors.retain(|error| !changes.iter().any(|change| place(change) == place(error)));
    errors.extend(changes);
}

/// The error of an extract with too many rejects.
fn too_many_rejects(extract: &Extract, max_reject_ratio: Scaled) -> Option<ExtractError> {
    let rejects = extract.rejects.len() as Scaled;
    if rejects * ONE <= max_reject_ratio * Scaled::from(extract.rows_read) {
        return None;
    }
    let first = extract.rejects.first()?;
    let problem = format!(
        "{rejects} of {} rows are rejected, more than limits.max_reject_ratio = {} allows; the first is row {} of {}: {}",
        extract.rows_read,
        decimal::format_short(max_reject_ratio),
        first.row,
        first.file,
        first.message
    );
    let remedy = "correct the extract, or raise the limit";
    Some(ExtractError::content(extract.kind, None, None, problem, remedy))
}

/// Gives each attribute that the sharing extracts have in common one type, or says that it has none.
fn share_types(reading: &mut Reading) {
    let sharing: Vec<usize> = (0..reading.extracts.len()).filter(|place| SHARING.contains(&reading.extracts[*place].kind)).collect();
    let names: BTreeSet<String> = sharing.iter().flat_map(|place| reading.extracts[*place].attributes.clone()).collect();
    for name in names {
        let mut common: Option<(Type, ExtractKind)> = None;
        for place in &sharing {
            let extract = &reading.extracts[*place];
            let Some(kind) = known_type(extract, &name) else { continue };
            match common.map(|(known, first)| (unify(known, kind), known, first)) {
                None => common = Some((kind, extract.kind)),
                Some((Ok(both), _, first)) => common = Some((both, first)),
                Some((Err(_), known, first)) => {
                    reading.errors.push(clash(&name, (known, first), (kind, extract.kind)));
                    common = None;
                    break;
                }
            }
        }
        let Some((kind, first)) = common else { continue };
        for place in &sharing {
            let extract = &mut reading.extracts[*place];
            if own(extract.kind, &name) {
                continue;
            }
            if extract.attributes.contains(&name) {
                retype(&mut extract.frame, &name, kind);
            } else if let Some(field) = extract.frame.column(&name).map(Column::kind).filter(|field| *field != kind) {
                // A field's type is the contract's, so here not even a decimal gives way.
                let found = clash(&name, (kind, first), (field, extract.kind));
                reading.errors.push(found);
            }
        }
    }
}

/// The type that an extract has a name of, attribute or field; none where it holds nothing but nulls.
fn known_type(extract: &Extract, name: &str) -> Option<Type> {
    let is_field = fields(extract.kind).iter().any(|field| field.name == name);
    if own(extract.kind, name) || (!is_field && extract.untyped.iter().any(|untyped| untyped == name)) {
        return None;
    }
    extract.frame.column(name).map(Column::kind)
}

/// A user's cores and processors are never a demand's (§10), so they may be of any type.
fn own(extract: ExtractKind, name: &str) -> bool {
    extract == ExtractKind::Users && matches!(name, "cores" | "processors")
}

fn retype(frame: &mut Frame, name: &str, kind: Type) {
    let Some(place) = frame.place(name) else { return };
    let column = &frame.columns[place];
    if column.kind() == kind {
        return;
    }
    let mut new = Column::with_capacity(kind, column.len());
    for row in 0..column.len() {
        new.push(column.get(row));
    }
    frame.columns[place] = new;
}

fn clash(name: &str, (known, first): (Type, ExtractKind), (kind, other): (Type, ExtractKind)) -> ExtractError {
    let problem = format!(
        "it is {} here and {} in {}: what consumptions, assets and users call by one name must have one type",
        kind.word(),
        known.word(),
        first.code()
    );
    let word = remedy_type(known, kind).word();
    let remedy = format!("declare it in both extracts (types = {{ {name} = \"{word}\" }}), or rename one of them under columns");
    ExtractError::content(other, None, Some(name), problem, remedy)
}
