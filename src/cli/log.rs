//! `seatwise log`: the lines of a published run's log that somebody asks for.

use super::exit::Exit;
use super::terminal;
use super::which_run::WhichRun;
use crate::batch_log::search::{Pattern, Query, is_pair, log_of, search_file};
use crate::run::Manifest;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::Path;

/// `log`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct LogArgs {
    /// Which run.
    #[command(flatten)]
    pub which: WhichRun,
    /// Lines about this product
    #[arg(long, value_name = "PRODUCT_ID", help_heading = "Which lines")]
    pub product: Option<String>,
    /// Lines about this demand, by its whole demand_id
    #[arg(long, value_name = "DEMAND_ID", help_heading = "Which lines")]
    pub demand: Option<String>,
    /// Lines about this license
    #[arg(long, value_name = "LICENSE_ID", help_heading = "Which lines")]
    pub license: Option<String>,
    /// Lines of this event: affinity, granted, deficit, product, unusable, conflict, bundle, or a step of the run
    #[arg(long, value_name = "EVENT", help_heading = "Which lines")]
    pub event: Option<String>,
    /// Lines that match this regular expression
    #[arg(long, value_name = "PATTERN", help_heading = "Which lines")]
    pub grep: Option<String>,
    /// Print how many lines there are instead of the lines
    #[arg(long)]
    pub count: bool,
}

const EXAMPLES: &str = "Examples:
  seatwise log --event deficit                              tonight's deficits, if the jobs here publish into one folder
  seatwise log --job jobs/nightly.toml --demand OFFICE/PC-42
  seatwise log --output out --as-of 2026-11-22 --license L-9 --event granted
  seatwise log --job jobs/nightly.toml --product OFFICE --grep 'failed=(location|forbidden)' --count

A line must have all that is asked for. Logs of any size are read piece by piece, compressed or not, text or JSON.";

/// Prints the lines.
pub fn log(args: &LogArgs) -> Exit {
    let grep = match args.grep.as_deref().map(Pattern::new).transpose() {
        Ok(grep) => grep,
        Err(message) => {
            terminal::say_error(&format!("error: --grep is no regular expression: {message}"));
            return Exit::Usage;
        }
    };
    let folder = match args.which.resolve() {
        Ok(folder) => folder,
        Err(exit) => return exit,
    };
    let Some(path) = log_of(&folder) else {
        terminal::say_error(&format!("error: {} holds no batch.log\n  help: is it a whole run?", folder.display()));
        return Exit::InputFile;
    };
    let LogArgs { event, product, demand, license, .. } = args;
    let query = Query { event: event.clone(), product: product.clone(), demand: demand.clone(), license: license.clone(), grep };
    let mut found = Found::default();
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let read = search_file(&path, &query, |line| found.take(line, args.count, &mut out));
    if args.count && found.broken.is_none() {
        found.broken = writeln!(out, "{}", found.lines).err();
    }
    let written = found.broken.take().map_or_else(|| out.flush(), Err);
    match (read, written) {
        (Err(error), _) => {
            terminal::say_error(&format!("error: {} cannot be read: {error}\n  help: does seatwise verify find it whole?", path.display()));
            Exit::InputFile
        }
        // Whoever reads has enough: `| head`.
        (_, Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Complete,
        (_, Err(error)) => {
            terminal::say_error(&format!("error: the lines cannot be written: {error}"));
            Exit::Output
        }
        _ => {
            explain_absence(args, &folder, &found);
            Exit::Complete
        }
    }
}

/// What was found so far.
#[derive(Default)]
struct Found {
    lines: u64,
    /// Whether one of them is about a pair.
    pair: bool,
    broken: Option<io::Error>,
}

impl Found {
    fn take(&mut self, line: &[u8], count: bool, out: &mut impl Write) -> ControlFlow<()> {
        self.lines += 1;
        self.pair = self.pair || is_pair(line);
        if count {
            return ControlFlow::Continue(());
        }
        let written = out.write_all(line).and_then(|()| if line.ends_with(b"\n") { Ok(()) } else { out.write_all(b"\n") });
        match written {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                self.broken = Some(error);
                ControlFlow::Break(())
            }
        }
    }
}

/// Says that nothing was found; and where a pair was looked for, that this log does not name every pair.
fn explain_absence(args: &LogArgs, folder: &Path, found: &Found) {
    if found.lines == 0 {
        terminal::say_error("no line of the log has all that is asked for");
        if args.demand.as_ref().is_some_and(|demand| !demand.contains('/')) {
            terminal::say_error("  help: a demand_id is PRODUCT/ASSET or PRODUCT/USER, such as OFFICE/PC-42");
        }
    }
    let asked = args.event.as_ref().map_or(args.demand.is_some() || args.license.is_some(), |event| event == "affinity");
    if found.pair || !asked {
        return;
    }
    let depth =
        std::fs::read(folder.join("manifest.json")).ok().and_then(|bytes| Manifest::from_bytes(&bytes).ok()).map(|manifest| manifest.log);
    let says = match depth.as_deref() {
        Some("top") => "names the ranks 1 to 10 of each demand, and only counts other pairs",
        Some("off") => "names no pairs",
        _ => return,
    };
    terminal::say_error(&format!(
        "the log of this run {says} (log.affinity)\n  help: seatwise why answers for every pair, whatever the log holds"
    ));
}
