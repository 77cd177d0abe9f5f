//! `seatwise import`: what exports of other programs are, how they would be read, and a job that reads them. Looks at files and
//! proposes; writes a job file only if it is asked to, and never over anything. [`page`] the report · [`json`] the same for programs ·
//! [`mod@write`] the job.

mod json;
mod page;
mod write;

use super::exit::Exit;
use super::terminal::{self, Paint, say, say_error};
use crate::extract::date_format::DateFormat;
use crate::extract::fields::fields;
use crate::extract::nearest::nearest;
use crate::intake::agree::{Link, better, links, settle_types};
use crate::intake::section::section;
use crate::intake::{Asked, IntakeError, Proposal, Said, propose};
use crate::model::words::ExtractKind;
use clap::{Args, ValueEnum, ValueHint};
use std::path::PathBuf;

/// `import`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ImportArgs {
    /// Exports as they are, CSV or Parquet; with what it is before it, such as licenses=export.csv, nothing is guessed about that
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// Print nothing but the sections for a job file
    #[arg(long, conflicts_with_all = ["write", "format"])]
    pub map: bool,
    /// Write a new job that reads the files, or add them to a job that is there
    #[arg(long, value_name = "JOB", value_hint = ValueHint::FilePath)]
    pub write: Option<PathBuf>,
    /// A column that you know: our field, and the heading of their column; may be given several times
    #[arg(long = "column", value_name = "FIELD=HEADING", value_parser = pair)]
    pub columns: Vec<(String, String)>,
    /// How dates are written, such as %d/%m/%Y, where the data leave it open
    #[arg(long, value_name = "FORMAT", value_parser = format)]
    pub date_format: Option<String>,
    /// Text for people, or JSON for programs
    #[arg(long, value_enum, default_value = "text")]
    pub format: ReportFormat,
}

/// `--format`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ReportFormat {
    Text,
    Json,
}

const EXAMPLES: &str = "Examples:
  seatwise import installs.csv                                 what it is, and which column is which
  seatwise import installs.csv entitlements.csv --write job.toml
  seatwise import licenses=export.csv --column seats=\"Purchase Qty\" --date-format %d/%m/%Y
  seatwise import people.csv --map >> job.toml

What is clear is proposed with its reason; what is not is left for you to decide. The files are read as a run would read them, so the rows that would be refused are counted. Words that are not clear wait in the job as comments that begin with DECIDE. Exit codes: 0 they can be read so; 2 dates, a field or the kind of file must be said first; 3 a file cannot be read; 4 a file is refused for what is in it.";

/// `seatwise import`.
pub fn import(args: &ImportArgs) -> Exit {
    let asked: Vec<(String, Asked)> = args.files.iter().map(|file| asked(args, file)).collect();
    if let Some(problem) = unknown_field(args) {
        say_error(&format!("error: {problem}"));
        return Exit::Usage;
    }
    let (proposals, errors) = proposals(asked);
    for error in &errors {
        say_error(&format!("error: {error}"));
    }
    if let Some(heading) = unused_column(args, &proposals).filter(|_| errors.is_empty()) {
        say_error(&format!("error: no file has a column {heading:?}, which --column names"));
        return Exit::Usage;
    }
    let links = links(&proposals);
    let exit = Exit::of_several(errors.iter().map(|error| Exit::from_code(error.code)).chain(proposals.iter().map(exit_of)));
    if args.format == ReportFormat::Json {
        say(&json::json(&proposals, &links, &errors));
    } else if args.map {
        return map(&proposals, exit);
    } else if !proposals.is_empty() {
        say(&page::pages(&proposals, &links, Paint { on: terminal::stdout_has_color() }));
    }
    match &args.write {
        Some(_) if !errors.is_empty() => {
            say_error("error: no job was written, for not every file could be looked at");
            exit
        }
        Some(job) => Exit::of_several([write::write(job, &proposals), exit]),
        None => {
            if args.format == ReportFormat::Text && errors.is_empty() {
                say(&format!("\n{}", page::next(args, &proposals, exit)));
            }
            exit
        }
    }
}

