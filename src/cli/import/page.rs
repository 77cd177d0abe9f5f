//! The report for people: of each file what it is, its columns, its values, its rows, and what is to be decided.

use super::{ImportArgs, is_broken};
use crate::cli::exit::Exit;
use crate::cli::init::steps;
use crate::cli::summary::{count, plural};
use crate::cli::terminal::Paint;
use crate::extract::fields::fields;
use crate::intake::agree::Link;
use crate::intake::meanings::members;
use crate::intake::{Proposal, typed};
use crate::model::words::ExtractKind;
use std::fmt::Write;

/// Values of a kind that are shown.
const SHOWN: usize = 12;

/// Every file, and how they agree.
pub fn pages(proposals: &[Proposal], links: &[Link], paint: Paint) -> String {
    let mut pages: Vec<String> = proposals.iter().map(|proposal| page(proposal, paint)).collect();
    let lines: Vec<String> = links.iter().flat_map(|link| linked(link, proposals, paint)).collect();
    if !lines.is_empty() {
        pages.push(format!("{}\n{}", paint.bold("How they agree"), indented(&lines)));
    }
    pages.join("\n\n")
}

fn page(proposal: &Proposal, paint: Paint) -> String {
    let mut out = format!("{}: {}, {}", paint.bold(&proposal.path), paint.bold(proposal.kind.code()), proposal.why);
    for (title, lines) in [
        ("How it is written", written(proposal)),
        ("Columns", columns(proposal, paint)),
        ("Values", values(proposal, paint)),
        ("Rows", rows(proposal, paint)),
        ("To be decided", decisions(proposal, paint)),
    ] {
        if !lines.is_empty() {
            let _ = write!(out, "\n  {}", paint.bold(title));
            for line in lines {
                let _ = write!(out, "\n    {line}");
            }
        }
    }
    out
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

fn written(proposal: &Proposal) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(separator) = proposal.separator {
        let name = match separator {
            b';' => "semicolons",
            b'\t' => "tabs",
            b'|' => "upright strokes",
            _ => "commas",
        };
        lines.push(format!("{name} between the fields"));
    }
    if let Some(format) = &proposal.dates.format {
        let shown = if proposal.dates.examples.is_empty() {
            String::new()
        } else {
            format!(": {} can be nothing else", proposal.dates.examples.join(" and "))
        };
        lines.push(format!("dates as {format}{shown}"));
    }
    if !proposal.nulls.is_empty() {
        let words: Vec<String> =
            proposal.nulls.iter().map(|null| format!("{} ({})", null.word, plural(null.rows, "row", "rows"))).collect();
        lines.push(format!("nothing as {}", words.join(", ")));
    }
    lines.extend(proposal.notes.iter().cloned());
    lines
}

fn columns(proposal: &Proposal, paint: Paint) -> Vec<String> {
    let width = |texts: &mut dyn Iterator<Item = usize>| texts.max().unwrap_or(0).min(40);
    let first = width(&mut proposal.matches.iter().map(|found| proposal.headings[found.column].chars().count()));
    let second = width(&mut proposal.matches.iter().map(|found| found.field.len()));
    let mut lines: Vec<String> = proposal
        .matches
        .iter()
        .map(|found| {
            let sure = if found.points >= 80 { found.confidence().to_owned() } else { paint.yellow(found.confidence()) };
            let pad = " ".repeat(6usize.saturating_sub(found.confidence().len()));
            format!("{:first$}  {:second$}  {sure}{pad}  {}", proposal.headings[found.column], found.field, found.why)
        })
        .collect();
    if let Some(join) = &proposal.join {
        lines.push(format!("{} made of {}: {}", join.field, join.headings.join(" + "), join.why));
    }
    let doubtful = |heading: &&str| !proposal.doubts.iter().any(|doubt| doubt.heading == *heading);
    let attributes: Vec<&str> = proposal.attributes().into_iter().filter(doubtful).collect();
    if !attributes.is_empty() {
        lines.push(format!("no field of seatwise, kept for rules to read: {}", attributes.join(", ")));
    }
    if !proposal.types.is_empty() {
        let names: Vec<&str> = proposal.types.keys().map(String::as_str).collect();
        lines.push(format!("read as text, for another file holds something else by that name: {}", names.join(", ")));
    }
    lines
}

fn values(proposal: &Proposal, paint: Paint) -> Vec<String> {
    let mut lines = Vec::new();
    for word in proposal.words.iter().filter(|word| word.ours.is_some()).take(SHOWN) {
        lines.push(format!(
            "{} \"{}\" is read as {} ({})",
            word.field,
            word.theirs,
            word.ours.unwrap_or_default(),
            plural(word.rows, "row", "rows")
        ));
    }
    for word in proposal.words.iter().filter(|word| word.ours.is_none()).take(SHOWN) {
        let field = fields(proposal.kind).iter().find(|field| field.name == word.field);
        let all = field.map(members).unwrap_or_default().join(", ");
        let open = paint.yellow("to be decided:");
        lines.push(format!("{open} {} \"{}\" ({}) is none of {all}", word.field, word.theirs, plural(word.rows, "row", "rows")));
    }
    lines
}

