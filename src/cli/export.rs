//! `seatwise export`: a table of a published run, or the position report, as CSV or with tabs. Tables stream: one of twenty million
//! rows is never in memory.

use super::delimited::{self, Lines, Style};
use super::exit::Exit;
use super::terminal;
use super::which_run::{WhichRun, refuse};
use crate::answers::export::{Export, Wanted, table};
use crate::answers::position_report::{self, position_report};
use crate::answers::{AnswerError, Published};
use crate::run::files::RealFiles;
use crate::run::signals;
use crate::run::whole_file::WholeFile;
use clap::{Args, ValueEnum, ValueHint};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// `export`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct ExportArgs {
    /// A table of the run (seatwise schema lists them), or positions-report: the position of all products in words, the worst first
    #[arg(value_name = "TABLE")]
    pub table: String,
    /// What stands between the fields: commas, or tabs
    #[arg(long, value_name = "FORM", default_value = "csv")]
    pub format: ExportFormat,
    /// The file to write, whole or not at all; - is stdout
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, default_value = "-", hide_default_value = true)]
    pub to: PathBuf,
    /// Only these columns, in this order, with commas between them
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Only rows that this holds for, such as product_id=OFFICE or units>0; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub filter: Vec<String>,
    /// So many rows at most
    #[arg(long, value_name = "ROWS")]
    pub limit: Option<usize>,
    /// Leave texts as they are, also those that a spreadsheet would run as formulas: for programs, which would read the apostrophe as a
    /// part of the text
    #[arg(long)]
    pub raw: bool,
    /// Begin with a byte order mark: without it Excel takes UTF-8 for something else
    #[arg(long)]
    pub bom: bool,
    /// Which run.
    #[command(flatten)]
    pub which: WhichRun,
}

/// What `--format` names.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ExportFormat {
    /// Fields with commas between them (RFC 4180).
    Csv,
    /// Fields with tabs between them, quoted as in CSV.
    Tsv,
}

const EXAMPLES: &str = "Examples:
  seatwise export positions-report --bom --to positions.csv        for a spreadsheet
  seatwise export deficits --job jobs/nightly.toml --filter reason=capacity_exhausted > deficits.csv
  seatwise export affinity --filter product_id=SD-DBE --columns demand_id,license_id,score,rank
  seatwise export allocations --output out/nightly --as-of 2026-11-22 --format tsv --raw

A text that begins with = + - @ (their full-width forms too), a tab, a carriage return or a line feed gets an apostrophe before it, so that no spreadsheet runs it as a formula, unless it is a number; names and ids come from extracts, and anybody may have typed them. Numbers of number columns stay numbers. --raw switches the apostrophe off.

UTF-8, dates as 2026-11-22, decimals with a point, the elements of a list with ; between them, nothing for null.";

/// `seatwise export`.
pub fn export(args: &ExportArgs) -> Exit {
    exported(args).unwrap_or_else(|exit| exit)
}

fn exported(args: &ExportArgs) -> Result<Exit, Exit> {
    let report = args.table == position_report::NAME;
    // Before the run is looked for: a slip in the name is told wherever one is.
    let definition = if report { None } else { Some(table(&args.table, &[position_report::NAME]).map_err(|error| refuse(&error))?) };
    let run = args.which.open()?;
    let source = match definition {
        None => Source::Sheet(in_words(args, &run).map_err(|error| refuse(&error))?),
        Some(definition) => {
            let wanted = Wanted { columns: &args.columns, conditions: &args.filter, limit: args.limit };
            Source::Table(Box::new(Export::open(&run, definition, wanted).map_err(|error| refuse(&error))?))
        }
    };
    let separator = if args.format == ExportFormat::Tsv { '\t' } else { ',' };
    let style = Style { separator, defuse: !args.raw };
    let start = if args.bom { "\u{feff}" } else { "" };
    let written = match args.to.to_str() {
        Some("-") => put(source, style, start, &mut io::stdout().lock()),
        _ => into_file(&args.to, source, style, start),
    };
    match written {
        Ok(()) => Ok(Exit::Complete),
        Err(Broken::Answer(error)) => Err(refuse(&error)),
        Err(Broken::Stopped(exit)) => Err(exit),
        // Whoever reads has enough: `| head`.
        Err(Broken::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Complete),
        Err(Broken::Write(error)) => {
            let place = if args.to == Path::new("-") { "stdout".to_owned() } else { args.to.display().to_string() };
            terminal::say_error(&format!("error: {place} cannot be written: {error}\n  help: is there room, and may you write there?"));
            Err(Exit::Output)
        }
    }
}

/// What is exported.
enum Source<'a> {
    Table(Box<Export<'a>>),
    /// Small, and made already.
    Sheet(crate::answers::sheet::Sheet),
}

/// Why it ended early.
enum Broken {
    Answer(AnswerError),
    Write(io::Error),
    Stopped(Exit),
}

impl From<io::Error> for Broken {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

/// The position report, chosen from as from a table.
fn in_words(args: &ExportArgs, run: &Published) -> Result<crate::answers::sheet::Sheet, AnswerError> {
    let mut sheet = position_report(run)?;
    args.filter.iter().try_for_each(|condition| sheet.filter(condition))?;
    sheet.rows.truncate(args.limit.unwrap_or(usize::MAX));
    if !args.columns.is_empty() {
        let places = args.columns.iter().map(|column| sheet.place(column)).collect::<Result<Vec<_>, _>>()?;
        sheet.rows = sheet.rows.iter().map(|row| places.iter().map(|place| row[*place].clone()).collect()).collect();
        sheet.columns.clone_from(&args.columns);
    }
    Ok(sheet)
}

/// A signal ends it in order, so that nothing half written stays.
fn into_file(target: &Path, source: Source<'_>, style: Style, start: &str) -> Result<(), Broken> {
    if let Err(error) = signals::install() {
        tracing::warn!("signals cannot be caught: {error}");
    }
    let mut file = WholeFile::begin(target, &RealFiles)?;
    put(source, style, start, &mut file)?;
    Ok(file.finish()?)
}

fn put(source: Source<'_>, style: Style, start: &str, out: &mut impl Write) -> Result<(), Broken> {
    out.write_all(start.as_bytes())?;
    match source {
        Source::Sheet(sheet) => out.write_all(delimited::sheet(&sheet, style).as_bytes())?,
        Source::Table(mut export) => {
            let mut lines = Lines::new(style);
            export.columns.iter().for_each(|name| lines.text(name));
            lines.end();
            out.write_all(lines.buffer.as_bytes())?;
            while let Some(page) = export.page().map_err(Broken::Answer)? {
                if let Some(code) = signals::stop_requested() {
                    return Err(Broken::Stopped(Exit::from_code(code)));
                }
                lines.clear();
                for row in page.rows() {
                    row.for_each(|value| lines.value(&value));
                    lines.end();
                }
                out.write_all(lines.buffer.as_bytes())?;
            }
        }
    }
    Ok(out.flush()?)
}