/// The files as they are proposed to be read, those that share products told apart by what the others hold.
fn proposals(asked: Vec<(String, Asked)>) -> (Vec<Proposal>, Vec<IntakeError>) {
    let (mut proposals, mut known, mut errors): (Vec<Proposal>, Vec<Asked>, Vec<IntakeError>) = Default::default();
    for (path, asked) in asked {
        match propose(&path, &asked) {
            Ok(proposal) => {
                known.push(Asked { kind: Some(proposal.kind), ..asked });
                proposals.push(proposal);
            }
            Err(error) => errors.push(error),
        }
    }
    let better = better(&proposals, &known);
    for ((proposal, better), known) in proposals.iter_mut().zip(better).zip(&known) {
        if better.columns != known.columns
            && let Ok(mut again) = propose(&proposal.path, &better)
        {
            again.why.clone_from(&proposal.why);
            *proposal = again;
        }
    }
    settle_types(&mut proposals);
    (proposals, errors)
}

/// A file of the command line, and what was said of it.
fn asked(args: &ImportArgs, file: &str) -> (String, Asked) {
    let named = file.split_once('=').and_then(|(kind, path)| ExtractKind::parse(kind).map(|kind| (kind, path)));
    let said = |heading: &String| Said { heading: heading.clone(), why: "as you said".to_owned() };
    let asked = Asked {
        kind: named.map(|(kind, _)| kind),
        columns: args.columns.iter().map(|(field, heading)| (field.clone(), said(heading))).collect(),
        date_format: args.date_format.clone(),
    };
    (named.map_or(file, |(_, path)| path).to_owned(), asked)
}

/// What is wrong with a `--column` whose field no extract has.
fn unknown_field(args: &ImportArgs) -> Option<String> {
    let all: Vec<&str> = ExtractKind::ALL.iter().flat_map(|kind| fields(*kind)).map(|field| field.name).collect();
    let (field, _) = args.columns.iter().find(|(field, _)| !all.contains(&field.as_str()))?;
    let near = nearest(field, all).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    Some(format!("there is no field {field}{near}"))
}

/// A `--column` that no file has.
fn unused_column<'a>(args: &'a ImportArgs, proposals: &[Proposal]) -> Option<&'a str> {
    let has = |heading: &str| proposals.iter().any(|proposal| proposal.headings.iter().any(|known| known == heading));
    args.columns.iter().map(|(_, heading)| heading.as_str()).find(|heading| !has(heading))
}

/// The sections alone.
fn map(proposals: &[Proposal], exit: Exit) -> Exit {
    if let Some(problem) = write::twice(proposals) {
        say_error(&format!("error: {problem}"));
        return Exit::Usage;
    }
    let sections: Vec<String> = proposals.iter().map(|proposal| section(proposal, &proposal.path)).collect();
    if !sections.is_empty() {
        say(&sections.join("\n"));
    }
    exit
}

/// What a proposal comes to: whether a run could read the file so.
fn exit_of(proposal: &Proposal) -> Exit {
    let nothing = proposal.trial.rows > 0 && proposal.trial.rejected == proposal.trial.rows;
    if nothing || !proposal.missing.is_empty() || !proposal.trial.errors.is_empty() {
        Exit::InputContent
    } else if proposal.open().is_empty() {
        Exit::Complete
    } else {
        Exit::Usage
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (field, heading) = text.split_once('=').ok_or_else(|| "it is written FIELD=HEADING, such as seats=\"Purchase Qty\"".to_owned())?;
    Ok((field.trim().to_owned(), heading.trim().to_owned()))
}

fn format(text: &str) -> Result<String, String> {
    DateFormat::parse(text).map(|_| text.to_owned()).map_err(|problem| format!("{problem}; for 31/01/2026 write %d/%m/%Y"))
}

/// Whether a link leaves something to be done: consumptions of products that no license has are no fault, but all of them are.
fn is_broken(link: &Link) -> bool {
    link.values > 0 && link.known == 0
}