fn rows(proposal: &Proposal, paint: Paint) -> Vec<String> {
    let trial = &proposal.trial;
    if !proposal.missing.is_empty() {
        return vec!["they can be counted when what is missing is told".to_owned()];
    }
    if !trial.errors.is_empty() {
        return trial.errors.iter().map(|error| format!("{} {error}", paint.red("a run would stop:"))).collect();
    }
    let open = proposal.dates.open.first().map_or_else(String::new, |format| format!(", if dates are {format}"));
    let mut lines = vec![if trial.rejected == 0 {
        format!("all {} would be accepted{open}", plural(trial.rows, "row", "rows"))
    } else {
        format!(
            "{} of {} would be accepted, {} refused{open}",
            count(trial.accepted()),
            plural(trial.rows, "row", "rows"),
            count(trial.rejected)
        )
    }];
    for refused in &trial.refused {
        let column = refused.field.as_deref().map_or_else(String::new, |field| match proposal.heading_of(field) {
            Some(heading) if heading != field => format!(", column {heading}"),
            _ => format!(", column {field}"),
        });
        let rows = if refused.rows == 1 { String::new() } else { format!("{} rows, the first is ", count(refused.rows)) };
        lines.push(format!("{rows}row {}{column}: {} ({})", refused.row, refused.message, refused.reason));
    }
    if trial.rejected * 20 > trial.rows {
        let share = trial.rejected * 1000 / trial.rows.max(1);
        lines.push(paint.yellow(&format!(
            "that is {}.{} %, and a run stops above 5 %: correct the export, or raise limits.max_reject_ratio in the job",
            share / 10,
            share % 10
        )));
    }
    lines
}

fn decisions(proposal: &Proposal, paint: Paint) -> Vec<String> {
    let mut lines: Vec<String> = proposal.open().iter().map(|open| paint.yellow(open)).collect();
    for doubt in &proposal.doubts {
        lines.push(format!("{} would be {}, but {}; it is left out of the fields until you decide", doubt.heading, doubt.field, doubt.why));
    }
    let words = proposal.words.iter().filter(|word| word.ours.is_none()).count();
    if words > 0 {
        lines.push(format!(
            "{} without a meaning here: rows that hold one are refused until values in the job says what it is",
            plural(words as u64, "word", "words")
        ));
    }
    lines
}

/// What one file says that the other does not know.
fn linked(link: &Link, proposals: &[Proposal], paint: Paint) -> Vec<String> {
    let (from, to) = (&proposals[link.from].path, &proposals[link.to].path);
    let line = format!("{}: {} of {} in {from} stand in {to}", link.field, count(link.known as u64), count(link.values as u64));
    let mut lines =
        vec![if is_broken(link) { paint.yellow(&format!("{line}; is it the right column on both sides? see --column")) } else { line }];
    for (stranger, near) in &link.strangers {
        let near = near.as_ref().map_or_else(String::new, |near| {
            format!("; is it \"{near}\"? then say so in the job: values = {{ {} = {{ \"{stranger}\" = \"{near}\" }} }}", link.field)
        });
        lines.push(format!("  {stranger} is not there{near}"));
    }
    let more = link.values - link.known - link.strangers.len();
    if more > 0 {
        lines.push(format!("  and {} more", count(more as u64)));
    }
    lines
}

/// What to type next.
pub fn next(args: &ImportArgs, proposals: &[Proposal], exit: Exit) -> String {
    if exit == Exit::InputContent && proposals.iter().all(|proposal| proposal.open().is_empty()) {
        return "Mend what is wrong, and ask again.".to_owned();
    }
    if exit != Exit::Complete {
        return "Decide what is open, with --column FIELD=HEADING and --date-format FORMAT, and ask again.".to_owned();
    }
    let files = args.files.iter().map(|file| typed(file)).collect::<Vec<_>>().join(" ");
    let has = |kind: ExtractKind| proposals.iter().any(|proposal| proposal.kind == kind);
    let others = match (has(ExtractKind::Consumptions), has(ExtractKind::Licenses)) {
        (true, true) => "",
        (true, false) => " LICENSES",
        (false, true) => " CONSUMPTIONS",
        (false, false) => " CONSUMPTIONS LICENSES",
    };
    steps(&[
        (format!("seatwise import {files} --map"), "the sections for a job file"),
        (format!("seatwise import {files}{others} --write job.toml"), "a job that reads them"),
    ])
}
