//! `seatwise history`: the runs of an OUTPUT, the newest first, as a table, CSV or JSON.

use super::delimited::{Lines, Style};
use super::exit::Exit;
use super::summary::{align_right, bare_table, colored, separated, trimmed};
use super::terminal::{self, Paint};
use super::which_output::WhichOutput;
use crate::run::listing::{Changes, Listed, Listing};
use crate::run::manifest::Status;
use clap::{Args, ValueEnum};
use comfy_table::{Cell, Color};

/// `history`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct HistoryArgs {
    #[command(flatten)]
    pub which: WhichOutput,
    /// Only runs that failed
    #[arg(long)]
    pub failed: bool,
    /// Only the newest so many
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = ListFormat::Table)]
    pub format: ListFormat,
}

const EXAMPLES: &str = "Examples:
  seatwise history --job jobs/nightly.toml
  seatwise history --output out/nightly --failed
  seatwise history --job jobs/nightly.toml --limit 30 --format csv > runs.csv

Changes are the demands that are covered otherwise than in the run of the date before. A superseded run has a later one of its date.";

/// How a list is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum ListFormat {
    /// For people
    Table,
    /// With a line of column names
    Csv,
    /// A list of objects
    Json,
}

/// `seatwise history`.
pub fn history(args: &HistoryArgs) -> Exit {
    let found = match args.which.find() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let mut listing = match Listing::read(&found.folder) {
        Ok(listing) => listing,
        Err(error) => {
            terminal::say_error(&format!("error: {error}"));
            return Exit::InputFile;
        }
    };
    for (folder, why) in &listing.damaged {
        terminal::say_error(&format!("warning: {folder} is not listed, because it is damaged: {why}"));
    }
    if args.failed {
        listing.runs.retain(|run| run.status == Status::Failed);
    }
    listing.runs.truncate(args.limit.unwrap_or(usize::MAX));
    match args.format {
        ListFormat::Table => terminal::say(&table(&listing.runs, Paint { on: terminal::stdout_has_color() })),
        ListFormat::Csv => terminal::say(&csv(&listing.runs)),
        ListFormat::Json => match listing.to_json() {
            Ok(json) => terminal::say(&json),
            Err(error) => {
                terminal::say_error(&format!("error: {error}"));
                return Exit::Internal;
            }
        },
    }
    Exit::Complete
}

fn table(runs: &[Listed], paint: Paint) -> String {
    if runs.is_empty() {
        return "no runs".to_owned();
    }
    // A column that says nothing of any run is left out: most outputs have no schedule.
    let slots = runs.iter().any(|run| run.slot.is_some());
    let mut table = bare_table(paint);
    let mut head = vec!["Run", "As of", "Status", "Started", "Took"];
    head.extend(slots.then_some("Slot"));
    head.extend(["Demands", "Covered", "Deficits", "Outstanding", "Changes", "Links"]);
    table.set_header(&head);
    for run in runs {
        let mut cells = vec![Cell::new(&run.run_id), Cell::new(&run.as_of), status(run, paint)];
        cells.push(Cell::new(run.started_at.strftime("%Y-%m-%d %H:%M:%SZ")));
        cells.push(Cell::new(run.seconds.map_or_else(String::new, |seconds| format!("{seconds:.1} s"))));
        cells.extend(slots.then(|| Cell::new(run.slot.as_deref().unwrap_or_default())));
        cells.extend([run.demands, run.covered, run.deficits, run.outstanding].map(|number| Cell::new(grouped(number))));
        cells.push(Cell::new(run.changes.map_or_else(String::new, |changes| told(&changes))));
        cells.push(Cell::new(links(run)));
        table.add_row(cells);
    }
    let numbers = head.iter().position(|title| *title == "Demands").unwrap_or(0);
    align_right(&mut table, &[4, numbers, numbers + 1, numbers + 2, numbers + 3]);
    trimmed(&table)
}

fn status(run: &Listed, paint: Paint) -> Cell {
    match (run.status, run.exit_code) {
        (Status::Complete, _) => Cell::new("complete"),
        (Status::Failed, Some(code)) => colored(&format!("failed ({code})"), Some(Color::DarkRed), paint),
        (Status::Failed, None) => colored("failed", Some(Color::DarkRed), paint),
    }
}

fn grouped(number: Option<i64>) -> String {
    number.map_or_else(String::new, |number| separated(&number.to_string()))
}

/// `3 gained, 1 lost`, or how many where the kinds are not known.
fn told(changes: &Changes) -> String {
    let kinds = kinds(changes);
    if changes.all == 0 {
        return "none".to_owned();
    }
    if kinds.iter().any(|(_, number)| number.is_none()) {
        return separated(&changes.all.to_string());
    }
    let told = kinds.iter().filter_map(|(kind, number)| number.filter(|number| *number > 0).map(|number| (kind, number)));
    told.map(|(kind, number)| format!("{} {kind}", separated(&number.to_string()))).collect::<Vec<_>>().join(", ")
}

fn kinds(changes: &Changes) -> [(&'static str, Option<i64>); 5] {
    [("new", changes.new), ("gone", changes.gone), ("gained", changes.gained), ("lost", changes.lost), ("moved", changes.moved)]
}

fn links(run: &Listed) -> String {
    let mut words: Vec<&str> = run.links.iter().map(String::as_str).collect();
    words.extend(run.superseded.then_some("(superseded)"));
    words.join(" ")
}

/// The names of the columns are those of the JSON objects; numbers have no separators, what is not known is empty.
fn csv(runs: &[Listed]) -> String {
    let mut lines = Lines::new(Style::CSV);
    let names = "run_id,as_of,status,exit_code,started_at,seconds,slot,demands,covered,deficits,outstanding,baseline,changes,new,gone,gained,lost,\
         moved,links,superseded,message";
    names.split(',').for_each(|name| lines.text(name));
    lines.end();
    let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
    for run in runs {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let status = if run.status == Status::Complete { "complete" } else { "failed" };
        let seconds = run.seconds.map_or_else(String::new, |seconds| seconds.to_string());
        let exit_code = number(run.exit_code.map(i64::from));
        let mut cells =
            vec![run.run_id.clone(), run.as_of.clone(), status.to_owned(), exit_code, run.started_at.to_string(), seconds, text(&run.slot)];
        cells.extend([run.demands, run.covered, run.deficits, run.outstanding].map(number));
        cells.extend([text(&run.baseline), number(run.changes.map(|changes| changes.all))]);
        let of_kinds = run.changes.as_ref().map(kinds);
        cells.extend((0..5).map(|kind| number(of_kinds.and_then(|kinds| kinds[kind].1))));
        cells.extend([run.links.join(" "), run.superseded.to_string(), text(&run.message)]);
        cells.iter().for_each(|cell| lines.text(cell));
        lines.end();
    }
    lines.buffer
}
